"""An issue and its comments become feedback."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.connectors.jira.convert import Reading, heard
from aftermerge.connectors.jira.webhook import heard_in
from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.model.customer import Customer

READING = Reading("jira", "customers", "https://harbor.atlassian.net", "customfield_10002", "customfield_10020")
ADA = {
    "accountId": "qm:7",
    "displayName": "Ada Obi",
    "emailAddress": "ada@customer.example",
    "accountType": "customer",
}
BEN = {"accountId": "8", "displayName": "Ben Ito", "accountType": "atlassian"}
BOT = {"accountId": "9", "displayName": "Automation", "accountType": "app"}


def document(text: str) -> dict[str, Any]:
    return {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]}


def issue(**fields: Any) -> dict[str, Any]:
    return {
        "id": "10001",
        "key": "SUP-12",
        "self": "https://harbor.atlassian.net/rest/api/3/issue/10001",
        "fields": {
            "summary": "Export stops",
            "description": document("At 90%."),
            "reporter": ADA,
            "creator": ADA,
            "assignee": BEN,
            "created": "2026-02-01T10:00:00.000+0000",
            "updated": "2026-02-01T12:00:00.000+0000",
            "versions": [{"name": "4.2.0"}],
            "project": {"key": "SUP", "projectTypeKey": "service_desk"},
            "customfield_10002": [{"id": "71", "name": "Northwind"}],
            "customfield_10020": {"rating": 4},
            **fields,
        },
    }


def comment(author: dict[str, Any], text: str, **more: Any) -> dict[str, Any]:
    written = {"id": "55", "author": author, "body": document(text), "created": "2026-02-01T11:00:00.000+0000"}
    return {**written, "jsdPublic": True, **more}


def item(made: Item | NotHeard) -> Item:
    assert isinstance(made, Item), made
    return made


def test_the_reporters_words_and_the_teams_first_public_answer_are_kept() -> None:
    comments = [
        comment(BOT, "We have received it."),
        comment(BEN, "secret", jsdPublic=False),
        comment(ADA, "Hello?"),
        comment(BEN, "We look."),
        comment(BEN, "Fixed."),
    ]
    made = item(heard(issue(), comments, READING))
    feedback = made.feedback
    assert (feedback.id, feedback.thread) == ("jira:SUP-12", "SUP-12")
    assert feedback.text == "Export stops\n\nAt 90%."
    assert (feedback.reply, feedback.replied_by) == ("We look.", "8")
    assert feedback.replied_at == datetime(2026, 2, 1, 11, tzinfo=UTC)
    assert feedback.url == "https://harbor.atlassian.net/browse/SUP-12"
    assert (feedback.author, feedback.account, feedback.rating, feedback.version) == ("qm:7", "71", 4.0, "4.2.0")
    assert feedback.updated_at == datetime(2026, 2, 1, 12, tzinfo=UTC)
    assert (feedback.may_contact, feedback.may_quote) == (True, False)
    assert made.customer == Customer("jira", "qm:7", "Ada Obi", "ada@customer.example")
    assert set(made.names) == {"Ada Obi", "Ben Ito", "Automation"}
    assert "secret" not in repr(made)


@pytest.mark.parametrize(
    "hidden",
    [
        {"jsdPublic": False},
        {"visibility": {"type": "role", "value": "Developers"}},
        {"jsdPublic": None, "properties": []},
    ],
)
def test_a_comment_that_the_reporter_does_not_see_is_never_kept(hidden: dict[str, Any]) -> None:
    assert item(heard(issue(), [comment(BEN, "secret", **hidden)], READING)).feedback.reply is None


def test_a_server_says_in_a_property_whether_a_comment_is_internal() -> None:
    def told(internal: bool) -> str | None:
        rules = [{"key": "sd.public.comment", "value": {"internal": internal}}]
        said = comment({"name": "ben"}, "We look.", properties=rules)
        del said["jsdPublic"]
        return item(heard(issue(), [said], READING)).feedback.reply

    assert (told(False), told(True)) == ("We look.", None)


def test_a_server_writes_texts_and_knows_persons_by_name() -> None:
    reporter = {"name": "ada", "displayName": "Ada Obi", "emailAddress": "ada@customer.example"}
    answer = {"author": {"name": "ben"}, "body": "We *look*.", "created": "2026-02-01T11:00:00.000+0100"}
    plain = issue(description="h1. At 90%", reporter=reporter, project={"projectTypeKey": "software"})
    feedback = item(heard(plain, [answer], replace(READING, reporters="all"))).feedback
    assert feedback.text == "Export stops\n\nh1. At 90%"
    assert (feedback.author, feedback.reply, feedback.replied_by) == ("ada", "We *look*.", "ben")


@pytest.mark.parametrize(
    ("reporter", "reporters", "reason"),
    [
        (BEN, "customers", "the team itself writes"),
        (BOT, "but the team", "the team itself writes"),
        ({"name": "ada"}, "customers", "nobody says that it is a customer"),
        ({"name": "ada"}, "but the team", None),
        (BEN, "all", None),
        (ADA, "customers", None),
    ],
)
def test_whose_issues_are_a_customers_words_is_a_choice(
    reporter: dict[str, Any], reporters: Any, reason: str | None
) -> None:
    made = heard(issue(reporter=reporter), [], replace(READING, reporters=reporters))
    assert made == NotHeard(reason) if reason else isinstance(made, Item)


def test_a_person_whom_the_text_mentions_is_named() -> None:
    mention = {"type": "doc", "content": [{"type": "mention", "attrs": {"text": "@Cy Mori"}}]}
    assert "Cy Mori" in item(heard(issue(description=mention), [], READING)).names


def event(kind: str, **more: Any) -> dict[str, Any]:
    return {"webhookEvent": kind, "timestamp": 1, **more}


def test_an_event_of_an_issue_is_what_its_reporter_said() -> None:
    [made] = heard_in(event("jira:issue_created", issue=issue()), "hook")
    assert item(made).feedback.url == "https://harbor.atlassian.net/browse/SUP-12"


def test_an_event_with_all_comments_has_the_answer() -> None:
    later = comment(BEN, "Fixed.", created="2026-02-01T11:30:00.000+0000")
    told = issue(comment={"comments": [later, comment(BEN, "We look.")]})
    [made] = heard_in(event("jira:issue_updated", issue=told), "hook")
    assert item(made).feedback.reply == "We look."


def test_an_event_of_a_customers_comment_is_feedback_of_its_own_in_the_thread() -> None:
    bare = {"key": "SUP-12", "self": "https://harbor.atlassian.net/rest/api/2/issue/1", "fields": {"summary": "x"}}
    [made] = heard_in(event("comment_created", issue=bare, comment=comment(ADA, "Still stops.")), "hook")
    feedback = item(made).feedback
    assert (feedback.external_id, feedback.thread, feedback.text) == ("SUP-12-55", "SUP-12", "Still stops.")


@pytest.mark.parametrize(
    "body",
    [
        event("jira:issue_deleted", issue=issue()),
        event("comment_deleted", issue=issue(), comment=comment(ADA, "secret")),
        event("comment_created", issue=issue(), comment=comment(BEN, "secret")),
        event("comment_created", issue=issue(), comment=comment(ADA, "secret", jsdPublic=False)),
        event("sprint_started"),
        {},
    ],
)
def test_other_events_are_not_heard(body: dict[str, Any]) -> None:
    [made] = heard_in(body, "hook")
    assert isinstance(made, NotHeard)
    assert "secret" not in made.reason


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*issue()["fields"], "author", "body", "comments"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(st.sampled_from([*issue()["fields"], "comment"]), json_values)
def test_whatever_stands_in_a_field_nothing_raises(key: str, value: object) -> None:
    for kind in ("jira:issue_updated", "comment_created"):
        heard_in(event(kind, issue=issue(**{key: value}), comment=value), "hook")
        heard_in(event(kind, issue={**issue(), "self": value, "key": value}, comment=comment(ADA, "x")), "hook")
    heard(issue(**{key: value}), [comment({"name": "ben"}, "x", created=value)], READING)
