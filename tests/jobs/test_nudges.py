"""A bet's owner hears once of what is news, and never in quiet hours."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from aftermerge.bet.stand import standing_of, standings
from aftermerge.jobs.nudges import NudgeReport, Nudging, due_nudges, nudge_owners
from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback
from aftermerge.model.message import Message
from aftermerge.model.quiet import QuietHours
from aftermerge.model.readout import Readout, Subject
from support.fake_noticeboard import FakeNoticeboard, MortalLedger
from support.world import bet, change, day, link, metric, release

OWNER = "exports@harbor.example"
READ = Readout(
    Subject("bet", "faster-export"), "exports", "controlled", "primary", "percent", 5.0, "no_change", "within ±5%",
    estimate=0.4, low=-1.1, high=1.9, window=(day(20).date(), day(47).date()),
)  # fmt: skip
NUDGING = Nudging("Harbor", "slack", UTC, QuietHours(time(19), time(8)))


def ledger(*readouts: Readout, owner: str | None = OWNER, asked: bool = True) -> MortalLedger:
    found = MortalLedger()
    words = (Feedback("desk", "1", day(5), "It spins <!channel>.", author="c", problem="slow"),) if asked else ()
    rows = Batch(
        "1",
        feedback=words,
        bets=(bet(problem="slow", helps="Exports that <b>finish</b>", owner=owner),),
        metrics=(metric(),),
        changes=(change("c1", 19),),
        releases=(release("1.0", 20, "c1"),),
    )
    found.store("all", rows)
    found.replace_links([link("c1", "faster-export")])
    if readouts:
        found.replace_readouts(day(48), readouts)
    return found


def nudge(held: MortalLedger, board: FakeNoticeboard, at: datetime) -> NudgeReport:
    return nudge_owners(held, {"slack": board.open, "email": board.open}, NUDGING, lambda: at)


def kinds(held: MortalLedger, index: int) -> Sequence[str]:
    return [found.kind for found in due_nudges(standings(held), day(index).date(), UTC)]


def test_its_owner_hears_once_that_it_has_reached_users() -> None:
    held, board = ledger(), FakeNoticeboard()
    assert [one.became for one in nudge(held, board, day(21)).announced] == ["posted"]
    assert nudge(held, board, day(22)) == NudgeReport()
    [told] = board.posted
    assert (told.to, told.subject) == (OWNER, "faster-export has reached users")
    assert "1 customer who asked has not heard that it is there." in told.text
    assert "`aftermerge tell due --bet faster-export`" in told.text


def test_its_owner_hears_once_what_it_did_and_no_change_is_told_kindly() -> None:
    held, board = ledger(READ), FakeNoticeboard()
    nudge(held, board, day(48))
    nudge(held, board, day(49))
    [told] = board.posted
    assert told.subject == "faster-export has its verdict: no meaningful change"
    assert "+0.40% [−1.10, +1.90]" in told.text
    assert "To know is worth as much as to have been right" in told.text


def test_its_owner_hears_once_a_week_after_the_verdict_that_somebody_still_waits() -> None:
    held, board = ledger(READ), FakeNoticeboard()
    for index in range(47, 90):
        nudge(held, board, day(index))
    assert [told.subject for told in board.posted] == [
        "faster-export has its verdict: no meaningful change",
        "faster-export is there, and 1 customer still waits to hear so",
    ]


def test_nobody_is_nudged_for_one_who_was_answered() -> None:
    held = ledger(READ)
    held.replace_message(None, Message("answer", "faster-export", "desk:c", "desk:1", "r", "sent", "Done", day(48)))
    assert kinds(held, 55) == ["verdict"]
    assert kinds(ledger(READ), 55) == ["waits"]


def test_what_happened_long_before_floods_nobody_who_turns_it_on() -> None:
    assert kinds(ledger(), 28) == []
    assert kinds(ledger(READ, asked=False), 62) == []
    assert kinds(ledger(READ), 76) == []


def test_of_what_was_taken_back_nothing_is_news() -> None:
    found = standing_of("faster-export", ledger(READ))
    back = replace(found, withdrawn=found.release)
    assert list(due_nudges([back], day(48).date(), UTC)) == []


@pytest.mark.parametrize("owner", [None, "@exports", "exports", "a b@harbor.example", "two@harbor.example,x@y.example"])
def test_an_owner_who_is_no_address_is_told_nothing(owner: str | None) -> None:
    assert kinds(ledger(owner=owner), 21) == []


def test_nobody_is_told_anything_in_quiet_hours() -> None:
    held, board = ledger(), FakeNoticeboard()
    assert nudge(held, board, day(21) + timedelta(hours=8)).is_quiet
    assert board.posted == []
    assert nudge(held, board, day(21)).announced


def test_what_others_wrote_acts_in_no_form() -> None:
    held, board = ledger(), FakeNoticeboard()
    nudge(held, board, day(21))
    [told] = board.posted
    assert "<b>finish" not in (told.html or "")
    assert "mrkdwn" not in str(told.blocks)
