"""Grades C and D: one switch date, with controls or without."""

from dataclasses import dataclass, replace
from datetime import date

from aftermerge.errors import StatisticsError
from aftermerge.measure.calendar import Knot, check_concurrent
from aftermerge.measure.case import Case
from aftermerge.measure.finding import Finding
from aftermerge.measure.history import History
from aftermerge.measure.past import Past
from aftermerge.measure.series_chart import series_chart
from aftermerge.measure.series_checks import (
    check_calibration,
    check_controls,
    check_logging,
    check_novelty,
    check_outage,
    check_touched_controls,
    check_trend_before,
    check_who_is_measured,
)
from aftermerge.measure.span import Span, span_of
from aftermerge.measure.window import Window
from aftermerge.model.plan import Series
from aftermerge.model.readout import Check, Design, Placebo
from aftermerge.stats.integrated_gls import Effect
from aftermerge.stats.placebo import Calibration, widened


@dataclass(frozen=True, slots=True)
class _Reading:
    """Everything that one readout by date rests on."""

    case: Case
    series: Series
    history: History
    knot: Knot
    span: Span
    window: Window
    calibration: Calibration


def read_series(case: Case, key: str, series: Series, past: Past, today: date) -> Finding:
    """The mean after the change minus the forecast, its interval as wide as past placebos say it must be."""
    design: Design = "controlled" if series.controls else "before_after"
    if case.reached_at is None:
        return Finding(design, closed=False, failure="it has not reached users yet", sql=series.sql)
    knot = past.calendar.knot_of(case)
    span = span_of(case, series, knot, past.calendar, today)
    try:
        return _measured(_reading(case, key, series, past, knot, span))
    except StatisticsError as error:
        return Finding(design, closed=span.is_complete, failure=error.what, needs=span.wait, sql=series.sql)


def _reading(case: Case, key: str, series: Series, past: Past, knot: Knot, span: Span) -> _Reading:
    span.refuse_outside()
    history = past.histories[key]
    seasonal = past.is_seasonal(key, span.day, span.wanted)
    window = history.window(span.switch, span.days, span.skip, seasonal=seasonal)
    span.refuse_thin(window.recorded_days)
    calibration = past.calibration(key, span.day, span.wanted)
    return _Reading(case, series, history, knot, span, window, calibration)


def _measured(reading: _Reading) -> Finding:
    case, window, calibration = reading.case, reading.window, reading.calibration
    effect = _calibrated(window.effect(), calibration)
    estimate, low, high, baseline = reading.history.scaled.effect_in(effect, case.metric.effect_unit, window.volumes)
    return Finding(
        design="controlled" if window.control_names else "before_after",
        closed=reading.span.is_complete,
        estimate=estimate,
        low=low,
        high=high,
        baseline=baseline,
        needs=reading.span.wait,
        checks=_checks(reading, effect),
        placebo=Placebo(calibration.dates, calibration.alarms),
        window=reading.span.window,
        chart=series_chart(reading.series, reading.history.scaled, reading.span, window, calibration.multiplier),
        sql=reading.series.sql,
    )


def _calibrated(effect: Effect, calibration: Calibration) -> Effect:
    low, high = widened(effect.low, effect.high, calibration.multiplier)
    return replace(effect, low=low, high=high, sd=effect.sd * calibration.multiplier)


def _checks(reading: _Reading, effect: Effect) -> tuple[Check, ...]:
    multiplier = reading.calibration.multiplier
    found = [
        check_concurrent(reading.case, reading.knot),
        check_outage(reading.series, reading.history, reading.span),
        check_logging(reading.series, reading.history, reading.span),
        check_who_is_measured(reading.series, reading.history, reading.span),
        check_trend_before(reading.history, reading.span, effect, multiplier),
        check_novelty(reading.window, effect, multiplier),
        check_controls(reading.series, reading.window),
        check_touched_controls(reading.window, effect, multiplier),
        check_calibration(reading.calibration, reading.window),
    ]
    return tuple(check for check in found if check is not None)
