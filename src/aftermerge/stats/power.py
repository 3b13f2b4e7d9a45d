"""The smallest effect that a readout would show, told from the past before anything is built.

Before and after one date: the readout is made on past dates when nothing happened. An effect only shifts the
interval of such a date, so that the date itself says how large one must have been to be seen. Two arms: by the
variance of one unit and the critical value that daily looks leave at the horizon.

Assumes that the time to come is as noisy as the past. Blind spot: an effect that grows slowly needs longer.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from aftermerge.errors import StatisticsError
from aftermerge.stats.arms import Scale
from aftermerge.stats.integrated_gls import LEAST_DAYS_BEFORE, before_after
from aftermerge.stats.moments import Moments
from aftermerge.stats.sequential import critical_value

Floats = NDArray[np.float64]

POWER = 0.8
DAYS_BEFORE = 120
DAYS_BETWEEN = 7
MOST_LOOKS = 28
"""More looks than this raise the critical value by less than 0.05."""


@dataclass(frozen=True, slots=True)
class Detectable:
    """An effect of `effect` or more, up or down, is seen by `days` days after the change on the asked-for share of
    `dates` past dates."""

    days: int
    effect: float
    dates: int


def detectable_effect(low: ArrayLike, high: ArrayLike, *, power: float = POWER) -> float:
    """From the intervals of past dates on which nothing happened, (dates,): the effect seen on a `power` of them.

    An effect e > 0 is seen where low + e > 0, an effect −e where high − e < 0: both directions count alike.

    Raises:
        StatisticsError: there is no such date.
    """
    lows, highs = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    wanted = np.concatenate([-lows, highs])
    wanted = np.sort(np.maximum(wanted[np.isfinite(wanted)], 0.0))
    if not len(wanted):
        raise StatisticsError("no past date from which an effect could be told apart")
    return float(wanted[min(math.ceil(power * len(wanted)), len(wanted)) - 1])


def before_after_power(
    y: ArrayLike,
    days: int,
    *,
    weekday: ArrayLike | None = None,
    controls: ArrayLike | None = None,
    multiplier: float = 1.0,
    level: float = 0.95,
    power: float = POWER,
) -> Detectable:
    """The smallest effect that `before_after` shows by `days` days after a change, from weekly dates of its own past.

    Args:
        y: one value a day on which nothing of note happened, NaN where none was recorded, (days,).
        days: after the change.
        weekday: 0–6, (days,).
        controls: series that no change can have touched, (days, controls).
        multiplier: of the interval, as calibration by placebos gives it.
        level: of the interval.
        power: share of the dates on which the effect must be seen.

    Raises:
        StatisticsError: the series is too short to hold such a readout, or none could be made.
    """
    values = np.asarray(y, dtype=np.float64)
    columns = None if controls is None else np.asarray(controls, dtype=np.float64).reshape(len(values), -1)
    week = None if weekday is None else np.asarray(weekday)
    if days < 1:
        raise StatisticsError(f"{days} days after the change; one is the least")
    lows, highs = [], []
    for switch in _dates(len(values), days):
        cut = slice(max(0, switch - DAYS_BEFORE), switch + days)
        parts = (None if week is None else week[cut], None if columns is None else columns[cut])
        try:
            found = before_after(values[cut], switch - cut.start, weekday=parts[0], controls=parts[1], level=level)
        except StatisticsError:
            continue
        half = multiplier * found.half_width
        lows.append(found.estimate - half)
        highs.append(found.estimate + half)
    return Detectable(days, detectable_effect(lows, highs, power=power), len(lows))


def _dates(length: int, days: int) -> range:
    """Weekly, with as many days before as a readout uses where that leaves ten of them."""
    last = length - days
    first = DAYS_BEFORE if last >= DAYS_BEFORE + 9 * DAYS_BETWEEN else LEAST_DAYS_BEFORE
    return range(first, last + 1, DAYS_BETWEEN)


def two_arm_power(
    unit: Moments, units: float, *, looks: int = MOST_LOOKS, scale: Scale = "difference", power: float = POWER
) -> float:
    """The smallest effect that two equal arms of `units` units together show at the end of their declared horizon.

    Args:
        unit: what units like these did; with a covariate from before, the variance that it leaves (Deng et al. 2013).
        units: of both arms.
        looks: evenly spaced, at which O'Brien–Fleming spending lets one stop; 1 is a single look at the end.
        scale: `difference`, or `relative` for a share of the mean.
        power: probability of seeing the effect.

    Raises:
        StatisticsError: fewer than two units, none that differs from another, or a relative effect on a mean that
            is not positive.
    """
    if units < 2:
        raise StatisticsError(f"{units:.0f} units in both arms; two are the least")
    sd = _sd_of_unit(unit)
    if scale == "relative":
        mean = unit.mean_y / unit.mean_d
        if mean <= 0:
            raise StatisticsError("a relative effect needs a positive mean")
        sd /= mean
    reach = (_critical(min(max(looks, 1), MOST_LOOKS)) + float(ndtri(power))) * 2 * sd / math.sqrt(units)
    return math.expm1(reach) if scale == "relative" and reach < math.log(1e6) else reach


def two_arm_units(
    unit: Moments, effect: float, *, looks: int = MOST_LOOKS, scale: Scale = "difference", power: float = POWER
) -> int:
    """How many units both arms need together until they show `effect`; the turning round of `two_arm_power`.

    Raises:
        StatisticsError: an effect that is not positive, and see `two_arm_power`.
    """
    if not effect > 0 or not math.isfinite(effect):
        raise StatisticsError("an effect above zero is needed to say how many units would show it")
    at_two = two_arm_power(unit, 2.0, looks=looks, scale=scale, power=power)
    reach, wanted = (math.log1p(at_two), math.log1p(effect)) if scale == "relative" else (at_two, effect)
    return math.ceil(2 * (reach / wanted) ** 2)


def soonest(found: Sequence[Detectable], effect: float) -> int | None:
    """The fewest days by which `effect` is seen, None where it is seen by none of them."""
    return min((item.days for item in found if item.effect <= effect), default=None)


def _sd_of_unit(unit: Moments) -> float:
    """Of y, or of y − R d over the mean of d for a ratio; less what the covariate tells of it."""
    if unit.n < 2 or unit.mean_d == 0:
        raise StatisticsError(f"{unit.n} units from which a variance could be told; two are the least")
    ratio = unit.mean_y / unit.mean_d
    spread = unit.ss_y - 2 * ratio * unit.sp_yd + ratio**2 * unit.ss_d
    before = unit.mean_x / unit.mean_w if unit.mean_w else 0.0
    spread_before = unit.ss_x - 2 * before * unit.sp_xw + before**2 * unit.ss_w
    together = unit.sp_yx - ratio * unit.sp_dx - before * (unit.sp_yw - ratio * unit.sp_dw)
    if spread_before > 0:
        spread -= together**2 / spread_before
    if not spread > 0 or not math.isfinite(spread):
        raise StatisticsError("no unit differs from another")
    return math.sqrt(spread / (unit.n - 1)) / abs(unit.mean_d)


@lru_cache(maxsize=MOST_LOOKS)
def _critical(looks: int) -> float:
    times = [look / looks for look in range(1, looks + 1)]
    return critical_value(times, times)
