"""Each check of a readout by date barks where it must, and is quiet where it must be."""

from collections.abc import Mapping
from datetime import UTC, date, timedelta
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from aftermerge.measure.case import cases_of
from aftermerge.measure.controls import with_controls
from aftermerge.measure.run import Request, run
from aftermerge.model.amount import Amount
from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Series
from aftermerge.model.readout import Check, Readout
from support.memory_ledger import MemoryLedger
from support.memory_usage import MemoryUsage
from support.rates import is_within
from support.world import FIRST_DAY, bet, change, day, link, metric, noise, release, series

Floats = NDArray[np.float64]
SWITCH, DAYS = 300, 400


def read(answer: Series, *, holidays: frozenset[date] = frozenset(), **metric_says: Any) -> Readout:
    """One bet released on day 300."""
    ledger = MemoryLedger()
    ledger.store(
        "all",
        Batch(
            "1",
            bets=(bet(),),
            metrics=(metric(**metric_says),),
            releases=(release("1.0", SWITCH, "c1"),),
            changes=(change("c1", SWITCH - 1),),
        ),
    )
    ledger.replace_links([link("c1", "faster-export")])
    usage = MemoryUsage(series={"series:exports": answer})
    return run(Request(UTC, holidays=holidays), ledger, usage, lambda: day(500)).readouts[0]


def check(readout: Readout, name: str) -> Check:
    return next(found for found in readout.checks if found.name == name)


def outcome(answer: Series, name: str) -> str:
    return check(read(answer), name).outcome


def changed(where: slice, to: float, seed: int = 1, **more: object) -> Series:
    values = series(DAYS, seed).values.copy()
    values[where] = to
    return Series(FIRST_DAY, values, **more)  # type: ignore[arg-type]


def times(start: int, stop: int, factor: float, seed: int = 1) -> Series:
    values = series(DAYS, seed).values.copy()
    values[start:stop] *= factor
    return Series(FIRST_DAY, values)


@pytest.mark.parametrize(
    "name", ["outage", "logging_break", "pre_trend", "novelty", "calibration", "concurrent_change"]
)
def test_on_an_ordinary_series_every_check_passes(name: str) -> None:
    assert outcome(series(DAYS, seed=3), name) == "pass"


def test_days_at_zero_after_the_change_are_an_outage() -> None:
    assert outcome(changed(slice(SWITCH + 4, SWITCH + 6), 0.0), "outage") == "block"


def test_a_number_that_stands_still_after_the_change_is_a_logging_break() -> None:
    readout = read(changed(slice(SWITCH + 3, SWITCH + 10), 150.0))
    assert check(readout, "logging_break").outcome == "block"
    assert readout.verdict == "cannot_tell"
    assert "7 days in a row" in readout.reason


