import math

import duckdb
import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from aftermerge.errors import StatisticsError
from aftermerge.stats import Moments, two_arms
from aftermerge.stats.moments import EMPTY
from support.real_data import real_data
from support.units import moments

values = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40)


def test_a_difference_of_means_is_welch_s() -> None:
    rng = np.random.default_rng(7)
    control, treatment = rng.normal(3, 1, 40), rng.normal(3.4, 2, 60)
    found = two_arms(moments(control), moments(treatment))
    expected = stats.ttest_ind(treatment, control, equal_var=False).confidence_interval()
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


@given(values, values)
def test_moments_of_two_halves_add_up_to_those_of_the_whole(left: list[float], right: list[float]) -> None:
    y = np.array(left + right)
    together = moments(np.array(left)) + moments(np.array(right))
    assert together.n == len(y)
    assert together.mean_y == pytest.approx(y.mean(), rel=1e-9, abs=1e-6)
    assert together.ss_y == pytest.approx(moments(y).ss_y, rel=1e-6, abs=1e-3)


def test_nothing_added_to_moments_leaves_them_as_they_are() -> None:
    some = Moments(3, 2.0, 2.0, 1.5, 0.5, 0.25)
    assert EMPTY + some == some + EMPTY == some


def test_a_ratio_s_interval_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(11)
    covered = 0
    for _ in range(400):
        arms = []
        for rate in (0.30, 0.36):
            d = rng.poisson(5, 500) + 1.0
            arms.append(moments(rng.binomial(d.astype(int), rate).astype(float), d))
        found = two_arms(*arms)
        covered += found.low <= 0.06 <= found.high
    assert 0.92 <= covered / 400 <= 0.98


def test_a_metric_of_events_of_randomised_users_has_the_cluster_robust_standard_error() -> None:
    rng = np.random.default_rng(12)
    users = 150
    events = rng.poisson(4, 2 * users) + 1
    user = np.repeat(np.arange(2 * users), events)
    treated = (user >= users).astype(float)
    y = rng.normal(0, 1, 2 * users)[user] + rng.normal(0, 1, len(user)) + 0.3 * treated
    fit = sm.OLS(y, sm.add_constant(treated)).fit(
        cov_type="cluster", cov_kwds={"groups": user, "use_correction": False}
    )
    sums = np.bincount(user, y)
    control, treatment = (moments(sums[arm], events[arm] * 1.0) for arm in (np.s_[:users], np.s_[users:]))
    found = two_arms(control, treatment)
    assert found.estimate == pytest.approx(fit.params[1], rel=1e-9)
    assert found.sd == pytest.approx(fit.bse[1] * math.sqrt(users / (users - 1)), rel=1e-9)


def test_a_relative_effect_is_the_lift_of_the_mean() -> None:
    found = two_arms(Moments(1000, 2.0, 900.0), Moments(1000, 2.2, 900.0), scale="relative")
    assert found.estimate == pytest.approx(0.1)
    assert found.low < 0.1 < found.high


def test_the_screener_s_published_effect_on_gross_conversion_is_reproduced() -> None:
    effects = _screener("Enrollments")
    assert (effects.estimate, effects.low, effects.high) == pytest.approx((-0.0206, -0.0291, -0.0120), abs=5e-5)


def test_the_screener_s_published_effect_on_net_conversion_is_reproduced() -> None:
    effects = _screener("Payments")
    assert (effects.estimate, effects.low, effects.high) == pytest.approx((-0.0049, -0.0116, 0.0019), abs=5e-5)


@pytest.mark.parametrize(
    ("control", "told"),
    [
        (Moments(1, 1.0, 0.0), "1 unit"),
        (Moments(0, 0.0, 0.0), "0 units"),
        (Moments(9, 1.0, 1.0, 0.0), "denominator"),
        (Moments(9, math.inf, 1.0), "not finite"),
    ],
)
def test_an_arm_from_which_nothing_follows_is_refused_with_the_reason(control: Moments, told: str) -> None:
    with pytest.raises(StatisticsError, match=told):
        two_arms(control, Moments(9, 1.0, 1.0))


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_that_is_no_probability_is_refused(level: float) -> None:
    with pytest.raises(StatisticsError, match="between 0 and 1"):
        two_arms(Moments(9, 1.0, 1.0), Moments(9, 1.0, 1.0), level=level)


def test_two_arms_in_which_nobody_differs_are_refused() -> None:
    with pytest.raises(StatisticsError, match="no unit differs"):
        two_arms(Moments(9, 1.0, 0.0), Moments(9, 1.0, 0.0))


def _screener(column: str):  # type: ignore[no-untyped-def]
    arms = []
    for arm in ("control", "experiment"):
        path = real_data("experiments", f"udacity_free_trial_{arm}.csv")
        query = f"SELECT sum(Clicks), sum({column}) FROM read_csv(?) WHERE {column} IS NOT NULL"  # noqa: S608
        with duckdb.connect() as connection:
            n, hits = connection.execute(query, [str(path)]).fetchall()[0]
        share = float(hits) / float(n)
        arms.append(Moments(int(n), share, float(n) * share * (1 - share)))
    return two_arms(*arms)
