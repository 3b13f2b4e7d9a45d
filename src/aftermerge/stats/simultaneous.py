"""Intervals that hold for several estimates at once."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]

POINTS = 8191
"""Quasi-random points: the quantile is then within about 1% of the exact one."""


def simultaneous_critical(covariance: Floats, level: float = 0.95) -> float:
    """How many standard deviations each of several normal estimates takes, so that all are covered at `level`.

    `covariance` (estimates, estimates). The quantile of max |Z| over a fixed lattice of Richtmyer's kind (Genz and
    Bretz 2009, §4.2.1): the same input gives the same bits. It never exceeds Šidák's bound, which is what
    independent estimates take. An estimate that does not vary takes no part.
    """
    sd = np.sqrt(np.diag(covariance))
    varying = sd > 0
    count = int(varying.sum())
    pointwise, sidak = _quantile(level), _quantile(level ** (1 / max(count, 1)))
    if count < 2:
        return pointwise
    correlation = covariance[np.ix_(varying, varying)] / np.outer(sd[varying], sd[varying])
    largest = np.abs(_normal_points(count) @ _root(correlation).T).max(axis=1)
    return float(np.clip(np.quantile(largest, level), pointwise, sidak))


def _quantile(level: float) -> float:
    """Of |Z|."""
    return float(ndtri(0.5 + level / 2))


def _root(correlation: Floats) -> Floats:
    """A square root, also where the estimates are linearly dependent."""
    values, vectors = np.linalg.eigh(correlation)
    return np.asarray(vectors * np.sqrt(np.clip(values, 0.0, None)))


def _normal_points(dimensions: int) -> Floats:
    """(points, dimensions): multiples of the square roots of primes, folded so that the ends meet."""
    steps = np.sqrt(_primes(dimensions))
    uniform = np.abs(2 * np.modf(np.outer(np.arange(1, POINTS + 1), steps))[0] - 1)
    return np.asarray(ndtri(np.clip(uniform, 1e-9, 1 - 1e-9)))


def _primes(count: int) -> Floats:
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return np.array(found, dtype=np.float64)


def tail_of(critical: float) -> float:
    """The probability that one normal estimate stays below `critical`, for quantiles of other distributions."""
    return float(ndtr(critical))
