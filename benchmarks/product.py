"""The product's own path, from a daily series to a verdict's interval: scale, controls, past placebos, and all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from math import log1p

import numpy as np
from numpy.typing import NDArray

from aftermerge.errors import StatisticsError
from aftermerge.measure.before_after import read_series
from aftermerge.measure.calendar import calendar_of
from aftermerge.measure.case import Case
from aftermerge.measure.history import History, history_of
from aftermerge.measure.past import Past
from aftermerge.measure.window import Window
from aftermerge.model.amount import Amount
from aftermerge.model.change import Release
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Series
from aftermerge.model.readout import Subject
from benchmarks.simulated import Draw

Floats = NDArray[np.float64]
AFTER = 28


@dataclass(frozen=True, slots=True)
class Interval:
    """Of the effect, in percent."""

    low: float
    high: float

    @property
    def speaks(self) -> bool:
        return not self.low <= 0 <= self.high

    @property
    def half_width(self) -> float:
        """On the log scale."""
        return (log1p(self.high / 100) - log1p(self.low / 100)) / 2


def metric_of(name: str, days: int = AFTER) -> Metric:
    return Metric(name, "series", "bench", "up", Amount(1.0, "percent"), value=name, window_days=days)


def past_of(histories: Mapping[str, History], case: Case, releases: Iterable[Release] = ()) -> Past:
    """A workspace in which nothing is known to have shipped but `releases` and the one change that is asked about."""
    metrics = {name: metric_of(name) for name in histories}
    return Past(histories, metrics, calendar_of([case], releases, UTC))


def case_of(name: str, day: date) -> Case:
    """A bet that reached users on `day`."""
    reached = datetime.combine(day, time(12), UTC)
    return Case(Subject("bet", "placebo"), metric_of(name), "primary", reached - timedelta(days=30), reached)


def as_shipped(
    name: str, series: Series, histories: Mapping[str, History], day: date, releases: Iterable[Release] = ()
) -> Interval | None:
    """What the product would say of a change on `day`; None where it says that it can't tell."""
    case = case_of(name, day)
    finding = read_series(case, name, series, past_of(histories, case, releases), day + timedelta(days=AFTER + 1))
    blocked = any(check.outcome == "block" for check in finding.checks)
    if finding.low is None or finding.high is None or blocked:
        return None
    return Interval(finding.low, finding.high)


def uncalibrated(
    name: str, series: Series, histories: Mapping[str, History], day: date, releases: Iterable[Release] = ()
) -> Interval | None:
    """The same estimator at multiplier 1, and with no check."""
    try:
        window = window_of(name, series, histories, day, releases)
        _, low, high, _ = histories[name].scaled.effect_in(window.effect(), "percent", window.volumes)
    except StatisticsError:
        return None
    return Interval(low, high)


def window_of(
    name: str, series: Series, histories: Mapping[str, History], day: date, releases: Iterable[Release] = ()
) -> Window:
    """The days that the product would read of a change on `day`."""
    seasonal = past_of(histories, case_of(name, day), releases).is_seasonal(name, day, AFTER)
    return histories[name].window((day - series.first_day).days, AFTER, seasonal=seasonal)


def series_of(draw: Draw, index: int, *, lifted: bool = False) -> Series:
    """One series of a draw. The last day before its switch is the day of the change, which belongs to neither side."""
    first = date(2024, 1, 1) + timedelta(days=draw.first_weekday)
    controls = {f"control {c}": draw.controls[index, :, c] for c in range(draw.controls.shape[2])}
    values = draw.lifted if lifted else draw.values
    return Series(first, values[index], controls=controls)


def day_of(draw: Draw, series: Series) -> date:
    return series.first_day + timedelta(days=draw.switch - 1)


def with_past_of(history: History, series: Series) -> History:
    """The history of a series that differs from another only after the change: what was learned before is shared."""
    return replace(history, scaled=history_of(metric_of("m"), series).scaled)
