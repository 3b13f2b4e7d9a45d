"""What does a before/after readout cost? `uv run python -m benchmarks.readout_speed [placebos]`.

CPU time over 148 days with five controls, beside one least-squares solution of the same design in the same run. With
a *cold* calendar the covariances of those days are met for the first time; with a *shared* one another series met them.
"""

import sys
import time
from collections.abc import Callable
from itertools import count

import numpy as np
from numpy.typing import NDArray

from aftermerge.measure.history import DAYS_BEFORE, LEAST_DAYS_BEFORE_PLACEBO, history_of
from aftermerge.stats import before_after
from benchmarks.product import metric_of, series_of
from benchmarks.rates import markdown, verdict
from benchmarks.simulated import CONTROLS, family

Floats = NDArray[np.float64]

BEFORE, AFTER = 120, 28
READOUT_BAR_MS, PLACEBOS_BAR_SECONDS = 5.0, 60.0
PLACEBOS = 10_000
REPEATS = 200
SEED = 20260101
WEEK = 7


def milliseconds(action: Callable[[], object], repeats: int = REPEATS) -> float:
    """CPU time of one call, the mean over `repeats`, once warm."""
    action()
    began = time.process_time()
    for _ in range(repeats):
        action()
    return 1000 * (time.process_time() - began) / repeats


def least_squares() -> Callable[[], object]:
    """Level, trend, six weekdays, five controls, once."""
    y, weekday, controls = _one()
    trend = np.linspace(-0.5, 0.5, BEFORE)
    week = (weekday[:BEFORE, None] == np.arange(6)).astype(float)
    design = np.column_stack([np.ones(BEFORE), trend, week, controls[:BEFORE]])
    return lambda: np.linalg.lstsq(design, y[:BEFORE], rcond=None)


def shared_calendar() -> Callable[[], object]:
    y, weekday, controls = _one()
    return lambda: before_after(y, BEFORE, weekday=weekday, controls=controls)


def cold_calendar() -> Callable[[], object]:
    """Each call leaves out another pair of days, so that no two have a calendar in common."""
    y, weekday, controls = _one()
    numbers = count()

    def action() -> object:
        number = next(numbers)
        holed = y.copy()
        holed[[number % BEFORE, (number + 1 + number // BEFORE) % BEFORE]] = np.nan
        return before_after(holed, BEFORE, weekday=weekday, controls=controls)

    return action


def placebo_seconds(n: int) -> float:
    """CPU time of `n` placebo readouts on the product's path: windows, choice of controls, and estimator."""
    days = 730
    per_series = len(range(LEAST_DAYS_BEFORE_PLACEBO, days, WEEK))
    draw = family("ctrl").draw(np.random.default_rng(SEED), -(-n // per_series), days, AFTER)
    every = [series_of(draw, index) for index in range(len(draw.values))]
    began = time.process_time()
    left = n
    for series in every:
        history = history_of(metric_of("m"), series)
        for switch in range(LEAST_DAYS_BEFORE_PLACEBO, days, WEEK)[:left]:
            history.past_error(switch, AFTER, seasonal=False)
        left = max(0, left - per_series)
    return time.process_time() - began


def _one() -> tuple[Floats, NDArray[np.int64], Floats]:
    draw = family("ctrl").draw(np.random.default_rng(SEED), 1, BEFORE, AFTER)
    return draw.logs[0], draw.weekday, np.log(draw.controls[0])


def report(placebos: int = PLACEBOS) -> str:
    base, cold, shared = (milliseconds(made()) for made in (least_squares, cold_calendar, shared_calendar))
    seconds = placebo_seconds(placebos)
    bar = PLACEBOS_BAR_SECONDS * placebos / PLACEBOS
    what = f"one readout, {BEFORE} + {AFTER} days, {CONTROLS} controls"
    rows = [
        ("numpy least squares of the same design", f"{base:.3f} ms", "× 1", "–", ""),
        _row(f"{what}, shared calendar", shared, base),
        _row(f"{what}, cold calendar", cold, base),
        (
            f"{placebos:,} placebo readouts, {DAYS_BEFORE} days before each",
            f"{seconds:.1f} s",
            f"× {1000 * seconds / placebos / base:.0f} each",
            f"≤ {bar:g} s",
            verdict(seconds <= bar),
        ),
    ]
    return markdown(("what", "CPU", "of least squares", "bar", ""), rows)


def _row(what: str, took: float, base: float) -> tuple[str, ...]:
    held = verdict(took <= READOUT_BAR_MS)
    return what, f"{took:.2f} ms", f"× {took / base:.0f}", f"≤ {READOUT_BAR_MS:g} ms", held


if __name__ == "__main__":
    print(report(int(sys.argv[1]) if len(sys.argv) > 1 else PLACEBOS))
