import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from aftermerge.errors import StatisticsError
from aftermerge.stats import before_after, calibrate
from aftermerge.stats.integrated_gls import GRID, forecast, learned, likelihood
from aftermerge.stats.placebo import DEFAULT_MULTIPLIER
from support.rates import is_within

Floats = NDArray[np.float64]
SWITCH, DAYS = 120, 148
WEEK = np.array([0, 0.05, 0.04, 0.03, 0, -0.2, -0.25])


def series(rng: np.random.Generator, drifts: bool = False) -> Floats:
    noise = np.zeros(DAYS)
    for day in range(1, DAYS):
        noise[day] = 0.4 * noise[day - 1] + rng.normal() * 0.02
    if drifts:
        for day in rng.integers(0, DAYS, 2):
            noise[day:] += rng.normal() * 0.02
    return np.asarray(5 + 0.0005 * np.arange(DAYS) + WEEK[np.arange(DAYS) % 7] + noise)


def weekday() -> NDArray[np.int64]:
    return np.arange(DAYS) % 7


@pytest.mark.parametrize("drifts", [False, True])
def test_when_nothing_happened_it_speaks_no_more_often_than_promised(drifts: bool) -> None:
    rng = np.random.default_rng(17)
    found = [before_after(series(rng, drifts), SWITCH, weekday=weekday()) for _ in range(300)]
    alarms = sum(not effect.low <= 0 <= effect.high for effect in found)
    assert is_within(alarms, 300, 0.05)


def test_a_rise_of_five_percent_is_nearly_always_found() -> None:
    rng = np.random.default_rng(19)
    rise = np.where(np.arange(DAYS) >= SWITCH, np.log(1.05), 0.0)
    found = [before_after(series(rng) + rise, SWITCH, weekday=weekday()) for _ in range(100)]
    assert sum(effect.low > 0 for effect in found) >= 85


def test_a_control_that_shares_the_shocks_narrows_the_interval() -> None:
    rng = np.random.default_rng(23)
    shock = np.cumsum(rng.normal(size=DAYS) * 0.05)
    y = series(rng) + shock
    alone = before_after(y, SWITCH, weekday=weekday())
    helped = before_after(y, SWITCH, weekday=weekday(), controls=shock)
    assert helped.half_width < 0.6 * alone.half_width


def test_the_same_numbers_in_give_the_same_bits_out() -> None:
    y = series(np.random.default_rng(29))
    assert before_after(y, SWITCH) == before_after(y.copy(), SWITCH)


@settings(max_examples=25, deadline=None)
@given(st.floats(-1e3, 1e3), st.floats(0.01, 100))
def test_shifting_and_scaling_a_series_shifts_and_scales_its_effect(shift: float, scale: float) -> None:
    y = series(np.random.default_rng(31))
    plain, moved = before_after(y, SWITCH), before_after(shift + scale * y, SWITCH)
    assert moved.estimate == pytest.approx(scale * plain.estimate, rel=1e-4, abs=1e-6 * scale)
    assert moved.sd == pytest.approx(scale * plain.sd, rel=1e-4)


def test_a_missing_day_is_taken_out_exactly_as_if_the_model_had_never_had_it() -> None:
    y = series(np.random.default_rng(37), drifts=True)
    y[[5, 60, 61, 130]] = np.nan
    found = before_after(y, SWITCH, weekday=weekday())
    expected, sd = by_hand(y)
    assert found.forecast == pytest.approx(expected, abs=1e-7)
    assert found.sd == pytest.approx(sd, rel=1e-5)


def test_each_day_s_forecast_averages_to_the_forecast_of_the_mean() -> None:
    y = series(np.random.default_rng(39))
    y[[3, 77, 140]] = np.nan
    days, whole = forecast(y, SWITCH, weekday=weekday()), before_after(y, SWITCH, weekday=weekday())
    assert np.nanmean(days.mean[SWITCH:]) == pytest.approx(whole.forecast, abs=1e-9)
    assert np.isnan(days.low[:SWITCH]).all()
    assert np.nanmean((days.high - days.low)[SWITCH:]) > 2 * whole.half_width, "a day errs more than a mean"


def test_what_earlier_days_said_of_the_errors_sharpens_the_interval() -> None:
    rng = np.random.default_rng(43)
    earlier = [likelihood(series(rng)[:112], weekday=weekday()[:112]) for _ in range(5)]
    pairs = [(y, before_after(y, SWITCH, weekday=weekday())) for y in (series(rng) for _ in range(20))]
    told = [before_after(y, SWITCH, weekday=weekday(), prior=learned(earlier)) for y, _ in pairs]
    assert np.mean([t.half_width for t in told]) < 0.9 * np.mean([alone.half_width for _, alone in pairs])


