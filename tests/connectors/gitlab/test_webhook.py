"""What GitLab sends when something happens is heard, or it is said why not."""

import json
import tarfile
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from aftermerge.connectors.gitlab.webhook import heard_in
from aftermerge.connectors.told.item import Item, NotHeard
from support.real_data import real_data

Body = dict[str, Any]


def event(kind: str = "issue", user: object = None, **about: Any) -> Body:
    times = {"created_at": "2026-01-01 00:00:00 UTC", "updated_at": "2026-01-02 00:00:00 UTC"}
    return {
        "object_kind": kind,
        "user": user or {"id": 5, "username": "ana", "name": "Ana Lind"},
        "project": {"path_with_namespace": "harbor/app"},
        "object_attributes": {"id": 345, "iid": 7, "author_id": 5, "action": "open", **times, **about},
        "issue": {"iid": 7},
    }


def one(body: Body, *team: str) -> Item | NotHeard:
    [made] = heard_in(body, "gitlab", frozenset(team))
    return made


def reason(body: Body, *team: str) -> str:
    made = one(body, *team)
    assert isinstance(made, NotHeard)
    return made.reason


def test_an_issue_is_heard_under_the_id_that_reading_gives_it() -> None:
    made = one(event(title="Export hangs", description="Each time", url="https://gitlab.test/harbor/app/-/issues/7"))
    assert isinstance(made, Item)
    assert (made.feedback.external_id, made.feedback.text) == ("harbor/app#7", "Export hangs\n\nEach time")
    assert (made.feedback.author, made.names) == ("ana", ("Ana Lind", "ana"))
    assert made.feedback.updated_at is not None


def test_a_note_on_an_issue_is_heard_in_its_thread() -> None:
    made = one(event("note", note="Here too", noteable_type="Issue", action=None))
    assert isinstance(made, Item)
    assert (made.feedback.external_id, made.feedback.thread) == ("harbor/app#7/note-345", "harbor/app#7")


def test_who_changed_an_issue_is_not_taken_for_who_wrote_it() -> None:
    other = {"id": 6, "username": "mo"}
    assert reason(event(user=other, title="x", action="update")).startswith("somebody changed it")
    assert isinstance(one(event(title="x", action="update")), Item)
    assert reason(event(user={"username": "mo"}, title="x", action="close")).startswith("somebody changed it")


def test_what_is_no_customers_word_is_told_apart() -> None:
    assert reason(event(title="x"), "ana") == "the team wrote it"
    assert reason(event(title="x", moved_to_id=3)) == "it was moved to another project"
    assert reason(event("note", note="x", noteable_type="Issue", system=True)) == "GitLab itself wrote it"
    assert reason(event("note", note="x", noteable_type="Issue", internal=True)) == "a note among the team"
    assert reason(event("note", note="x", noteable_type="Commit")) == "a note on something else (Commit)"
    assert reason(event("push")) == "no issue or note is in it (push)"
    assert reason({}) == "no issue or note is in it (it names no kind)"


PARTS = ["object_kind", "object_attributes", "user", "project", "path_with_namespace", "iid", "id", "issue", "action"]
ODD = some.recursive(
    some.none() | some.booleans() | some.integers() | some.sampled_from(["issue", "note", "open", "Issue"]),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(PARTS), inner),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some.dictionaries(some.sampled_from(PARTS), ODD))
def test_whatever_is_in_a_body_nothing_raises(body: Body) -> None:
    assert isinstance(one(body), Item | NotHeard)


def test_each_real_body_is_heard_or_it_is_said_why_not() -> None:
    with tarfile.open(real_data("webhooks", "zulip_webhook_fixtures.tar.gz")) as archive:
        members = [member for member in archive if "/gitlab/" in member.name and member.isfile()]
        bodies = [json.loads(content.read()) for member in members if (content := archive.extractfile(member))]
    made = [one(body) for body in bodies]
    assert Counter("heard" if isinstance(one, Item) else one.reason.partition(" (")[0] for one in made) == {
        "heard": 11,
        "no issue or note is in it": 32,
        "somebody changed it, and who wrote it is not in it": 7,
        "a note on something else": 3,
    }
