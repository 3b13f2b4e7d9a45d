"""Group-time effects: which cohort is set beside which others, and since when."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aftermerge.errors import StatisticsError
from aftermerge.stats.cohort import Cohort

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

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
    """A weighted mean of group-time effects; `weights`, `own`, `period` and `base` are (effects,).

    Each is what cohort `own` did in `period`, beside what it would have done: its mean in `base`, moved as the others
    moved in between. `share` says how much of each cohort the others are, (effects, cohorts).
    """

    weights: Floats
    own: Indices
    period: Indices
    base: Indices
    share: Floats


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
    share = np.zeros((1, len(panel.n)))
    share[0, controls] = panel.n[controls] / panel.n[controls].sum()
    return Contrast(np.ones(1), np.array([own]), np.array([period]), np.array([base]), share)


def averaged(contrasts: Sequence[Contrast], sizes: Sequence[float]) -> Contrast:
    """Their mean, weighted by cohort size."""
    total = sum(sizes)
    return Contrast(
        np.concatenate([size / total * c.weights for c, size in zip(contrasts, sizes, strict=True)]),
        np.concatenate([c.own for c in contrasts]),
        np.concatenate([c.period for c in contrasts]),
        np.concatenate([c.base for c in contrasts]),
        np.concatenate([c.share for c in contrasts]),
    )


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
