from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from aftermerge.measure.case import Case, cases_of
from aftermerge.measure.finding import Finding
from aftermerge.measure.randomised import read_arms
from aftermerge.measure.verdict import judge
from aftermerge.model.amount import parse_amount
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Arms, ArmsOfDay
from aftermerge.model.readout import Readout
from aftermerge.stats.moments import EMPTY, Moments
from support.rates import is_within
from support.world import bet, metric

START = date(2025, 3, 1)
SHARE = metric("finished", worth="2pp", kind="share")


MEAN = metric("mean", worth="1", kind="mean")


def case(read: Metric = SHARE, **more) -> Case:  # type: ignore[no-untyped-def]
    (found,) = cases_of([bet(metric=read.name, flag="bulk", **more)], [read], [], [])
    return found


def of_share(n: int, share: float) -> Moments:
    return Moments(n, share, n * share * (1 - share))


def finished(control: Moments, treatment: Moments, **more) -> Arms:  # type: ignore[no-untyped-def]
    total = {"control": control, "treatment": treatment}
    return Arms(total, {name: m.n for name, m in total.items()}, **more)


def running(rng: np.random.Generator, days: int, per_day: int, shares: tuple[float, float]) -> Arms:
    looks, total = [], {"control": EMPTY, "treatment": EMPTY}
    for index in range(days):
        hits = {name: rng.binomial(per_day, share) for name, share in zip(total, shares, strict=True)}
        arms = {name: of_share(per_day, hit / per_day) for name, hit in hits.items()}
        total = {name: total[name] + arms[name] for name in total}
        looks.append(ArmsOfDay(START + timedelta(days=index), arms))
    exposed = {name: m.n for name, m in total.items()}
    return Arms(total, exposed, days=tuple(looks), first_exposure=datetime(2025, 2, 20, tzinfo=UTC))


def verdict_of(case_: Case, arms: Arms, today: date = START) -> Readout:
    return judge(case_, read_arms(case_, arms, today))


def test_a_finished_experiment_is_one_look() -> None:
    readout = verdict_of(case(), finished(of_share(10_000, 0.20), of_share(10_000, 0.25)))
    assert (readout.verdict, readout.grade) == ("improved", "A")
    assert readout.estimate == pytest.approx(5.0)
    assert readout.units == {"control": 10_000, "treatment": 10_000}


def test_an_uneven_fill_warns_and_a_broken_one_blocks() -> None:
    warned = verdict_of(case(), finished(of_share(44_700, 0.2), of_share(45_489, 0.25)))
    broken = verdict_of(case(), finished(of_share(40_000, 0.2), of_share(45_000, 0.25)))
    assert [c.outcome for c in warned.checks if c.name == "sample_ratio"] == ["warn"]
    assert warned.verdict == "improved"
    assert (broken.verdict, "not filled evenly" in broken.reason) == ("cannot_tell", True)


def test_units_seen_in_two_variants_are_said() -> None:
    readout = verdict_of(case(), finished(of_share(1000, 0.2), of_share(1000, 0.2), crossed=17))
    assert any("17 units" in check.detail for check in readout.checks)


def test_one_unit_that_decides_the_mean_leaves_no_verdict() -> None:
    for sign in (1, -1):
        tail = Moments(1000, sign * 50.0, 1000 * 2.0**2 + 48_950.0**2)
        end = {"control": sign * 49_000.0, "treatment": 6.0}
        arms = finished(tail, Moments(1000, 1.0, 4_000.0), **{"largest" if sign > 0 else "smallest": end})
        readout = verdict_of(case(MEAN), arms)
        assert readout.verdict == "cannot_tell"
        assert "winsorize" in readout.reason


def test_a_share_has_no_units_that_decide_alone() -> None:
    arms = finished(of_share(10_000, 0.006), of_share(10_000, 0.0003), largest={"control": 1.0, "treatment": 1.0})
    assert verdict_of(case(replace(SHARE, worth=parse_amount("0.1pp"))), arms).verdict == "harmed"


def test_an_experiment_long_decided_is_closed_whenever_its_last_window_closed() -> None:
    arms = running(np.random.default_rng(6), 14, 200, (0.2, 0.24))
    decide = START + timedelta(days=60)
    early = read_arms(case(decide=decide), arms, START + timedelta(days=15))
    late = read_arms(case(decide=decide), arms, START + timedelta(days=400))
    assert (early.closed, late.closed) == (False, True)
    assert _width(late) < _width(early)


def test_before_the_decision_a_first_look_without_any_success_is_too_early() -> None:
    arms = running(np.random.default_rng(6), 1, 20, (0.0, 0.0))
    assert verdict_of(case(decide=START + timedelta(days=30)), arms).verdict == "too_early"


def test_two_variants_that_could_both_be_the_control_are_asked_about() -> None:
    total = {"a": of_share(900, 0.3), "control": of_share(900, 0.2)}
    arms = Arms(total, {name: m.n for name, m in total.items()})
    assert "write `control:`" in verdict_of(case(), arms).reason
    assert "write `control:`" in verdict_of(case(control="a", treatment="a"), arms).reason


