"""What the figures are put together from: colours that all eyes tell apart, axes, rules, dots with intervals."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from math import isfinite

from aftermerge.model.amount import Unit
from aftermerge.model.chart import ArmsChart, EventStudyChart, LooksChart
from aftermerge.render.phrases import days

Spec = dict[str, object]
"""A Vega-Lite specification, or a part of one."""

# Of Okabe and Ito's palette, told apart with every kind of colour vision.
INK, BLUE, ORANGE, GREY = "#222222", "#0072B2", "#D55E00", "#767676"
BAND: Spec = {"type": "area", "color": BLUE, "opacity": 0.2, "clip": True}
DASHED: Spec = {"type": "rule", "strokeDash": [4, 3], "strokeWidth": 1.5}
EFFECTS: Mapping[Unit, str] = {"pp": "effect, percentage points", "percent": "effect, %", "absolute": "effect"}
CONFIG: Spec = {
    "font": "DejaVu Sans, Verdana, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "gridColor": "#e6e6e6",
        "domainColor": "#999999",
        "tickColor": "#999999",
        "labelColor": INK,
        "labelFontSize": 11,
        "titleColor": INK,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
    },
    "legend": {"title": None, "orient": "top", "labelFontSize": 11, "labelColor": INK, "offset": 4, "padding": 0},
    "title": {
        "anchor": "start",
        "frame": "bounds",
        "limit": 620,
        "fontSize": 14,
        "color": INK,
        "offset": 8,
        "subtitleFontSize": 12,
        "subtitleColor": "#444444",
        "subtitlePadding": 4,
    },
}
_MOST_TICKS = 10


def days_axis(shown: Sequence[date]) -> Spec:
    """Days are days wherever the figure is drawn: without `utc` they would move by the machine's zone."""
    axis = {"grid": False, "labelFlush": False, "format": "%-d %b", "values": _ticks(shown[0], shown[-1])}
    title = days(shown[0], shown[-1])
    return {"field": "day", "type": "temporal", "title": title, "scale": {"type": "utc"}, "axis": axis}


def _ticks(first: date, last: date) -> list[float]:
    """Midnights, in milliseconds since 1970: so many days or weeks apart that their labels have room."""
    span = (last - first).days
    step = next((step for step in (1, 2, 7, 14, 28, 56) if span <= step * _MOST_TICKS), span)
    moments = (datetime.combine(first + timedelta(at), time(), UTC) for at in range(0, span + 1, step))
    return [moment.timestamp() * 1000 for moment in moments]


def amount_axis(field: str, title: str | None = None) -> Spec:
    """It need not begin at zero: what changes is to be seen."""
    return {"field": field, "type": "quantitative", "title": title, "scale": {"zero": False, "padding": 6}}


def zero_rule(along: str) -> Spec:
    mark = {"type": "rule", "color": GREY, "strokeWidth": 1.2}
    return {"mark": mark, "encoding": {along: {"datum": 0, "type": "quantitative"}}}


def dots_with_intervals(groups: Spec, along: str, unit: Unit) -> list[Spec]:
    """A dot and a line a group, whose effects run along `x` or `y`."""
    across = "x" if along == "y" else "y"
    estimate = amount_axis("estimate", EFFECTS[unit])
    ends = {across: groups, along: estimate | {"field": "low"}, f"{along}2": {"field": "high"}}
    dot = {"type": "point", "filled": True, "color": BLUE, "size": 60, "opacity": 1}
    return [
        {"mark": {"type": "rule", "color": BLUE, "strokeWidth": 2}, "encoding": ends},
        {"mark": dot, "encoding": {across: groups, along: estimate}},
    ]


def interval_rows(chart: LooksChart | EventStudyChart | ArmsChart) -> list[Spec]:
    """`estimate`, `low` and `high` of each point."""
    return [
        {"estimate": finite(estimate), "low": finite(low), "high": finite(high)}
        for estimate, low, high in zip(chart.estimate, chart.low, chart.high, strict=True)
    ]


def finite(value: float | None) -> float | None:
    """An open end is left out, since JSON has no infinity."""
    return value if value is not None and isfinite(value) else None
