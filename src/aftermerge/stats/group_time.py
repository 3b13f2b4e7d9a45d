"""Group-time effects as linear contrasts of cohort means, and what such contrasts are worth with their covariance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aftermerge.errors import StatisticsError
from aftermerge.stats.cohort import Cohort

Floats = NDArray[np.float64]

LEAST_OWN = 5
"""A cohort of fewer units takes the covariance of all cohorts pooled: its own says next to nothing."""


@dataclass(frozen=True, eq=False, slots=True)
class Panel:
    """Cohorts side by side: `n` (cohorts,), `mean` (cohorts, periods), `covariance` of the means (cohorts, periods,
    periods), `degrees` of freedom of each. Those who had it so early that there is no before are `dropped`.

    In the `anticipation` periods before its adoption a unit may already be touched. Fewer units than `least` are
    nobody to compare with.
    """

    adopted: tuple[int | None, ...]
    n: Floats
    mean: Floats
    covariance: Floats
    degrees: Floats
    dropped: int
    anticipation: int = 0
    least: int = 1

    @property
    def periods(self) -> int:
        return int(self.mean.shape[1])

    def not_yet(self, own: int, period: int) -> list[int]:
        """Other cohorts that the change, or the announcement of it, had reached neither by `period` nor with `own`."""
        since = self.adopted[own]
        last = period + self.anticipation if since is None else max(period + self.anticipation, since)
        return [k for k, at in enumerate(self.adopted) if k != own and (at is None or at > last)]

    def base(self, own: int) -> int:
        """The last period of a cohort that the change can't have touched."""
        return (self.adopted[own] or 0) - 1 - self.anticipation

    def is_known(self, own: int, period: int) -> bool:
        """Whether an effect can be told: with enough to compare with, and not before it shows who adopts next."""
        compared = self.n[self.not_yet(own, period)].sum()
        return bool(compared >= self.least) and period + self.anticipation < self.periods


@dataclass(frozen=True, eq=False, slots=True)
class Contrast:
    """Weights on cohort means, (cohorts, periods): of the effect, and of the treated's own mean in it."""

    effect: Floats
    observed: Floats


def panel_of(cohorts: Sequence[Cohort], anticipation: int = 0, least: int = 1) -> Panel:
    """Cohorts in order of adoption, one for each period in which any unit adopted; a later period means not yet.

    Raises:
        StatisticsError: there is none, two differ in length, or a number is not finite.
    """
    _refuse_unusable(cohorts)
    periods = len(cohorts[0].mean)
    early = [c for c in cohorts if c.adopted is not None and c.adopted <= anticipation]
    kept = [c for c in cohorts if c.n > 0 and c not in early]
    if not kept:
        raise StatisticsError("every unit had the change from the first period on: there is no before")
    pooled, pooled_degrees = _pooled(kept)
    small = [c.n < LEAST_OWN for c in kept]
    covariances = [pooled if is_small else c.cross / (c.n - 1) for c, is_small in zip(kept, small, strict=True)]
    return Panel(
        tuple(None if c.adopted is None or c.adopted >= periods else c.adopted for c in kept),
        np.array([c.n for c in kept], dtype=np.float64),
        np.array([c.mean for c in kept]),
        np.array([s / c.n for c, s in zip(kept, covariances, strict=True)]),
        np.array([pooled_degrees if is_small else c.n - 1 for c, is_small in zip(kept, small, strict=True)]),
        sum(c.n for c in early),
        anticipation,
        least,
    )


def contrast(panel: Panel, own: int, period: int) -> Contrast | None:
    """ATT(g, t) against units not yet treated, without covariates (Callaway and Sant'Anna 2021, eq. 2.5).

    The base is the last untouched period before adoption, for the periods before it too (universal). None at the base
    itself, and where it can't be told.
    """
    base, controls = panel.base(own), panel.not_yet(own, period)
    if panel.adopted[own] is None or period == base or not panel.is_known(own, period):
        return None
    effect, observed = np.zeros(panel.mean.shape), np.zeros(panel.mean.shape)
    share = panel.n[controls] / panel.n[controls].sum()
    observed[own, period] = 1.0
    effect[own, period], effect[own, base] = 1.0, -1.0
    effect[controls, period], effect[controls, base] = -share, share
    return Contrast(effect, observed)