def test_a_third_variant_that_is_not_compared_does_not_block() -> None:
    total = {"control": of_share(1000, 0.2), "treatment": of_share(1000, 0.3), "holdout": of_share(300, 0.2)}
    arms = Arms(total, {name: m.n for name, m in total.items()})
    assert verdict_of(case(control="control", treatment="treatment"), arms).verdict == "improved"


def test_a_guardrail_behind_a_broken_split_is_not_known_to_have_held() -> None:
    (_, guardrail) = cases_of([bet(metric="finished", flag="bulk", guardrails=("mean",))], [SHARE, MEAN], [], [])
    readout = verdict_of(guardrail, finished(Moments(10_000, 5.0, 9_000.0), Moments(8_000, 5.0, 9_000.0)))
    assert [c.detail for c in readout.checks if c.name == "guardrail"] == ["whether it held is not known"]


def test_a_relative_effect_that_could_be_anything_is_not_said_as_a_percentage() -> None:
    vast = replace(MEAN, worth=parse_amount("5%"))
    readout = verdict_of(case(vast), finished(Moments(1000, 0.005, 1e7), Moments(1000, 0.005, 1e7)))
    assert readout.verdict == "cannot_tell"
    assert "too uncertain" in readout.reason


def test_a_running_experiment_has_a_wider_interval_than_a_finished_one() -> None:
    arms = running(np.random.default_rng(1), 10, 200, (0.2, 0.2))
    look = read_arms(case(decide=START + timedelta(days=28)), arms, START)
    once = read_arms(case(), Arms(arms.total, arms.exposed), START)
    assert _width(look) > 1.3 * _width(once)


def test_at_the_decision_date_the_interval_is_nearly_that_of_one_look() -> None:
    arms = running(np.random.default_rng(1), 28, 200, (0.2, 0.2))
    decide = START + timedelta(days=27)
    look = read_arms(case(decide=decide), arms, decide + timedelta(days=3))
    once = read_arms(case(), Arms(arms.total, arms.exposed), START)
    assert look.closed
    assert 1.0 <= _width(look) / _width(once) < 1.12


def test_looking_every_day_raises_no_more_false_alarms_than_promised() -> None:
    rng = np.random.default_rng(4)
    alarms = 0
    decide = case(decide=START + timedelta(days=13))
    for _ in range(150):
        arms = running(rng, 14, 100, (0.2, 0.2))
        found = [_up_to(arms, look) for look in range(1, 15)]
        alarms += any(verdict_of(decide, part).verdict in ("improved", "harmed") for part in found)
    assert is_within(alarms, 150, 0.05)


def test_without_a_decision_date_the_interval_holds_at_every_look() -> None:
    arms = running(np.random.default_rng(1), 28, 200, (0.2, 0.2))
    open_ended = read_arms(case(), arms, START)
    declared = read_arms(case(decide=START + timedelta(days=27)), arms, START)
    assert _width(open_ended) > _width(declared)


def test_too_early_says_how_many_units_and_days_are_missing() -> None:
    arms = running(np.random.default_rng(2), 10, 150, (0.20, 0.21))
    readout = verdict_of(case(decide=START + timedelta(days=200)), arms)
    assert readout.verdict == "too_early"
    assert readout.needs is not None
    assert readout.needs.units is not None
    assert readout.needs.days == -(-readout.needs.units // 300)


def test_never_at_this_traffic_is_an_answer() -> None:
    arms = running(np.random.default_rng(2), 10, 20, (0.20, 0.21))
    readout = verdict_of(case(decide=START + timedelta(days=12)), arms)
    assert readout.verdict == "cannot_tell"
    assert "never at this traffic" in readout.reason


def test_variants_of_unknown_names_are_asked_for() -> None:
    total = {"gate_30": of_share(900, 0.2), "gate_40": of_share(900, 0.2)}
    arms = Arms(total, {name: m.n for name, m in total.items()})
    assert "write `control:`" in verdict_of(case(), arms).reason
    named = case(control="gate_40", treatment="gate_30")
    assert verdict_of(named, arms).estimate == pytest.approx(0.0)


def test_an_experiment_whose_windows_are_all_open_is_too_early() -> None:
    arms = Arms({}, {"control": 50, "treatment": 52}, first_exposure=datetime(2025, 2, 20, tzinfo=UTC))
    assert verdict_of(case(), arms).verdict == "too_early"


def test_a_claim_framed_before_the_first_exposure_is_no_retrospective_one() -> None:
    arms = running(np.random.default_rng(1), 5, 200, (0.2, 0.2))
    before, after = datetime(2025, 2, 19, tzinfo=UTC), datetime(2025, 2, 21, tzinfo=UTC)
    assert not verdict_of(case(framed_at=before), arms).retrospective
    assert verdict_of(case(framed_at=after), arms).retrospective


def test_a_finished_table_without_times_is_retrospective() -> None:
    assert verdict_of(case(), finished(of_share(1000, 0.2), of_share(1000, 0.2))).retrospective


def _width(finding: Finding) -> float:
    assert finding.low is not None
    assert finding.high is not None
    return finding.high - finding.low


def _up_to(arms: Arms, looks: int) -> Arms:
    total = {"control": EMPTY, "treatment": EMPTY}
    for look in arms.days[:looks]:
        total = {name: total[name] + look.arms[name] for name in total}
    return Arms(total, {name: m.n for name, m in total.items()}, days=arms.days[:looks])
