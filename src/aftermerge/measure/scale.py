"""On which scale a series is modelled, and how an effect on it is said in the metric's unit."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aftermerge.errors import StatisticsError
from aftermerge.model.amount import Unit
from aftermerge.model.plan import Series
from aftermerge.stats.counts import HALF, rate_of
from aftermerge.stats.integrated_gls import Effect

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Scaled:
    """Values ready for the model: logarithms where effects are proportional, the values themselves where not.

    `volume` is set where half a count was added: over how many the count was taken, 1 for a plain count.
    """

    values: Floats
    is_log: bool
    volume: float | None = None

    def effect_in(self, effect: Effect, unit: Unit) -> tuple[float, float, float, float]:
        """Estimate, low, high and baseline, in the metric's unit.

        Raises:
            StatisticsError: a percentage of a forecast that is not positive.
        """
        if self.is_log:
            after = effect.forecast + effect.estimate
            grown = [100 * (self._level(after) / self._level(after - x) - 1) for x in _three(effect)]
            return grown[0], grown[1], grown[2], self._level(effect.forecast)
        if unit == "percent" and effect.forecast <= 0:
            raise StatisticsError("a percentage of nothing: the forecast without the change is not positive")
        factor = {"pp": 100.0, "absolute": 1.0, "percent": 100.0 / effect.forecast if effect.forecast else 0.0}[unit]
        said = [factor * x for x in _three(effect)]
        return said[0], said[1], said[2], effect.forecast

    def _level(self, mean_log: float) -> float:
        """From the mean of the logarithms back to the metric itself."""
        if self.volume is None:
            return math.exp(mean_log)
        return rate_of(mean_log + math.log(self.volume)) / self.volume


def scaled(series: Series, unit: Unit) -> Scaled:
    """Percent effects are modelled on the log scale where no value is negative; all others as they are."""
    values = series.values
    if unit != "percent" or np.nanmin(values, initial=0.0) < 0:
        return Scaled(values, is_log=False)
    if not (values == 0).any():
        return Scaled(np.asarray(np.log(values)), is_log=True)
    volume = np.ones(len(values)) if series.volume is None else series.volume
    if series.volume is None and not _are_counts(values):
        return Scaled(log_bearing_zeros(values), is_log=True)
    measured = np.where(volume > 0, volume, np.nan)
    return Scaled(np.asarray(np.log(values + HALF / measured)), is_log=True, volume=float(np.nanmean(measured)))


def log_bearing_zeros(values: Floats) -> Floats:
    """Logarithms; where any value is zero, half of the least positive one is added to all."""
    if not (values == 0).any():
        return np.asarray(np.log(values))
    positive = values[values > 0]
    return np.asarray(np.log(values + HALF * (float(positive.min()) if len(positive) else 1.0)))


def _are_counts(values: Floats) -> bool:
    return bool((values[np.isfinite(values)] % 1 == 0).all())


def _three(effect: Effect) -> tuple[float, float, float]:
    return effect.estimate, effect.low, effect.high
