"""Group-time effects, their aggregates and their intervals."""

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from benchmarks.adoption import Floats, cohort, cohorts, heterogeneous, nothing, panel, true_mean, two_way_fixed_effects
from hypothesis import given, settings
from hypothesis import strategies as st

from aftermerge.errors import StatisticsError
from aftermerge.stats import Cohort, staggered
from aftermerge.stats.estimate import Estimate
from aftermerge.stats.pre_trend import pre_trend
from aftermerge.stats.simultaneous import simultaneous_critical
from support.rates import is_within

SIZES: dict[int | None, int] = {4: 60, 6: 80, 9: 70, None: 90}
REPEATS = 300


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def independent(units: Mapping[int | None, Floats], anticipation: int = 0) -> Any:
    """The same panel read by diff-diff."""
    import pandas as pd  # type: ignore[import-untyped]
    from diff_diff import CallawaySantAnna  # type: ignore[import-untyped]

    rows = [
        (f"{adopted}-{unit}", period, (adopted or -1) + 1, value)
        for adopted, values in units.items()
        for unit, row in enumerate(values)
        for period, value in enumerate(row, start=1)
    ]
    estimator = CallawaySantAnna(
        control_group="not_yet_treated", base_period="universal", estimation_method="reg", anticipation=anticipation
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = pd.DataFrame(rows, columns=["unit", "period", "first", "y"])
        return estimator.fit(frame, "y", "unit", "period", "first", aggregate="all")


@pytest.mark.parametrize("anticipation", [0, 1])
def test_group_time_effects_are_those_of_an_independent_implementation(anticipation: int) -> None:
    """Points to 1e-8; standard errors within 4%: ours divide by n − 1 for each cohort, theirs by n over the sample."""
    units = panel(rng(), SIZES, effect=heterogeneous)
    ours, theirs = staggered(cohorts(units), anticipation=anticipation), independent(units, anticipation)
    assert len(ours.group_times) > 20
    for cell in ours.group_times:
        their_cell = theirs.group_time_effects[cell.adopted + 1, cell.period + 1]
        assert cell.effect.estimate == pytest.approx(their_cell["effect"], abs=1e-8)
        assert cell.effect.sd == pytest.approx(their_cell["se"], rel=0.04)


def test_the_overall_effect_and_the_event_study_are_those_of_an_independent_implementation() -> None:
    """Their standard error also counts that cohort sizes could have been others, which tells where effects differ."""
    for effect, is_close in ((nothing, True), (heterogeneous, False)):
        units = panel(rng(), SIZES, effect=effect)
        ours, theirs = staggered(cohorts(units)), independent(units)
        assert ours.estimate == pytest.approx(theirs.overall_att, abs=1e-8)
        assert ours.sd == pytest.approx(theirs.overall_se, rel=0.03 if is_close else 0.12)
        for period, found in zip(ours.event_study.periods, ours.event_study.pointwise, strict=True):
            assert found.estimate == pytest.approx(theirs.event_study_effects[period]["effect"], abs=1e-8)


def test_where_effects_grow_and_differ_the_interval_holds_the_truth_and_two_way_fixed_effects_do_not() -> None:
    truth = true_mean(SIZES, 14, heterogeneous, range(4))
    missed, naive = 0, []
    for seed in range(REPEATS):
        units = panel(rng(seed), SIZES, effect=heterogeneous)
        found = staggered(cohorts(units), horizon=3)
        missed += not found.low <= truth <= found.high
        if seed < 20:
            naive.append(two_way_fixed_effects(units))
    assert is_within(missed, REPEATS, 0.05)
    every = true_mean(SIZES, 14, heterogeneous, range(14))
    assert abs(np.mean(naive) - every) > 0.1 * every, "two-way fixed effects are off by more than a tenth"


def test_where_nothing_happened_no_more_than_one_in_twenty_intervals_misses_zero() -> None:
    alarms, any_band = 0, 0
    for seed in range(REPEATS):
        found = staggered(cohorts(panel(rng(seed), SIZES)), leads=5, horizon=4)
        alarms += not found.low <= 0 <= found.high
        any_band += any(not band.low <= 0 <= band.high for band in found.event_study.simultaneous)
    assert is_within(alarms, REPEATS, 0.05)
    assert is_within(any_band, REPEATS, 0.05)


def test_small_cohorts_borrow_their_spread_and_stay_honest() -> None:
    sizes: dict[int | None, int] = {3: 2, 4: 1, 5: 3, 6: 2, 7: 4, None: 20}
    alarms = 0
    for seed in range(REPEATS):
        found = staggered(cohorts(panel(rng(seed), sizes, periods=10)))
        alarms += not found.low <= 0 <= found.high
    assert is_within(alarms, REPEATS, 0.05)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.floats(-50, 50), st.floats(-50, 50))
