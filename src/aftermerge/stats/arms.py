"""Two randomised arms, from their moments."""

import math
from dataclasses import dataclass, replace
from typing import Literal

from scipy.special import ndtr, ndtri, stdtrit

from aftermerge.errors import StatisticsError
from aftermerge.stats.covariate import Adjustment, Linearised, adjustment, linearised
from aftermerge.stats.estimate import Estimate
from aftermerge.stats.moments import Moments

Scale = Literal["difference", "relative"]
Variance = Literal["own", "larger"]

MOST_LOG = 12.0
"""A logarithm of a ratio beyond this is no percentage that anybody could use."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Treatment − control on the scale in which it is close to normal; `degrees` are Welch's.

    On the scale `relative` the difference is one of logarithms: exp(effect) − 1 is the relative lift.
    """

    effect: float
    sd: float
    degrees: float
    scale: Scale

    def at(self, z: float) -> Estimate:
        """The estimate with the interval that a critical `z` of the normal law stands for, by Student's t.

        The t critical value of the same tail keeps group-sequential bounds honest where a variance was estimated from
        few units (Jennison and Turnbull 2000, section 3.8).

        Raises:
            StatisticsError: see `interval`.
        """
        return self.interval(-float(stdtrit(self.degrees, ndtr(-z))) if math.isfinite(self.degrees) else z)

    def interval(self, critical: float) -> Estimate:
        """The estimate with an interval of ± `critical` standard deviations, in the scale's own unit.

        Raises:
            StatisticsError: a relative effect so uncertain that a percentage says nothing.
        """
        low, high = self.effect - critical * self.sd, self.effect + critical * self.sd
        if self.scale == "relative":
            if max(abs(low), abs(high)) > MOST_LOG:
                raise StatisticsError("too uncertain to be said as a percentage")
            growth = math.exp(self.effect)
            return Estimate(growth - 1, math.expm1(low), math.expm1(high), self.sd * growth)
        return Estimate(self.effect, low, high, self.sd)


def difference(
    control: Moments,
    treatment: Moments,
    scale: Scale = "difference",
    *,
    before: bool = True,
    variance: Variance = "own",
) -> Difference:
    """Compare means (Welch 1947), or ratios of means by the delta method (Deng, Knoblich and Lu 2018, eq. 4).

    A ratio over the units that were randomised is also what a metric of finer units is (events of a user, say): Σ of
    values over Σ of events, whose delta-method variance is the cluster-robust one. Where the moments hold a covariate
    from before exposure, it is used if that narrows the interval (see `adjustment`), unless `before` is false.

    Where a small arm's values are skewed, its mean and its variance are low together, which makes Welch's interval
    narrow just where it is wrong. `variance` "larger" takes the larger of Welch's variance and the pooled one, to
    which the large arm gives nearly all; in arms of equal size the two are the same.
    Assumption: units were given their arm independently of each other, and enough of them for a mean to be normal.
    Blind spot: units that influence one another.

    Raises:
        StatisticsError: an arm has fewer than two units, a denominator that sums to zero, or, for a relative
            effect, a mean that is not positive; or neither arm varies.
    """
    arms = linearised("control", control), linearised("treatment", treatment)
    plain = _contrast(*arms, scale, Adjustment(0.0, 0.0, 0.5, 0.5), variance)
    with_before = adjustment(control, treatment) if before else None
    if with_before is None or (scale == "relative" and min(with_before.adjusted(arm) for arm in arms) <= 0):
        return plain
    adjusted = _contrast(*arms, scale, with_before, variance)
    return adjusted if 0 < adjusted.sd < plain.sd else plain


def two_arms(control: Moments, treatment: Moments, *, scale: Scale = "difference", level: float = 0.95) -> Estimate:
    """One finished look at two arms: Welch's interval at `level`.

    >>> two_arms(Moments(1000, 0.50, 250.0), Moments(1000, 0.56, 246.4)).low > 0
    True

    What the same units did before makes it narrower, where the moments hold it:

    >>> known = {"mean_x": 9.0, "ss_x": 4000.0, "sp_yx": 3000.0}
    >>> with_before = two_arms(Moments(1000, 10.0, 4000.0, **known), Moments(1000, 10.2, 4000.0, **known))
    >>> f"{two_arms(Moments(1000, 10.0, 4000.0), Moments(1000, 10.2, 4000.0)).half_width:.2f}"
    '0.18'
    >>> f"{with_before.half_width:.2f}"
    '0.12'

    Args:
        control, treatment: the moments of the units of each arm.
        scale: `difference` for treatment − control in the metric's unit, `relative` for treatment / control − 1.
        level: the probability with which the interval covers the effect.

    Raises:
        StatisticsError: see `difference`, and a level that is not between 0 and 1.
    """
    return difference(control, treatment, scale).at(one_look(level))


def one_look(level: float = 0.95) -> float:
    """The critical z of a single look.

    Raises:
        StatisticsError: a level that is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise StatisticsError(f"a level lies between 0 and 1, not at {level}")
    return float(ndtri(0.5 + level / 2))


def _contrast(
    control: Linearised, treatment: Linearised, scale: Scale, using: Adjustment, variance: Variance
) -> Difference:
    center_c, center_t = using.adjusted(control), using.adjusted(treatment)
    if scale == "relative":
        if center_c <= 0 or center_t <= 0:
            raise StatisticsError("a relative effect needs a positive mean in both arms")
        effect = math.log(center_t / center_c)
        # the common center of the covariate moves both logarithms, each by its own mean
        slope = using.slope * (using.control / center_t + using.treatment / center_c)
        variance_c, variance_t = _variance(control, 1 / center_c, slope), _variance(treatment, 1 / center_t, slope)
    else:
        effect = center_t - center_c
        variance_c, variance_t = _variance(control, 1.0, using.slope), _variance(treatment, 1.0, using.slope)
    found = _welch(effect, variance_c, variance_t, control.n, treatment.n, scale)
    pooled = _pooled_sd(variance_c, variance_t, control.n, treatment.n)
    return replace(found, sd=max(found.sd, pooled)) if variance == "larger" else found


def _variance(arm: Linearised, factor: float, slope: float) -> float:
    """The variance of factor · ratio − slope · covariate."""
    spread = factor**2 * arm.variance - 2 * factor * slope * arm.covariance + slope**2 * arm.before_variance
    return max(spread, 0.0) / arm.n


def _welch(effect: float, variance_c: float, variance_t: float, n_c: int, n_t: int, scale: Scale) -> Difference:
    variance = variance_c + variance_t
    if variance <= 0:
        raise StatisticsError("no unit differs from another in either arm")
    share_c, share_t = variance_c / variance, variance_t / variance
    degrees = 1 / (share_c**2 / (n_c - 1) + share_t**2 / (n_t - 1))
    return Difference(effect, math.sqrt(variance), degrees, scale)


def _pooled_sd(variance_c: float, variance_t: float, n_c: int, n_t: int) -> float:
    """Of the difference, had units of both arms one variance (Student 1908)."""
    of_unit = (variance_c * n_c * (n_c - 1) + variance_t * n_t * (n_t - 1)) / (n_c + n_t - 2)
    return math.sqrt(of_unit * (1 / n_c + 1 / n_t))
