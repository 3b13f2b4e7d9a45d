from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from aftermerge.errors import InputError, UnknownIdError
from aftermerge.measure.power import PowerRequest, feasibility
from aftermerge.model.amount import parse_amount
from aftermerge.model.batch import Batch
from aftermerge.model.feasibility import Feasibility
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Arms, ArmsOfDay, Series
from aftermerge.model.table import EventsTable, UnitsTable, UsageTable
from aftermerge.render.feasibility import feasibility_document, feasibility_text
from aftermerge.stats import Moments
from support.memory_ledger import MemoryLedger
from support.memory_usage import MemoryUsage
from support.world import FIRST_DAY, bet, metric, release, series

EVENTS = EventsTable("app", "events.parquet", "user", "time", "event")
UNITS = UnitsTable("cats", "cats.csv", "userid", "version", "gate")
SHARE = metric("finished", worth="2pp", kind="share", source="app", window_days=7)


def answer(
    of: Metric, usage: MemoryUsage, *, ledger: MemoryLedger | None = None, days: int | None = None, effect: str = ""
) -> Feasibility:
    held = ledger or MemoryLedger()
    held.store("files", Batch("1", metrics=(of,), bets=(bet(metric=of.name, flag="bulk"),)))
    sought = parse_amount(effect) if effect else None
    return feasibility(PowerRequest(UTC, of.name, days, sought), held, usage)


def by_day(found: Series, name: str = "exports") -> MemoryUsage:
    return MemoryUsage(series={f"series:{name}": found})


def arms(per_day: int, days: int = 30, share: float = 0.2) -> Arms:
    unit = Moments(per_day, share, per_day * share * (1 - share))
    looks = tuple(ArmsOfDay(FIRST_DAY + timedelta(days=i), {"off": unit, "on": unit}) for i in range(days))
    total = sum((unit for _ in range(days - 1)), unit)
    first = datetime.combine(FIRST_DAY, datetime.min.time(), UTC)
    return Arms({"off": total, "on": total}, {"off": total.n, "on": total.n}, days=looks, first_exposure=first)


def by_arms(found: Arms, table: UsageTable = EVENTS, flag: str = "bulk") -> MemoryUsage:
    return MemoryUsage([table], arms={f"arms:finished:{flag}:": found})


def test_a_calm_metric_shows_its_worth_within_weeks() -> None:
    found = answer(metric(), by_day(series(days=700)))
    assert found.seen_after_days["before_after"] in (7, 14)
    assert [row.days for row in found.visible] == [7, 14, 28, 56, 84]
    assert found.past_dates > 40


def test_a_small_effect_in_a_loud_metric_is_never_seen_and_that_is_said() -> None:
    found = answer(metric(), by_day(series()), effect="0.5%")
    assert found.seen_after_days["before_after"] is None
    assert "0.5% would never be seen at this traffic" in feasibility_text(found)


def test_an_effect_of_the_size_that_is_told_is_found() -> None:
    found = answer(metric(), by_day(series(days=700)), days=28)
    needed = found.visible[-1].before_after
    assert needed is not None
    assert 1 < needed < 8, "the noise is 2% a day"


def test_what_should_fall_is_told_as_a_fall_and_never_by_more_than_all() -> None:
    loud = series()
    loud = replace(loud, values=loud.values * np.exp(np.random.default_rng(3).normal(size=400)))
    found = answer(metric(good="down"), by_day(loud))
    assert all(row.before_after is not None and 0 < row.before_after < 100 for row in found.visible)
    assert "−" in feasibility_text(found)


def test_an_experiment_shows_less_the_more_units_there_are() -> None:
    few, many = (answer(SHARE, by_arms(arms(per_day))).visible[-1].experiment for per_day in (20, 2000))
    assert few is not None
    assert many is not None
    assert many == pytest.approx(few / 10, rel=1e-2)


def test_units_count_once_their_window_has_closed() -> None:
    found = answer(SHARE, by_arms(arms(200)))
    assert found.visible[0].experiment is None, "seven days are the window"
    assert found.visible[1].experiment is not None


def test_the_day_on_which_an_experiment_shows_the_effect_is_where_the_table_crosses_it() -> None:
    found = answer(SHARE, by_arms(arms(150)))
    day = found.seen_after_days["randomised"]
    assert day is not None
    at = answer(SHARE, by_arms(arms(150)), days=day).visible[-1].experiment
    before = answer(SHARE, by_arms(arms(150)), days=day - 1).visible[-1].experiment
    assert at is not None
    assert before is not None
    assert at <= 2 < before


def test_a_finished_table_tells_what_its_units_would_show() -> None:
    found = answer(SHARE, by_arms(replace(arms(150), days=(), first_exposure=None), replace(UNITS, name="app"), "gate"))
    assert any("its 9,000 units would show" in reason for reason in found.unknown)
    assert "can't be said" in feasibility_text(found)


def test_where_nothing_can_be_looked_at_the_reasons_are_said() -> None:
    found = answer(SHARE, MemoryUsage([EVENTS]))
    assert len(found.unknown) == 2
    assert all("no such data" in reason for reason in found.unknown)


def test_where_much_ships_the_busy_dates_are_tried_too() -> None:
    ledger = MemoryLedger()
    ledger.store("git", Batch("1", releases=tuple(release(f"1.{n}", 20 * n) for n in range(1, 19))))
    assert answer(metric(), by_day(series()), ledger=ledger).past_dates > 10


def test_a_mistyped_metric_is_answered_with_the_nearest() -> None:
    ledger = MemoryLedger()
    ledger.store("files", Batch("1", metrics=(metric(),)))
    with pytest.raises(UnknownIdError) as caught:
        feasibility(PowerRequest(UTC, "exprts"), ledger, MemoryUsage())
    assert "did you mean `exports`?" in str(caught.value)


@pytest.mark.parametrize(("effect", "told"), [("2pp", "not in the unit"), ("0%", "can't be seen")])
def test_an_effect_that_can_t_be_is_refused(effect: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        answer(metric(), by_day(series()), effect=effect)


def test_the_document_holds_what_the_text_tells() -> None:
    found = answer(metric(), by_day(series()), days=14)
    document = feasibility_document(found)
    assert document["horizon_days"] == 14
    assert document["seen_after_days"] == {"before_after": found.seen_after_days["before_after"], "experiment": None}
