"""What customers say in the bodies of Freshdesk, Front, Delighted and Sentry."""

from datetime import UTC, datetime
from typing import Any

import pytest

from aftermerge.connectors.delighted.webhook import heard_in as delighted
from aftermerge.connectors.freshdesk.webhook import heard_in as freshdesk
from aftermerge.connectors.front.webhook import heard_in as front
from aftermerge.connectors.sentry.webhook import heard_in as sentry
from aftermerge.connectors.told.item import Item, NotHeard

RECEIVED = "2024-01-05T10:00:00+00:00"


def ticket(event: str, **more: Any) -> dict[str, Any]:
    fields = {
        "triggered_event": event, "ticket_id": "11", "ticket_url": "https://desk.example/11",
        "ticket_subject": "Export", "ticket_description": "<div>It <b>fails</b>.</div>",
        "requester_name": "Ada Quay", "requester_email": "ada@quay.example", **more,
    }  # fmt: skip
    return {"freshdesk_webhook": fields, "received_at": RECEIVED}


def item(heard: Any) -> Item:
    (found,) = heard
    assert isinstance(found, Item)
    return found


def reason(heard: Any) -> str:
    (found,) = heard
    assert isinstance(found, NotHeard)
    return found.reason


def test_a_freshdesk_ticket_is_heard_when_it_is_created() -> None:
    found = item(freshdesk(ticket("{ticket_action:created}"), "desk"))
    assert (found.feedback.id, found.feedback.text) == ("desk:11", "Export\n\nIt fails.")
    assert found.feedback.time == datetime(2024, 1, 5, 10, tzinfo=UTC)
    assert found.names == ("Ada Quay", "ada@quay.example")
    assert found.customer is not None
    assert found.customer.id == found.feedback.asker


def test_a_freshdesk_reply_answers_the_ticket() -> None:
    body = ticket("{reply_sent:sent}", ticket_latest_public_comment="<p>Fixed.</p>", ticket_created_at="2024-01-01")
    found = item(freshdesk(body, "desk")).feedback
    assert (found.reply, found.replied_at) == ("Fixed.", datetime(2024, 1, 5, 10, tzinfo=UTC))
    assert found.time == datetime(2024, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ("{note_type:private}", "a note among the team"),
        ("{priority:{from:3,to:1}}", "a change of the ticket (priority)"),
        ("", "it does not say what happened"),
    ],
)
def test_what_is_done_to_a_freshdesk_ticket_is_not_heard(event: str, why: str) -> None:
    assert reason(freshdesk(ticket(event), "desk")) == why


def test_a_freshdesk_ticket_without_any_time_is_told() -> None:
    body = ticket("{ticket_action:created}")
    del body["received_at"]
    assert "no id, time or words" in reason(freshdesk(body, "desk"))


def message(kind: str, inbound: bool = True) -> dict[str, Any]:
    sender = {"handle": "ada@quay.example", "name": "Ada Quay", "role": "from",
              "_links": {"related": {"contact": "https://front.example/contacts/crd_7"}}}  # fmt: skip
    data = {
        "id": "msg_1",
        "is_inbound": inbound,
        "created_at": 1704448800,
        "text": "It fails.\n",
        "recipients": [sender],
    }
    conversation = {"id": "cnv_1", "subject": "Export"}
    return {"type": kind, "emitted_at": 1704448801, "conversation": conversation, "target": {"data": data}}


def test_an_inbound_front_message_is_heard() -> None:
    found = item(front(message("inbound"), "desk"))
    assert (found.feedback.id, found.feedback.text) == ("desk:msg_1", "Export\n\nIt fails.")
    assert (found.feedback.author, found.feedback.thread) == ("crd_7", "cnv_1")
    assert found.names == ("Ada Quay", "ada@quay.example")


@pytest.mark.parametrize("kind", ["outbound", "out_reply", "comment", "mention", "assign", "tag"])
def test_what_the_team_does_in_front_is_not_heard(kind: str) -> None:
    assert reason(front(message(kind), "desk"))
    assert reason(front(message("inbound", inbound=False), "desk")) == "the team's own message"


def test_a_delighted_score_without_words_is_heard() -> None:
    data = {"id": 5, "score": 9, "comment": None, "created_at": 1704448800, "person": {"email": "ada@quay.example"}}
    found = item(delighted({"event_type": "survey_response.created", "event_data": data}, "desk"))
    assert (found.feedback.text, found.feedback.rating) == ("", 9.0)
    assert reason(delighted({"event_type": "unsubscribe.created", "event_data": data}, "desk"))


FEEDBACK_ISSUE = {
    "action": "created",
    "data": {"issue": {"id": "77", "issueCategory": "feedback", "firstSeen": "2024-01-05T10:00:00Z",
             "metadata": {"message": "It fails.", "name": "Ada Quay", "contact_email": "ada@quay.example"}}},
}  # fmt: skip
FEEDBACK_EVENT = {
    "action": "triggered",
    "data": {"event": {"event_id": "e", "issue_id": "77", "datetime": "2024-01-05T10:00:00Z", "release": "app@1.2",
             "contexts": {"feedback": {"message": "It fails.", "name": "Ada Quay",
                                       "contact_email": "ada@quay.example"}}}},
}  # fmt: skip
USER_REPORT = {"id": "77", "eventID": "e", "name": "Ada Quay", "email": "ada@quay.example", "comments": "It fails.",
               "dateCreated": "2024-01-05T10:00:00Z"}  # fmt: skip


@pytest.mark.parametrize("body", [FEEDBACK_ISSUE, FEEDBACK_EVENT, USER_REPORT])
def test_a_users_own_words_in_sentry_are_heard(body: dict[str, Any]) -> None:
    found = item(sentry(body, "desk"))
    assert (found.feedback.id, found.feedback.text) == ("desk:77", "It fails.")
    assert found.names == ("Ada Quay", "ada@quay.example")


def test_sentrys_errors_are_machines_reports() -> None:
    error = {"action": "created", "data": {"issue": {"id": "1", "title": "KeyError"}}}
    assert reason(sentry(error, "desk")) == "an error that a machine reports (created)"
