"""Data that can't be asked today leaves what was read out before, and says so."""

from dataclasses import replace
from datetime import UTC, timedelta

from aftermerge.measure.run import Request, run
from aftermerge.model.amount import Amount
from aftermerge.model.batch import Batch
from aftermerge.model.readout import Readout
from support.memory_ledger import MemoryLedger
from support.memory_usage import MemoryUsage
from support.world import bet, change, day, link, metric, release, series

NOW = day(500)
THERE = MemoryUsage(series={"series:exports": series(rise_from=300, rise=0.15)})
AWAY = MemoryUsage(is_away=True)


def ledger() -> MemoryLedger:
    kept = MemoryLedger()
    releases, changes = (release("1.0", 300, "c1"),), (change("c1", 299),)
    kept.store("all", Batch("1", bets=(bet(),), metrics=(metric(),), releases=releases, changes=changes))
    kept.replace_links([link("c1", "faster-export")])
    return kept


def read(kept: MemoryLedger, usage: MemoryUsage, days: int = 0) -> Readout:
    (found,) = run(Request(UTC), kept, usage, lambda: NOW + timedelta(days=days)).readouts
    return found


def test_the_readout_of_before_stays_and_says_since_when_and_why() -> None:
    kept = ledger()
    before, after = read(kept, THERE), read(kept, AWAY, 1)
    assert before.verdict == after.verdict == "improved"
    assert after.checks[:-1] == before.checks
    assert replace(after, checks=before.checks) == before
    told = f"read on {NOW.date()}; on {(NOW + timedelta(days=1)).date()} it could not be asked: no such data"
    assert (after.checks[-1].outcome, after.checks[-1].detail) == ("warn", told)
    assert kept.readouts()[1] == (after,)


def test_the_day_on_which_it_was_read_stays_however_long_the_data_is_away() -> None:
    kept = ledger()
    read(kept, THERE)
    read(kept, AWAY, 1)
    later = read(kept, AWAY, 5)
    assert [check.detail[:18] for check in later.checks if check.name == "last_asked"] == [f"read on {NOW.date()}"]


def test_once_the_data_is_back_it_is_read_anew() -> None:
    kept = ledger()
    before = read(kept, THERE)
    read(kept, AWAY, 1)
    assert read(kept, THERE).checks == before.checks


def test_without_a_readout_of_before_the_reason_is_all_there_is() -> None:
    kept = ledger()
    assert read(kept, AWAY).reason == "no such data"
    assert read(kept, AWAY, 1).reason == "no such data"


def test_another_claim_is_not_answered_by_the_readout_of_the_one_before() -> None:
    kept = ledger()
    read(kept, THERE)
    changed = replace(metric(), worth=Amount(40.0, "percent"))
    kept.store("more", Batch("2", metrics=(changed,)))
    assert read(kept, AWAY, 1).verdict == "cannot_tell"


def test_a_question_that_can_not_be_asked_of_any_data_is_not_answered_by_the_readout_of_before() -> None:
    kept = ledger()
    read(kept, THERE)
    assert read(kept, MemoryUsage(), 1).reason == "no such data"
