import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from aftermerge.errors import StatisticsError
from aftermerge.stats import Moments, before_after, before_after_power, two_arm_power, two_arm_units, two_arms
from aftermerge.stats.power import Detectable, detectable_effect, soonest
from support.world import WEEK, noise

UNIT = Moments(1000, 10.0, 999 * 4.0)
"""Units with mean 10 and standard deviation 2."""


def quiet(rng: np.random.Generator, days: int) -> NDArray[np.float64]:
    return np.asarray(5 + WEEK[np.arange(days) % 7] + noise(rng, days))


def test_an_effect_of_the_size_that_is_told_is_seen_four_times_in_five() -> None:
    rng = np.random.default_rng(3)
    found = before_after_power(quiet(rng, 700), 28, weekday=np.arange(700) % 7)
    week, after = np.arange(148) % 7, np.arange(148) >= 120
    tries = [before_after(quiet(rng, 148) + after * found.effect, 120, weekday=week) for _ in range(200)]
    assert 0.7 < sum(effect.low > 0 for effect in tries) / 200 < 0.92


def test_a_wider_interval_needs_a_larger_effect() -> None:
    y = quiet(np.random.default_rng(5), 400)
    assert before_after_power(y, 14, multiplier=2.0).effect > 1.5 * before_after_power(y, 14).effect


def test_a_series_too_short_to_hold_a_readout_is_refused() -> None:
    with pytest.raises(StatisticsError, match="no past date"):
        before_after_power(quiet(np.random.default_rng(7), 40), 28)


def test_no_days_after_the_change_are_refused() -> None:
    with pytest.raises(StatisticsError, match="one is the least"):
        before_after_power(np.arange(100.0), 0)


def test_of_past_intervals_both_directions_count() -> None:
    assert detectable_effect([-1.0] * 4, [3.0] * 4, power=0.5) == 1.0
    assert detectable_effect([-1.0] * 4, [3.0] * 4, power=0.8) == 3.0


def test_the_soonest_day_is_the_first_on_which_the_effect_is_seen() -> None:
    found = [Detectable(7, 5.0, 40), Detectable(14, 3.0, 40), Detectable(28, 4.0, 40)]
    assert soonest(found, 4.5) == 14
    assert soonest(found, 1.0) is None


@pytest.mark.parametrize("units", [50, 1000, 40_000])
def test_one_look_at_two_arms_has_the_power_that_statsmodels_gives_it(units: int) -> None:
    effect = two_arm_power(UNIT, units, looks=1)
    theirs = pytest.importorskip("statsmodels.stats.power").NormalIndPower().power(effect / 2.0, units / 2, 0.05)
    assert theirs == pytest.approx(0.8, abs=1e-3)


def test_daily_looks_cost_a_tenth_of_the_reach() -> None:
    assert 1.0 < two_arm_power(UNIT, 1000) / two_arm_power(UNIT, 1000, looks=1) < 1.1


def test_the_effect_that_is_told_is_found_four_times_in_five() -> None:
    rng = np.random.default_rng(9)
    effect = two_arm_power(UNIT, 400, looks=1)
    arms = rng.normal(10, 2, (1000, 2, 200)) + np.array([0.0, effect])[None, :, None]
    found = [two_arms(_moments(a[0]), _moments(a[1])).low > 0 for a in arms]
    assert sum(found) / 1000 == pytest.approx(0.8, abs=0.04)


def _moments(y: NDArray[np.float64]) -> Moments:
    return Moments(len(y), float(y.mean()), float(((y - y.mean()) ** 2).sum()))


def test_a_covariate_from_before_lets_smaller_effects_through() -> None:
    rng = np.random.default_rng(11)
    x = rng.normal(size=2000)
    y = 0.8 * x + 0.6 * rng.normal(size=2000)
    known = Moments(
        2000, y.mean(), y.var() * 2000, mean_x=x.mean(), ss_x=x.var() * 2000, sp_yx=np.cov(x, y)[0, 1] * 1999
    )
    blind = Moments(2000, y.mean(), y.var() * 2000)
    assert two_arm_power(known, 1000) == pytest.approx(0.6 * two_arm_power(blind, 1000), rel=0.05)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 5.0), st.sampled_from(["difference", "relative"]))
def test_units_and_effect_say_the_same(effect: float, scale: str) -> None:
    units = two_arm_units(UNIT, effect, scale=scale)  # type: ignore[arg-type]
    seen = two_arm_power(UNIT, max(units, 2), scale=scale)  # type: ignore[arg-type]
    assert seen <= effect * (1 + 1e-9)
    if units > 1000:
        assert seen == pytest.approx(effect, rel=1e-2)


def test_a_relative_effect_is_a_share_of_the_mean() -> None:
    difference, relative = two_arm_power(UNIT, 10_000), two_arm_power(UNIT, 10_000, scale="relative")
    assert math.log1p(relative) == pytest.approx(difference / 10)


@pytest.mark.parametrize(
    ("unit", "units", "told"),
    [
        (UNIT, 1, "two are the least"),
        (Moments(1, 1.0, 0.0), 100, "1 units"),
        (Moments(10, 1.0, 0.0), 100, "no unit differs"),
        (Moments(10, -1.0, 5.0), 100, "positive mean"),
    ],
)
def test_arms_from_which_nothing_follows_are_refused_with_the_reason(unit: Moments, units: float, told: str) -> None:
    with pytest.raises(StatisticsError, match=told):
        two_arm_power(unit, units, scale="relative")


def test_an_effect_of_nought_is_refused() -> None:
    with pytest.raises(StatisticsError, match="above zero"):
        two_arm_units(UNIT, 0.0)
