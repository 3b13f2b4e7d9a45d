"""What group-time effects are worth, with their covariance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from aftermerge.errors import StatisticsError
from aftermerge.stats.arms import MOST_LOG
from aftermerge.stats.estimate import Estimate
from aftermerge.stats.group_time import Contrast, Panel
from aftermerge.stats.simultaneous import simultaneous_critical, tail_of

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Valued:
    """Effects (contrasts,), their `covariance`, Satterthwaite `degrees`, and the mean without the change, `baseline`.

    Relative effects stand as logarithms of the ratio to the baseline, and are told as shares of it.
    """

    effect: Floats
    covariance: Floats
    degrees: Floats
    baseline: Floats
    relative: bool

    @property
    def sd(self) -> Floats:
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    def pointwise(self, level: float) -> list[Estimate]:
        """Each with the interval that covers it for itself."""
        return self._estimates(0.5 + level / 2)

    def simultaneous(self, level: float) -> list[Estimate]:
        """Each with an interval such that all of them cover at once."""
        return self._estimates(tail_of(simultaneous_critical(self.covariance, level)))

    def turn(self, level: float) -> Estimate:
        """The second effect minus the first (relative: of logarithms)."""
        sd = math.sqrt(max(float(self.covariance[0, 0] + self.covariance[1, 1] - 2 * self.covariance[0, 1]), 0.0))
        half = float(stdtrit(self.degrees.min(), 0.5 + level / 2)) * sd
        difference = float(self.effect[1] - self.effect[0])
        return Estimate(difference, difference - half, difference + half, sd)

    def refuse_uncertain(self, level: float) -> None:
        """
        Raises:
            StatisticsError: a relative interval is too wide to be said.
        """
        if self.relative and float((stdtrit(self.degrees, 0.5 + level / 2) * self.sd).max()) > MOST_LOG:
            raise StatisticsError("too uncertain to be said as a percentage")

    def _estimates(self, tail: float) -> list[Estimate]:
        """A percentage that could be anything is shown as just that."""
        half = stdtrit(self.degrees, tail) * self.sd
        rows = zip(self.effect.tolist(), half.tolist(), self.sd.tolist(), strict=True)
        if not self.relative:
            return [Estimate(effect, effect - each, effect + each, sd) for effect, each, sd in rows]
        return [_share(effect, min(each, MOST_LOG), sd) for effect, each, sd in rows]


def _share(log: float, half: float, sd: float) -> Estimate:
    return Estimate(math.expm1(log), math.expm1(log - half), math.expm1(log + half), sd * math.exp(log))


def valued(panel: Panel, contrasts: Sequence[Contrast], *, relative: bool) -> Valued:
    """What contrasts are worth. Cohorts are independent samples, so that Var = Σ_g w_g′ S_g w_g / n_g exactly.

    Without the change a cohort would have moved by as much as the others; relative, by the same factor: a common
    dip takes more from those who do more. The variance of a ratio is that of its first-order terms (delta method).
    Cohort sizes are taken as given. Assumption: units are independent of one another. Blind spot: a shock that a
    whole cohort shares is not in the interval.

    Raises:
        StatisticsError: a relative effect needs positive means; or no unit differs from another.
    """
    means = [_Means.of(panel, one) for one in contrasts]
    reasons = [each.why_no_ratio for each in means if relative and each.why_no_ratio]
    if reasons:
        raise StatisticsError(reasons[0])
    observed, baseline = np.array([m.observed for m in means]), np.array([m.without(relative) for m in means])
    weights = [m.weights(panel, one, relative) for m, one in zip(means, contrasts, strict=True)]
    covariance, degrees = _spread(panel, weights)
    effect = np.log(observed / baseline) if relative else observed - baseline
    return Valued(effect, covariance, degrees, baseline, relative)


def is_told(panel: Panel, one: Contrast, *, relative: bool) -> bool:
    """Whether units differ from one another in it, and, where it is relative, all its means are positive."""
    means = _Means.of(panel, one)
    if relative and means.why_no_ratio:
        return False
    weights = means.weights(panel, one, relative)
    return bool(np.einsum("kt,kts,ks->", weights, panel.covariance, weights) > 0)


def base_ratio(panel: Panel, one: Contrast, level: float) -> Estimate | None:
    """What its treated did before, over what those did then with whom they are compared. None unless both are positive.

    Delta method on the logarithm.
    """
    means = _Means.of(panel, one)
    own, others = float(one.weights @ means.base), float(one.weights @ means.others_base)
    if own <= 0 or others <= 0:
        return None
    weights = np.zeros(panel.mean.shape)
    np.add.at(weights, (one.own, one.base), one.weights / own)
    np.add.at(weights.T, one.base, -one.weights[:, None] * one.share / others)
    try:
        covariance, degrees = _spread(panel, [weights])
    except StatisticsError:
        return None
    log, sd = math.log(own / others), math.sqrt(float(covariance[0, 0]))
    half = float(stdtrit(degrees[0], 0.5 + level / 2)) * sd
    return Estimate(math.exp(log), math.exp(log - half), math.exp(log + half), sd * math.exp(log))


def _spread(panel: Panel, weights: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Covariance of weighted sums of cohort means, and Satterthwaite's degrees of freedom."""
    stacked = np.array(weights)
    by_cohort = np.einsum("ikt,kts,jks->kij", stacked, panel.covariance, stacked, optimize=True)
    covariance = by_cohort.sum(axis=0)
    parts = np.einsum("kii->ik", by_cohort)
    if not np.all(np.diag(covariance) > 0):
        told = "no unit differs from another: those of each group all did the same"
        raise StatisticsError(f"{told}, and nothing says how far the effect may be off")
    return covariance, np.diag(covariance) ** 2 / (parts**2 / panel.degrees).sum(axis=1)


