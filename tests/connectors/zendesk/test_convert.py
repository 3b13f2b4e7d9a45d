"""A ticket and its comments become feedback."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.connectors.zendesk.convert import heard, people_of
from aftermerge.connectors.zendesk.webhook import heard_in
from aftermerge.model.customer import Customer

SITE = "https://harbor.zendesk.com"
PEOPLE = people_of(
    [
        {"id": 7, "name": "Ada Obi", "email": "ada@customer.example", "role": "end-user", "organization_id": 70},
        {"id": 8, "name": "Ben Ito", "email": "ben@harbor.example", "role": "agent"},
        {"id": 9, "name": "Cy Mori", "role": "end-user"},
    ]
)


def ticket(**more: Any) -> dict[str, Any]:
    return {
        "id": 8841,
        "subject": "Export stops",
        "description": "It stops at 90%.",
        "status": "open",
        "requester_id": 7,
        "submitter_id": 7,
        "assignee_id": 8,
        "collaborator_ids": [9],
        "organization_id": 71,
        "created_at": "2026-02-01T10:00:00Z",
        "updated_at": "2026-02-01T12:00:00Z",
        "satisfaction_rating": {"score": "unoffered"},
        **more,
    }


def comment(author: int, body: str, *, public: bool = True, minute: int = 0) -> dict[str, Any]:
    time = f"2026-02-01T10:{minute:02}:00Z"
    return {"id": minute, "author_id": author, "public": public, "plain_body": body, "created_at": time}


def item(made: Item | NotHeard) -> Item:
    assert isinstance(made, Item), made
    return made


def test_the_requesters_first_words_and_the_teams_first_public_answer_are_kept() -> None:
    comments = [
        comment(7, "It stops at 90%."),
        comment(8, "Ada again, ask Cy.", public=False, minute=1),
        comment(9, "Same here.", minute=2),
        comment(8, "Fixed tomorrow.", minute=3),
        comment(7, "Thanks.", minute=4),
        comment(8, "You are welcome.", minute=5),
    ]
    made = item(heard(ticket(), comments, PEOPLE, "zendesk", SITE))
    feedback = made.feedback
    assert (feedback.id, feedback.thread) == ("zendesk:8841", "8841")
    assert feedback.text == "Export stops\n\nIt stops at 90%."
    assert (feedback.reply, feedback.replied_by) == ("Fixed tomorrow.", "8")
    assert feedback.replied_at == datetime(2026, 2, 1, 10, 3, tzinfo=UTC)
    assert feedback.url == "https://harbor.zendesk.com/agent/tickets/8841"
    assert (feedback.author, feedback.account) == ("7", "71")
    assert feedback.updated_at == datetime(2026, 2, 1, 12, tzinfo=UTC)
    assert (feedback.may_contact, feedback.may_quote) == (True, False)
    assert made.customer == Customer("zendesk", "7", "Ada Obi", "ada@customer.example")
    assert set(made.names) == {"Ada Obi", "Ben Ito", "Cy Mori"}


def test_a_private_note_is_never_kept() -> None:
    notes = [comment(7, "secret one", public=False), comment(7, "It stops."), comment(8, "secret two", public=False)]
    made = item(heard(ticket(), notes, PEOPLE, "zendesk", SITE))
    assert "secret" not in repr(made)
    assert made.feedback.reply is None


def test_what_an_agent_wrote_down_for_a_requester_is_not_the_requesters() -> None:
    made = heard(ticket(submitter_id=8), [comment(8, "Ada rang: it stops.")], PEOPLE, "zendesk", SITE)
    assert made == NotHeard("its requester has said nothing in public")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"status": "deleted"}, "the ticket was deleted"),
        ({"requester_id": 8}, "the team itself asks"),
        ({"requester_id": None}, "the ticket has no requester"),
        ({"created_at": None}, "it is no ticket"),
    ],
)
def test_a_ticket_in_which_no_customer_speaks_says_why(given: dict[str, Any], reason: str) -> None:
    assert heard(ticket(**given), [comment(7, "words")], PEOPLE, "zendesk", SITE) == NotHeard(reason)


@pytest.mark.parametrize(
    ("score", "rating"),
    [("good", 5.0), ("bad", 1.0), ("good_with_comment", 5.0), (4, 4.0), ("offered", None), ("unoffered", None)],
)
def test_a_rating_is_kept_where_one_was_given(score: object, rating: float | None) -> None:
    rated = ticket(satisfaction_rating={"score": score})
    assert item(heard(rated, [comment(7, "words")], PEOPLE, "zendesk", SITE)).feedback.rating == rating


def test_a_comment_in_html_alone_is_read_as_text() -> None:
    html = {**comment(7, ""), "html_body": "<p>It <b>stops</b></p><script>x()</script>", "body": "It **stops**"}
    assert item(heard(ticket(subject=""), [html], PEOPLE, "zendesk", SITE)).feedback.text == "It stops"


def test_without_an_organization_of_its_own_a_ticket_has_its_requesters() -> None:
    assert (
        item(heard(ticket(organization_id=None), [comment(7, "x")], PEOPLE, "zendesk", SITE)).feedback.account == "70"
    )


def event(kind: str, detail: dict[str, Any], said: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": f"zen:event-type:ticket.{kind}",
        "subject": "zen:ticket:8841",
        "time": "2026-02-01T11:00:00Z",
        "detail": {**detail, "id": str(detail["id"]), "requester_id": str(detail["requester_id"])},
        "event": {"comment": said} if said else {},
    }


def said(by: int, body: str, *, staff: bool, public: bool = True) -> dict[str, Any]:
    author = {"id": str(by), "is_staff": staff, "name": PEOPLE[str(by)]["name"]}
    return {"id": "31", "body": body, "is_public": public, "author": author}


def test_an_event_of_a_new_ticket_is_what_its_requester_said() -> None:
    [made] = heard_in(event("created", ticket(is_public=True)), "hook")
    assert item(made).feedback.text == "Export stops\n\nIt stops at 90%."
    assert (item(made).feedback.id, item(made).feedback.url) == ("hook:8841", None)


def test_an_event_of_an_answer_is_the_ticket_with_it() -> None:
    [made] = heard_in(event("comment_added", ticket(), said(8, "Fixed.", staff=True)), "hook")
    feedback = item(made).feedback
    assert (feedback.external_id, feedback.reply, feedback.replied_by) == ("8841", "Fixed.", "8")
    assert feedback.replied_at == datetime(2026, 2, 1, 11, tzinfo=UTC)


def test_an_event_of_a_customers_further_words_is_feedback_of_its_own_in_the_thread() -> None:
    [made] = heard_in(event("comment_added", ticket(), said(7, "Still stops.", staff=False)), "hook")
    feedback = item(made).feedback
    assert (feedback.external_id, feedback.thread, feedback.text) == ("8841-31", "8841", "Still stops.")


@pytest.mark.parametrize(
    "body",
    [
        event("comment_added", ticket(), said(8, "secret", staff=True, public=False)),
        event("comment_added", ticket(), said(7, "secret", staff=False, public=False)),
        event("status_changed", ticket()),
        event("created", ticket(submitter_id=8)),
        {"type": "zen:event-type:user.created"},
        {},
    ],
)
def test_other_events_are_not_heard(body: dict[str, Any]) -> None:
    [made] = heard_in(body, "hook")
    assert isinstance(made, NotHeard)
    assert "secret" not in made.reason


def test_a_page_of_the_api_that_was_saved_is_heard_ticket_by_ticket() -> None:
    users = [dict(user) for user in PEOPLE.values()]
    rows = [ticket(url="https://harbor.zendesk.com/api/v2/tickets/8841.json"), ticket(id=2, status="deleted")]
    first, second = heard_in({"tickets": rows, "users": users}, "hook")
    assert item(first).feedback.url == "https://harbor.zendesk.com/agent/tickets/8841"
    assert isinstance(second, NotHeard)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ticket(), "author"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(st.sampled_from([*ticket()]), json_values, st.sampled_from(["created", "comment_added"]))
def test_whatever_stands_in_a_field_nothing_raises(key: str, value: object, kind: str) -> None:
    body = event(kind, ticket(), said(7, "words", staff=False))
    heard_in({**body, "detail": {**body["detail"], key: value}, "event": {"comment": {"author": value}}}, "hook")
    heard_in({"ticket": {**ticket(), key: value}, "users": value, "comments": value}, "hook")
