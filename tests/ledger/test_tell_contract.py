"""Messages, what customers answered, and who does not want to be written to: alike in every ledger."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aftermerge.ledger import SqlLedger
from aftermerge.model.batch import Batch
from aftermerge.model.customer import Customer, digest_of
from aftermerge.model.feedback import Feedback
from aftermerge.model.message import Confirmation, Message
from aftermerge.ports import Ledger

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DRAFT = Message("answer", "faster-export", "desk:a7", "desk:1", "r-1", "drafted", "Dear you", NOON)
QUESTION = replace(DRAFT, kind="question", reference="r-2")
SAID = Confirmation("faster-export", "desk:a7", "desk:1", "no", NOON, "link")


@pytest.fixture
def ledger(any_ledger: Ledger) -> Ledger:
    any_ledger.store("desk", Batch("1", feedback=(Feedback("desk", "1", NOON, "It stops", author="a7"),)))
    return any_ledger


def test_there_is_one_message_of_each_kind_for_a_customer_and_a_bet(ledger: Ledger) -> None:
    assert ledger.replace_message(None, QUESTION)
    assert ledger.replace_message(None, DRAFT)
    assert not ledger.replace_message(None, replace(DRAFT, reference="r-3"))
    assert list(ledger.messages()) == [DRAFT, QUESTION]


def test_a_message_is_written_only_where_it_stands_as_the_writer_believes(ledger: Ledger) -> None:
    ledger.replace_message(None, DRAFT)
    approved = replace(DRAFT, state="approved", changed_at=NOON + timedelta(hours=1))
    assert not ledger.replace_message(replace(DRAFT, text="Other words"), approved)
    assert ledger.replace_message(DRAFT, approved)
    assert not ledger.replace_message(DRAFT, replace(approved, state="sending"))
    assert list(ledger.messages()) == [approved]


def test_the_last_that_a_customer_says_stands(ledger: Ledger) -> None:
    assert ledger.confirm(SAID)
    assert not ledger.confirm(replace(SAID, said_at=NOON + timedelta(days=1)))
    corrected = replace(SAID, helped="yes", said_at=NOON + timedelta(days=2))
    assert ledger.confirm(corrected)
    assert list(ledger.confirmations()) == [corrected]


def test_who_opted_out_is_known_by_digest_alone(ledger: Ledger) -> None:
    assert ledger.opt_out("desk:a7")
    assert not ledger.opt_out("desk:a7")
    assert set(ledger.opted_out()) == {digest_of("desk:a7")}


def test_who_opted_out_may_not_be_contacted_about_anything(ledger: Ledger) -> None:
    ledger.attribute({"desk:1": "it-stops"})
    assert [ask.may_contact for ask in ledger.asks()] == [True]
    ledger.opt_out("desk:a7")
    assert [ask.may_contact for ask in ledger.asks()] == [False]


def test_where_mail_reaches_a_customer_is_what_their_source_gave(ledger: Ledger) -> None:
    assert ledger.address("desk:a7") is None
    ledger.store("desk", Batch("2", customers=(Customer("desk", "a7", None, "a7@mail.example"),)))
    assert ledger.address("desk:a7") == "a7@mail.example"


def test_forgetting_takes_the_words_of_messages_and_keeps_that_something_was_told(ledger: Ledger) -> None:
    sent = replace(DRAFT, state="sent", sent_at=NOON, url="https://desk.example/1")
    for message in (sent, QUESTION):
        ledger.replace_message(None, message)
    ledger.confirm(SAID)
    ledger.opt_out("desk:a7")
    ledger.forget("desk:a7")
    told, question = ledger.messages()
    assert (told.state, told.text, told.url, told.sent_at) == ("sent", "", None, NOON)
    assert (question.state, question.text, question.reference, question.reason) == ("waived", "", "", "forgotten")
    assert [row.helped for row in ledger.confirmations()] == ["no"]
    known = {row.id for row in ledger.feedback()}
    assert {told.feedback, question.feedback, *(row.feedback for row in ledger.confirmations())} <= known
    assert "desk:a7" not in f"{ledger.messages()}{ledger.confirmations()}"
    assert set(ledger.opted_out()) == {digest_of("desk:a7")}


def test_the_journal_has_neither_the_words_nor_whom_they_are_for(ledger: Ledger) -> None:
    ledger.replace_message(None, DRAFT)
    ledger.confirm(SAID)
    if isinstance(ledger, SqlLedger):
        told = [entry for entry in ledger.journal() if entry.verb in ("message drafted", "confirm")]
        assert len(told) == 2
        assert not [word for word in ("Dear you", "desk:a7") if word in str(told)]