def test_a_metric_that_always_stands_still_for_days_is_not_broken_by_it() -> None:
    values = np.repeat(series(DAYS // 5, seed=2).values, 5)
    assert outcome(Series(FIRST_DAY, values), "logging_break") == "pass"


def test_holes_after_the_change_are_a_logging_break_and_holes_everywhere_are_not() -> None:
    assert outcome(changed(slice(SWITCH + 1, SWITCH + 20, 2), np.nan), "logging_break") == "block"
    assert outcome(changed(slice(0, DAYS, 7), np.nan), "logging_break") == "pass"


def test_what_doubles_exactly_may_have_been_counted_twice() -> None:
    assert outcome(times(SWITCH + 1, DAYS, 2.0), "logging_break") == "warn"
    assert outcome(times(SWITCH + 1, DAYS, 1.7), "logging_break") == "pass"


def test_a_rise_that_began_before_the_change_leaves_no_verdict() -> None:
    readout = read(times(SWITCH - 12, DAYS, 1.2))
    assert check(readout, "pre_trend").outcome in ("warn", "block")
    assert readout.verdict not in ("improved", "harmed")


def test_a_rise_that_begins_with_the_change_has_no_trend_before_it() -> None:
    assert outcome(times(SWITCH + 1, DAYS, 1.2), "pre_trend") == "pass"


def test_the_trend_before_is_suspected_no_more_often_than_promised() -> None:
    found = [outcome(series(DAYS, seed=seed), "pre_trend") for seed in range(60)]
    assert is_within(sum(each != "pass" for each in found), 60, 0.05)


def test_an_effect_that_is_gone_after_a_fortnight_is_a_novelty() -> None:
    found = check(read(times(SWITCH + 1, SWITCH + 15, 1.3)), "novelty")
    assert found.outcome == "warn"
    assert "fades" in found.detail


def test_an_effect_that_lasts_is_none() -> None:
    assert outcome(times(SWITCH + 1, DAYS, 1.3), "novelty") == "pass"


def test_novelty_is_suspected_no_more_often_than_promised() -> None:
    found = [outcome(times(SWITCH + 1, DAYS, 1.15, seed=seed), "novelty") for seed in range(60)]
    assert is_within(sum(each != "pass" for each in found), 60, 0.05)


def test_more_people_measured_leaves_no_verdict_on_a_mean_and_the_same_people_do() -> None:
    values, volume = series(DAYS, seed=4).values, 1000.0 + np.arange(float(DAYS)) % 7
    grown = volume * np.where(np.arange(DAYS) > SWITCH, 3.0, 1.0)
    assert outcome(Series(FIRST_DAY, values, grown), "who_is_measured") == "block"
    assert outcome(Series(FIRST_DAY, values, volume), "who_is_measured") == "pass"


def controls(count: int, shock: Floats) -> dict[str, Floats]:
    rng = np.random.default_rng(8)
    return {f"sister-{index}": np.exp(4 + shock + noise(rng, DAYS)) for index in range(count)}


def test_a_control_that_moved_by_itself_on_the_date_is_named() -> None:
    shock = np.cumsum(np.random.default_rng(9).normal(size=DAYS) * 0.03)
    own = np.exp(5 + shock + noise(np.random.default_rng(10), DAYS))
    sisters = controls(3, shock)
    assert outcome(Series(FIRST_DAY, own, controls=sisters), "touched_controls") == "pass"
    moved = sisters["sister-1"].copy()
    moved[SWITCH + 1 :] *= 1.4
    found = check(read(Series(FIRST_DAY, own, controls=sisters | {"sister-1": moved})), "touched_controls")
    assert found.outcome != "pass"
    assert "sister-1" in found.detail


def test_a_control_that_copies_the_outcome_is_no_control() -> None:
    answer = times(SWITCH + 1, DAYS, 1.2)
    readout = read(Series(FIRST_DAY, answer.values, controls={"copy": answer.values.copy()}))
    assert readout.verdict == "improved"
    assert "none usable" in check(readout, "controls").detail


def test_five_hundred_candidates_cost_no_honesty() -> None:
    rng = np.random.default_rng(12)
    many = {f"c{index}": np.exp(4 + noise(rng, DAYS, 0.05)) for index in range(500)}
    readout = read(Series(FIRST_DAY, series(DAYS, seed=13).values, controls=many))
    assert readout.verdict in ("no_change", "cannot_tell")
    assert "of 500 candidates" in check(readout, "controls").detail


def test_public_holidays_are_left_out() -> None:
    values = series(DAYS, seed=14).values.copy()
    free = [SWITCH - 40, SWITCH + 5, SWITCH + 6, SWITCH + 12]
    values[free] *= 0.2
    days = frozenset(FIRST_DAY + timedelta(days=index) for index in free)
    disturbed, told = read(Series(FIRST_DAY, values)), read(Series(FIRST_DAY, values), holidays=days)
    assert None not in (told.low, told.high, disturbed.low, disturbed.high)
    assert told.high - told.low < disturbed.high - disturbed.low  # type: ignore[operator]
    assert told.low < 0 < told.high  # type: ignore[operator]


def test_last_year_s_days_are_used_where_the_years_are_alike() -> None:
    days = 1100
    rng = np.random.default_rng(15)
    season = 0.4 * np.sin(2 * np.pi * np.arange(days) / 364) ** 3
    value = np.exp(5 + season + noise(rng, days))
    plain = np.exp(5 + noise(rng, days))
    ledger = MemoryLedger()
    batch = Batch(
        "1",
        bets=(bet(worth=Amount(5.0, "percent")),),
        metrics=(metric(),),
        releases=(release("1.0", 1050, "c1"),),
        changes=(change("c1", 1049),),
    )
    ledger.store("all", batch)
    ledger.replace_links([link("c1", "faster-export")])
    details = []
    for values in (value, plain):
        usage = MemoryUsage(series={"series:exports": Series(FIRST_DAY, values)})
        found = run(Request(UTC), ledger, usage, lambda: day(1200)).readouts[0]
        details.append("last year helped" in check(found, "calibration").detail)
    assert details == [True, False]


def test_the_picture_shows_what_was_and_what_was_expected_in_the_metric_s_own_unit() -> None:
    readout = read(times(SWITCH + 1, DAYS, 1.3))
    chart = readout.chart
    assert chart is not None
    expected = np.array([x for x in chart.forecast[-20:] if x is not None])  # type: ignore[union-attr]
    seen = np.array(chart.observed[-20:])  # type: ignore[union-attr]
    assert 100 < expected.mean() < 200
    assert seen.mean() > 1.2 * expected.mean()


def found_controls(bets: tuple[Bet, ...], *metrics: Metric) -> Mapping[str, Series]:
    rng = np.random.default_rng(16)
    rows = {name: np.exp(4 + noise(rng, DAYS)) for name in ("own", "guard", "watched", "free")}
    answers = {}
    for asked in metrics:
        others = {} if asked.kind != "series" else {name: row for name, row in rows.items() if name != asked.value}
        answers[f"series:{asked.key}"] = Series(FIRST_DAY, rows[asked.value or "own"], controls=others)
    releases = (release("1.0", SWITCH, "c1"),)
    cases = cases_of(bets, metrics, releases, [link("c1", one.slug) for one in bets])
    return with_controls(cases, {f"series:{asked.key}": asked for asked in metrics}, answers)


def test_rows_that_the_same_bet_names_or_that_watch_releases_are_no_controls() -> None:
    found = found_controls(
        (bet(guardrails=("guard",)),),
        metric(value="own"),
        metric("guard", value="guard"),
        metric("watched", value="watched", watch=True),
    )
    exports = found["series:exports"]
    assert set(exports.controls) == {"free"}
    assert exports.excluded_controls == ("guard", "watched")


def test_a_metric_of_the_product_s_events_has_the_rows_of_series_tables_and_no_other_metric() -> None:
    found = found_controls(
        (bet(),),
        metric(kind="count", source="app"),
        metric("other", kind="count", source="app"),
        metric("far", value="own"),
    )
    assert set(found["series:exports"].controls) == {"guard", "watched", "free"}
    assert set(found["series:far"].controls) == {"guard", "watched", "free"}


def test_ordinary_zeros_of_a_small_count_are_no_outage_and_no_logging_break() -> None:
    rng = np.random.default_rng(17)
    found = [
        read(Series(FIRST_DAY, rng.poisson(rate, DAYS).astype(float))) for rate in (1.0, 3.0, 6.0) for _ in range(15)
    ]
    for name in ("outage", "logging_break"):
        assert sum(check(readout, name).outcome != "pass" for readout in found) == 0


def test_a_fix_that_leaves_few_complaints_leaves_days_without_any_and_is_no_outage() -> None:
    rng = np.random.default_rng(19)
    for rate in (0.5, 1.0, 2.0):
        values = rng.poisson(6.0, DAYS).astype(float)
        values[SWITCH + 1 :] = rng.poisson(rate, DAYS - SWITCH - 1)
        assert outcome(Series(FIRST_DAY, values), "outage") == "pass"


def test_days_at_zero_beside_days_as_full_as_ever_are_an_outage_of_a_small_count_too() -> None:
    values = np.random.default_rng(20).poisson(6.0, DAYS).astype(float)
    values[SWITCH + 3 : SWITCH + 9] = 0.0
    assert outcome(Series(FIRST_DAY, values), "outage") == "block"


def test_a_small_count_that_stops_is_an_outage() -> None:
    values = np.random.default_rng(18).poisson(6.0, DAYS).astype(float)
    values[SWITCH + 1 :] = 0.0
    assert outcome(Series(FIRST_DAY, values), "outage") == "block"


def test_a_shop_that_is_closed_on_sundays_and_grows_claims_nothing() -> None:
    sunday = (np.arange(DAYS) + FIRST_DAY.weekday()) % 7 == 6
    spoke = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        values = np.exp(6 + 0.004 * np.arange(DAYS) + noise(rng, DAYS, 0.05))
        spoke += read(Series(FIRST_DAY, np.where(sunday, 0.0, np.round(values)))).verdict in ("improved", "harmed")
    assert is_within(spoke, 30, 0.05)


def test_a_holiday_changes_nobody_who_is_measured() -> None:
    volume = 1000.0 + np.arange(float(DAYS)) % 7
    free = range(SWITCH + 6, SWITCH + 12)
    volume[free] = 5.0
    answer = Series(FIRST_DAY, series(DAYS, seed=4).values, volume)
    days = frozenset(FIRST_DAY + timedelta(days=index) for index in free)
    assert check(read(answer, holidays=days), "who_is_measured").outcome == "pass"
