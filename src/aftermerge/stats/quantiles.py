"""Quantiles of two groups compared."""

import math

from aftermerge.errors import StatisticsError
from aftermerge.stats.arms import Difference, Scale, one_look
from aftermerge.stats.estimate import Estimate
from aftermerge.stats.quantile import Quantile


def moves_by_a_step(control: Quantile, treatment: Quantile) -> bool:
    """Whether the two differ where values come in steps, by no more than chance: then a step is all that was seen.

    Quantiles whose own intervals lie apart differ whatever the steps; equal ones differ by nothing.
    """
    is_apart = control.high < treatment.low or treatment.high < control.low
    return (control.is_tied or treatment.is_tied) and control.value != treatment.value and not is_apart


def quantile_difference(control: Quantile, treatment: Quantile, scale: Scale = "difference") -> Difference:
    """Compare quantiles, each with the sd that its outer interval stands for (Deng, Knoblich and Lu 2018, section 4.2).

    Assumption: enough values on both sides of the quantile for it to be near normal.
    Blind spot: values that are all alike about the quantile (whole seconds, say), where it moves in jumps; see
    `moves_by_a_step`.

    Raises:
        StatisticsError: an arm without two values, ends that are not finite or not in order, a relative effect of
            a quantile that is not positive, or quantiles without any spread.
    """
    for name, arm in (("control", control), ("treatment", treatment)):
        _refuse_unusable(name, arm)
    variance_c, variance_t = control.sd**2, treatment.sd**2
    if variance_c + variance_t <= 0:
        raise StatisticsError("the values about the quantile are all alike in both arms")
    if scale == "difference":
        return Difference(treatment.value - control.value, math.sqrt(variance_c + variance_t), math.inf, scale)
    if min(control.value, treatment.value) <= 0:
        raise StatisticsError("a relative effect needs a positive quantile in both arms")
    variance = variance_c / control.value**2 + variance_t / treatment.value**2
    return Difference(math.log(treatment.value / control.value), math.sqrt(variance), math.inf, scale)


def two_quantiles(
    control: Quantile, treatment: Quantile, *, scale: Scale = "difference", level: float = 0.95
) -> Estimate:
    """One finished look at a quantile in two arms.

    >>> found = two_quantiles(Quantile(5000, 840.0, 815.0, 866.0), Quantile(5000, 790.0, 768.0, 815.0))
    >>> f"{found.estimate:.0f} [{found.low:.0f}, {found.high:.0f}]"
    '-50 [-85, -15]'

    Raises:
        StatisticsError: see `quantile_difference`, and a level that is not between 0 and 1.
    """
    return quantile_difference(control, treatment, scale).at(one_look(level))


def _refuse_unusable(name: str, arm: Quantile) -> None:
    if arm.n < 2:
        raise StatisticsError(f"the {name} arm has {arm.n} value{'s' if arm.n != 1 else ''}; two are the least")
    if not math.isfinite(arm.value + arm.low + arm.high):
        raise StatisticsError(f"the {name} arm's quantile or its interval is not finite")
    if not arm.low <= arm.value <= arm.high:
        raise StatisticsError(f"the {name} arm's quantile lies outside its own interval")
