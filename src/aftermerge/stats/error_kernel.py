"""How the errors of a daily series hang together, factorised once and shared by all series.

An error is a stationary AR(1) plus a random walk; both parameters stand on a small grid. The factors of n days are the
leading part of those of more days, and a day without a value is given a column of its own, which takes it out exactly.
So one factorisation serves every calendar.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

Floats = NDArray[np.float64]

AUTOCORRELATIONS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.92)
DRIFTS = (0.0, 0.05, 0.1, 0.2, 0.4)
"""Standard deviation of the random walk's daily step, as a multiple of the AR(1)'s own."""
GRID = tuple(product(AUTOCORRELATIONS, DRIFTS))
_RHO, _DRIFT = (np.array(parameter) for parameter in zip(*GRID, strict=True))
_SIZE_STEP = 128


@dataclass(frozen=True, eq=False, slots=True)
class Kernel:
    """The errors of `n` days in a row, whitened, at every grid point: (grid, n, n) and (grid,)."""

    whiten: Floats
    log_determinant: Floats

    def link(self, after: Floats) -> Floats:
        """What the whitened errors say of the error on days `after`, counted from the first day, (grid, n, after)."""
        days = np.arange(self.whiten.shape[1])
        gap = after[None, :] - days[:, None]
        stationary = _RHO[:, None, None] ** gap[None]
        return np.asarray(self.whiten @ (stationary + (_DRIFT**2)[:, None, None] * days[None, :, None]))

    def sum_link(self, after: Floats, weights: Floats) -> Floats:
        """The same for the weighted sum over the days `after`, (grid, n)."""
        days = np.arange(self.whiten.shape[1])
        last = days[-1]
        carried = _RHO[:, None] ** (after - last)[None, :] @ weights
        walked = weights.sum() * (_DRIFT**2)[:, None] * days[None, :]
        between = _RHO[:, None] ** (last - days)[None, :] * carried[:, None] + walked
        return np.asarray(np.einsum("gmn,gn->gm", self.whiten, between))


def kernel_of(days: int) -> Kernel:
    """Of so many days in a row."""
    size = -(-days // _SIZE_STEP) * _SIZE_STEP
    whiten, log_diagonal = _factors(size)
    return Kernel(whiten[:, :days, :days], 2 * log_diagonal[:, :days].sum(axis=1))


def spread(after: Floats) -> Floats:
    """The variance of each error on days `after`, counted from the first day, (grid, after)."""
    return np.asarray(1.0 + (_DRIFT**2)[:, None] * after[None, :])


def sum_spread(after: Floats, weights: Floats) -> Floats:
    """The variance of their weighted sum, (grid,)."""
    gap = np.abs(after[:, None] - after[None, :])
    stationary = weights @ (_RHO[:, None, None] ** gap[None]) @ weights
    return np.asarray(stationary + _DRIFT**2 * (weights @ np.minimum(after[:, None], after[None, :]) @ weights))


def _covariance(days: Floats, rho: float, drift: float) -> Floats:
    """AR(1) with unit variance, plus a random walk begun at day 0."""
    gap = np.abs(days[:, None] - days[None, :])
    return np.asarray(rho**gap + drift**2 * np.minimum(days[:, None], days[None, :]))


@lru_cache(maxsize=4)
def _factors(size: int) -> tuple[Floats, Floats]:
    """The inverse Cholesky factor, (grid, size, size), and the logarithm of the factor's diagonal, (grid, size)."""
    days = np.arange(size, dtype=np.float64)
    roots = [np.linalg.cholesky(_covariance(days, rho, drift)) for rho, drift in GRID]
    inverses = [solve_triangular(root, np.eye(size), lower=True) for root in roots]
    return np.array(inverses), np.log(np.array([np.diag(root) for root in roots]))
