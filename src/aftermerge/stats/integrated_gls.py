"""Before and after one date: integrated generalised least squares.

y = level + trend + day of week + controls + error, where the error is a stationary AR(1) plus a random walk. The
forecast of what would have been is averaged over a small grid of the two error parameters, each weighed by its
marginal likelihood on the days before the switch (flat priors on the coefficients and on log σ). The effect is the
mean after the switch minus the mean forecast; it is not assumed to be constant. There is no seed: the same numbers
in give the same bits out.

Blind spot: whatever else happened on the same date. Nothing in one series can tell two causes apart.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import solve_triangular
from scipy.special import stdtrit

from aftermerge.errors import StatisticsError
from aftermerge.stats.estimate import Estimate

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

AUTOCORRELATIONS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.92)
DRIFTS = (0.02, 0.1, 0.2, 0.4)
"""Standard deviation of the random walk's daily step, as a multiple of the AR(1)'s own."""
LEAST_DAYS_BEFORE = 28


@dataclass(frozen=True, slots=True)
class Effect(Estimate):
    """An estimate on the scale of the series, with the forecast that it is measured from."""

    forecast: float


@dataclass(frozen=True, eq=False, slots=True)
class _Kernel:
    """What a calendar alone decides, over the grid of error parameters: (grid, …)."""

    whiten: Floats
    log_determinant: Floats
    link: Floats
    spread: Floats


def before_after(
    y: ArrayLike,
    switch: int,
    *,
    weekday: ArrayLike | None = None,
    controls: ArrayLike | None = None,
    level: float = 0.95,
) -> Effect:
    """The mean of `y` from `switch` on, minus its forecast from the days before.

    Args:
        y: one value a day, NaN where none was recorded, (days,).
        switch: index of the first day after the change. To leave out the day of the change itself, make it NaN.
        weekday: 0–6, (days,); left out when there are fewer than three weeks before the switch.
        controls: series that the change can't have touched, (days, controls), finite wherever `y` is.
        level: of the interval.

    Raises:
        StatisticsError: fewer than 28 days before the switch or none after it, a constant series, values that are
            not finite, or more columns than days.
    """
    values = np.asarray(y, dtype=np.float64)
    if np.isinf(values).any():
        raise StatisticsError("the series holds an infinite value")
    seen = ~np.isnan(values)
    before = np.flatnonzero(seen[: max(switch, 0)])
    after = np.flatnonzero(seen[max(switch, 0) :]) + max(switch, 0)
    _refuse_thin(values, before, after)
    days = np.concatenate([before, after])
    design = _design(len(values), before, days, weekday, controls)
    kernel = _kernel(before.tobytes(), after.tobytes())
    middle, scale = float(values[before].mean()), float(values[before].std())
    unit = (values - middle) / scale
    found = _integrate(
        kernel, unit[before], design[before], design[after].mean(axis=0), float(unit[after].mean()), level
    )
    return _rescaled(found, middle, scale)


def _rescaled(found: Effect, middle: float, scale: float) -> Effect:
    return Effect(
        found.estimate * scale, found.low * scale, found.high * scale, found.sd * scale, middle + scale * found.forecast
    )


def _refuse_thin(values: Floats, before: Indices, after: Indices) -> None:
    if len(before) < LEAST_DAYS_BEFORE:
        raise StatisticsError(f"{len(before)} days before the change; {LEAST_DAYS_BEFORE} are the least")
    if not len(after):
        raise StatisticsError("no day after the change")
    if np.ptp(values[before]) <= 1e-12 * max(1.0, abs(float(values[before].mean()))):
        raise StatisticsError("the series does not vary before the change")


def _design(days: int, before: Indices, used: Indices, weekday: ArrayLike | None, controls: ArrayLike | None) -> Floats:
    """Columns: level, trend, six contrasts of the week, controls; centred on the days before. (days, columns)."""
    middle, span = before.mean(), max(float(np.ptp(before)), 1.0)
    columns = [np.ones((days, 1)), ((np.arange(days) - middle) / span)[:, None]]
    if weekday is not None and len(before) >= 21:
        index = np.asarray(weekday, dtype=np.int64)
        columns.append((index[:, None] == np.arange(6)).astype(float) - (index[:, None] == 6))
    if controls is not None:
        columns.append(_standardised(np.asarray(controls, dtype=np.float64).reshape(days, -1), before, used))
    design = np.hstack(columns)
    if design.shape[1] + 10 > len(before):
        raise StatisticsError(f"{design.shape[1]} columns are too many for {len(before)} days")
    return design


def _standardised(controls: Floats, before: Indices, used: Indices) -> Floats:
    """Controls that vary before the switch, each with mean 0 and standard deviation 1 there."""
    if not np.isfinite(controls[used]).all():
        raise StatisticsError("a control is missing on a day on which the series is not")
    scale = controls[before].std(axis=0)
    kept = controls[:, scale > 1e-12]
    return np.asarray((kept - kept[before].mean(axis=0)) / kept[before].std(axis=0))


@lru_cache(maxsize=64)
def _kernel(before_bytes: bytes, after_bytes: bytes) -> _Kernel:
    before = np.frombuffer(before_bytes, dtype=np.int64).astype(float)
    after = np.frombuffer(after_bytes, dtype=np.int64).astype(float)
    start = before[0]
    parts = [_kernel_at(before - start, after - start, *pair) for pair in product(AUTOCORRELATIONS, DRIFTS)]
    return _Kernel(*(np.array(part) for part in zip(*parts, strict=True)))


def _kernel_at(before: Floats, after: Floats, rho: float, drift: float) -> tuple[Floats, float, Floats, float]:
    root = np.linalg.cholesky(_covariance(before, before, rho, drift))
    whiten = solve_triangular(root, np.eye(len(before)), lower=True)
    link = whiten @ _covariance(before, after, rho, drift).mean(axis=1)
    spread = float(_covariance(after, after, rho, drift).mean() - link @ link)
    return whiten, float(2 * np.log(np.diag(root)).sum()), link, spread


def _covariance(left: Floats, right: Floats, rho: float, drift: float) -> Floats:
    """Of the error between two sets of days: AR(1) with unit variance, plus a random walk begun at day 0."""
    gap = np.abs(left[:, None] - right[None, :])
    stationary = rho**gap if rho else (gap == 0).astype(float)
    return np.asarray(stationary + drift**2 * np.minimum(left[:, None], right[None, :]))


def _integrate(
    kernel: _Kernel, y: Floats, design: Floats, design_after: Floats, mean_after: float, level: float
) -> Effect:
    """Generalised least squares at every grid point at once, then the average over the grid."""
    columns = design.shape[1]
    white = kernel.whiten @ np.column_stack([design, y])
    gram = white.transpose(0, 2, 1) @ white
    xx, xy, yy = gram[:, :columns, :columns], gram[:, :columns, columns], gram[:, columns, columns]
    xx = xx + 1e-10 * np.trace(xx, axis1=1, axis2=2)[:, None, None] * np.eye(columns)
    reach = design_after - np.einsum("gnc,gn->gc", white[:, :, :columns], kernel.link)
    solved = np.linalg.solve(xx, np.stack([xy, reach], axis=2))
    beta, leverage = solved[:, :, 0], np.einsum("gc,gc->g", reach, solved[:, :, 1])
    residual = np.maximum(yy - np.einsum("gc,gc->g", xy, beta), 1e-300)
    degrees = len(y) - columns
    forecast = _forecast(beta, reach, white[:, :, columns], kernel.link)
    variance = residual / degrees * (kernel.spread + leverage)
    likelihood = -0.5 * (kernel.log_determinant + np.linalg.slogdet(xx)[1] + degrees * np.log(residual))
    weight = np.exp(likelihood - likelihood.max())
    weight /= weight.sum()
    center = float(weight @ forecast)
    sd = math.sqrt(float(weight @ (variance + (forecast - center) ** 2)))
    effect, half = mean_after - center, float(stdtrit(degrees, 0.5 + level / 2)) * sd
    return Effect(effect, effect - half, effect + half, sd, center)


def _forecast(beta: Floats, reach: Floats, white_y: Floats, link: Floats) -> Floats:
    """The mean forecast at each grid point: what the columns say, plus what the last errors carry over. (grid,)."""
    return np.asarray(np.einsum("gc,gc->g", reach, beta) + np.einsum("gn,gn->g", white_y, link))