def test_what_is_shared_by_units_or_by_periods_changes_nothing(seed: int, lift: float, slope: float) -> None:
    units = panel(rng(seed), {3: 12, 5: 10, None: 15}, periods=8)
    plain = staggered(cohorts(units))
    shifted = {k: v + lift * (1 + (k or 0)) + slope * np.arange(8) for k, v in units.items()}
    moved = staggered(cohorts(shifted))
    assert moved.estimate == pytest.approx(plain.estimate, abs=1e-8)
    assert moved.sd == pytest.approx(plain.sd, rel=1e-6)


def of_unequal_units(seed: int, effect: float = 0.0) -> list[Cohort]:
    """Those who do five times as much got it first; a fifth vanishes for everybody in the weeks after."""
    random, common = rng(seed), np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.7, 0.8, 0.8, 0.9, 0.9])
    found = []
    for adopted, often in ((4, 20.0), (None, 4.0)):
        since = np.arange(10) - (10 if adopted is None else adopted)
        rate = random.gamma(4.0, often / 4, (400, 1)) * common * np.where(since >= 0, 1 + effect, 1.0)
        found.append(cohort(adopted, random.poisson(rate).astype(float)))
    return found


def test_a_common_dip_is_no_relative_effect_where_those_who_do_most_got_it_first() -> None:
    alarms = []
    for seed in range(100):
        found = staggered(of_unequal_units(seed), relative=True, first=1, horizon=4)
        alarms.append(not found.low <= 0 <= found.high)
    assert is_within(sum(alarms), 100, 0.05)
    assert staggered(of_unequal_units(1), first=1, horizon=4).high < -1, "by as much, it would be one"


def test_a_relative_effect_is_a_share_of_what_would_have_been() -> None:
    found = staggered(of_unequal_units(1, effect=0.1), relative=True, first=1, horizon=4)
    assert found.low < 0.1 < found.high
    assert found.high - found.low < 0.15
    assert found.baseline == pytest.approx(20 * 0.8, rel=0.05)


def test_a_relative_effect_s_spread_is_how_far_it_goes_from_panel_to_panel() -> None:
    found = [staggered(of_unequal_units(seed, effect=0.1), relative=True) for seed in range(200)]
    spread = np.std([np.log1p(each.estimate) for each in found])
    assert np.mean([each.sd / (1 + each.estimate) for each in found]) == pytest.approx(spread, rel=0.15)


def test_what_the_treated_did_before_is_told_beside_what_the_others_did() -> None:
    ratio = staggered(of_unequal_units(1)).base_ratio
    assert ratio is not None
    assert ratio.low < 5 < ratio.high
    alike = staggered(cohorts(panel(rng(), SIZES))).base_ratio
    assert alike is not None
    assert alike.low < 1 < alike.high


def test_units_that_are_seen_to_have_it_by_what_they_do_stand_out_in_that_period() -> None:
    units = panel(rng(), SIZES)
    for adopted, values in units.items():
        if adopted is not None:
            values[:, adopted] += 2.0
    found = staggered(cohorts(units), first=1, horizon=4).adoption_minus_later
    steady = staggered(cohorts(panel(rng(), SIZES, effect=lambda adopted, since: 1.0)), first=1).adoption_minus_later
    assert found is not None
    assert steady is not None
    assert found.low > 1.5
    assert steady.low < 0 < steady.high
    assert staggered(cohorts(units)).adoption_minus_later is None, "it is a part of the effect there"


def test_a_relative_effect_of_a_negative_mean_is_refused() -> None:
    with pytest.raises(StatisticsError, match="positive mean"):
        staggered(cohorts(panel(rng(), SIZES, level=-10.0)), relative=True)


def test_one_cohort_too_small_for_a_percentage_does_not_take_the_others_with_it() -> None:
    units = panel(rng(), {k: 20 * n for k, n in SIZES.items()})
    odd = units | {7: np.concatenate([np.full((2, 7), 0.01), np.full((2, 7), 0.2)], axis=1)}
    odd[7][:, 10:] = -1.0
    assert staggered(cohorts(odd), relative=True, worth=0.1).estimate == pytest.approx(0.0, abs=0.05)