@dataclass(frozen=True, eq=False, slots=True)
class _Means:
    """The means that a contrast rests on, (effects,): the cohort's own and the others', now and at the base."""

    share: Floats
    now: Floats
    base: Floats
    others_now: Floats
    others_base: Floats

    @classmethod
    def of(cls, panel: Panel, one: Contrast) -> "_Means":
        others = [(one.share * panel.mean[:, at].T).sum(axis=1) for at in (one.period, one.base)]
        return cls(one.weights, panel.mean[one.own, one.period], panel.mean[one.own, one.base], others[0], others[1])

    @property
    def observed(self) -> float:
        return float(self.share @ self.now)

    @property
    def why_no_ratio(self) -> str | None:
        if not np.all(self.others_base > 0) or self.observed <= 0:
            return "a relative effect needs a positive mean with the change, and one before it of units without"
        if self.without(relative=True) <= 0:
            return "a relative effect needs a positive mean without the change"
        return None

    def without(self, relative: bool) -> float:
        """The mean without the change."""
        if relative:
            return float(self.share @ (self.base * self.others_now / self.others_base))
        return float(self.share @ (self.base + self.others_now - self.others_base))

    def weights(self, panel: Panel, one: Contrast, relative: bool) -> Floats:
        """How the effect follows each cohort's mean in each period, (cohorts, periods)."""
        with_, without = np.zeros(panel.mean.shape), np.zeros(panel.mean.shape)
        base, others_now, others_base = (self.share * slope for slope in self._slopes(relative))
        np.add.at(with_, (one.own, one.period), self.share)
        np.add.at(without, (one.own, one.base), base)
        np.add.at(without.T, one.period, others_now[:, None] * one.share)
        np.add.at(without.T, one.base, others_base[:, None] * one.share)
        return with_ / self.observed - without / self.without(relative) if relative else with_ - without

    def _slopes(self, relative: bool) -> tuple[Floats, Floats, Floats]:
        """How the mean without the change follows the base, the others now, and the others at the base."""
        if not relative:
            ones = np.ones(len(self.base))
            return ones, ones, -ones
        factor = self.others_now / self.others_base
        return factor, self.base / self.others_base, -self.base * factor / self.others_base
