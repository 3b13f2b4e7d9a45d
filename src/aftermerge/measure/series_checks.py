"""What could make a readout by date wrong, looked at: each check says what it saw."""

from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc

from aftermerge.errors import StatisticsError
from aftermerge.measure.history import ENOUGH_DAYS_BEFORE, WEEK, History, alone
from aftermerge.measure.scale import RARE_ZEROS, Scaled, log_bearing_zeros, without_closed_days, without_days
from aftermerge.measure.span import Span
from aftermerge.measure.window import Window
from aftermerge.model.plan import Series
from aftermerge.model.readout import Check, Outcome
from aftermerge.render.phrases import people
from aftermerge.stats.counts import zeros_beside
from aftermerge.stats.estimate import Estimate
from aftermerge.stats.integrated_gls import Effect
from aftermerge.stats.placebo import Calibration, widened

Floats = NDArray[np.float64]

VOLUME_JUMP = float(np.log(1.5))
"""A jump in who is measured that is too large to look past, whatever its interval."""
STUCK_DAYS = 5
"""A metric that says the same number on so many more days in a row than ever before is not being recorded."""
UNLIKELY = 0.001
LOST_SHARE = 0.2
TWICE = 0.03
"""How near to double or to half, as a share, looks like events counted twice or every other one lost."""
BEFORE_DAYS = (5, 2 * WEEK)
"""How many days before the change are looked at: what began just before it, and what began a fortnight ago."""
BOTH = 2.24 / 1.96
"""From one interval that holds in 95 of 100 cases to two that both do."""
SURE = 2.81 / 1.96
"""From an interval that holds in 95 of 100 cases to one that holds in 995 of 1,000."""
ALARMING = 0.15


def check_outage(series: Series, history: History, span: Span) -> Check:
    """A metric that is never zero was zero: something broke, in the product or in what records it."""
    values = without_closed_days(series)
    before, after = values[max(span.switch - ENOUGH_DAYS_BEFORE, 0) : span.switch], values[span.after]
    dark, usual = int((after == 0).sum()), float((before == 0).mean())
    volume = history.scaled.volume
    if not dark or usual > RARE_ZEROS or (volume is not None and _is_chance(before, after, volume[span.after])):
        return Check("outage", "pass", "it was zero no more often than before the change")
    told = f"it was zero on {dark} of the {span.days} days after the change, and almost never before: an outage?"
    return Check("outage", "block", told)


def _is_chance(before: Floats, after: Floats, volume: Floats) -> bool:
    """Whether so many zeros of a small count can well come without an outage: as often as before, or as seldom as the
    other days after the change count. A fix that leaves two complaints a day leaves days without any.
    """
    usual = float(((before == 0).sum() + 1) / (len(before) + 2))
    counts = (after * volume)[after > 0]
    share = max(usual, zeros_beside(float(counts.mean()))) if len(counts) else usual
    return bool(bdtrc(int((after == 0).sum()) - 1, len(after), share) > UNLIKELY)


def check_logging(series: Series, history: History, span: Span) -> Check:
    """Did what records the metric break with the change: stuck, with holes, or everything counted twice?"""
    before, after = series.values[max(span.switch - ENOUGH_DAYS_BEFORE, 0) : span.switch], series.values[span.after]
    stuck = _longest_repeat(after)
    if history.scaled.volume is None and stuck >= STUCK_DAYS + _longest_repeat(before) - 1:
        told = f"the same number stands on {stuck} days in a row after the change: is it recorded?"
        return Check("logging_break", "block", told)
    lost, usual = float(np.isnan(after).mean()), float(np.isnan(before).mean())
    if lost - usual > LOST_SHARE:
        told = f"{lost:.0%} of the days after the change have no value, {usual:.0%} of those before"
        return Check("logging_break", "block", told)
    if history.scaled.volume is None and _is_twice(before, after):
        return Check("logging_break", "warn", "it doubled or halved almost exactly: are events counted twice, or lost?")
    return Check("logging_break", "pass", "recorded after the change as before it")


def _longest_repeat(values: Floats) -> int:
    """How many days in a row say the same number; zeros are ordinary, and no value is none."""
    runs = ((value, len(list(same))) for value, same in groupby(values.tolist()))
    return max((length for value, length in runs if value and np.isfinite(value)), default=0)


def _is_twice(before: Floats, after: Floats) -> bool:
    last, next_ = before[-2 * WEEK :], after[: 2 * WEEK]
    last, next_ = last[np.isfinite(last)], next_[np.isfinite(next_)]
    if len(last) < WEEK or len(next_) < WEEK or last.mean() <= 0 or next_.mean() <= 0:
        return False
    return abs(abs(float(np.log2(next_.mean() / last.mean()))) - 1) < TWICE


