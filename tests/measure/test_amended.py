"""Goalposts that were moved after the claim was frozen can't win; words may be edited."""

from dataclasses import replace
from datetime import UTC, date
from typing import Any

import pytest

from aftermerge.bet.freeze import freeze_merged
from aftermerge.measure.run import Request, run
from aftermerge.model.amount import parse_amount
from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.readout import Readout
from support.memory_ledger import MemoryLedger
from support.memory_usage import MemoryUsage
from support.world import bet, change, day, link, metric, release, series

CLAIMED = bet(worth=parse_amount("5%"), decide=date(2025, 2, 1), guardrails=("refunds",), also=("exports_all",))
METRICS = (metric(), metric("exports_all"), metric("refunds"))


def read(now: Bet, rise: float) -> Readout:
    """The primary readout of a bet that was frozen as `CLAIMED` and says `now` what it says."""
    ledger = MemoryLedger()
    changes = (change("c1", 299),)
    ledger.store(
        "all", Batch("1", bets=(CLAIMED,), metrics=METRICS, releases=(release("1.0", 300, "c1"),), changes=changes)
    )
    ledger.replace_links([link("c1", CLAIMED.slug)])
    freeze_merged(ledger, None, day(299))
    ledger.store("all", Batch("2", bets=(now,)))
    risen = {f"series:{m.name}": series(rise_from=300, rise=rise, seed=3) for m in METRICS}
    answer = run(Request(UTC), ledger, MemoryUsage(series=risen), lambda: day(500))
    return next(readout for readout in answer.readouts if readout.role == "primary")


MOVED: list[dict[str, Any]] = [
    {"worth": parse_amount("1%")},
    {"metric": "exports_all"},
    {"decide": date(2025, 6, 1)},
    {"guardrails": ()},
    {"expect": parse_amount("+20%")},
]


def test_what_was_not_touched_wins() -> None:
    assert read(CLAIMED, 0.15).verdict == "improved"


@pytest.mark.parametrize("moved", MOVED, ids=lambda moved: next(iter(moved)))
def test_goalposts_that_were_moved_can_t_win(moved: dict[str, Any]) -> None:
    readout = read(replace(CLAIMED, **moved), 0.15)
    assert readout.low is not None
    assert readout.low > 0
    assert (readout.verdict, readout.reason) == (
        "cannot_tell",
        "the claim was amended after it was frozen on 26 Oct 2024",
    )
    (check,) = [check for check in readout.checks if check.name == "amended"]
    assert check.outcome == "warn"
    assert next(iter(moved)) in check.detail


@pytest.mark.parametrize("moved", MOVED, ids=lambda moved: next(iter(moved)))
def test_harm_stays_harm_however_the_goalposts_were_moved(moved: dict[str, Any]) -> None:
    assert read(replace(CLAIMED, **moved), -0.2).verdict == "harmed"


def test_a_worth_that_was_raised_hides_no_harm() -> None:
    assert read(replace(CLAIMED, worth=parse_amount("60%")), -0.2).verdict == "harmed"


def test_words_can_be_edited_and_still_win() -> None:
    edited = replace(CLAIMED, why="Said better.", asked="More", helps="Else", owner="you", paths=("src/**",))
    readout = read(edited, 0.15)
    assert readout.verdict == "improved"
    assert not [check for check in readout.checks if check.name == "amended"]