def by_hand(y: Floats) -> tuple[float, float]:
    """The forecast of the mean and its sd, from the full covariance of the recorded days at each grid point."""
    seen = np.flatnonzero(~np.isnan(y))
    before, after = seen[seen < SWITCH], seen[seen >= SWITCH]
    week = (weekday()[:, None] == np.arange(6)).astype(float) - (weekday()[:, None] == 6)
    columns = np.hstack([np.ones((DAYS, 1)), np.arange(DAYS)[:, None] / 100, week])
    logs, means, variances = [], [], []
    for rho, drift in GRID:
        day = np.arange(DAYS, dtype=float)
        cov = rho ** np.abs(day[:, None] - day[None]) + drift**2 * np.minimum(day[:, None], day[None])
        inner, cross = np.linalg.inv(cov[np.ix_(before, before)]), cov[np.ix_(before, after)].mean(axis=1)
        x, mean_x = columns[before], columns[after].mean(axis=0)
        gram = np.linalg.inv(x.T @ inner @ x)
        beta = gram @ x.T @ inner @ y[before]
        residual = y[before] - x @ beta
        rss, degrees = residual @ inner @ residual, len(before) - x.shape[1]
        reach = mean_x - x.T @ inner @ cross
        logs.append(0.5 * (np.linalg.slogdet(inner)[1] + np.linalg.slogdet(gram)[1] - degrees * np.log(rss)))
        means.append(mean_x @ beta + cross @ inner @ residual)
        left = cov[np.ix_(after, after)].mean() - cross @ inner @ cross + reach @ gram @ reach
        variances.append(rss / degrees * left)
    weight = np.exp(np.array(logs) - max(logs))
    weight /= weight.sum()
    center = weight @ means
    return float(center), float(np.sqrt(weight @ (variances + (means - center) ** 2)))


def test_days_on_which_nothing_was_recorded_are_left_out() -> None:
    y = series(np.random.default_rng(37))
    holed = y.copy()
    holed[[5, 60, 130]] = np.nan
    assert before_after(holed, SWITCH).estimate == pytest.approx(before_after(y, SWITCH).estimate, abs=0.02)


@pytest.mark.parametrize(
    ("y", "switch", "told"),
    [
        (np.ones(100), 60, "does not vary"),
        (np.arange(100.0), 10, "28 are the least"),
        (np.arange(100.0), 100, "no day after"),
        (np.full(100, np.nan), 60, "0 days before"),
        (np.where(np.arange(100) == 3, np.inf, 1.0), 60, "infinite"),
        (np.arange(100.0), -5, "0 days before"),
    ],
)
def test_a_series_from_which_nothing_follows_is_refused_with_the_reason(y: Floats, switch: int, told: str) -> None:
    with pytest.raises(StatisticsError, match=told):
        before_after(y, switch)


def test_a_control_with_a_hole_is_refused() -> None:
    control = np.arange(float(DAYS))
    control[50] = np.nan
    with pytest.raises(StatisticsError, match="a control is missing"):
        before_after(series(np.random.default_rng(1)), SWITCH, controls=control)


def test_a_control_that_never_varies_changes_nothing() -> None:
    y = series(np.random.default_rng(41))
    assert before_after(y, SWITCH, controls=np.ones(DAYS)) == before_after(y, SWITCH)


def test_errors_within_their_half_width_leave_the_interval_as_it_is() -> None:
    assert calibrate(np.linspace(0.0, 0.9, 40)).multiplier == 1.0


def test_a_long_past_that_erred_twice_as_much_widens_the_interval_twice() -> None:
    found = calibrate(np.linspace(0.0, 2.0, 2000))
    assert found.multiplier == pytest.approx(1.9, abs=0.03)
    assert found.alarms <= 0.06 * found.dates


def test_a_short_past_is_believed_by_half_and_windows_that_overlap_count_as_one() -> None:
    errors = np.concatenate([np.linspace(0.0, 0.9, 72), np.full(8, 1.9)])
    assert 1.6 < calibrate(errors).multiplier < 1.8
    assert 1.4 < calibrate(errors, overlap=4.0).multiplier < 1.5


def test_a_past_that_was_wrong_again_and_again_is_believed_whole() -> None:
    errors = np.concatenate([np.linspace(0.0, 0.9, 24), np.full(7, 1.9)])
    found = calibrate(errors, overlap=4.0)
    assert found.multiplier == pytest.approx(1.9)
    assert found.alarms == 0


def test_too_short_a_past_gives_a_wide_default_and_says_so() -> None:
    found = calibrate([0.1, 0.2, float("nan")])
    assert (found.multiplier, found.dates, found.is_default) == (DEFAULT_MULTIPLIER, 2, True)


def test_other_metrics_dates_count_less_than_a_metric_s_own() -> None:
    own, others = np.linspace(0.0, 0.9, 60), np.full(500, 3.0)
    assert calibrate(own, others).multiplier > 1.3
    assert calibrate(np.tile(own, 100), others).multiplier < 1.01
    assert calibrate(own[:15], others).multiplier > calibrate(own, others).multiplier
