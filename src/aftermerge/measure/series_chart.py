"""The picture of a readout by date: what was, and what the days before lead one to expect."""

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from aftermerge.errors import StatisticsError
from aftermerge.measure.scale import Scaled
from aftermerge.measure.span import Span
from aftermerge.measure.window import Window
from aftermerge.model.chart import SeriesChart
from aftermerge.model.plan import Series

Floats = NDArray[np.float64]

DAYS_SHOWN_BEFORE = 56


def series_chart(series: Series, scaled: Scaled, span: Span, window: Window, multiplier: float) -> SeriesChart | None:
    """Eight weeks before the change and the days after it, in the metric's own unit."""
    try:
        expected = window.forecast()
    except StatisticsError:
        return None
    first = max(window.start, span.switch - DAYS_SHOWN_BEFORE)
    shown = slice(first - window.start, len(window.values))
    days = np.arange(first, window.start + len(window.values))
    low = expected.mean - multiplier * (expected.mean - expected.low)
    high = expected.mean + multiplier * (expected.high - expected.mean)
    return SeriesChart(
        days=tuple(series.first_day + timedelta(days=int(day)) for day in days),
        observed=_known(series.values[days]),
        forecast=_known(scaled.unscaled(expected.mean[shown], days)),
        low=_known(scaled.unscaled(low[shown], days)),
        high=_known(scaled.unscaled(high[shown], days)),
        switch=span.day,
    )


def _known(values: Floats) -> tuple[float | None, ...]:
    return tuple(float(value) if np.isfinite(value) else None for value in values)
