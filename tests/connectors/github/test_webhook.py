"""What GitHub sends when something happens is heard, or it is said why not."""

import copy
import gzip
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from aftermerge.connectors.github.convert import Team
from aftermerge.connectors.github.webhook import heard_in
from aftermerge.connectors.told.item import Item, NotHeard
from support.real_data import real_data

Body = dict[str, Any]

NOBODY = Team(associations=frozenset())


def user(login: str, kind: str = "User") -> Body:
    return {"login": login, "type": kind}


def event(action: str = "opened", login: str = "ana", **more: Any) -> Body:
    issue = {
        "number": 7,
        "title": "Export hangs",
        "body": "Each time",
        "html_url": "https://github.test/harbor/app/issues/7",
        "user": user(login),
        "author_association": "NONE",
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-02T00:00:00Z",
        "comments": 1,
    }
    return {"action": action, "issue": issue, "repository": {"full_name": "harbor/app"}, **more}


def said(login: str, place: str = "NONE") -> Body:
    times = {"created_at": "2026-01-03T00:00:00Z", "updated_at": "2026-01-03T00:00:00Z"}
    return {"id": 345, "body": "Fixed", "user": user(login), "author_association": place, **times}


def one(body: Body) -> Item | NotHeard:
    [made] = heard_in(body, "github")
    return made


def reason(body: Body) -> str:
    made = one(body)
    assert isinstance(made, NotHeard)
    return made.reason


def test_an_issue_is_heard_under_the_id_that_reading_gives_it() -> None:
    made = one(event())
    assert isinstance(made, Item)
    assert (made.feedback.id, made.feedback.text) == ("github:harbor/app#7", "Export hangs\n\nEach time")
    assert made.feedback.updated_at is not None


def test_a_customers_comment_is_heard_in_its_thread() -> None:
    made = one(event("created", comment=said("ben")))
    assert isinstance(made, Item)
    assert (made.feedback.external_id, made.feedback.thread) == ("harbor/app#7/comment-345", "harbor/app#7")
    assert made.feedback.author == "ben"


def test_the_teams_first_comment_answers_the_issue() -> None:
    made = one(event("created", comment=said("mo", "MEMBER")))
    assert isinstance(made, Item)
    feedback = made.feedback
    assert (feedback.external_id, feedback.reply, feedback.replied_by) == ("harbor/app#7", "Fixed", "mo")
    assert feedback.updated_at == feedback.replied_at


def test_a_later_comment_of_the_team_takes_no_first_answers_place() -> None:
    body = event("created", comment=said("mo", "MEMBER"))
    body["issue"]["comments"] = 2
    assert reason(body) == "the team wrote it"


def test_what_is_no_customers_word_is_told_apart() -> None:
    assert reason(event("deleted")) == "it was deleted"
    assert reason(event("transferred")) == "it was moved to another repository"
    assert reason(event(login="renovate[bot]")) == "a bot wrote it"
    assert reason(event("created", comment=said("x") | {"user": user("x", "Bot")})) == "a bot wrote it"
    assert reason({**event(), "repository": None}) == "it names no repository"
    assert reason({"action": "created", "starred_at": None}) == "no issue or discussion is in it (starred_at)"
    assert reason({}) == "no issue or discussion is in it (it is empty)"


def test_a_ghost_is_heard_without_a_name() -> None:
    body = event()
    body["issue"]["user"] = None
    made = one(body)
    assert isinstance(made, Item)
    assert (made.feedback.author, made.customer, made.names) == (None, None, ())


def test_a_link_that_is_no_web_address_is_left_out() -> None:
    body = event()
    body["issue"]["html_url"] = "javascript:alert(1)"
    made = one(body)
    assert isinstance(made, Item)
    assert made.feedback.url is None


PARTS = ["action", "issue", "comment", "discussion", "repository", "user", "number", "login", "created_at", "full_name"]
ODD = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text() | some.just("2026-01-01T00:00:00Z"),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(PARTS), inner),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some.dictionaries(some.sampled_from(PARTS), ODD))
def test_whatever_is_in_a_body_nothing_raises(body: Body) -> None:
    assert all(isinstance(made, Item | NotHeard) for made in heard_in(body, "github"))


@pytest.fixture(scope="module")
def bodies() -> list[Body]:
    path = real_data("webhooks", "octokit_webhooks_examples_7.6.1_api.github.com.json.gz")
    with gzip.open(path) as content:
        kinds = json.load(content)
    return [body for kind in kinds for body in kind["examples"]]


def counted(bodies: list[Body], team: Team) -> Counter[str]:
    made = [one for body in bodies for one in heard_in(body, "github", team)]
    return Counter("heard" if isinstance(one, Item) else one.reason.partition(" (")[0] for one in made)


def test_each_real_body_is_heard_or_it_is_said_why_not(bodies: list[Body]) -> None:
    others = {
        "no issue or discussion is in it": 272,
        "it was deleted": 4,
        "a pull request": 4,
        "it was moved to another repository": 2,
    }
    # Whoever writes in these examples owns the repository.
    assert counted(bodies, Team()) == {"the team wrote it": 47, **others}
    assert counted(bodies, NOBODY) == {"heard": 47, **others}


def test_a_real_body_stays_as_it_was(bodies: list[Body]) -> None:
    before = copy.deepcopy(bodies)
    counted(bodies, NOBODY)
    assert bodies == before
