"""How the errors of a daily series hang together: whitened in time that grows with the days, for a whole grid at once.

An error is a stationary AR(1) plus a random walk; both parameters stand on a small grid. Twice filtered,
zₜ = (1 − ρB)(1 − B)yₜ, such a series has neighbours that hang together and no others: its covariance is tridiagonal,
and its Cholesky factor has two diagonals. A day without a value is given a column of its own, which takes it out
exactly, so that days in a row are all that is ever needed.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dtbtrs

Floats = NDArray[np.float64]

AUTOCORRELATIONS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.92)
DRIFTS = (0.0, 0.05, 0.1, 0.2, 0.4)
"""Standard deviation of the random walk's daily step, as a multiple of the AR(1)'s own."""
GRID = tuple(product(AUTOCORRELATIONS, DRIFTS))
_RHO, _DRIFT = (np.array(parameter) for parameter in zip(*GRID, strict=True))
_SIZE_STEP = 128


@dataclass(frozen=True, eq=False, slots=True)
class Kernel:
    """The errors of `days` days in a row at every grid point; `factor`, (grid, days, 2), holds the two diagonals."""

    days: int
    factor: Floats

    @property
    def log_determinant(self) -> Floats:
        """Of the covariance, (grid,)."""
        return np.asarray(2 * np.log(self.factor[:, :, 0]).sum(axis=1))

    def whiten(self, rows: Floats) -> Floats:
        """Each row, (rows, days) or (grid, rows, days), as independent errors of unit variance, (grid, rows, days)."""
        filtered = _filtered(rows)
        for factor, block in zip(self.factor, filtered, strict=True):
            dtbtrs(factor.T, block.T, uplo="L", overwrite_b=1)
        return filtered

    def whiten_calendar(self, rows: Floats) -> Floats:
        """The same for rows that many series share, (rows, days): done once, not to be written to."""
        return _whitened(self.days, rows.tobytes())

    def link(self, after: Floats) -> Floats:
        """What the whitened errors say of the error on each day `after`, from the first on, (grid, after, days)."""
        days = np.arange(self.days, dtype=np.float64)
        stationary = _powers(after[:, None] - days[None, :])
        return self.whiten(stationary + (_DRIFT**2)[:, None, None] * days)

    def sum_link(self, after: Floats, weights: Floats) -> Floats:
        """The same for the weighted sum over the days `after`, (grid, days)."""
        days = np.arange(self.days, dtype=np.float64)
        carried = _powers(after - days[-1]) @ weights
        walked = weights.sum() * (_DRIFT**2)[:, None] * days[None, :]
        between = _powers(days[-1] - days) * carried[:, None] + walked
        return np.asarray(self.whiten(between[:, None, :])[:, 0])


def kernel_of(days: int) -> Kernel:
    """Of so many days in a row: the first part of the factor of more days."""
    return Kernel(days, _factor(-(-days // _SIZE_STEP) * _SIZE_STEP)[:, :days])


def spread(after: Floats) -> Floats:
    """The variance of each error on days `after`, counted from the first day, (grid, after)."""
    return np.asarray(1.0 + (_DRIFT**2)[:, None] * after[None, :])


def sum_spread(after: Floats, weights: Floats) -> Floats:
    """The variance of their weighted sum, (grid,)."""
    gap = np.abs(after[:, None] - after[None, :])
    stationary = weights @ _powers(gap) @ weights
    return np.asarray(stationary + _DRIFT**2 * (weights @ np.minimum(after[:, None], after[None, :]) @ weights))


def _powers(days: Floats) -> Floats:
    """ρ to so many whole days, (grid, …): each power is raised once, whatever the drift and however often it stands."""
    raised = np.power.outer(np.array(AUTOCORRELATIONS), np.arange(days.max() + 1))
    return np.repeat(raised[:, days.astype(np.int64)], len(DRIFTS), axis=0)


def _filtered(rows: Floats) -> Floats:
    """(1 − ρB)(1 − B) of each row; the first day stays, since the walk begins there. (grid, rows, days)."""
    step = np.diff(rows, axis=-1)
    shape = np.broadcast_shapes((len(GRID), 1, 1), rows.shape)
    rho = _RHO[:, None, None]
    filtered = np.empty(shape)
    filtered[..., 0] = rows[..., 0]
    filtered[..., 1:] = step
    filtered[..., 1:2] += (1 - rho) * rows[..., :1]
    filtered[..., 2:] -= rho * step[..., :-1]
    return filtered


@lru_cache(maxsize=16)
def _whitened(days: int, rows: bytes) -> Floats:
    return kernel_of(days).whiten(np.frombuffer(rows).reshape(-1, days))


@lru_cache(maxsize=4)
def _factor(days: int) -> Floats:
    """The Cholesky factor of the filtered errors' covariance: its diagonal, then what stands below it."""
    shock, step = 1 - _RHO**2, _DRIFT**2
    below = -shock - _RHO * step
    factor = np.zeros((len(GRID), days, 2))
    factor[:, 0, 0] = 1.0
    factor[:, 1, 0] = np.sqrt(shock + step)
    for day in range(2, days):
        factor[:, day - 1, 1] = below / factor[:, day - 1, 0]
        factor[:, day, 0] = np.sqrt(2 * shock + (1 + _RHO**2) * step - factor[:, day - 1, 1] ** 2)
    return factor
