"""What only GitHub does: names that are spelt in two ways, its answers, its address."""

from collections.abc import Iterator

import pytest

from aftermerge.channels import load
from aftermerge.channels.github import connect
from aftermerge.channels.github.client import api_of
from support.fake_api import FakeApi
from support.speaking import MARK, SECRET, Room, github_room


@pytest.fixture
def room() -> Iterator[Room]:
    with FakeApi() as api:
        made = github_room(api)
        made.fake.pull(12, 0)
        yield made


def test_the_channel_is_found_by_the_kind_of_its_source() -> None:
    assert load("github") is connect


def test_a_comments_address_is_the_one_that_github_tells(room: Room) -> None:
    assert room.put().url == "https://github.test/harbor/app/pull/12#issuecomment-3000000001"


def test_who_we_are_is_learnt_from_what_we_wrote_where_the_login_is_spelt_otherwise(room: Room) -> None:
    room.fake.api.instead("POST", "/graphql", lambda r: (200, {}, {"data": {"viewer": {"login": "x"}}}))
    room.put()
    room.put()
    assert room.put("new").outcome in ("created", "updated")
    assert room.fake.bodies(12) == [f"{MARK}new"]


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (410, {"message": "Gone"}, "no harbor/app#12 (any more)"),
        (422, {"message": "Validation Failed", "errors": [{"message": "body is too long"}]}, "body is too long"),
    ],
)
def test_its_refusals_are_told_in_its_words(room: Room, status: int, body: object, said: str) -> None:
    room.instead("POST", (status, {}, body))
    refused = room.put()
    assert refused.outcome == "refused"
    assert said in refused.reason


def test_a_status_bears_our_name_and_githubs_words(room: Room) -> None:
    with room.channel() as comments:
        comments.put_status("harbor/app", "a" * 40, "failure", "two are missing", "https://harbor.test/1")
    [status] = room.fake.statuses["a" * 40]
    assert status == {
        "context": "aftermerge/bet-ask",
        "state": "failure",
        "description": "two are missing",
        "target_url": "https://harbor.test/1",
    }


def test_the_address_and_the_variable_are_those_of_the_source() -> None:
    api = api_of({"base_url": "https://git.test/api/v3", "token_env": "GH"}, {"GH": SECRET}, "work")
    assert (api.base_url, api.token.value) == ("https://git.test/api/v3", SECRET)
    assert SECRET not in repr(api)
