"""On which scale a series is modelled, and how an effect on it is said in the metric's unit."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from aftermerge.errors import StatisticsError
from aftermerge.model.amount import Unit
from aftermerge.model.plan import Series
from aftermerge.stats.arms import MOST_LOG
from aftermerge.stats.counts import HALF, rate_of
from aftermerge.stats.integrated_gls import Effect

Floats = NDArray[np.float64]

SMALL_COUNT = 30.0
"""Below this many a day, half the days or more, a count is small: zeros are among its ordinary days."""
RARE_ZEROS = 0.02
"""Where at most this share of the days is zero, those days are outages and no part of the metric."""
OUTAGE_DAYS = 3
"""Zeros on so many days in a row are an outage, and say nothing of which days are ordinary."""
CLOSED, LEAST_CLOSED_DAYS = 0.95, 4
"""A weekday that is zero so often, on so many days at the least, is one on which the shop is closed."""


@dataclass(frozen=True, slots=True)
class Volumes:
    """Over how many small counts were taken, before the change and after it: 1 for a plain count."""

    before: float
    after: float


@dataclass(frozen=True, eq=False, slots=True)
class Scaled:
    """Values ready for the model: logarithms where effects are proportional, the values themselves where not.

    `volume` is set for small counts, to which half a count was added: over how many each was taken, (days,).
    """

    values: Floats
    is_log: bool
    volume: Floats | None = None

    def volumes(self, start: int, switch: int, end: int) -> Volumes | None:
        """Of a window that begins with `start`, changes at `switch` and ends before `end`."""
        if self.volume is None:
            return None
        return Volumes(_geometric_mean(self.volume[start:switch]), _geometric_mean(self.volume[switch + 1 : end]))

    def unscaled(self, values: Floats, days: NDArray[np.int64]) -> Floats:
        """Modelled values of these days (indices), back in the metric's own unit."""
        if not self.is_log:
            return values
        with np.errstate(over="ignore"):
            plain = np.exp(values)
        return plain if self.volume is None else np.maximum(plain - HALF / self.volume[days], 0.0)

    def effect_in(self, effect: Effect, unit: Unit, volumes: Volumes | None) -> tuple[float, float, float, float]:
        """Estimate, low, high and baseline, in the metric's unit.

        Raises:
            StatisticsError: a percentage of a forecast that is not positive, or one too uncertain to be said.
        """
        if self.is_log:
            return _percentages(effect, volumes)
        if unit == "percent" and effect.forecast <= 0:
            raise StatisticsError("a percentage of nothing: the forecast without the change is not positive")
        factor = {"pp": 100.0, "absolute": 1.0, "percent": 100.0 / effect.forecast if effect.forecast else 0.0}[unit]
        return factor * effect.estimate, factor * effect.low, factor * effect.high, effect.forecast


def scaled(series: Series, unit: Unit) -> Scaled:
    """Percent effects of what is never negative are modelled on the log scale.

    Small counts bear zeros by half a count. Of larger ones a rare zero is an outage, and left out; where zeros are
    ordinary, the values themselves are modelled.
    """
    values = without_closed_days(series)
    if not np.isfinite(values).any():
        return Scaled(values, is_log=False)
    if unit != "percent" or np.nanmin(values, initial=0.0) < 0:
        return Scaled(values, is_log=False)
    volume = np.ones(len(values)) if series.volume is None else np.where(series.volume > 0, series.volume, np.nan)
    if (series.volume is not None or _are_counts(values)) and np.nanmedian(values * volume) <= SMALL_COUNT:
        return Scaled(np.asarray(np.log(values + HALF / volume)), is_log=True, volume=volume)
    zero = values == 0
    if (zero & ~_in_a_row(zero, OUTAGE_DAYS)).mean() > RARE_ZEROS:
        return Scaled(values, is_log=False)
    return Scaled(np.asarray(np.log(np.where(zero, np.nan, values))), is_log=True)


def without_closed_days(series: Series) -> Floats:
    """The values, but for the zeros of a weekday on which there is nearly never anything: it is closed then."""
    weekday = (np.arange(len(series.values)) + series.first_day.weekday()) % 7
    zero, known = series.values == 0, np.isfinite(series.values)
    closed = [
        day
        for day in range(7)
        if (known & (weekday == day)).sum() >= LEAST_CLOSED_DAYS and zero[known & (weekday == day)].mean() >= CLOSED
    ]
    if not closed or len(closed) == len(set(weekday.tolist())):
        return series.values
    return np.where(zero & np.isin(weekday, closed), np.nan, series.values)


def _in_a_row(days: NDArray[np.bool_], least: int) -> NDArray[np.bool_]:
    """Those days that stand in a run of at least so many."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], days, [False]]).astype(np.int8)))
    kept = np.zeros(len(days), dtype=np.bool_)
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        kept[start:end] = end - start >= least
    return kept


def without_days(given: Scaled, days: NDArray[np.bool_]) -> Scaled:
    """The same, with no value on these days, (days,)."""
    return replace(given, values=np.where(days, np.nan, given.values)) if days.any() else given


def log_bearing_zeros(values: Floats) -> Floats:
    """Logarithms; where any value is zero, half of the least positive one is added to all."""
    if not (values == 0).any():
        return np.asarray(np.log(values))
    positive = values[values > 0]
    return np.asarray(np.log(values + HALF * (float(positive.min()) if len(positive) else 1.0)))


def _percentages(effect: Effect, volumes: Volumes | None) -> tuple[float, float, float, float]:
    if max(abs(effect.low), abs(effect.high)) > MOST_LOG:
        raise StatisticsError("too uncertain to be said as a percentage")
    after = effect.forecast + effect.estimate
    level = _level(after, volumes.after if volumes else None)
    base = [_level(after - x, volumes.before if volumes else None) for x in (effect.estimate, effect.low, effect.high)]
    grown = [100 * (level / without - 1) for without in base]
    return grown[0], grown[1], grown[2], base[0]


def _level(mean_log: float, volume: float | None) -> float:
    """From the mean of the logarithms back to the metric itself."""
    return math.exp(mean_log) if volume is None else rate_of(mean_log + math.log(volume)) / volume


def _geometric_mean(volume: Floats) -> float:
    known = volume[np.isfinite(volume)]
    if not len(known):
        raise StatisticsError("on no day of the window was anybody measured")
    return float(np.exp(np.log(known).mean()))


def _are_counts(values: Floats) -> bool:
    return bool((values[np.isfinite(values)] % 1 == 0).all())
