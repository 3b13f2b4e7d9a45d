"""Grades C and D: one switch date, with controls or without."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from aftermerge.errors import StatisticsError
from aftermerge.measure.calendar import WEEK, Calendar, Knot, check_concurrent
from aftermerge.measure.case import Case
from aftermerge.measure.finding import Finding
from aftermerge.measure.history import History, Past, Window
from aftermerge.measure.scale import Scaled, log_bearing_zeros
from aftermerge.model.plan import Days, Series
from aftermerge.model.readout import Check, Design, Needs, Placebo
from aftermerge.stats.integrated_gls import LEAST_DAYS_BEFORE, Effect
from aftermerge.stats.placebo import Calibration, widened

VOLUME_JUMP = float(np.log(1.5))
"""A jump in who is measured that is too large to look past, whatever its interval."""
STALE_DAYS = 14
"""Data that ended longer ago than this is not on its way."""


@dataclass(frozen=True, slots=True)
class _Span:
    """The index of the first day of the change, and how many days after it there are and are wanted.

    `skip` days after it, until the case's own change followed those of its knot, belong to neither side.
    """

    day: date
    switch: int
    days: int
    wanted: int
    skip: int
    is_stale: bool

    @property
    def is_complete(self) -> bool:
        return self.days >= self.wanted

    @property
    def wait(self) -> Needs | None:
        return None if self.is_complete or self.is_stale else Needs(self.wanted - max(self.days, 0), None)


def read_series(case: Case, key: str, series: Series, past: Past, today: date) -> Finding:
    """The mean after the change minus the forecast, its interval as wide as past placebos say it must be."""
    design: Design = "controlled" if series.controls else "before_after"
    if case.reached_at is None:
        return Finding(design, closed=False, failure="it has not reached users yet", sql=series.sql)
    knot = past.calendar.knot_of(case)
    span = _span(case, series, knot, past.calendar, today)
    try:
        return _measured(case, key, series, past, knot, span)
    except StatisticsError as error:
        return Finding(design, closed=span.is_complete, failure=error.what, needs=span.wait, sql=series.sql)


def _span(case: Case, series: Series, knot: Knot, calendar: Calendar, today: date) -> _Span:
    switch = (knot.day - series.first_day).days
    wanted = calendar.window_days(case, knot)
    days = min(wanted, len(series.values) - switch - 1)
    last = series.first_day + timedelta(days=len(series.values) - 1)
    late = ((calendar.day_of(case) or knot.day) - knot.day).days
    skip = late if wanted - late >= WEEK else 0
    return _Span(knot.day, switch, days, wanted, skip, (today - last).days > STALE_DAYS)


def _measured(case: Case, key: str, series: Series, past: Past, knot: Knot, span: _Span) -> Finding:
    _refuse_outside(series, span)
    history = past.histories[key]
    window = history.window(span.switch, span.days, span.skip)
    _refuse_thin(window, span)
    calibration = past.calibration(key, span.day, span.wanted)
    effect = _calibrated(window.effect(), calibration)
    estimate, low, high, baseline = history.scaled.effect_in(effect, case.metric.effect_unit, window.volumes)
    return Finding(
        design="controlled" if window.control_names else "before_after",
        closed=span.is_complete,
        estimate=estimate,
        low=low,
        high=high,
        baseline=baseline,
        needs=span.wait,
        checks=_checks(case, series, history, knot, span, window, calibration),
        placebo=Placebo(calibration.dates, calibration.alarms),
        window=(span.day + timedelta(days=span.skip + 1), span.day + timedelta(days=span.days)),
        sql=series.sql,
    )


def _calibrated(effect: Effect, calibration: Calibration) -> Effect:
    low, high = widened(effect.low, effect.high, calibration.multiplier)
    return Effect(effect.estimate, low, high, effect.sd * calibration.multiplier, effect.forecast)


def _refuse_outside(series: Series, span: _Span) -> None:
    last = series.first_day + timedelta(days=len(series.values) - 1)
    if span.is_stale and not span.is_complete:
        raise StatisticsError(f"the data ends on {last}, {span.wanted - max(span.days, 0)} days before the window does")
    if span.days < 1:
        raise StatisticsError(f"the data ends on {last}, before the first day after the change")
    if span.switch < LEAST_DAYS_BEFORE:
        had = max(span.switch, 0)
        raise StatisticsError(f"{had} days of data before the change; {LEAST_DAYS_BEFORE} are the least")


def _refuse_thin(window: Window, span: _Span) -> None:
    wanted = span.days - span.skip
    if window.recorded_days < min(wanted, 5) or window.recorded_days < wanted / 2:
        raise StatisticsError(f"it was recorded on {window.recorded_days} of the {wanted} days after the change")


def _checks(
    case: Case, series: Series, history: History, knot: Knot, span: _Span, window: Window, calibration: Calibration
) -> tuple[Check, ...]:
    checks = [check_concurrent(case, knot), *_outage(history, span)]
    if series.volume is not None:
        checks.append(_who_is_measured(series, series.volume, span))
    if series.controls:
        checks.append(_controls(series, window.control_names))
    return (*checks, _calibration(calibration))


def _outage(history: History, span: _Span) -> list[Check]:
    """A metric that is never zero was zero: something broke, in the product or in what records it."""
    if history.scaled.outages is None:
        return []
    dark = history.scaled.outages[span.switch + 1 : span.switch + 1 + span.days].sum()
    if not dark:
        return []
    told = f"it was zero on {dark} of the {span.days} days after the change, and almost never else: an outage?"
    return [Check("outage", "block", told)]


def _who_is_measured(series: Series, volume: Days, span: _Span) -> Check:
    """Did the number of those measured jump? Then the means of before and after are of different people."""
    logs = Scaled(log_bearing_zeros(volume), is_log=True)
    try:
        jump = History(series.first_day, logs, np.empty((len(volume), 0))).window(span.switch, span.days).effect()
    except StatisticsError as error:
        return Check("who_is_measured", "warn", f"could not be looked at: {error.what}")
    told = f"{100 * np.expm1(jump.estimate):+.0f}% in how many were measured"
    is_sure = not jump.low <= 0 <= jump.high
    if abs(jump.estimate) > VOLUME_JUMP or (is_sure and abs(jump.estimate) > VOLUME_JUMP / 2):
        return Check("who_is_measured", "block", f"who is measured changed with it: {told}")
    return Check("who_is_measured", "warn" if is_sure else "pass", told)


def _controls(series: Series, used: tuple[str, ...]) -> Check:
    told = f"{', '.join(used) or 'none usable'}, of {len(series.controls)} candidates"
    touched = f"; left out as touched by the same changes: {', '.join(series.excluded_controls)}"
    return Check("controls", "pass" if used else "warn", told + (touched if series.excluded_controls else ""))


def _calibration(calibration: Calibration) -> Check:
    if calibration.is_default:
        told = f"only {calibration.dates} earlier dates when nothing shipped: the interval is a wide default"
        return Check("calibration", "warn", f"{told} (× {calibration.multiplier:.2f})")
    told = f"on {calibration.dates} earlier dates when nothing shipped, this method spoke {calibration.alarms} times"
    return Check("calibration", "pass", f"{told} (× {calibration.multiplier:.2f})")
