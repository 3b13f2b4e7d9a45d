"""Less noise from what was known before: units' values from before their exposure as a covariate (CUPED)."""

import math
from dataclasses import astuple, dataclass

from aftermerge.errors import StatisticsError
from aftermerge.stats.moments import Moments

LEAST_UNITS = 10
"""With fewer units in an arm the slope follows the noise, and the interval would be too narrow."""
LARGEST = 1e150
"""Beyond this a square is no number any more."""
LEAST_DENOMINATOR_Z = 10.0
"""A covariate's denominator closer to zero than this many standard errors makes its ratio no linear thing."""


@dataclass(frozen=True, slots=True)
class Linearised:
    """An arm's ratio of means ȳ/d̄ and its covariate's x̄/w̄, with the variances of one unit's share in them.

    A unit's share in ȳ/d̄ is (y − ratio · d) / d̄: the delta method (Deng, Knoblich and Lu 2018, eq. 4).
    """

    n: int
    ratio: float
    variance: float
    before: float = 0.0
    before_variance: float = 0.0
    covariance: float = 0.0


@dataclass(frozen=True, slots=True)
class Adjustment:
    """θ, the slope of the outcome's ratio on the covariate's, and the covariate's ratio over both arms.

    `control` and `treatment` are the parts of the two arms in that common ratio; they add up to 1.
    """

    slope: float
    center: float
    control: float
    treatment: float

    def adjusted(self, arm: Linearised) -> float:
        """The arm's ratio, had its units been like those of both arms before: ȳ − θ(x̄ₐ − x̄)."""
        return arm.ratio - self.slope * (arm.before - self.center)


def linearised(arm: str, moments: Moments) -> Linearised:
    """The delta method's parts of one arm; with d = w = 1 throughout, its means and variances.

    Raises:
        StatisticsError: fewer than two units, a denominator that sums to zero, or a value that is not finite.
    """
    _refuse_unusable(arm, moments)
    ratio, before = moments.mean_y / moments.mean_d, moments.mean_x / moments.mean_w if moments.mean_w else 0.0
    freedom, w = moments.n - 1, moments.mean_w or 1.0
    spread = moments.ss_y - 2 * ratio * moments.sp_yd + ratio**2 * moments.ss_d
    spread_before = moments.ss_x - 2 * before * moments.sp_xw + before**2 * moments.ss_w
    shared = moments.sp_yx - before * moments.sp_yw - ratio * moments.sp_dx + ratio * before * moments.sp_dw
    found = Linearised(
        moments.n,
        ratio,
        max(spread, 0.0) / freedom / moments.mean_d**2,
        before,
        max(spread_before, 0.0) / freedom / w**2,
        shared / freedom / moments.mean_d / w,
    )
    if not math.isfinite(found.ratio + found.variance + found.before + found.before_variance + found.covariance):
        raise StatisticsError(f"the {arm} arm holds a value that is not finite")
    return found


def adjustment(control: Moments, treatment: Moments) -> Adjustment | None:
    """What units did before, as a covariate (Deng, Xu, Kohavi and Walker 2013, eq. 4); None where nothing is known.

    θ is one for both arms, from all units together: then E(x̄ₜ − x̄꜀) = 0 leaves the difference unbiased, and a slope
    that differs between the arms costs width, never truth. For ratios, θ is that of the linearised ratios.
    Assumption: the covariate was fixed before exposure.
    Blind spot: a "before" that the change already touched (a logging change, an early exposure) takes the effect away.
    """
    if min(control.n, treatment.n) < LEAST_UNITS or min(control.ss_x, treatment.ss_x) <= 0:
        return None
    together = control + treatment
    if not _is_linear(control) or not _is_linear(treatment):
        return None
    whole = linearised("whole", together)
    if whole.before_variance <= 0:
        return None
    part = treatment.n * treatment.mean_w / (together.n * together.mean_w)
    return Adjustment(whole.covariance / whole.before_variance, whole.before, 1 - part, part)


def _is_linear(moments: Moments) -> bool:
    error = math.sqrt(moments.ss_w / (moments.n - 1) / moments.n)
    return abs(moments.mean_w) > LEAST_DENOMINATOR_Z * error


def _refuse_unusable(arm: str, moments: Moments) -> None:
    if moments.n < 2:
        raise StatisticsError(f"the {arm} arm has {moments.n} unit{'s' if moments.n != 1 else ''}; two are the least")
    if moments.mean_d == 0:
        raise StatisticsError(f"the denominator sums to zero in the {arm} arm")
    if any(abs(part) > LARGEST for part in astuple(moments)):
        raise StatisticsError(f"the {arm} arm holds a value that is not finite, or too large to be squared")
