"""Looking every day: critical values that allow for it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from aftermerge.errors import StatisticsError

Floats = NDArray[np.float64]

_NODES = 200
"""Points at which the law of the running sum is carried from look to look."""
_NEVER = 8.0
"""A boundary beyond this many standard deviations is never met."""
_NOTHING = 1e-12
"""An error this small can't be spent."""


@dataclass(frozen=True, eq=False, slots=True)
class _Law:
    """The law of the running sum after a look, where no boundary was crossed: density at nodes with weights."""

    variance: float
    spent: float
    nodes: Floats
    mass: Floats

    @property
    def resolution(self) -> float:
        """The least step of variance that the nodes can tell."""
        return (math.pi * float(np.abs(self.nodes).max()) / _NODES) ** 2


def obrien_fleming_spent(fraction: float, alpha: float = 0.05) -> float:
    """The part of `alpha` spent by `fraction` of the horizon, half on each side (Lan and DeMets 1983, α₁*)."""
    if fraction <= 0:
        return 0.0
    return float(4 * ndtr(ndtri(alpha / 4) / math.sqrt(min(fraction, 1.0))))


def critical_value(information: Sequence[float], elapsed: Sequence[float], alpha: float = 0.05) -> float:
    """The critical z at the last of a series of looks; see `critical_values`."""
    return critical_values(information, elapsed, alpha)[-1]


def critical_values(information: Sequence[float], elapsed: Sequence[float], alpha: float = 0.05) -> list[float]:
    """The critical z at each of a series of looks, under O'Brien–Fleming spending.

    Args:
        information: how much was known at each look, not decreasing (units that had closed their window), (looks,).
        elapsed: the fraction of the declared horizon that had passed at each look, not decreasing, (looks,).
        alpha: two-sided error over all looks.

    The law of the running sum is carried forward by numerical integration (Armitage, McPherson and Rowe 1969). A look
    that adds next to nothing to the one before it is taken together with it.
    Assumption: the horizon was declared before the first look.
    Blind spot: whoever moves the horizon once results were seen spends more than `alpha`.

    Raises:
        StatisticsError: no look, looks that go back, or an alpha that is not between 0 and 1.
    """
    _refuse_unusable(information, elapsed, alpha)
    fractions = tuple(float(units / information[-1]) for units in information)
    return list(_critical_values(fractions, tuple(elapsed), alpha))


def confidence_sequence_critical(n: float, planned: float, alpha: float = 0.05) -> float:
    """How many standard deviations an interval needs to hold at every look at once, tightest near `planned` units.

    The asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024, eq. 6), ρ by their
    eq. 9.

    Raises:
        StatisticsError: no unit, or an alpha that is not between 0 and ½.
    """
    if n <= 0 or not 0 < alpha <= 0.5:
        raise StatisticsError(
            f"a confidence sequence needs units and an alpha of at most one half, not {n:g} and {alpha:g}"
        )
    tightest = (-2 * math.log(alpha) + math.log(-2 * math.log(alpha)) + 1) / max(planned, 1.0)
    spread = n * tightest + 1
    return math.sqrt(2 * spread / (n * tightest) * math.log(math.sqrt(spread) / alpha))


def sidak(alpha: float, intervals: int) -> float:
    """The error of each of several intervals that together err with `alpha` (Šidák 1967)."""
    return -math.expm1(math.log1p(-alpha) / max(intervals, 1))


@lru_cache(maxsize=512)
def _critical_values(variances: tuple[float, ...], elapsed: tuple[float, ...], alpha: float) -> tuple[float, ...]:
    """Kept, since all metrics of an experiment are looked at alike."""
    before = current = _Law(0.0, 0.0, np.zeros(1), np.ones(1))
    anchor, critical = 0.0, _NEVER
    found = []
    for variance, fraction in zip(variances, elapsed, strict=True):
        is_new = variance - anchor > current.resolution
        base = current if is_new else before
        budget = obrien_fleming_spent(fraction, alpha) - base.spent
        if budget >= _NOTHING and variance > base.variance:
            critical = _boundary(base, variance, budget)
            before, current = base, _carried(base, variance, budget, critical)
            anchor = variance if is_new else anchor
        found.append(critical)
    return tuple(found)


@cache
def _legendre() -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return nodes, weights


def _crossing(law: _Law, step: float, edge: float) -> float:
    """The probability of leaving ±edge at this look, not having left before."""
    scale = math.sqrt(step)
    outside = ndtr((-edge - law.nodes) / scale) + ndtr((law.nodes - edge) / scale)
    return float(outside @ law.mass)


def _boundary(law: _Law, variance: float, budget: float) -> float:
    low, high, root = 0.0, _NEVER, math.sqrt(variance)
    for _ in range(40):
        middle = (low + high) / 2
        if _crossing(law, variance - law.variance, middle * root) > budget:
            low = middle
        else:
            high = middle
    return high


def _carried(law: _Law, variance: float, budget: float, critical: float) -> _Law:
    """The law after one more look that ended within ±critical (Gauss–Legendre quadrature)."""
    nodes, weights = _legendre()
    edge, step = critical * math.sqrt(variance), variance - law.variance
    jump = np.exp(-((edge * nodes[:, None] - law.nodes[None, :]) ** 2) / (2 * step)) / math.sqrt(2 * math.pi * step)
    return _Law(variance, law.spent + budget, edge * nodes, (jump @ law.mass) * weights * edge)


def _refuse_unusable(information: Sequence[float], elapsed: Sequence[float], alpha: float) -> None:
    if not 0 < alpha < 1:
        raise StatisticsError(f"an alpha lies between 0 and 1, not at {alpha:g}")
    if not information or len(information) != len(elapsed) or information[0] <= 0:
        raise StatisticsError("critical values need one look or more, with units and a fraction of the horizon each")
    for name, values in (("units", information), ("fractions of the horizon", elapsed)):
        if not all(math.isfinite(value) for value in values) or any(b < a for a, b in pairwise(values)):
            raise StatisticsError(f"the {name} at the looks must be finite and must not go back")
