"""What stands beside the verdict of an experiment: variants, segments, checks over time, the figure."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from aftermerge.measure.case import Case, cases_of
from aftermerge.measure.finding import Finding
from aftermerge.measure.randomised import read_arms
from aftermerge.measure.verdict import judge
from aftermerge.model.chart import ArmsChart, LooksChart
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Arms, ArmsOfDay
from aftermerge.model.readout import Check
from aftermerge.stats import Moments, Quantile
from aftermerge.stats.moments import EMPTY
from support.rates import is_within
from support.units import moments
from support.world import bet, metric

START = date(2025, 3, 1)
SHARE = metric("finished", worth="2pp", kind="share")
MEAN = metric("mean", worth="5%", kind="mean")
SLOWEST = metric("load", worth="5%", kind="quantile", good="down", q=0.95)


def case(read: Metric = SHARE, **more) -> Case:  # type: ignore[no-untyped-def]
    (found,) = cases_of([bet(metric=read.name, flag="bulk", **more)], [read], [], [])
    return found


def of_share(n: int, share: float) -> Moments:
    return Moments(n, share, n * share * (1 - share))


def finished(total: dict[str, Moments], **more) -> Arms:  # type: ignore[no-untyped-def]
    return Arms(total, {name: m.n for name, m in total.items()}, **more)


def of_days(days: list[dict[str, Moments]], **more) -> Arms:  # type: ignore[no-untyped-def]
    looks = tuple(ArmsOfDay(START + timedelta(days=index), arms) for index, arms in enumerate(days))
    total = {name: sum((day.get(name, EMPTY) for day in days), EMPTY) for name in days[0]}
    exposed = {name: m.n for name, m in total.items()}
    said: dict[str, Any] = {"exposed": exposed, "first_exposure": datetime(2025, 2, 20, tzinfo=UTC)} | more
    return Arms(total, days=looks, **said)


def running(rng: np.random.Generator, lifts: list[float], per_day: int = 200, variants: int = 1) -> Arms:
    """A share of 20%, in the treatments plus that day's lift."""
    return of_days([_day(rng, lift, per_day, variants) for lift in lifts])


def _day(rng: np.random.Generator, lift: float, per_day: int, variants: int) -> dict[str, Moments]:
    shares = {"control": 0.2} | {f"treatment {k}" if k else "treatment": 0.2 + lift for k in range(variants)}
    return {name: of_share(per_day, rng.binomial(per_day, share) / per_day) for name, share in shares.items()}


def read(case_: Case, arms: Arms, today: date = START) -> Finding:
    return read_arms(case_, arms, today)


def check(finding: Finding, name: str) -> Check:
    (found,) = [c for c in finding.checks if c.name == name]
    return found


def test_what_units_did_before_narrows_a_readout() -> None:
    rng = np.random.default_rng(1)
    total = {}
    for name in ("control", "treatment"):
        before = rng.gamma(4, 1, 500)
        total[name] = moments(before + rng.normal(0, 0.5, 500), x=before)
    blind = {name: replace(m, ss_x=0.0) for name, m in total.items()}
    assert _width(read(case(MEAN), finished(total))) < 0.4 * _width(read(case(MEAN), finished(blind)))


def test_a_quantile_is_compared_by_its_own_intervals() -> None:
    quantiles = {"control": Quantile(5000, 800.0, 780.0, 820.0), "treatment": Quantile(5000, 700.0, 680.0, 720.0)}
    total = {"control": Moments(5000, 300.0, 1e7), "treatment": Moments(5000, 290.0, 1e7)}
    readout = judge(case(SLOWEST), read(case(SLOWEST), finished(total, quantiles=quantiles, largest={"control": 1e9})))
    assert readout.estimate == pytest.approx(-12.5)
    assert (readout.verdict, readout.baseline) == ("improved", 800.0)


def test_a_running_quantile_is_as_wide_as_its_looks_ask_for() -> None:
    quantiles = {"control": Quantile(5000, 800.0, 780.0, 820.0), "treatment": Quantile(5000, 790.0, 770.0, 810.0)}
    arms = replace(running(np.random.default_rng(1), [0.0] * 10), quantiles=quantiles)
    decide = START + timedelta(days=27)
    found = read(case(SLOWEST, decide=decide), arms)
    once = read(case(SLOWEST), replace(arms, days=(), first_exposure=None))
    assert _width(found) > 1.3 * _width(once)
    assert isinstance(found.chart, ArmsChart)


def test_a_quantile_that_could_not_be_computed_is_said() -> None:
    total = {"control": Moments(3, 300.0, 10.0), "treatment": Moments(3, 290.0, 10.0)}
    assert "too few values" in judge(case(SLOWEST), read(case(SLOWEST), finished(total))).reason


