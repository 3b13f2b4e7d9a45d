import math

import numpy as np
import pytest

from aftermerge.errors import StatisticsError
from aftermerge.stats import running_sample_ratio_p, sample_ratio_p, sequential_sample_ratio_p
from aftermerge.stats.sequential import (
    confidence_sequence_critical,
    critical_value,
    critical_values,
    obrien_fleming_spent,
    sidak,
)
from support.rates import is_within


def test_five_equal_looks_have_the_published_obrien_fleming_boundaries() -> None:
    looks = [k / 5 for k in range(1, 6)]
    found = [critical_value(looks[:k], looks[:k]) for k in range(1, 6)]
    assert found == pytest.approx([4.877, 3.357, 2.680, 2.290, 2.031], abs=0.003)


def test_the_critical_values_of_all_looks_are_those_of_each() -> None:
    units, passed = [120.0, 150.0, 400.0, 410.0, 900.0], [0.1, 0.2, 0.5, 0.7, 1.0]
    each = [critical_value(units[:k], passed[:k]) for k in range(1, 6)]
    assert critical_values(units, passed) == pytest.approx(each, abs=1e-6)


def test_a_look_that_adds_next_to_nothing_changes_nothing() -> None:
    units, passed = [1000.0 * k for k in range(1, 29)], [k / 28 for k in range(1, 29)]
    with_dust = [u for k in units for u in (k - 0.02, k - 0.01, k)]
    passed_then = [f for k in passed for f in (k - 0.001, k - 0.0005, k)]
    assert critical_value(with_dust, passed_then) == pytest.approx(critical_value(units, passed), abs=1e-3)


def test_a_last_look_without_news_at_the_horizon_spends_what_is_left() -> None:
    assert critical_value([500.0, 500.0], [0.5, 1.0]) == pytest.approx(critical_value([500.0], [1.0]), abs=1e-4)


@pytest.mark.parametrize(
    ("units", "passed", "told"),
    [
        ([], [], "one look"),
        ([1.0], [0.5, 1.0], "one look"),
        ([0.0], [1.0], "one look"),
        ([2.0, 1.0], [0.5, 1.0], "back"),
    ],
)
def test_looks_that_are_none_are_refused(units: list[float], passed: list[float], told: str) -> None:
    with pytest.raises(StatisticsError, match=told):
        critical_values(units, passed)


def test_a_confidence_sequence_of_nobody_is_refused() -> None:
    with pytest.raises(StatisticsError, match="needs units"):
        confidence_sequence_critical(0, 100)


def test_several_intervals_together_err_as_often_as_one() -> None:
    assert 1 - (1 - sidak(0.05, 7)) ** 7 == pytest.approx(0.05)
    assert sidak(0.05, 1) == pytest.approx(0.05)


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


def test_a_split_that_was_broken_at_one_look_stays_broken() -> None:
    looks = [[700, 500], [5_000, 5_000]]
    assert sequential_sample_ratio_p(looks[-1]) > 0.5
    assert running_sample_ratio_p(looks) == sequential_sample_ratio_p(looks[0]) < 0.001


@pytest.mark.parametrize("ratio", [(1.0, 1.0), (0.1, 0.9), (0.5, 0.3, 0.2)])
def test_the_running_ratio_check_is_valid_when_looked_at_daily(ratio: tuple[float, ...]) -> None:
    rng = np.random.default_rng(10)
    shares = np.array(ratio) / sum(ratio)
    alarms = sum(
        running_sample_ratio_p(np.cumsum(rng.multinomial(60, shares, 28), axis=0).tolist(), ratio) < 0.05
        for _ in range(400)
    )
    assert is_within(alarms, 400, 0.05)


def test_a_running_ratio_without_a_look_is_refused() -> None:
    with pytest.raises(StatisticsError, match="needs a look"):
        running_sample_ratio_p([])


def test_a_ratio_of_nobody_is_refused() -> None:
    with pytest.raises(StatisticsError, match="two or more variants"):
        sample_ratio_p([0, 0])
    assert math.isclose(sample_ratio_p([10, 30], ratio=[1, 3]), 1.0)
