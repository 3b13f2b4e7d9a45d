"""What only GitLab does: commands in notes, refusals without a reason, its address, its words for states."""

from collections.abc import Iterator

import pytest

from aftermerge.channels import load
from aftermerge.channels.gitlab import connect
from aftermerge.channels.gitlab.client import api_of
from aftermerge.errors import OutsideError, SettingsError
from support.fake_api import FakeApi
from support.fake_gitlab_work import FakeGitLabWork
from support.speaking import MARK, SECRET, Room, gitlab_room


@pytest.fixture
def room() -> Iterator[Room]:
    with FakeApi() as api:
        made = gitlab_room(api)
        made.fake.pull(12, 0)
        yield made


def test_the_channel_is_found_by_the_kind_of_its_source() -> None:
    assert load("gitlab") is connect


def test_a_notes_address_is_below_that_of_its_merge_request(room: Room) -> None:
    assert room.put().url == f"{room.fake.api.url}/harbor/app/-/merge_requests/12#note_900001"


def test_a_line_that_begins_with_a_slash_is_no_command(room: Room) -> None:
    assert isinstance(room.fake, FakeGitLabWork)
    room.put("/close\nit helped\n/assign @mallory")
    assert room.put("/close\nit helped\n/assign @mallory").outcome == "unchanged"
    room.put("/merge")
    assert room.fake.commands == []
    assert room.fake.bodies(12) == [f"{MARK}\\/merge"]


def test_what_gitlab_itself_notes_in_our_name_is_not_our_comment(room: Room) -> None:
    assert isinstance(room.fake, FakeGitLabWork)
    room.fake.say(12, f"{MARK}mentioned", system=True)
    assert room.put().outcome == "created"


def test_a_refusal_is_the_locks_only_where_the_merge_request_is_locked(room: Room) -> None:
    body = {"error": "insufficient_scope", "error_description": f"It needs more than {SECRET} has."}
    room.instead("POST", (403, {}, body))
    with pytest.raises(SettingsError, match=r"may not comment on harbor/app!12 .It needs more than … has") as raised:
        room.put()
    assert "the scope `api`" in str(raised.value)


def test_what_is_wrong_with_a_field_is_told(room: Room) -> None:
    room.instead("POST", (400, {}, {"message": {"note": ["can't be blank"], "base": {"x": ["is odd"]}}}))
    assert room.put().reason == "GitLab can't take it for harbor/app!12 (can't be blank: is odd)"


def test_a_service_that_does_not_tell_who_we_are_gets_no_note(room: Room) -> None:
    room.fake.api.instead("GET", "/api/v4/user", lambda request: (200, {}, {"username": "aftermerge"}))
    with pytest.raises(OutsideError, match="whose the token is"):
        room.put()
    assert room.fake.said == {}


def test_a_status_bears_our_name_and_gitlabs_words(room: Room) -> None:
    with room.channel() as comments:
        comments.put_status("harbor/app", "a" * 40, "pending", "asking", None)
        comments.put_status("harbor/app", "a" * 40, "failure", "two are missing", "https://harbor.test/1")
        same = comments.put_status("harbor/app", "a" * 40, "error", "two are missing", "https://harbor.test/1")
    pending, failed = room.fake.statuses["a" * 40]
    assert (pending["status"], failed["status"], same.outcome) == ("pending", "failed", "unchanged")
    assert {pending["name"], failed["name"]} == {"aftermerge/bet-ask"}


@pytest.mark.parametrize("base_url", ["https://git.test", "https://git.test/api/v4"])
def test_the_address_and_the_variable_are_those_of_the_source(base_url: str) -> None:
    api = api_of({"base_url": base_url, "token_env": "GL"}, {"GL": SECRET}, "work")
    assert (api.base_url, api.token.value) == ("https://git.test/api/v4", SECRET)
    assert SECRET not in repr(api)
