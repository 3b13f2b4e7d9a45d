import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from aftermerge.errors import StatisticsError
from aftermerge.stats import before_after, calibrate
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


def test_a_past_that_erred_twice_as_much_widens_the_interval_twice() -> None:
    found = calibrate(np.linspace(0.0, 2.0, 200))
    assert found.multiplier == pytest.approx(1.9, abs=0.03)
    assert found.alarms <= 0.06 * found.dates


def test_too_short_a_past_gives_a_wide_default_and_says_so() -> None:
    found = calibrate([0.1, 0.2, float("nan")])
    assert (found.multiplier, found.dates, found.is_default) == (DEFAULT_MULTIPLIER, 2, True)


def test_other_metrics_dates_count_less_than_a_metric_s_own() -> None:
    own, others = np.linspace(0.0, 0.9, 60), np.full(500, 3.0)
    assert calibrate(own, others).multiplier > 1.0
    assert calibrate(np.tile(own, 10), others).multiplier == 1.0
