"""Requests, issues and comments become feedback."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.connectors.linear.convert import HEARD
from aftermerge.connectors.linear.webhook import heard_in
from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.model.customer import Customer

TIMES = {"createdAt": "2026-02-01T10:00:00.000Z", "updatedAt": "2026-02-01T12:00:00.000Z"}
ADA = {"id": "x7", "name": "Ada Obi", "displayName": "ada", "email": "ada@customer.example"}
ISSUE = {
    "id": "i1",
    "identifier": "ENG-12",
    "title": "Export",
    "url": "https://linear.app/harbor/issue/ENG-12",
    "assignee": {"name": "Ben Ito"},
    "creator": {"name": "Cy Mori"},
}


def need(**more: Any) -> dict[str, Any]:
    return {
        "id": "n1",
        "body": "It **stops** at 90%.",
        "url": "https://linear.app/harbor/customer/need/n1",
        "creator": {"name": "Dee Roy"},
        "customer": {"id": "k9", "name": "Northwind", "revenue": 12000},
        "issue": ISSUE,
        "attachment": {"url": "https://harbor.zendesk.com/agent/tickets/8841", "title": "Ticket"},
        **TIMES,
        **more,
    }


def issue(**more: Any) -> dict[str, Any]:
    return {**ISSUE, "description": "Since Monday.", "externalUserCreator": ADA, **TIMES, **more}


def comment(**more: Any) -> dict[str, Any]:
    url = "https://linear.app/harbor/issue/ENG-12#comment-1"
    return {"id": "m1", "body": "Same here.", "url": url, "externalUser": ADA, "issue": ISSUE, **TIMES, **more}


def item(made: Item | NotHeard) -> Item:
    assert isinstance(made, Item), made
    return made


def test_a_request_is_its_customers_with_what_the_customer_is_worth() -> None:
    made = item(HEARD["needs"](need(), "linear"))
    feedback = made.feedback
    assert (feedback.id, feedback.thread, feedback.text) == ("linear:n1", "ENG-12", "It **stops** at 90%.")
    assert (feedback.author, feedback.account, feedback.account_value) == ("k9", "k9", 12000.0)
    assert feedback.url == "https://harbor.zendesk.com/agent/tickets/8841"
    assert (feedback.may_contact, feedback.may_quote) == (True, False)
    assert made.customer == Customer("linear", "k9", "Northwind")
    assert set(made.names) == {"Dee Roy", "Ben Ito", "Cy Mori"}


def test_a_request_that_names_a_person_outside_is_that_persons() -> None:
    made = item(HEARD["needs"](need(body=None, comment={"body": "Please", "url": "u", "externalUser": ADA}), "linear"))
    assert (made.feedback.text, made.feedback.author, made.feedback.account) == ("Please", "x7", "k9")
    assert made.customer == Customer("linear", "x7", "Ada Obi", "ada@customer.example")
    assert {"Ada Obi", "ada"} <= set(made.names)


def test_an_issue_of_somebody_outside_is_what_they_said() -> None:
    feedback = item(HEARD["issues"](issue(), "linear")).feedback
    assert (feedback.external_id, feedback.thread, feedback.author) == ("ENG-12", "ENG-12", "x7")
    assert feedback.text == "Export\n\nSince Monday."


def test_a_comment_of_somebody_outside_is_what_they_said() -> None:
    feedback = item(HEARD["comments"](comment(), "linear")).feedback
    assert (feedback.external_id, feedback.thread, feedback.text) == ("m1", "ENG-12", "Same here.")


@pytest.mark.parametrize(
    ("kind", "record", "reason"),
    [
        ("needs", need(body=None), "the request has no words"),
        ("needs", need(customer=None), "the request is nobody's"),
        ("issues", issue(externalUserCreator=None), "nobody outside the workspace filed the issue"),
        ("comments", comment(externalUser=None), "nobody outside the workspace wrote the comment"),
        ("comments", comment(body=" "), "the comment has no words"),
        ("comments", comment(createdAt="soon"), "it has no id or no time"),
    ],
)
def test_what_is_no_customers_says_why(kind: str, record: dict[str, Any], reason: str) -> None:
    assert HEARD[kind](record, "linear") == NotHeard(reason)


@pytest.mark.parametrize(
    ("kind", "record", "ref"),
    [("CustomerNeed", need(), "n1"), ("Issue", issue(), "ENG-12"), ("Comment", comment(), "m1")],
)
def test_a_webhook_of_something_new_or_changed_is_heard(kind: str, record: dict[str, Any], ref: str) -> None:
    for action in ("create", "update"):
        [made] = heard_in({"type": kind, "action": action, "data": record}, "hook")
        assert item(made).feedback.id == f"hook:{ref}"


def test_a_webhook_may_give_ids_alone() -> None:
    bare = {**TIMES, "id": "n1", "body": "words", "customerId": "k9", "issueId": "i1"}
    feedback = item(
        heard_in({"type": "CustomerNeed", "action": "create", "url": "u", "data": bare}, "hook")[0]
    ).feedback
    assert (feedback.author, feedback.thread, feedback.url) == ("k9", "i1", "u")


@pytest.mark.parametrize(
    "body", [{"type": "Comment", "action": "remove", "data": comment()}, {"type": "Project", "data": {}}, {}]
)
def test_other_webhooks_are_not_heard(body: dict[str, Any]) -> None:
    assert [type(made) for made in heard_in(body, "hook")] == [NotHeard]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*need()]), inner, max_size=4),
    max_leaves=8,
)


@given(st.sampled_from([*need(), *issue(), *comment()]), json_values)
def test_whatever_stands_in_a_field_nothing_raises(key: str, value: object) -> None:
    for kind, record in (("CustomerNeed", need()), ("Issue", issue()), ("Comment", comment())):
        heard_in({"type": kind, "data": {**record, key: value}}, "hook")
    heard_in({"type": "Issue", "data": value}, "hook")
