"""Habits that facts show: each rule shows it, and falls silent when what it rests on is taken away."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date
from typing import Any

import pytest

from aftermerge.learn.habits import shown_habits
from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.exploration import Exploration, ExploredQuestion
from aftermerge.model.feedback import Feedback
from aftermerge.model.interview import Interview
from aftermerge.model.message import Confirmation, Message
from aftermerge.model.readout import Readout, Subject
from aftermerge.model.thanks import ShownHabit
from support.memory_ledger import MemoryLedger
from support.world import FIRST_DAY, bet, change, day, link, release

OWNED = bet(problem="slow", owner="maya@harbor.example")
CLAIM = Readout(
    Subject("bet", "faster-export"),
    "exports",
    "randomised",
    "primary",
    "percent",
    5.0,
    "improved",
    "so it is",
    window=(FIRST_DAY, day(50).date()),
)
ASKED = (Feedback("desk", "1", day(5), "It spins.", author="c1", problem="slow", replied_at=day(30)),)
YES = Confirmation("faster-export", "desk:c1", "desk:1", "yes", day(40), "link")


def shown(
    held: Bet = OWNED,
    claim: Readout | None = CLAIM,
    feedback: Sequence[Feedback] = ASKED,
    said: Sequence[Confirmation] = (),
    told: Sequence[Message] = (),
    **more: Any,
) -> dict[str, ShownHabit]:
    ledger, extra = MemoryLedger(), more.get("changes", ())
    changes, releases = (change("c1", 19), *extra), (release("1.0", 20, "c1"), *more.get("releases", ()))
    ledger.store("all", Batch("1", feedback=tuple(feedback), bets=(held,), changes=changes, releases=releases))
    ledger.replace_links([link(row.id, held.slug) for row in changes])
    if claim:
        ledger.replace_readouts(day(60), [claim])
    for confirmation in said:
        ledger.confirm(confirmation)
    for message in told:
        ledger.replace_message(None, message)
    found = shown_habits(ledger, more.get("explored", ()), more.get("talks", ()), UTC)
    assert len({item.habit for item in found}) == len(found)
    return {item.habit: item for item in found}


def test_a_bet_that_was_answered_for_and_read_out_was_followed_after_its_merge() -> None:
    found = shown()["followed_after_merge"]
    assert found.evidence == ("faster-export", "desk:1")
    assert (found.whose, found.on) == (("maya@harbor.example",), day(50).date())
    assert "followed_after_merge" not in shown(claim=replace(CLAIM, verdict="too_early"))
    assert "followed_after_merge" not in shown(feedback=[replace(ASKED[0], replied_at=day(10))])


def test_a_bet_on_which_work_went_on_after_its_release_was_followed() -> None:
    assert shown(changes=(change("c2", 25),))["followed_after_merge"].evidence == ("faster-export", "c2")


def test_a_loop_is_closed_when_everyone_who_asked_was_answered_since() -> None:
    assert shown()["closed_the_loop"].evidence == ("faster-export", "desk:1")
    waits = Feedback("desk", "2", day(6), "Spins.", author="c2", problem="slow")
    assert "closed_the_loop" not in shown(feedback=[*ASKED, waits])
    assert "closed_the_loop" in shown(feedback=[*ASKED, replace(waits, may_contact=False)])
    assert "closed_the_loop" not in shown(feedback=[replace(ASKED[0], replied_at=None)])


def test_an_answer_that_was_sent_closes_it_too() -> None:
    silent = [replace(ASKED[0], replied_at=None)]
    sent = Message("answer", "faster-export", "desk:c1", "desk:1", "r", "sent", "Here", day(26), sent_at=day(26))
    assert shown(feedback=silent, told=[sent])["closed_the_loop"].on == day(26).date()
    assert "closed_the_loop" not in shown(feedback=silent, told=[replace(sent, state="approved", sent_at=None)])


def test_a_customers_own_word_closes_the_loop_and_a_yes_unblocked_them() -> None:
    found = shown(said=[YES])
    assert found["closed_the_loop"].evidence == found["unblocked_a_customer"].evidence == ("faster-export", "desk:1")
    assert found["closed_the_loop"].on == day(40).date()
    assert "unblocked_a_customer" not in shown(said=[replace(YES, helped="no")])
    assert "in part" in shown(said=[replace(YES, helped="partly")])["unblocked_a_customer"].told


def test_the_hard_question_was_asked_where_the_bet_said_beforehand_what_would_stop_it() -> None:
    hard = replace(OWNED, stop="no improvement", decide=day(60).date(), guardrails=("latency",))
    assert "asked_the_hard_question" in shown(hard)
    assert "asked_the_hard_question" not in shown(replace(hard, begun_at=day(20)))
    for missing in ({"stop": None}, {"decide": None}, {"guardrails": ()}):
        assert "asked_the_hard_question" not in shown(replace(hard, **missing))


@pytest.mark.parametrize(("decide", "is_on_time"), [(40, True), (30, True), (29, False), (None, False)])
def test_a_bet_taken_back_by_its_day_of_decision_was_stopped_on_time(decide: int | None, is_on_time: bool) -> None:
    held = replace(OWNED, decide=day(decide).date() if decide else None)
    revert = change("c9", 29, "Revert\n\nThis reverts commit c1c1c1c1.")
    first = change("c1c1c1c1", 19)
    releases = (release("0.9", 20, "c1c1c1c1"), release("1.1", 30, "c9"), release("1.0b", 21))
    ledger = MemoryLedger()
    ledger.store("all", Batch("1", bets=(held,), changes=(first, revert), releases=releases))
    ledger.replace_links([link("c1c1c1c1", held.slug)])
    assert ("stopped_on_time" in {item.habit for item in shown_habits(ledger, (), (), UTC)}) is is_on_time


def test_what_did_not_come_true_and_was_written_down_beforehand_taught_us_something() -> None:
    found = shown(claim=replace(CLAIM, verdict="harmed"))["taught_us_something"]
    assert (found.on, "harmed" in found.told) == (day(50).date(), True)
    assert "taught_us_something" in shown(claim=replace(CLAIM, verdict="no_change"))
    assert "taught_us_something" not in shown(claim=replace(CLAIM, verdict="harmed", retrospective=True))
    assert "taught_us_something" not in shown()


def test_whoever_sat_in_an_interview_crossed_a_boundary() -> None:
    talk = Interview("pier", date(2024, 1, 9), "slow", ("ida@harbor.example",), file="interviews/pier.md")
    found = shown(talks=(talk,))["crossed_a_boundary"]
    assert (found.whose, found.evidence) == (("ida@harbor.example",), ("faster-export", "interviews/pier.md"))


def test_an_exploration_that_was_kept_taught_us_something_and_a_no_asked_the_hard_question() -> None:
    asked = Exploration("maps", "Who reads maps?", FIRST_DAY, FIRST_DAY, outcome="Nobody", who=("ida@harbor.example",))
    kept = ExploredQuestion(asked, "kept", FIRST_DAY, FIRST_DAY)
    assert shown(feedback=(), explored=(kept,))["taught_us_something"].whose == ("ida@harbor.example",)
    refused = replace(kept, exploration=replace(asked, leads_to="no"))
    assert shown(feedback=(), explored=(refused,))["asked_the_hard_question"].evidence == ("maps",)
    assert shown(feedback=(), explored=(replace(kept, state="late"),)) == shown(feedback=())
