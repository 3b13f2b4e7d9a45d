import math

import numpy as np
import pytest
from numpy.typing import NDArray

from aftermerge.errors import StatisticsError
from aftermerge.stats import Quantile, two_quantiles
from support.rates import is_within

Floats = NDArray[np.float64]


def by_ranks(values: Floats, q: float, share_sd: float) -> Quantile:
    """The values at the ranks n(q ± 1.96 · sd of the share below the quantile)."""
    ordered, n = np.sort(values), len(values)
    low, high = math.floor(n * (q - 1.96 * share_sd)), math.ceil(n * (q + 1.96 * share_sd))
    return Quantile(n, float(np.quantile(values, q)), float(ordered[max(low, 1) - 1]), float(ordered[min(high, n - 1)]))


def of_values(values: Floats, q: float) -> Quantile:
    return by_ranks(values, q, math.sqrt(q * (1 - q) / len(values)))


def of_users(rng: np.random.Generator, users: int, q: float) -> Quantile:
    """Load times of users who each have several, alike among themselves: the share's sd is the delta method's."""
    counts = rng.poisson(4, users) + 1
    owner = np.repeat(np.arange(users), counts)
    values = np.exp(rng.normal(0, 0.6, users)[owner] + rng.normal(0, 0.5, len(owner)))
    below = np.bincount(owner, values <= np.quantile(values, q), users)
    share = below.sum() / counts.sum()
    sd = math.sqrt(((below - share * counts) ** 2).sum()) / counts.sum()
    return by_ranks(values, q, float(sd))


def test_the_interval_of_two_equal_quantiles_holds_zero_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    missed = 0
    for _ in range(500):
        found = two_quantiles(*(of_values(rng.lognormal(0, 1, 800), 0.9) for _ in range(2)))
        missed += not found.low <= 0 <= found.high
    assert is_within(missed, 500, 0.05)
    assert missed > 8, "an interval that never misses is too wide"


def test_it_does_so_where_units_have_many_values_and_in_percent() -> None:
    rng = np.random.default_rng(2)
    missed = 0
    for _ in range(500):
        found = two_quantiles(of_users(rng, 400, 0.9), of_users(rng, 400, 0.9), scale="relative")
        missed += not found.low <= 0 <= found.high
    assert is_within(missed, 500, 0.05)
    assert missed > 8, "an interval that never misses is too wide"


def test_a_relative_effect_of_quantiles_is_their_ratio() -> None:
    found = two_quantiles(Quantile(900, 800.0, 780.0, 820.0), Quantile(900, 880.0, 860.0, 900.0), scale="relative")
    assert found.estimate == pytest.approx(0.1)
    assert found.low < 0.1 < found.high


@pytest.mark.parametrize(
    ("arm", "scale", "told"),
    [
        (Quantile(1, 3.0, 3.0, 3.0), "difference", "1 value;"),
        (Quantile(9, math.nan, 1.0, 2.0), "difference", "not finite"),
        (Quantile(9, 3.0, 4.0, 5.0), "difference", "outside its own interval"),
        (Quantile(9, 0.0, -1.0, 1.0), "relative", "positive quantile"),
    ],
)
def test_a_quantile_from_which_nothing_follows_is_refused_with_the_reason(arm: Quantile, scale, told: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(StatisticsError, match=told):
        two_quantiles(arm, Quantile(9, 3.0, 2.0, 4.0), scale=scale)


def test_quantiles_about_which_all_values_are_alike_are_refused() -> None:
    with pytest.raises(StatisticsError, match="all alike"):
        two_quantiles(Quantile(90, 3.0, 3.0, 3.0), Quantile(90, 4.0, 4.0, 4.0))


def test_a_level_that_is_none_is_refused() -> None:
    with pytest.raises(StatisticsError, match="between 0 and 1"):
        two_quantiles(Quantile(90, 3.0, 2.0, 4.0), Quantile(90, 3.0, 2.0, 4.0), level=95)
