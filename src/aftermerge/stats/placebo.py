"""Calibration by placebos: how wrong was the same method on earlier dates when nothing shipped?

Assumes that the future errs as the past did. Blind spot: a past calmer than the present.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

LEAST_PLACEBOS = 15
DEFAULT_MULTIPLIER = 2.0
"""Used, at the least, where the past holds too few dates to say better."""
BORROWED = 10.0
"""How many dates' worth of say the other metrics of the workspace have together."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What to multiply the standard deviation by, and how the calibrated method did on the dates themselves.

    `alarms` judges each date by the multiplier that the *other* dates give.
    """

    multiplier: float
    dates: int
    alarms: int
    is_default: bool


def calibrate(own: ArrayLike, borrowed: ArrayLike = (), level: float = 0.95) -> Calibration:
    """From placebo errors in units of their own half-width, |error| / half-width, (dates,).

    The multiplier is the larger of 1 and the split-conformal quantile (Vovk, Gammerman and Shafer 2005) of the own
    dates, joined by the borrowed ones at a fixed total weight. A date that can't be estimated is NaN and left out.
    """
    ratios, others = _clean(own), _clean(borrowed)
    enough = len(ratios) >= LEAST_PLACEBOS
    found = _conformal(ratios, others, level)
    multiplier = max(1.0, found) if enough else max(DEFAULT_MULTIPLIER, found)
    alarms = 0
    for index, ratio in enumerate(ratios):
        rest = _conformal(np.delete(ratios, index), others, level)
        alarms += bool(ratio > max(1.0 if enough else DEFAULT_MULTIPLIER, rest))
    return Calibration(multiplier, len(ratios), alarms, not enough)


def _clean(ratios: ArrayLike) -> Floats:
    values = np.asarray(ratios, dtype=np.float64).ravel()
    return values[np.isfinite(values)]


def _conformal(own: Floats, others: Floats, level: float) -> float:
    """The weighted conformal quantile; the one unseen date counts as large as the largest seen."""
    values = np.concatenate([own, others])
    if not len(values):
        return 1.0
    borrowed = min(BORROWED, float(len(others))) / max(len(others), 1)
    weights = np.concatenate([np.ones(len(own)), np.full(len(others), borrowed)])
    order = np.argsort(values)
    reached = np.cumsum(weights[order]) / (weights.sum() + 1.0)
    index = int(np.searchsorted(reached, level - 1e-12))
    return float(values[order][min(index, len(values) - 1)])


def widened(low: float, high: float, multiplier: float) -> tuple[float, float]:
    """An interval made `multiplier` times as wide about its middle."""
    middle, half = (low + high) / 2, (high - low) / 2 * multiplier
    if not math.isfinite(middle + half):
        return low, high
    return middle - half, middle + half
