"""Before and after one date: integrated generalised least squares.

y = level + trend + day of week + controls + error, where the error is a stationary AR(1) plus a random walk. The
forecast of what would have been is averaged over a small grid of the two error parameters, each weighed by its
marginal likelihood on the days before the switch (flat priors on the coefficients and on log σ) and, where there is
one, by what earlier days said of it. The effect is the mean after the switch minus the mean forecast; it is not
assumed to be constant. There is no seed: the same numbers in give the same bits out.

Blind spot: whatever else happened on the same date. Nothing in one series can tell two causes apart.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp, stdtrit

from aftermerge.errors import StatisticsError
from aftermerge.stats.daily_design import LEAST_DAYS_BEFORE, design_of, refuse_unusable, values_of
from aftermerge.stats.error_kernel import GRID, Kernel, kernel_of, spread, sum_spread
from aftermerge.stats.estimate import Estimate

__all__ = ["GRID", "LEAST_DAYS_BEFORE", "Effect", "Forecast", "before_after", "forecast", "learned", "likelihood"]

Floats = NDArray[np.float64]
Days = NDArray[np.int64]

TEMPER = 0.5
"""Earlier days resemble today's by half: their log-likelihood counts so much."""
LEAST_LEFT = 1e-9
"""Of the sum of squares before the switch; controls that leave less copy the series."""
UNLEARNED = 0.1
"""The share of the prior that earlier days can't take away."""


@dataclass(frozen=True, slots=True)
class Effect(Estimate):
    """An estimate on the scale of the series, with the forecast that it is measured from."""

    forecast: float


@dataclass(frozen=True, eq=False, slots=True)
class Forecast:
    """What the days before lead one to expect of each day, with its interval, (days,).

    Before the switch `mean` is the fit, and there is no interval; NaN where the series has no value.
    """

    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False, slots=True)
class _Window:
    """A series in units of its own standard deviation before the switch.

    `span` are the days in a row from the first to the last recorded before the switch; `offsets` count the days after
    from the first of them. The first `calendar` columns of `design` are the calendar's.
    """

    before: Days
    after: Days
    design: Floats
    calendar: int
    unit: Floats
    middle: float
    scale: float

    @property
    def span(self) -> slice:
        return slice(int(self.before[0]), int(self.before[-1]) + 1)

    @property
    def offsets(self) -> Floats:
        return np.asarray(self.after - self.before[0], dtype=np.float64)


@dataclass(frozen=True, eq=False, slots=True)
class _Fit:
    """Generalised least squares at every grid point at once; the columns are the design's, then the missing days'."""

    kernel: Kernel
    beta: Floats
    gram: Floats
    white: Floats
    white_y: Floats
    residual: Floats
    log_likelihood: Floats
    degrees: int

    def weights(self, prior: ArrayLike | None) -> Floats:
        """The posterior over the grid, (grid,)."""
        found = self.log_likelihood if prior is None else self.log_likelihood + np.asarray(prior)
        weight = np.exp(found - found.max())
        return np.asarray(weight / weight.sum())

    def predicted(self, design: Floats, link: Floats) -> tuple[Floats, Floats]:
        """At each grid point the mean of what has `design` (k, columns) and hangs together with the days before by
        `link` (grid, k, n); and the leverage of the coefficients in it. Both (grid, k)."""
        missing = self.beta.shape[1] - design.shape[1]
        wide = np.hstack([design, np.zeros((len(design), missing))])
        reach = wide[None] - link @ self.white.transpose(0, 2, 1)
        mean = (reach @ self.beta[:, :, None])[:, :, 0] + (link @ self.white_y[:, :, None])[:, :, 0]
        leverage = np.einsum("gkc,gck->gk", reach, np.linalg.solve(self.gram, reach.transpose(0, 2, 1)))
        return np.asarray(mean), np.asarray(leverage)


def before_after(
    y: ArrayLike,
    switch: int,
    *,
    weekday: ArrayLike | None = None,
    controls: ArrayLike | None = None,
    season: ArrayLike | None = None,
    prior: ArrayLike | None = None,
    contrast: ArrayLike | None = None,
    level: float = 0.95,
) -> Effect:
    """The mean of `y` from `switch` on, minus its forecast from the days before.

    Args:
        y: one value a day, NaN where none was recorded, (days,).
        switch: index of the first day after the change. To leave out the day of the change itself, make it NaN.
        weekday: 0–6, (days,); left out when there are fewer than three weeks before the switch.
        controls: series that the change can't have touched, (days, controls), finite wherever `y` is. What they share,
            smoothed over a week, is one more column.
        season: what is known beforehand of the days (the same days of last year, say), (days,), finite wherever `y` is.
        prior: what earlier days said of the error parameters, as `learned` gives it, (grid,).
        contrast: another weighted sum than the mean over the days from `switch` on, (days after,); what is returned as
            forecast has no meaning then.
        level: of the interval.

    Raises:
        StatisticsError: fewer than 28 days before the switch or none after it, a constant series, values that are
            not finite, more columns than days, or controls that say the series itself.
    """
    window = _window(y, switch, weekday, controls, season)
    if not len(window.after):
        raise StatisticsError("no day after the change")
    fit, weights = _fit(window), _weights(window, switch, contrast)
    link = fit.kernel.sum_link(window.offsets, weights)
    means, leverage = fit.predicted(weights @ window.design[window.after][None], link[:, None, :])
    variance = sum_spread(window.offsets, weights) - (link**2).sum(axis=1) + leverage[:, 0]
    center, sd = _averaged(fit, means, variance[:, None], prior)
    effect = float(window.unit[window.after] @ weights) - float(center[0])
    half = float(stdtrit(fit.degrees, 0.5 + level / 2)) * float(sd[0])
    scale, expected = window.scale, window.middle + window.scale * float(center[0])
    return Effect(scale * effect, scale * (effect - half), scale * (effect + half), scale * float(sd[0]), expected)


