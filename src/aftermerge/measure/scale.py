"""On which scale a series is modelled, and how an effect on it is said in the metric's unit."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aftermerge.errors import StatisticsError
from aftermerge.model.amount import Unit
from aftermerge.model.plan import Series
from aftermerge.stats.integrated_gls import Effect

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Scaled:
    """Values ready for the model: logarithms where effects are proportional, the values themselves where not."""

    values: Floats
    is_log: bool

    def effect_in(self, effect: Effect, unit: Unit) -> tuple[float, float, float, float]:
        """Estimate, low, high and baseline, in the metric's unit.

        Raises:
            StatisticsError: a percentage of a forecast that is not positive.
        """
        if self.is_log:
            grown = [100 * math.expm1(x) for x in (effect.estimate, effect.low, effect.high)]
            return grown[0], grown[1], grown[2], math.exp(effect.forecast)
        if unit == "percent" and effect.forecast <= 0:
            raise StatisticsError("a percentage of nothing: the forecast without the change is not positive")
        factor = {"pp": 100.0, "absolute": 1.0, "percent": 100.0 / effect.forecast if effect.forecast else 0.0}[unit]
        said = [factor * x for x in (effect.estimate, effect.low, effect.high)]
        return said[0], said[1], said[2], effect.forecast


def scaled(series: Series, unit: Unit) -> Scaled:
    """Percent effects are modelled on the log scale where no value is negative; all others as they are."""
    values = series.values
    if unit != "percent" or np.nanmin(values, initial=0.0) < 0:
        return Scaled(values, is_log=False)
    return Scaled(log_counts(values, series.volume), is_log=True)


def log_counts(values: Floats, volume: Floats | None = None) -> Floats:
    """Logarithms that bear zeros: half a unit is added where any value is zero.

    Of a rate, half a count over its volume. Blind spot: at a few counts a day the percentage is that of count + ½.
    """
    if not (values == 0).any():
        return np.asarray(np.log(values))
    if volume is not None:
        safe = np.where(volume > 0, volume, np.nan)
        return np.asarray(np.log(values + 0.5 / safe))
    positive = values[values > 0]
    least = float(positive.min()) if len(positive) else 1.0
    return np.asarray(np.log(values + 0.5 * least))
