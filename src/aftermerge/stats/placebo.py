"""Calibration by placebos: how wrong was the same method on earlier dates when nothing shipped?

Assumes that the future errs as the past did. Blind spot: a past calmer than the present.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

LEAST_PLACEBOS = 15
DEFAULT_MULTIPLIER = 2.0
"""Used, at the least, where the past holds too few dates to say better."""
ALARMING = 0.15
"""Where it spoke on more of the dates than this, only the dates themselves are believed."""
PRIOR_WINDOWS = 20.0
"""So many windows apart from one another weigh as much as what was believed before them."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What to multiply the standard deviation by, and how the calibrated method did on the dates themselves.

    `alarms` judges each date by the multiplier that the *other* dates give.
    """

    multiplier: float
    dates: int
    alarms: int
    is_default: bool


def calibrate(own: ArrayLike, borrowed: ArrayLike = (), level: float = 0.95, *, overlap: float = 1.0) -> Calibration:
    """From placebo errors in units of their own half-width, |error| / half-width, (dates,).

    The split-conformal quantile (Vovk, Gammerman and Shafer 2005) of the own dates says how much wider the interval
    must be; few dates say so with much noise, and so it is drawn towards what the dates of other metrics say
    (`borrowed`), and that towards 1, unless the alarms belie it. `overlap` is how many windows share a day: so many
    dates count as one. A date that can't be estimated is NaN and left out.
    """
    ratios, others = _clean(own), _clean(borrowed)
    believed = _drawn(1.0, others, level, overlap)
    enough = len(ratios) >= LEAST_PLACEBOS
    least = 1.0 if enough else DEFAULT_MULTIPLIER
    alarms = _alarms(ratios, lambda rest: max(least, _drawn(believed, rest, level, overlap)))
    multiplier = max(least, _drawn(believed, ratios, level, overlap))
    if enough and alarms > ALARMING * len(ratios):  # what is believed is belied
        alarms = _alarms(ratios, lambda rest: max(least, believed, _conformal(rest, level)))
        multiplier = max(least, believed, _conformal(ratios, level))
    return Calibration(multiplier, len(ratios), alarms, not enough)


def _alarms(ratios: Floats, multiplier_of: Callable[[Floats], float]) -> int:
    """On how many dates it would have spoken, had only the others been known."""
    return sum(bool(ratio > multiplier_of(np.delete(ratios, index))) for index, ratio in enumerate(ratios))


def _clean(ratios: ArrayLike) -> Floats:
    values = np.asarray(ratios, dtype=np.float64).ravel()
    return values[np.isfinite(values)]


def _drawn(believed: float, ratios: Floats, level: float, overlap: float) -> float:
    """The conformal quantile of `ratios`, at the least 1, drawn towards what was believed before."""
    if not len(ratios):
        return believed
    apart = len(ratios) / overlap
    return (apart * max(1.0, _conformal(ratios, level)) + PRIOR_WINDOWS * believed) / (apart + PRIOR_WINDOWS)


def _conformal(ratios: Floats, level: float) -> float:
    """The one unseen date counts as large as the largest seen."""
    rank = math.ceil(level * (len(ratios) + 1) - 1e-9)
    return float(np.partition(ratios, min(rank, len(ratios)) - 1)[min(rank, len(ratios)) - 1])


def widened(low: float, high: float, multiplier: float) -> tuple[float, float]:
    """An interval made `multiplier` times as wide about its middle."""
    middle, half = (low + high) / 2, (high - low) / 2 * multiplier
    if not math.isfinite(middle + half):
        return low, high
    return middle - half, middle + half
