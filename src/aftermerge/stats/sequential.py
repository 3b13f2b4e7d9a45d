"""Looking every day: critical values that allow for it."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]

_GRID = 401
"""Points on which the law of the running sum is carried from look to look."""
_NEVER = 8.0
"""A boundary beyond this many standard deviations is never met."""


def obrien_fleming_spent(fraction: float, alpha: float = 0.05) -> float:
    """The part of `alpha` spent by `fraction` of the horizon, half on each side (Lan and DeMets 1983, α₁*)."""
    if fraction <= 0:
        return 0.0
    return float(4 * ndtr(ndtri(alpha / 4) / math.sqrt(min(fraction, 1.0))))


def critical_value(information: Sequence[float], elapsed: Sequence[float], alpha: float = 0.05) -> float:
    """The critical z at the last of a series of looks, under O'Brien–Fleming spending.

    Args:
        information: how much was known at each look, increasing (units that had closed their window), (looks,).
        elapsed: the fraction of the declared horizon that had passed at each look, increasing, at most 1, (looks,).
        alpha: two-sided error over all looks.

    The law of the running sum is carried forward by numerical integration (Armitage, McPherson and Rowe 1969).
    """
    variances = np.asarray(information, dtype=np.float64) / float(information[-1])
    density: Floats | None = None
    points = np.zeros(1)
    spent = before = 0.0
    critical = _NEVER
    for variance, fraction in zip(variances, elapsed, strict=True):
        step = variance - before
        budget = obrien_fleming_spent(fraction, alpha) - spent
        if step <= 0 or budget < 1e-12:
            continue
        critical = _boundary(points, density, step, variance, budget)
        edge = critical * math.sqrt(variance)
        grid = np.linspace(-edge, edge, _GRID)
        density = _carried(points, density, grid, step)
        points, spent, before = grid, spent + budget, variance
    return critical


def confidence_sequence_critical(n: float, planned: float, alpha: float = 0.05) -> float:
    """How many standard deviations an interval needs to hold at every look at once, tightest near `planned` units.

    The asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024, eq. 6), ρ by their
    eq. 9.
    """
    tightest = (-2 * math.log(alpha) + math.log(-2 * math.log(alpha)) + 1) / max(planned, 1.0)
    spread = n * tightest + 1
    return math.sqrt(2 * spread / (n * tightest) * math.log(math.sqrt(spread) / alpha))


def _weights(points: Floats) -> Floats:
    weights = np.full(len(points), points[1] - points[0])
    weights[[0, -1]] /= 2
    return weights


def _crossing(
    points: Floats,
    density: Floats | None,
    step: float,
    edge: float,
) -> float:
    """The probability of leaving ±edge at this look, not having left before."""
    scale = math.sqrt(step)
    outside = ndtr((-edge - points) / scale) + ndtr((points - edge) / scale)
    if density is None:
        return float(outside[0])
    return float((outside * density * _weights(points)).sum())


def _boundary(
    points: Floats,
    density: Floats | None,
    step: float,
    variance: float,
    budget: float,
) -> float:
    low, high = 0.0, _NEVER
    for _ in range(50):
        middle = (low + high) / 2
        if _crossing(points, density, step, middle * math.sqrt(variance)) > budget:
            low = middle
        else:
            high = middle
    return high


def _carried(
    points: Floats,
    density: Floats | None,
    grid: Floats,
    step: float,
) -> Floats:
    """The density of the running sum at `grid` after one more step."""
    jump = np.exp(-((grid[:, None] - points[None, :]) ** 2) / (2 * step)) / math.sqrt(2 * math.pi * step)
    if density is None:
        return np.asarray(jump[:, 0])
    return np.asarray(jump @ (density * _weights(points)))