def has_positive_means(panel: Panel, one: Contrast) -> bool:
    """Whether its treated have a positive mean, and would have had one without the change."""
    treated = float((one.observed * panel.mean).sum())
    return treated > 0 and treated - float((one.effect * panel.mean).sum()) > 0


def averaged(contrasts: Sequence[Contrast], sizes: Sequence[float]) -> Contrast:
    """Their mean, weighted by cohort size."""
    share = np.asarray(sizes, dtype=np.float64) / sum(sizes)
    effect = sum((w * c.effect for w, c in zip(share, contrasts, strict=True)), np.zeros(contrasts[0].effect.shape))
    observed = sum((w * c.observed for w, c in zip(share, contrasts, strict=True)), np.zeros(effect.shape))
    return Contrast(effect, observed)


@dataclass(frozen=True, eq=False, slots=True)
class Valued:
    """Effects (contrasts,), their `covariance`, Satterthwaite `degrees`, and the mean without the change, `baseline`.

    Relative effects stand as logarithms of the ratio to the baseline.
    """

    effect: Floats
    covariance: Floats
    degrees: Floats
    baseline: Floats

    @property
    def sd(self) -> Floats:
        return np.asarray(np.sqrt(np.diag(self.covariance)))


def valued(panel: Panel, contrasts: Sequence[Contrast], *, relative: bool) -> Valued:
    """What contrasts are worth. Cohorts are independent samples, so that Var = Σ_g w_g′ S_g w_g / n_g exactly.

    Cohort sizes are taken as given. Assumption: units are independent of one another. Blind spot: a shock that a
    whole cohort shares is not in the interval.

    Raises:
        StatisticsError: a relative effect needs positive means; or no unit differs from another.
    """
    effects = np.array([c.effect for c in contrasts])
    observed = np.array([c.observed for c in contrasts])
    effect, treated = _sums(effects, panel.mean), _sums(observed, panel.mean)
    baseline = treated - effect
    weights = effects
    if relative:
        if not (np.all(treated > 0) and np.all(baseline > 0)):
            raise StatisticsError("a relative effect needs a positive mean with the change and without it")
        weights = observed / _tall(treated) - (observed - effects) / _tall(baseline)
        effect = np.log(treated / baseline)
    by_cohort = np.einsum("ikt,kts,jks->kij", weights, panel.covariance, weights, optimize=True)
    covariance = by_cohort.sum(axis=0)
    parts = np.einsum("kii->ik", by_cohort)
    if not np.all(np.diag(covariance) > 0):
        raise StatisticsError("no unit differs from another: an interval can't be given")
    degrees = np.diag(covariance) ** 2 / (parts**2 / panel.degrees).sum(axis=1)
    return Valued(effect, covariance, degrees, baseline)


def _sums(weights: Floats, mean: Floats) -> Floats:
    return np.asarray((weights * mean).sum(axis=(1, 2)))


def _tall(values: Floats) -> Floats:
    return values[:, None, None]


def _pooled(cohorts: Sequence[Cohort]) -> tuple[Floats, float]:
    degrees = sum(c.n - 1 for c in cohorts)
    if degrees < 1:
        raise StatisticsError("no two units got the change in the same period: an interval can't be given")
    cross = sum((c.cross for c in cohorts), np.zeros(cohorts[0].cross.shape))
    return cross / degrees, float(degrees)


def _refuse_unusable(cohorts: Sequence[Cohort]) -> None:
    lengths = {(len(c.mean), *c.cross.shape) for c in cohorts}
    if len(lengths) != 1 or len(set(next(iter(lengths)))) != 1:
        raise StatisticsError("cohorts must cover the same periods, at least one of them")
    if not all(math.isfinite(float(c.mean.sum() + c.cross.sum())) for c in cohorts):
        raise StatisticsError("a cohort holds a value that is not finite")
    adopted = [c.adopted for c in cohorts]
    if len(set(adopted)) != len(adopted):
        raise StatisticsError("two cohorts adopted in the same period: join them first")