def test_the_named_treatment_has_the_verdict_and_the_others_are_shown_beside_it() -> None:
    total = {"control": of_share(2000, 0.2), "b": of_share(2000, 0.25), "c": of_share(2000, 0.3)}
    found = read(case(treatment="b"), finished(total))
    (other,) = found.slices
    assert found.estimate == pytest.approx(5.0)
    assert (other.kind, other.name, other.units) == ("variant", "c", 4000)
    assert other.estimate == pytest.approx(10.0)
    alone = read(case(treatment="c"), finished({name: total[name] for name in ("control", "c")}))
    assert other.high - other.low > 1.1 * _width(alone), "two treatments share one error"


def test_several_treatments_of_which_none_is_named_leave_no_verdict_but_are_shown() -> None:
    arms = running(np.random.default_rng(2), [0.2] * 5, variants=2)
    readout = judge(case(), read(case(), arms))
    assert (readout.verdict, "which `treatment:`" in readout.reason) == ("cannot_tell", True)
    assert [one.name for one in readout.slices] == ["treatment", "treatment 1"]
    assert isinstance(readout.chart, ArmsChart)
    assert check(read(case(), arms), "sample_ratio").detail.count(":") == 3


def test_slices_of_many_treatments_without_effect_seldom_exclude_zero() -> None:
    rng = np.random.default_rng(3)
    alarms = 0
    for _ in range(300):
        total = {name: of_share(1000, rng.binomial(1000, 0.2) / 1000) for name in ("control", "b", "c", "d", "e")}
        alarms += any(one.low > 0 or one.high < 0 for one in read(case(), finished(total)).slices)
    assert is_within(alarms, 300, 0.05)


def test_segments_are_shown_with_intervals_that_allow_for_their_number() -> None:
    total = {"control": of_share(4000, 0.2), "treatment": of_share(4000, 0.2)}
    half = {"control": of_share(2000, 0.2), "treatment": of_share(2000, 0.2)}
    lonely = {"control": of_share(1, 1.0), "treatment": of_share(1, 0.0)}
    segments = {"web": half, "ios": half, "tv": {"control": of_share(9, 0.5)}, "car": lonely}
    found = read(case(), finished(total, segments=segments))
    assert [(one.kind, one.name, one.units) for one in found.slices] == [
        ("segment", "ios", 4000),
        ("segment", "web", 4000),
    ]
    alone = read(case(), finished(half))
    assert found.slices[0].high - found.slices[0].low == pytest.approx(_width(alone) * 2.2365 / 1.96, rel=0.002)


def test_a_segment_has_no_verdict_of_its_own() -> None:
    total = {"control": of_share(4000, 0.2), "treatment": of_share(4000, 0.2)}
    segments = {"web": {"control": of_share(400, 0.1), "treatment": of_share(400, 0.3)}}
    readout = judge(case(), read(case(), finished(total, segments=segments)))
    assert readout.verdict == "no_change"
    assert readout.slices[0].low > 0


def test_a_declared_split_is_the_one_that_the_arms_are_held_against() -> None:
    total = {"control": of_share(9_000, 0.2), "treatment": of_share(1_000, 0.2)}
    assert check(read(case(), finished(total)), "sample_ratio").outcome == "block"
    meant = case(split={"control": 90.0, "treatment": 10.0})
    assert check(read(meant, finished(total)), "sample_ratio").outcome == "pass"
    assert "gives no share" in str(read(case(split={"control": 0.9, "b": 0.1}), finished(total)).failure)


def test_a_variant_of_the_split_that_nobody_got_is_a_broken_split() -> None:
    total = {"control": of_share(1_000, 0.2), "treatment": of_share(1_000, 0.2)}
    split = {"control": 1.0, "treatment": 1.0, "third": 1.0}
    found = read(case(split=split, treatment="treatment"), finished(total))
    assert check(found, "sample_ratio").outcome == "block"


def test_a_split_that_was_broken_in_the_first_days_does_not_heal() -> None:
    broken = [{"control": of_share(700, 0.2), "treatment": of_share(500, 0.2)}]
    even = [{"control": of_share(860, 0.2), "treatment": of_share(900, 0.2)}] * 5
    assert check(read(case(), of_days(broken + even)), "sample_ratio").outcome == "block"
    assert check(read(case(), of_days(even)), "sample_ratio").outcome == "pass"


def test_units_whose_windows_are_open_count_for_the_split() -> None:
    even = [{"control": of_share(900, 0.2), "treatment": of_share(900, 0.2)}] * 3
    found = read(case(), of_days(even, exposed={"control": 9000, "treatment": 7000}))
    assert check(found, "sample_ratio").outcome == "block"