def test_units_that_ran_alike_are_told_from_those_that_did_not_and_from_too_few() -> None:
    alike = panel(rng(), {k: 50 * n for k, n in SIZES.items()})
    apart = {k: v + (0.2 * np.arange(14) if k == 6 else 0.0) for k, v in alike.items()}
    few = {k: v[:40] for k, v in alike.items()}
    worth = 0.5
    states = [staggered(cohorts(units), leads=4, worth=worth).pre_trend for units in (alike, apart, few)]
    assert [state.parallel for state in states if state] == ["equivalent", "different", "unknown"]


def test_a_pre_trend_that_is_sure_but_too_small_to_matter_does_not_block() -> None:
    assert pre_trend([-2], [Estimate(0.1, 0.05, 0.15, 0.02)], worth=1.0).parallel == "equivalent"
    assert pre_trend([-2], [Estimate(0.6, 0.05, 1.15, 0.3)], worth=1.0).parallel == "different"
    assert pre_trend([-2], [Estimate(0.4, -0.5, 1.3, 0.4)], worth=1.0).parallel == "unknown"


def test_an_effect_that_fades_shows_between_early_and_late() -> None:
    units = panel(rng(), {k: 20 * n for k, n in SIZES.items()}, effect=lambda adopted, since: 2.0 - 0.5 * since)
    fading = staggered(cohorts(units), horizon=3).late_minus_early
    steady = staggered(cohorts(panel(rng(2), SIZES)), horizon=3).late_minus_early
    assert fading is not None
    assert fading.high < 0
    assert steady is not None
    assert steady.low < 0 < steady.high


def test_periods_in_which_it_may_be_felt_already_are_no_base() -> None:
    felt = panel(rng(), SIZES)
    for adopted, values in felt.items():
        if adopted is not None:
            values[:, adopted - 1] -= 5.0
    assert staggered(cohorts(felt)).low > 3
    found = staggered(cohorts(felt), anticipation=1)
    assert found.low < 0 < found.high


def test_fewer_units_to_compare_with_than_asked_for_are_none() -> None:
    units = panel(rng(), {4: 50, 6: 50, None: 5})
    found = staggered(cohorts(units), least=20)
    assert {(cell.adopted, cell.period) for cell in found.group_times if cell.period >= cell.adopted} == {
        (4, 4),
        (4, 5),
    }
    assert found.not_yet == 55


def test_units_that_had_it_from_the_start_are_counted_and_left_out() -> None:
    units = panel(rng(), {0: 11, 5: 40, None: 40})
    with_them, without = staggered(cohorts(units)), staggered(cohorts({k: v for k, v in units.items() if k != 0}))
    assert (with_them.dropped, with_them.estimate) == (11, without.estimate)


@pytest.mark.parametrize(
    ("given_", "reason"),
    [
        ([cohort(None, np.eye(6))], "no unit got the change"),
        ([cohort(0, np.eye(6))], "there is no before"),
        ([cohort(3, np.eye(6))], "nothing to compare with"),
        ([cohort(3, np.ones((6, 6))), cohort(None, np.ones((6, 6)))], "no unit differs"),
        ([cohort(3, np.ones((1, 6))), cohort(None, np.ones((1, 6)))], "no two units"),
        ([cohort(3, np.eye(6)), cohort(None, np.eye(5))], "same periods"),
        ([cohort(3, np.eye(6)), cohort(3, np.eye(6))], "join them"),
        ([Cohort(3, 6, np.full(6, np.inf), np.eye(6)), cohort(None, np.eye(6))], "not finite"),
        ([], "at least one"),
    ],
)
def test_numbers_from_which_nothing_follows_are_refused_with_the_reason(given_: list[Cohort], reason: str) -> None:
    with pytest.raises(StatisticsError, match=reason):
        staggered(given_)


def test_a_simultaneous_critical_value_lies_between_one_estimate_s_and_sidak_s() -> None:
    assert simultaneous_critical(np.eye(1)) == pytest.approx(1.95996, abs=1e-4)
    assert simultaneous_critical(np.ones((4, 4))) == pytest.approx(1.95996, abs=0.02)
    assert simultaneous_critical(np.eye(10)) == pytest.approx(2.7996, abs=0.03)
    half = 0.5 * np.eye(2) + 0.5
    assert simultaneous_critical(half) == pytest.approx(2.2121, abs=0.02), "Dunnett's value for two comparisons"


def test_the_same_cohorts_give_the_same_bits() -> None:
    units = cohorts(panel(rng(), SIZES))
    assert staggered(units, worth=0.5) == staggered(units, worth=0.5)
