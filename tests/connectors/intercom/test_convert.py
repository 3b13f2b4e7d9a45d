"""A conversation becomes feedback."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.connectors.intercom.convert import Account, heard
from aftermerge.connectors.intercom.webhook import heard_in
from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.model.customer import Customer

BEGUN = 1_770_000_000
SITE = "https://app.intercom.com/a/inbox/abc/inbox/conversation"
ADA = {"type": "user", "id": "c7", "name": "Ada Obi", "email": "ada@customer.example"}
BEN = {"type": "admin", "id": "8", "name": "Ben Ito", "email": "ben@harbor.example"}
BOT = {"type": "bot", "id": "1", "name": "Operator"}


def part(author: dict[str, Any], body: str | None, minute: int, kind: str = "comment", **more: Any) -> dict[str, Any]:
    time = BEGUN + 60 * minute
    return {"id": f"p{minute}", "part_type": kind, "author": author, "body": body, "created_at": time, **more}


def conversation(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "conversation",
        "id": "501",
        "created_at": BEGUN,
        "updated_at": BEGUN + 3600,
        "source": {"id": "s1", "author": ADA, "subject": "", "body": "<p>Hello</p>"},
        "contacts": {"contacts": [{"type": "contact", "id": "c7"}]},
        "conversation_parts": {"conversation_parts": list(parts)},
        **more,
    }


def item(made: Item | NotHeard) -> Item:
    assert isinstance(made, Item), made
    return made


def test_a_contacts_words_up_to_the_teams_first_answer_are_the_feedback() -> None:
    made = item(
        heard(
            conversation(
                part(BOT, "<p>How can we help?</p>", 1),
                part(ADA, "<p>The export <b>stops</b>.</p>", 2),
                part(BEN, "<p>We look.</p>", 3),
                part(ADA, "<p>Thanks!</p>", 4),
                part(BEN, "<p>Fixed.</p>", 5),
            ),
            Account("k9", 120.0),
            "intercom",
            SITE,
        )
    )
    feedback = made.feedback
    assert (feedback.id, feedback.thread) == ("intercom:501", "501")
    assert feedback.text == "Hello\n\nThe export stops."
    assert (feedback.reply, feedback.replied_by) == ("We look.", "8")
    assert feedback.replied_at == datetime.fromtimestamp(BEGUN + 180, UTC)
    assert (feedback.author, feedback.account, feedback.account_value) == ("c7", "k9", 120.0)
    assert feedback.url == f"{SITE}/501"
    assert feedback.time == datetime.fromtimestamp(BEGUN, UTC)
    assert feedback.updated_at == datetime.fromtimestamp(BEGUN + 3600, UTC)
    assert (feedback.may_contact, feedback.may_quote) == (True, False)
    assert made.customer == Customer("intercom", "c7", "Ada Obi", "ada@customer.example")
    assert set(made.names) == {"Ada Obi", "Ben Ito", "Operator"}


def test_a_note_of_the_team_is_never_kept() -> None:
    notes = [part(BEN, "<p>secret</p>", minute, kind) for minute, kind in enumerate(["note", "note_and_reopen", "new"])]
    made = item(heard(conversation(*notes), None, "intercom", SITE))
    assert "secret" not in repr(made)
    assert made.feedback.reply is None


def test_a_redacted_part_is_not_kept() -> None:
    made = item(heard(conversation(part(ADA, "<p>secret</p>", 1, redacted=True)), None, "intercom", SITE))
    assert made.feedback.text == "Hello"


def test_an_opening_that_stands_among_the_parts_too_is_kept_once() -> None:
    made = item(heard(conversation({**part(ADA, "<p>Hello</p>", 0), "id": "s1"}), None, "intercom", SITE))
    assert made.feedback.text == "Hello"


def test_where_the_team_wrote_first_the_contacts_answer_is_the_feedback_and_counts_from_then() -> None:
    begun = {"id": "s1", "author": BEN, "subject": "News", "body": "<p>We have news</p>"}
    made = item(heard(conversation(part(ADA, "<p>Finally</p>", 9), source=begun), None, "intercom", SITE)).feedback
    assert (made.text, made.reply, made.author) == ("Finally", None, "c7")
    assert made.time == datetime.fromtimestamp(BEGUN + 540, UTC)


def test_where_no_contact_speaks_nothing_is_heard() -> None:
    begun = {"id": "s1", "author": BEN, "body": "<p>We have news</p>"}
    assert heard(conversation(source=begun), None, "intercom", SITE) == NotHeard("no contact says anything in it")


@pytest.mark.parametrize(("rating", "kept"), [(5, 5.0), (1, 1.0), (None, None), ("5", None), (True, None)])
def test_a_rating_is_kept(rating: object, kept: float | None) -> None:
    rated = conversation(conversation_rating={"rating": rating, "remark": "fine"})
    assert item(heard(rated, None, "intercom", SITE)).feedback.rating == kept


def test_the_subject_of_a_mail_stands_first() -> None:
    mail = {"id": "s1", "author": ADA, "subject": "<p>Export &amp; import</p>", "body": "<p>It stops</p>"}
    assert item(heard(conversation(source=mail), None, "intercom", SITE)).feedback.text == "Export & import\n\nIt stops"


def notification(topic: str, *parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    item = conversation(*parts, **more)
    return {"type": "notification_event", "topic": topic, "data": {"item": item}}


def test_a_notification_of_a_new_conversation_is_what_was_said() -> None:
    [made] = heard_in(notification("conversation.user.created"), "hook")
    assert item(made).feedback.text == "Hello"


def test_a_notification_of_a_reply_is_feedback_of_its_own_in_the_thread() -> None:
    [made] = heard_in(notification("conversation.user.replied", part(ADA, "<p>Still stops</p>", 7)), "hook")
    feedback = item(made).feedback
    assert (feedback.external_id, feedback.thread, feedback.text) == ("501-p7", "501", "Still stops")
    assert item(made).customer == Customer("hook", "c7", "Ada Obi", "ada@customer.example")


def test_a_notification_of_an_answer_is_the_conversation_with_it() -> None:
    [made] = heard_in(notification("conversation.admin.replied", part(BEN, "<p>We look</p>", 3)), "hook")
    assert (item(made).feedback.external_id, item(made).feedback.reply) == ("501", "We look")


@pytest.mark.parametrize(
    "body",
    [
        notification("conversation.admin.noted", part(BEN, "<p>secret</p>", 3, "note")),
        notification("conversation.admin.closed", part(BEN, None, 3, "close")),
    ],
)
def test_a_notification_of_anything_else_is_the_opening(body: dict[str, Any]) -> None:
    [made] = heard_in(body, "hook")
    assert (item(made).feedback.text, item(made).feedback.reply) == ("Hello", None)


@pytest.mark.parametrize(
    "body",
    [
        notification("conversation.user.replied"),
        {"topic": "contact.created", "data": {"item": {"type": "contact", "name": "secret"}}},
        {"topic": "ping"},
        {},
    ],
)
def test_other_notifications_are_not_heard(body: dict[str, Any]) -> None:
    [made] = heard_in(body, "hook")
    assert isinstance(made, NotHeard)
    assert "secret" not in made.reason


def test_saved_answers_of_the_api_are_heard() -> None:
    assert len(heard_in({"type": "conversation.list", "conversations": [conversation(), conversation()]}, "hook")) == 2
    [made] = heard_in(conversation(user={**ADA, "companies": {"companies": [{"id": "k9"}]}}), "hook")
    assert item(made).feedback.account == "k9"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "author", "body", "contacts", "companies"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(st.sampled_from([*conversation(), "user", "assignee", "links", "teammates"]), json_values)
def test_whatever_stands_in_a_field_nothing_raises(key: str, value: object) -> None:
    for topic in ("conversation.user.created", "conversation.user.replied", "conversation.admin.replied"):
        heard_in(notification(topic, part(ADA, "<p>x</p>", 1), **{key: value}), "hook")
    heard_in({**conversation(), key: value}, "hook")