def test_a_running_quantile_is_looked_at_for_its_split_day_by_day() -> None:
    quantiles = {name: Quantile(9000, 8.0, 7.0, 9.0) for name in ("control", "treatment")}
    broken = [{"control": Moments(900, 5.0, 900.0), "treatment": Moments(700, 5.0, 700.0)}]
    even = [{"control": Moments(700, 5.0, 700.0), "treatment": Moments(900, 5.0, 900.0)}]
    arms = of_days(broken + even, quantiles=quantiles)
    assert check(read(case(SLOWEST), arms), "sample_ratio").outcome == "block", "what once was broken does not heal"


def test_crossed_units_block_once_they_are_more_than_a_tenth() -> None:
    total = {"control": of_share(1000, 0.2), "treatment": of_share(1000, 0.3)}
    assert check(read(case(), finished(total, crossed=200)), "crossed_units").outcome == "warn"
    assert check(read(case(), finished(total, crossed=300)), "crossed_units").outcome == "block"


def test_an_effect_that_wears_off_is_warned_of() -> None:
    arms = running(np.random.default_rng(4), [0.15] * 7 + [0.0] * 7)
    found = read(case(decide=START + timedelta(days=13)), arms)
    assert check(found, "novelty").outcome == "warn"
    assert "first half" in check(found, "novelty").detail


def test_an_effect_that_grows_is_no_novelty() -> None:
    arms = running(np.random.default_rng(4), [0.05] * 7 + [0.2] * 7)
    assert check(read(case(decide=START + timedelta(days=13)), arms), "novelty").outcome == "pass"


@pytest.mark.parametrize("lift", [0.0, 0.05])
def test_a_steady_effect_is_seldom_called_a_novelty_however_often_it_is_looked_at(lift: float) -> None:
    rng = np.random.default_rng(5)
    alarms = 0
    decide = case(decide=START + timedelta(days=13))
    for _ in range(150):
        arms = running(rng, [lift] * 14)
        found = [read(decide, _up_to(arms, looks)) for looks in range(2, 15)]
        alarms += any(check(one, "novelty").outcome == "warn" for one in found)
    assert is_within(alarms, 150, 0.05)


def test_an_experiment_of_a_single_day_says_nothing_of_novelty() -> None:
    found = read(case(), running(np.random.default_rng(6), [0.1]))
    assert [c.name for c in found.checks] == ["sample_ratio"]


def test_the_figure_shows_the_interval_that_each_look_had() -> None:
    arms = running(np.random.default_rng(7), [0.05] * 28)
    decide = case(decide=START + timedelta(days=27))
    found = read(decide, arms)
    chart = found.chart
    assert isinstance(chart, LooksChart)
    assert chart.days[-1] == START + timedelta(days=27)
    assert (chart.estimate[-1], chart.low[-1], chart.high[-1]) == (found.estimate, found.low, found.high)
    tenth = read(decide, _up_to(arms, 10))
    assert chart.low[9] == pytest.approx(tenth.low)


def test_looks_from_which_nothing_follows_are_left_out_of_the_figure() -> None:
    days = [{"control": of_share(5, 0.0), "treatment": of_share(5, 0.0)}, {"control": EMPTY, "treatment": EMPTY}]
    days += [{"control": of_share(500, 0.2), "treatment": of_share(500, 0.2)}] * 2
    chart = read(case(), of_days(days)).chart
    assert isinstance(chart, LooksChart)
    assert chart.days == (START + timedelta(days=2), START + timedelta(days=3))


def test_the_figure_of_a_finished_table_shows_the_whole_first() -> None:
    total = {"control": of_share(4000, 0.2), "treatment": of_share(4000, 0.2)}
    assert _names(read(case(), finished(total, segments={"web": total}))) == ("all", "web")
    three = total | {"b": of_share(4000, 0.2)}
    assert _names(read(case(treatment="b"), finished(three))) == ("b", "treatment")


def test_past_the_decision_date_looks_go_on_with_a_wider_interval() -> None:
    arms = running(np.random.default_rng(8), [0.0] * 29)
    decide = case(decide=START + timedelta(days=27))
    at_the_horizon, after = _width(read(decide, _up_to(arms, 28))), _width(read(decide, arms))
    assert after > 1.3 * at_the_horizon


def test_one_look_of_infinite_values_is_refused_with_the_reason() -> None:
    arms = finished({"control": Moments(9, np.inf, 1.0), "treatment": Moments(9, 1.0, 1.0)})
    assert "not finite" in str(read(case(MEAN), arms).failure)


def _names(finding: Finding) -> tuple[str, ...]:
    assert isinstance(finding.chart, ArmsChart)
    return finding.chart.names


def _up_to(arms: Arms, looks: int) -> Arms:
    return of_days([dict(day.arms) for day in arms.days[:looks]])


def _width(finding: Finding) -> float:
    assert finding.low is not None
    assert finding.high is not None
    return finding.high - finding.low
