"""What a before/after readout of a metric would show, tried on its own past."""

import math
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from aftermerge.errors import StatisticsError
from aftermerge.measure.calendar import WEEK, Calendar
from aftermerge.measure.history import LEAST_DAYS_BEFORE_PLACEBO, History, history_of
from aftermerge.measure.scale import Volumes
from aftermerge.measure.window import Window
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Answers, SeriesQuestion
from aftermerge.stats.integrated_gls import Effect
from aftermerge.stats.placebo import calibrate, widened
from aftermerge.stats.power import Detectable, detectable_effect

LEAST_DATES = 10
"""With fewer quiet dates than this, dates on which something shipped are tried too; with fewer of all, nothing is."""
BY_FLAG = ("retention", "funnel", "quantile")
"""Kinds that are never read by day."""
MOST_DATES = 80


@dataclass(frozen=True, slots=True)
class PastPower:
    """What past dates say, for each number of days that some date allows."""

    found: tuple[Detectable, ...] = ()
    unknown: str = ""

    @classmethod
    def of(
        cls, metric: Metric, answers: Answers, calendar: Calendar, days: Sequence[int], holidays: Container[date] = ()
    ) -> "PastPower":
        if metric.kind in BY_FLAG:
            return cls()
        key = SeriesQuestion(metric).key
        if key not in answers.series:
            told = answers.failed.get(key, f"`{metric.source}` is a finished table without days")
            return cls(unknown=f"before/after can't be looked at: {told}")
        history, shipped = history_of(metric, answers.series[key], holidays), calendar.days_of(metric)
        tried = [_tried(history, metric, shipped, day) for day in days]
        found = tuple(item for item in tried if item is not None)
        return cls(found, "" if found else f"before/after can't be looked at: {_too_short(history)}")

    def effect_at(self, day: int) -> float | None:
        return next((item.effect for item in self.found if item.days == day), None)


def _too_short(history: History) -> str:
    return f"{len(history.scaled.values)} days of data hold fewer than {LEAST_DATES} dates to try it on"


def _tried(history: History, metric: Metric, shipped: frozenset[date], days: int) -> Detectable | None:
    quiet = history.quiet_dates(history.first_day + timedelta(days=len(history.scaled.values)), days, shipped)
    tried = _to_try(history, quiet, days)
    seasonal = history.is_seasonal(quiet, days)
    windows = {switch: history.window(switch, days, seasonal=seasonal) for switch in tried}
    effects = {switch: effect for switch, window in windows.items() if (effect := _effect(window)) is not None}
    ratios = [abs(effect.estimate) / effect.half_width for switch, effect in effects.items() if switch in quiet]
    multiplier = calibrate(ratios, overlap=max((days + 1) / WEEK, 1.0)).multiplier
    found = (_to_beat(history, metric, windows[s].volumes, effects[s], multiplier) for s in effects)
    intervals = [interval for interval in found if interval is not None]
    if len(intervals) < LEAST_DATES:
        return None
    needed = detectable_effect(*zip(*intervals, strict=True))
    return Detectable(days, _improvement(history, metric, needed), len(intervals))


def _to_try(history: History, quiet: Sequence[int], days: int) -> Sequence[int]:
    """At most 80 dates when nothing shipped, evenly spread; all weekly dates where these are few."""
    dates = range(LEAST_DAYS_BEFORE_PLACEBO, len(history.scaled.values) - days, WEEK)
    tried = quiet if len(quiet) >= LEAST_DATES else dates
    return tried[:: math.ceil(len(tried) / MOST_DATES) or 1]


def _effect(window: Window) -> Effect | None:
    try:
        return window.effect()
    except StatisticsError:
        return None


def _to_beat(
    history: History, metric: Metric, volumes: Volumes | None, effect: Effect, multiplier: float
) -> tuple[float, float] | None:
    """The interval of a date when nothing happened, which an effect would have to shift past zero."""
    low, high = widened(effect.low, effect.high, multiplier)
    try:
        _, low, high, _ = history.scaled.effect_in(replace(effect, low=low, high=high), metric.effect_unit, volumes)
    except StatisticsError:
        return None
    if history.scaled.is_log:  # effects multiply there, and shift the logarithms
        return math.log1p(low / 100), math.log1p(high / 100)
    return low, high


def _improvement(history: History, metric: Metric, effect: float) -> float:
    """From the scale on which effects add up to the metric's unit, in the direction that is good."""
    if not history.scaled.is_log:
        return effect
    return 100 * (math.expm1(effect) if metric.good == "up" else -math.expm1(-effect))
