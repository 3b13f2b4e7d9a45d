"""Who waits to hear what became of what they asked for."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from aftermerge.model.change import Release
from aftermerge.model.feedback import Ask
from aftermerge.model.message import Message, MessageKind, MessageState
from aftermerge.model.reach import Reach
from aftermerge.model.waiting import reached_at, told_by, waits
from support.world import day

ASK = Ask("desk:ann", "slow", "desk:1", "desk", day(1), None, may_contact=True)
REACHED = day(20)


def answer(state: MessageState, kind: MessageKind = "answer", bet: str = "faster-export") -> Message:
    return Message(kind, bet, "desk:ann", "desk:1", "r", state, "It is done.", day(30))


def is_waiting(ask: Ask = ASK, messages: Sequence[Message] = ()) -> bool:
    return waits(ask, REACHED, told_by(messages), "faster-export")


def test_one_who_asked_before_it_reached_users_and_heard_nothing_since_waits() -> None:
    assert is_waiting()


def test_nobody_waits_for_what_has_not_reached_users() -> None:
    assert not waits(ASK, None, (), "faster-export")


def test_what_was_taken_back_is_waited_for_by_nobody() -> None:
    out = Release("v2", "git", "tag", day(20))
    assert reached_at(Reach(out)) == day(20)
    assert reached_at(Reach(out, Release("v3", "git", "tag", day(25)))) is None
    assert reached_at(None) is None


def test_one_who_asked_once_it_was_there_does_not_wait_for_it() -> None:
    assert not is_waiting(replace(ASK, asked_at=day(21)))


def test_only_an_answer_since_it_reached_users_tells_what_became_of_it() -> None:
    assert is_waiting(replace(ASK, answered_at=day(19)))
    assert not is_waiting(replace(ASK, answered_at=day(21)))


def test_one_who_may_not_be_written_to_is_not_waited_on() -> None:
    assert not is_waiting(replace(ASK, may_contact=False))


@pytest.mark.parametrize("state", ["sent", "waived", "unknown"])
def test_an_answer_that_may_have_arrived_or_was_waived_ends_the_wait(state: MessageState) -> None:
    assert not is_waiting(messages=[answer(state)])


@pytest.mark.parametrize("state", ["drafted", "approved", "sending", "refused"])
def test_an_answer_that_did_not_go_out_ends_no_wait(state: MessageState) -> None:
    assert is_waiting(messages=[answer(state)])


def test_an_answer_about_another_bet_and_a_question_end_no_wait() -> None:
    assert is_waiting(messages=[answer("sent", bet="other"), answer("sent", "question")])
