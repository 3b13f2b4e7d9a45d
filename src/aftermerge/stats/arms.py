"""Two randomised arms, from their moments."""

import math
from dataclasses import dataclass
from typing import Literal

from scipy.special import stdtrit

from aftermerge.errors import StatisticsError
from aftermerge.stats.estimate import Estimate
from aftermerge.stats.moments import Moments

Scale = Literal["difference", "relative"]

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


def difference(control: Moments, treatment: Moments, scale: Scale = "difference") -> Difference:
    """Compare means (Welch 1947), or ratios of means by the delta method (Deng, Knoblich and Lu 2018, eq. 4).

    Raises:
        StatisticsError: an arm has fewer than two units, a denominator that sums to zero, or, for a relative
            effect, a mean that is not positive; or neither arm varies.
    """
    center_c, variance_c = _ratio("control", control)
    center_t, variance_t = _ratio("treatment", treatment)
    if scale == "relative":
        if center_c <= 0 or center_t <= 0:
            raise StatisticsError("a relative effect needs a positive mean in both arms")
        variance_c, variance_t = variance_c / center_c**2, variance_t / center_t**2
        effect = math.log(center_t / center_c)
    else:
        effect = center_t - center_c
    variance = variance_c + variance_t
    if variance <= 0:
        raise StatisticsError("no unit differs from another in either arm")
    degrees = variance**2 / (variance_c**2 / (control.n - 1) + variance_t**2 / (treatment.n - 1))
    return Difference(effect, math.sqrt(variance), degrees, scale)


def two_arms(control: Moments, treatment: Moments, *, scale: Scale = "difference", level: float = 0.95) -> Estimate:
    """One finished look at two arms: Welch's interval at `level`.

    >>> two_arms(Moments(1000, 0.50, 250.0), Moments(1000, 0.56, 246.4)).low > 0
    True

    Raises:
        StatisticsError: see `difference`.
    """
    found = difference(control, treatment, scale)
    return found.interval(float(stdtrit(found.degrees, 0.5 + level / 2)))


def _ratio(arm: str, moments: Moments) -> tuple[float, float]:
    """The ratio of means and the variance of that ratio; with d = 1 throughout, the mean and its variance."""
    if moments.n < 2:
        raise StatisticsError(f"the {arm} arm has {moments.n} unit{'s' if moments.n != 1 else ''}; two are the least")
    if moments.mean_d == 0:
        raise StatisticsError(f"the denominator sums to zero in the {arm} arm")
    ratio = moments.mean_y / moments.mean_d
    spread = moments.ss_y - 2 * ratio * moments.sp_yd + ratio**2 * moments.ss_d
    variance = max(spread, 0.0) / (moments.n - 1) / moments.n / moments.mean_d**2
    if not math.isfinite(ratio + variance):
        raise StatisticsError(f"the {arm} arm holds a value that is not finite")
    return ratio, variance
