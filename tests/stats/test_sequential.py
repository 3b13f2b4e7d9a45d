import math

import numpy as np
import pytest

from aftermerge.errors import StatisticsError
from aftermerge.stats import sample_ratio_p, sequential_sample_ratio_p
from aftermerge.stats.sequential import confidence_sequence_critical, critical_value, obrien_fleming_spent
from support.rates import is_within


def test_five_equal_looks_have_the_published_obrien_fleming_boundaries() -> None:
    looks = [k / 5 for k in range(1, 6)]
    found = [critical_value(looks[:k], looks[:k]) for k in range(1, 6)]
    assert found == pytest.approx([4.877, 3.357, 2.680, 2.290, 2.031], abs=0.003)


def test_one_look_at_the_horizon_is_the_ordinary_test() -> None:
    assert critical_value([100.0], [1.0]) == pytest.approx(1.95996, abs=1e-4)


def test_all_of_alpha_is_spent_at_the_horizon_and_none_before_the_start() -> None:
    assert obrien_fleming_spent(1.0) == pytest.approx(0.05)
    assert obrien_fleming_spent(0.0) == 0.0


def test_twenty_eight_daily_looks_raise_no_more_false_alarms_than_promised() -> None:
    rng = np.random.default_rng(3)
    looks = np.arange(1, 29) / 28
    criticals = np.array([critical_value(looks[:k].tolist(), looks[:k].tolist()) for k in range(1, 29)])
    z = np.cumsum(rng.normal(size=(4000, 28)), axis=1) / np.sqrt(np.arange(1, 29))
    alarms = int((np.abs(z) > criticals).any(axis=1).sum())
    assert is_within(alarms, 4000, 0.05)
    assert alarms > 100, "a bound that never speaks is no bound"


def test_a_confidence_sequence_holds_over_a_thousand_looks() -> None:
    rng = np.random.default_rng(5)
    n = np.arange(20, 5000, 5)
    criticals = np.array([confidence_sequence_critical(float(k), 1000.0) for k in n])
    z = np.cumsum(rng.normal(size=(1500, 5000)), axis=1)[:, n - 1] / np.sqrt(n)
    assert is_within(int((np.abs(z) > criticals).any(axis=1).sum()), 1500, 0.05)


def test_cookie_cats_fill_of_the_arms_has_its_known_p() -> None:
    assert sample_ratio_p([44_700, 45_489]) == pytest.approx(0.0086, abs=5e-5)


def test_the_sequential_ratio_check_survives_a_look_after_every_hundred_units() -> None:
    rng = np.random.default_rng(9)
    alarms = 0
    for _ in range(400):
        ones = np.cumsum(rng.binomial(100, 0.5, 60))
        counts = [(int(a), int(100 * (k + 1) - a)) for k, a in enumerate(ones)]
        alarms += any(sequential_sample_ratio_p(pair) < 0.05 for pair in counts)
    assert is_within(alarms, 400, 0.05)


def test_the_sequential_ratio_check_finds_a_broken_split() -> None:
    assert sequential_sample_ratio_p([5_600, 4_400]) < 1e-6


def test_a_ratio_of_nobody_is_refused() -> None:
    with pytest.raises(StatisticsError, match="two or more variants"):
        sample_ratio_p([0, 0])
    assert math.isclose(sample_ratio_p([10, 30], ratio=[1, 3]), 1.0)
