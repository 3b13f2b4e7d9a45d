"""Segments that got a change on days that the bet names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from aftermerge.measure.run import Request, run
from aftermerge.measure.weekly import Weeks, weekly, weeks_about
from aftermerge.model.batch import Batch
from aftermerge.model.chart import EventStudyChart, SeriesChart
from aftermerge.model.plan import Segments
from aftermerge.model.readout import Check, Readout
from aftermerge.model.table import SeriesTable
from aftermerge.stats.synthetic_control.effect import student_half_width, synthetic
from support.memory_ledger import MemoryLedger
from support.memory_usage import MemoryUsage
from support.rates import is_within
from support.world import bet, day, metric

TABLE = SeriesTable("sales", "sales.parquet", day="day", metric="name", value="n")
FIRST_DAY = date(2024, 1, 1)
SWITCH = FIRST_DAY + timedelta(days=140)
DAYS = 175
NAMES = tuple(f"R{index:02d}" for index in range(20))


@dataclass(frozen=True)
class World:
    """Regions of very different sizes that share three paths; `dates` of those that got it, `effect` relative."""

    dates: Mapping[str, date]
    effect: float = 0.0
    names: tuple[str, ...] = NAMES
    days: int = DAYS

    def segments(self, seed: int = 1) -> Segments:
        rng = np.random.default_rng(seed)
        count = len(self.names)
        paths = rng.normal(size=(3, self.days)).cumsum(axis=1) * 0.01
        log = rng.uniform(3, 7, (count, 1)) + rng.dirichlet(np.ones(3), count) @ paths
        log = log + 0.2 * np.sin(2 * np.pi * np.arange(self.days) / 7) + rng.normal(size=(count, self.days)) * 0.03
        for name, switch in self.dates.items():
            log[self.names.index(name), (switch - FIRST_DAY).days :] += np.log1p(self.effect)
        return Segments(FIRST_DAY, self.names, np.exp(log))

    def ledger(self, **more: Any) -> MemoryLedger:
        ledger = MemoryLedger()
        read_ = metric("sales", **({"source": "sales", "worth": "5%"} | more.pop("metric_", {})))
        bets = (bet(metric="sales", framed_at=day(0), rollout=dict(self.dates), **more),)
        ledger.store("all", Batch("1", bets=bets, metrics=(read_,)))
        return ledger

    def readout(self, seed: int = 1, today: int = DAYS, **more: Any) -> Readout:
        usage = MemoryUsage([TABLE], segments={"segments:sales": self.segments(seed)})
        return read(self.ledger(**more), usage, today)


def read(ledger: MemoryLedger, usage: MemoryUsage, today: int = DAYS) -> Readout:
    now = datetime.combine(FIRST_DAY + timedelta(days=today), datetime.min.time(), UTC)
    (found,) = run(Request(UTC), ledger, usage, lambda: now).readouts
    return found


def check(readout: Readout, name: str) -> Check:
    return next(check for check in readout.checks if check.name == name)


TWO = {"R00": SWITCH, "R01": SWITCH}
LATER = {"R00": SWITCH - timedelta(days=14), "R01": SWITCH}


@pytest.mark.parametrize("dates", [TWO, LATER], ids=["one day", "two days"])
def test_a_planted_rise_in_two_regions_is_found_with_its_size(dates: Mapping[str, date]) -> None:
    found = World(dates, effect=0.15).readout()
    assert (found.design, found.grade, found.verdict) == ("staggered", "B", "improved")
    assert found.low is not None
    assert found.high is not None
    assert found.low < 15 < found.high
    assert found.units == {"treated": 2, "not_yet": 18}
    assert sum(found.weights.values()) == pytest.approx(1.0)
    assert not set(found.weights) & set(dates)


def test_where_nothing_happened_nothing_is_claimed() -> None:
    claims = [World(TWO).readout(seed).verdict in ("improved", "harmed") for seed in range(30)]
    assert is_within(sum(claims), 30, 0.05)


def test_placebos_and_the_fit_before_are_said() -> None:
    found = World(TWO, effect=0.15).readout()
    assert check(found, "placebo").detail == "as large an effect in 0 of 18 untreated"
    assert check(found, "pre_fit").outcome == "pass"


def test_the_figure_shows_what_was_and_what_would_have_been_week_by_week() -> None:
    chart = World(TWO, effect=0.15).readout().chart
    assert isinstance(chart, SeriesChart)
    assert chart.switch == SWITCH
    assert len(chart.days) == len(chart.observed) == len(chart.forecast) == len(chart.low) == 24
    assert chart.low[19] is None
    assert chart.low[20] is not None
    assert chart.observed[20] == pytest.approx(1.15 * (chart.forecast[20] or 0.0), rel=0.05)


def test_a_region_that_the_data_does_not_know_is_told_with_its_neighbour() -> None:
    world = World(TWO)
    usage = MemoryUsage([TABLE], segments={"segments:sales": world.segments()})
    ledger = World({"R0O": SWITCH}).ledger()
    told = read(ledger, usage)
    assert told.verdict == "cannot_tell"
    assert "`R0O`, which is no segment: did you mean `R" in told.reason


def test_fewer_than_five_regions_without_it_can_t_tell() -> None:
    found = World({"R00": SWITCH}, names=NAMES[:5]).readout()
    assert (found.verdict, "4 segments had not got it; 5 are the least" in found.reason) == ("cannot_tell", True)


def test_a_region_whose_day_is_still_to_come_is_compared_with() -> None:
    dates = TWO | {"R02": FIRST_DAY + timedelta(days=DAYS + 30)}
    found = World(TWO).segments(), World(dates).ledger()
    readout = read(found[1], MemoryUsage([TABLE], segments={"segments:sales": found[0]}))
    assert readout.units == {"treated": 2, "not_yet": 18}


def test_no_region_that_has_it_yet_is_no_readout() -> None:
    found = World({"R00": FIRST_DAY + timedelta(days=DAYS - 1)}).readout()
    assert "no segment had got it by" in found.reason


def test_while_weeks_are_missing_it_is_too_early() -> None:
    found = World(TWO, days=156).readout(today=156)
    assert found.verdict == "too_early"
    assert found.needs is not None
    assert found.needs.days == 14


def test_too_short_a_past_is_said() -> None:
    found = World({"R00": FIRST_DAY + timedelta(days=50)}).readout()
    assert "7 whole weeks of data before" in found.reason


def test_a_region_without_records_is_left_out_or_refused_where_it_is_the_treated_one() -> None:
    for name, told in (("R05", "not recorded every week: R05"), ("R00", "`R00` got it, and was not recorded")):
        segments = World(TWO).segments()
        segments.values[segments.names.index(name), 60:70] = np.nan
        found = read(World(TWO).ledger(), MemoryUsage([TABLE], segments={"segments:sales": segments}))
        assert told in found.reason + " ".join(check.detail for check in found.checks)


def test_a_relative_effect_where_a_region_had_nothing_is_refused() -> None:
    segments = World(TWO).segments()
    segments.values[7] = 0.0
    found = read(World(TWO).ledger(), MemoryUsage([TABLE], segments={"segments:sales": segments}))
    assert "above zero in every week" in found.reason


def test_many_regions_on_several_days_are_compared_as_cohorts() -> None:
    names = tuple(f"S{index:03d}" for index in range(90))
    dates = {name: SWITCH - timedelta(days=7 * (index % 3)) for index, name in enumerate(names[:45])}
    world = World(dates, effect=0.2, names=names)
    found = world.readout(metric_={"worth": "40"})
    assert found.units == {"treated": 45, "not_yet": 45}
    assert isinstance(found.chart, EventStudyChart)
    assert {check.name for check in found.checks} >= {"pre_trend", "few_units"}


def test_a_claim_written_after_the_first_region_got_it_is_retrospective() -> None:
    assert not World(TWO).readout().retrospective
    assert World(TWO).readout(metric_={"framed_at": day(141)}).retrospective


def test_a_source_without_segments_says_so() -> None:
    ledger = World(TWO).ledger(metric_={"source": "feedback", "kind": "count"})
    assert "holds no segments by which to tell who got it when" in read(ledger, MemoryUsage([TABLE])).reason


def test_a_week_is_the_mean_of_its_days_weighted_by_who_was_measured_and_the_day_itself_is_in_none() -> None:
    rates, volumes = np.arange(22.0)[None, :], np.ones((1, 22))
    volumes[0, 0] = 7.0
    segments = Segments(FIRST_DAY, ("a",), rates, volumes)
    weeks = weeks_about(segments, FIRST_DAY + timedelta(days=7), date.max, 5, 5)
    assert weeks == Weeks(FIRST_DAY + timedelta(days=7), 1, 2)
    np.testing.assert_allclose(weekly(segments, weeks), [[21 / 13, 11.0, 18.0]])
    assert [weeks.holding(FIRST_DAY + timedelta(days=d)) for d in (7, 8, 14, 15)] == [1, 1, 1, 2]


def test_a_placebo_counts_as_much_larger_as_the_treated_segment_is_noisier() -> None:
    rng = np.random.default_rng(19)
    spoke = 0
    for _ in range(30):
        sizes = np.concatenate([[20.0], np.exp(rng.uniform(np.log(200), np.log(2000), 11))])
        weeks = np.log(rng.poisson(7 * sizes[:, None], (12, 20)))
        found = synthetic(weeks, 0, 16)
        half = student_half_width(found.comparable_placebos)
        spoke += abs(found.estimate) > half
        assert half >= student_half_width(found.placebos)
    assert is_within(spoke, 30, 0.05)