def check_who_is_measured(series: Series, history: History, span: Span) -> Check | None:
    """Did the number of those measured jump? Then the means of before and after are of different people."""
    if series.volume is None:
        return None
    logs = without_days(Scaled(log_bearing_zeros(series.volume), is_log=True), history.free)
    try:
        jump = alone(series.first_day, logs).window(span.switch, span.days).effect()
    except StatisticsError as error:
        return Check("who_is_measured", "warn", f"could not be looked at: {error.what}")
    told = f"{100 * np.expm1(jump.estimate):+.0f}% in how many were measured".replace("-", "−")
    is_sure = not _holds_zero(jump, 1.0)
    if abs(jump.estimate) > VOLUME_JUMP or (is_sure and abs(jump.estimate) > VOLUME_JUMP / 2):
        return Check("who_is_measured", "block", f"who is measured changed with it: {told}")
    return Check("who_is_measured", "warn" if is_sure else "pass", told)


def check_trend_before(history: History, span: Span, effect: Effect, multiplier: float) -> Check | None:
    """Was it already moving in the days before the change, as the days before those say?"""
    earlier = [found for days in BEFORE_DAYS if (found := _effect_before(history, span, days)) is not None]
    if not earlier:
        return None
    moved = [found for found in earlier if not _holds_zero(found, multiplier * BOTH)]
    if not moved:
        return Check("pre_trend", "pass", "in the fortnight before the change it ran as the days before had said")
    if any(_is_part_of(found, effect, multiplier) for found in moved):
        return Check("pre_trend", "block", "it had begun to move the same way in the fortnight before the change")
    return Check("pre_trend", "warn", "it did not run as expected in the fortnight before the change")


def _effect_before(history: History, span: Span, days: int) -> Effect | None:
    try:
        return history.window(span.switch - days - 1, days).effect()
    except StatisticsError:
        return None


def _is_part_of(earlier: Effect, effect: Effect, multiplier: float) -> bool:
    """Whether what was seen before the change can be the beginning of what was seen after it."""
    same_way = earlier.estimate * effect.estimate > 0 and abs(earlier.estimate) > abs(effect.estimate) / 3
    return same_way and not _holds_zero(earlier, multiplier * SURE)


def check_novelty(window: Window, effect: Effect, multiplier: float) -> Check | None:
    """Does the effect of the first half of the days last into the second?"""
    if len(window.values) - window.switch < 2 * WEEK:
        return None
    try:
        change = window.later_minus_earlier()
    except StatisticsError:
        return None
    if _holds_zero(change, multiplier * SURE):
        return Check("novelty", "pass", "the later half of the days shows what the earlier half does")
    fades = change.estimate * effect.estimate < 0
    told = (
        "the effect fades: the later half of the days shows less of it" if fades else "the effect grows with the days"
    )
    return Check("novelty", "warn", told)


def check_controls(series: Series, window: Window) -> Check | None:
    """Which controls were chosen, of how many, and which were not candidates since the change can have touched them."""
    left_out = series.excluded_controls
    if not series.controls and not left_out:
        return None
    used = window.control_names
    told = f"{', '.join(used) or 'none usable'}, of {people(len(series.controls), 'candidate', 'candidates')}"
    touched = f"; left out as touched by the same changes: {', '.join(left_out)}" if left_out else ""
    return Check("controls", "pass" if used else "warn", told + touched)


def check_touched_controls(window: Window, effect: Effect, multiplier: float) -> Check | None:
    """Did a control move on the date by itself, more than the other controls explain? Then it was touched too."""
    count = len(window.control_names)
    if count < 2:
        return None
    moved, decisive = [], []
    for name in window.control_names:
        try:
            without, own = window.without(name)
        except StatisticsError:
            continue
        if not _holds_zero(own, multiplier * SURE):
            moved.append(name)
            decisive += [] if effect.low <= without.estimate <= effect.high else [name]
    if not moved:
        return Check("touched_controls", "pass", "no control moved by itself on that date")
    then = "name it in `not_controls` if the change can have touched it"
    told = f"{', '.join(moved)} moved by itself on that date: {then}"
    return Check("touched_controls", "block" if decisive else "warn", told)


def check_calibration(calibration: Calibration, window: Window) -> Check:
    """How the same method did on dates when nothing shipped."""
    season = "; the same days of last year helped" if window.season is not None else ""
    if calibration.is_default:
        told = f"only {calibration.dates} earlier dates when nothing shipped: the interval is a wide default"
        return Check("calibration", "warn", f"{told} (× {calibration.multiplier:.2f}){season}")
    told = f"on {calibration.dates} earlier dates when nothing shipped, this method spoke {calibration.alarms} times"
    outcome: Outcome = "warn" if calibration.alarms > ALARMING * calibration.dates else "pass"
    return Check("calibration", outcome, f"{told} (× {calibration.multiplier:.2f}){season}")


def _holds_zero(found: Estimate, multiplier: float) -> bool:
    low, high = widened(found.low, found.high, multiplier)
    return low <= 0 <= high