def forecast(
    y: ArrayLike,
    switch: int,
    *,
    weekday: ArrayLike | None = None,
    controls: ArrayLike | None = None,
    season: ArrayLike | None = None,
    prior: ArrayLike | None = None,
    level: float = 0.95,
) -> Forecast:
    """The forecast of each day by itself, for a picture; arguments and errors as in `before_after`."""
    window = _window(y, switch, weekday, controls, season)
    fit = _fit(window)
    link = fit.kernel.link(window.offsets)
    means, leverage = fit.predicted(window.design[window.after], link)
    after, sd = _averaged(fit, means, spread(window.offsets) - (link**2).sum(axis=2) + leverage, prior)
    half = float(stdtrit(fit.degrees, 0.5 + level / 2)) * sd
    mean, low, high = (np.full(len(window.unit), np.nan) for _ in range(3))
    columns = window.design.shape[1]
    mean[window.before] = window.design[window.before] @ (fit.weights(prior) @ fit.beta[:, :columns])
    mean[window.after], low[window.after], high[window.after] = after, after - half, after + half
    return Forecast(*(window.middle + window.scale * each for each in (mean, low, high)))


def likelihood(
    y: ArrayLike,
    *,
    weekday: ArrayLike | None = None,
    controls: ArrayLike | None = None,
    season: ArrayLike | None = None,
) -> Floats:
    """The marginal log-likelihood of days on which nothing is asked, at each pair of error parameters, (grid,).

    Raises:
        StatisticsError: as in `before_after`.
    """
    return _fit(_window(y, len(np.asarray(y)), weekday, controls, season)).log_likelihood


def learned(likelihoods: ArrayLike) -> Floats:
    """A prior, (grid,), from the likelihoods of earlier stretches of the same series, (stretches, grid).

    Half of what they say is believed (a power prior, Ibrahim and Chen 2000), nine tenths of the weight follows it.
    """
    said = TEMPER * np.asarray(likelihoods, dtype=np.float64).reshape(-1, len(GRID)).sum(axis=0)
    told = said - logsumexp(said)
    return np.asarray(np.logaddexp(math.log1p(-UNLEARNED) + told, math.log(UNLEARNED / len(GRID))))


def _weights(window: _Window, switch: int, contrast: ArrayLike | None) -> Floats:
    if contrast is None:
        return np.full(len(window.after), 1 / len(window.after))
    return np.asarray(contrast, dtype=np.float64)[window.after - max(switch, 0)]


def _window(
    y: ArrayLike, switch: int, weekday: ArrayLike | None, controls: ArrayLike | None, season: ArrayLike | None
) -> _Window:
    values, first_after = values_of(y), max(switch, 0)
    seen = ~np.isnan(values)
    before = np.flatnonzero(seen[:first_after])
    after = np.flatnonzero(seen[first_after:]) + first_after
    refuse_unusable(values, before)
    design, calendar = design_of(len(values), before, np.concatenate([before, after]), weekday, controls, season)
    middle, scale = float(values[before].mean()), float(values[before].std())
    return _Window(before, after, design, calendar, (values - middle) / scale, middle, scale)


def _fit(window: _Window) -> _Fit:
    """Each missing day has a column of its own: flat priors on them take these days out of the likelihood."""
    y, design = window.unit[window.span], window.design[window.span]
    missing = np.isnan(y)
    kernel = kernel_of(len(y))
    stacked = np.vstack([design.T, np.zeros((int(missing.sum()), len(y))), y])
    stacked[:, missing] = 0.0
    stacked[design.shape[1] + np.arange(int(missing.sum())), np.flatnonzero(missing)] = 1.0
    calendar, own = stacked[: window.calendar], stacked[window.calendar :]
    white = np.concatenate([kernel.whiten_calendar(calendar), kernel.whiten(own)], axis=1)
    products = white @ white.transpose(0, 2, 1)
    columns = len(stacked) - 1
    gram, xy, yy = products[:, :columns, :columns], products[:, :columns, columns], products[:, columns, columns]
    gram = gram + 1e-10 * np.trace(gram, axis1=1, axis2=2)[:, None, None] * np.eye(columns)
    beta = np.linalg.solve(gram, xy[:, :, None])[:, :, 0]
    residual = np.maximum(yy - np.einsum("gc,gc->g", xy, beta), 1e-300)
    if residual.max() < LEAST_LEFT * max(float(np.nansum(y**2)), 1e-300):
        raise StatisticsError("nothing is left that could err: the trend, the week or a control says the series itself")
    degrees = len(y) - columns
    log_likelihood = -0.5 * (kernel.log_determinant + np.linalg.slogdet(gram)[1] + degrees * np.log(residual))
    return _Fit(kernel, beta, gram, white[:, :columns], white[:, columns], residual, log_likelihood, degrees)


def _averaged(fit: _Fit, means: Floats, variance: Floats, prior: ArrayLike | None) -> tuple[Floats, Floats]:
    """Over the grid: the mean, and the standard deviation with what the grid points differ by. Both (k,)."""
    weight = fit.weights(prior)
    center = weight @ means
    own = (fit.residual / fit.degrees)[:, None] * variance
    return np.asarray(center), np.asarray(np.sqrt(weight @ (own + (means - center) ** 2)))
