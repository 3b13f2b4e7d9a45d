"""What units did before makes the interval narrower, and nothing else."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tea_tasting as tt
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tea_tasting.aggr import Aggregates
from tea_tasting.metrics.mean import MeanResult

from aftermerge.errors import StatisticsError
from aftermerge.stats import Moments, two_arms
from aftermerge.stats.arms import difference
from support.rates import is_within
from support.units import moments

Floats = NDArray[np.floating[Any]]
MEAN = tt.Mean("y", use_t=True, equal_var=False)
MEAN_BEFORE = tt.Mean("y", "x", use_t=True, equal_var=False)
RATIO = tt.RatioOfMeans("y", "d", use_t=True, equal_var=False)
RATIO_BEFORE = tt.RatioOfMeans("y", "d", "x", "w", use_t=True, equal_var=False)


def visitors(rng: np.random.Generator, n: int, lift: float = 0.0) -> dict[str, Floats]:
    """Orders y of d sessions, and x of w before; whoever ordered much before does so again."""
    taste = rng.gamma(2.0, 0.1, n)
    w, d = rng.poisson(6, n) + 1.0, rng.poisson(5, n) + 1.0
    return {"y": rng.poisson(taste * (1 + lift) * d) * 1.0, "d": d, "x": rng.poisson(taste * w) * 1.0, "w": w}


def spenders(rng: np.random.Generator, n: int, effect: float = 0.0) -> tuple[Floats, Floats]:
    """What units spent and what they had spent before, almost the same."""
    before = rng.gamma(4, 0.25, n)
    return before + rng.normal(0, 0.1, n) + effect, before


def judged_by(metric: tt.Mean | tt.RatioOfMeans, *arms: dict[str, Floats]) -> MeanResult:
    return metric.analyze_aggregates(*(_aggregates(arm) for arm in arms))


def ours(*arms: dict[str, Floats]) -> tuple[Moments, Moments]:
    control, treatment = (moments(**arm) for arm in arms)
    return control, treatment


@pytest.mark.parametrize(("metric", "known"), [(MEAN, "y"), (RATIO, "yd"), (MEAN_BEFORE, "yx"), (RATIO_BEFORE, "ydxw")])
def test_a_difference_is_that_of_tea_tasting(metric: tt.Mean | tt.RatioOfMeans, known: str) -> None:
    rng = np.random.default_rng(4)
    arms = [{name: arm[name] for name in known} for arm in (visitors(rng, 300), visitors(rng, 420, 0.1))]
    found, expected = two_arms(*ours(*arms)), judged_by(metric, *arms)
    assert found.estimate == pytest.approx(expected.effect_size, rel=1e-9)
    limits = (expected.effect_size_ci_lower, expected.effect_size_ci_upper)
    assert (found.low, found.high) == pytest.approx(limits, rel=1e-9)


@pytest.mark.parametrize(("metric", "known"), [(MEAN, "y"), (RATIO, "yd")])
def test_a_relative_effect_is_that_of_tea_tasting(metric: tt.Mean | tt.RatioOfMeans, known: str) -> None:
    rng = np.random.default_rng(5)
    arms = [{name: arm[name] for name in known} for arm in (visitors(rng, 300), visitors(rng, 420, 0.1))]
    found, expected = two_arms(*ours(*arms), scale="relative"), judged_by(metric, *arms)
    limits = (expected.rel_effect_size_ci_lower, expected.rel_effect_size_ci_upper)
    assert (found.estimate, found.low, found.high) == pytest.approx((expected.rel_effect_size, *limits), rel=1e-9)


@pytest.mark.parametrize(("metric", "known"), [(MEAN_BEFORE, "yx"), (RATIO_BEFORE, "ydxw")])
def test_a_small_relative_effect_with_a_covariate_is_near_that_of_tea_tasting(
    metric: tt.Mean | tt.RatioOfMeans, known: str
) -> None:
    rng = np.random.default_rng(6)
    arms = [{name: arm[name] for name in known} for arm in (visitors(rng, 30_000), visitors(rng, 30_000, 0.02))]
    found, expected = two_arms(*ours(*arms), scale="relative"), judged_by(metric, *arms)
    width = expected.rel_effect_size_ci_upper - expected.rel_effect_size_ci_lower
    assert found.estimate == pytest.approx(expected.rel_effect_size, rel=1e-9)
    assert found.high - found.low == pytest.approx(width, rel=0.01)


def test_a_large_relative_effect_is_covered_though_the_common_mean_before_is_uncertain() -> None:
    rng = np.random.default_rng(7)
    covered = 0
    for _ in range(400):
        arms = [moments(y, x=x) for y, x in (spenders(rng, 300), spenders(rng, 300, 1.0))]
        found = two_arms(*arms, scale="relative")
        covered += found.low <= 1.0 <= found.high
    assert is_within(400 - covered, 400, 0.05), "taking the common mean for known covers 72%"


def test_a_covariate_narrows_the_interval_by_what_it_explains() -> None:
    rng = np.random.default_rng(8)
    arms = [moments(y, x=x) for y, x in (spenders(rng, 2000), spenders(rng, 2000))]
    blind = [replace(arm, ss_x=0.0) for arm in arms]
    explained = float(np.mean([arm.sp_yx**2 / arm.ss_x / arm.ss_y for arm in arms]))
    ratio = two_arms(*arms).half_width / two_arms(*blind).half_width
    assert ratio == pytest.approx(math.sqrt(1 - explained), rel=0.01)


@pytest.mark.parametrize("known", ["yx", "ydxw"])
def test_with_a_covariate_the_interval_covers_as_often_as_it_says(known: str) -> None:
    rng = np.random.default_rng(9)
    missed = 0
    for _ in range(400):
        arms = [{name: arm[name] for name in known} for arm in (visitors(rng, 60), visitors(rng, 60))]
        found = two_arms(*ours(*arms))
        missed += found.low > 0 or found.high < 0
    assert is_within(missed, 400, 0.05)


@given(st.floats(-50, 50), st.floats(0.01, 100), st.integers(0, 50))
def test_a_covariate_never_widens_and_its_unit_does_not_matter(shift: float, factor: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    y, x = rng.normal(size=(2, 40)), rng.normal(size=(2, 40))
    blind = difference(moments(y[0]), moments(y[1]))
    found = difference(moments(y[0], x=x[0]), moments(y[1], x=x[1]))
    other = difference(moments(y[0], x=factor * x[0] + shift), moments(y[1], x=factor * x[1] + shift))
    assert found.sd <= blind.sd
    assert (other.effect, other.sd) == pytest.approx((found.effect, found.sd), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    "without",
    [{"ss_x": 0.0}, {"mean_w": 0.0, "ss_w": 1.0}, {"mean_w": 0.01, "ss_w": 900.0}],
    ids=["constant", "nobody had a denominator", "a denominator near zero"],
)
def test_a_covariate_that_can_t_be_used_is_left_aside(without: dict[str, Any]) -> None:
    rng = np.random.default_rng(10)
    arms = [moments(y, x=x) for y, x in (spenders(rng, 500), spenders(rng, 500))]
    blind = two_arms(*(replace(arm, ss_x=0.0) for arm in arms))
    assert two_arms(replace(arms[0], **without), arms[1]) == blind


def test_a_few_units_are_compared_without_their_covariate() -> None:
    rng = np.random.default_rng(11)
    arms = [moments(y, x=x) for y, x in (spenders(rng, 9), spenders(rng, 9))]
    assert two_arms(*arms) == two_arms(*(replace(arm, ss_x=0.0) for arm in arms))


def test_a_covariate_that_is_not_finite_is_refused_with_the_reason() -> None:
    arm = Moments(100, 1.0, 5.0, mean_x=math.inf, ss_x=1.0)
    with pytest.raises(StatisticsError, match="not finite"):
        two_arms(arm, arm)


def _aggregates(arm: dict[str, Floats]) -> Aggregates:
    pairs = [(a, b) for a in arm for b in arm if a < b]
    return Aggregates(
        count_=len(arm["y"]),
        mean_={name: float(values.mean()) for name, values in arm.items()},
        var_={name: float(values.var(ddof=1)) for name, values in arm.items()},
        cov_={(a, b): float(np.cov(arm[a], arm[b])[0, 1]) for a, b in pairs},
    )
