"""A readout's chart as a Vega-Lite specification (5 and 6 read it alike), its data inside and no address.

It is 640 × 280 pixels with title and axes; one with many groups is higher.
"""

from collections.abc import Mapping, Sequence
from math import inf, isfinite

from aftermerge.model.amount import Unit
from aftermerge.model.chart import ArmsChart, Chart, EventStudyChart, LooksChart, SeriesChart
from aftermerge.model.readout import Readout
from aftermerge.render.figure_parts import (
    BAND,
    BLUE,
    CONFIG,
    DASHED,
    EFFECTS,
    INK,
    ORANGE,
    Spec,
    amount_axis,
    days_axis,
    dots_with_intervals,
    finite,
    interval_rows,
    zero_rule,
)
from aftermerge.render.phrases import DESIGNS, VERDICTS, effect
from aftermerge.render.untrusted import one_line

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"  # the language's name; nobody fetches it
_WIDTH_PX, _HEIGHT_PX, _ROW_PX = 640, 280, 22
_ROWS_THAT_FIT = 7
_MOST_DAYS_BEFORE = 180
_WIDEST = 4
_PERIODS = {1: "days", 7: "weeks"}
_COLUMNS = ("observed", "forecast", "low", "high")
_NAMED: Mapping[str, str] = {"observed": INK, "forecast, 95%": BLUE, "the change": ORANGE}


def figure(readout: Readout, label: str = "") -> Spec | None:
    """The figure of a readout; None where it has no chart, or one without a point.

    `label` is what the metric is called in reports.
    """
    if readout.chart is None or not readout.chart.low:
        return None
    size = {"width": _WIDTH_PX, "height": _HEIGHT_PX, "autosize": {"type": "fit", "contains": "padding"}}
    drawn = _drawn(readout.chart, readout.unit)
    return {"$schema": _SCHEMA, **_titles(readout, label), "background": "white", **size, **drawn, "config": CONFIG}


def _titles(readout: Readout, label: str) -> Spec:
    metric = label or readout.metric.replace("_", " ")
    text = f"{one_line(readout.subject.id, 40)} · {one_line(metric, 40)}"
    subtitle = _subtitle(readout)
    return {"description": f"{text}: {subtitle}", "title": {"text": text, "subtitle": subtitle}}


def _subtitle(readout: Readout) -> str:
    told = f"{VERDICTS[readout.verdict]} {effect(readout)}".strip()
    retrospective = ["retrospective"] if readout.retrospective and readout.verdict is not None else []
    return ", ".join([told, f"grade {readout.grade}", DESIGNS[readout.design], *retrospective])


def _drawn(chart: Chart, unit: Unit) -> Spec:
    match chart:
        case SeriesChart():
            return _series(chart)
        case LooksChart():
            return _looks(chart, unit)
        case EventStudyChart():
            return _event_study(chart, unit)
        case ArmsChart():
            return _arms(chart, unit)


def _series(chart: SeriesChart) -> Spec:
    """The line, the forecast with its band, and a rule at the switch; of the days before, the last half year."""
    columns = zip(chart.observed, chart.forecast, chart.low, chart.high, strict=True)
    shown = [day for day in chart.days if (chart.switch - day).days <= _MOST_DAYS_BEFORE] or chart.days
    rows = [
        {"day": day.isoformat()} | {name: finite(value) for name, value in zip(_COLUMNS, values, strict=True)}
        for day, values in zip(chart.days, columns, strict=True)
        if day >= shown[0]
    ]
    x = days_axis(shown)
    band = {"x": x, "y": amount_axis("low"), "y2": {"field": "high"}}
    switch = {"data": {"values": [{"day": chart.switch.isoformat()}]}, "mark": DASHED}
    return {
        "data": {"values": rows},
        "layer": [
            {"mark": BAND, "encoding": band},
            _line("forecast", x, _named("forecast, 95%")),
            _line("observed", x, _named("observed")),
            switch | {"encoding": {"x": x, "color": _named("the change")}},
        ],
    }


def _named(name: str) -> Spec:
    scale = {"domain": list(_NAMED), "range": list(_NAMED.values())}
    return {"datum": name, "scale": scale, "legend": {"symbolType": "stroke"}}


def _line(field: str, x: Spec, colour: Spec) -> Spec:
    # A day without neighbours would be a line of no length: a small dot shows it.
    mark = {"type": "line", "strokeWidth": 1.6, "strokeJoin": "round", "point": {"size": 8}}
    return {"mark": mark, "encoding": {"x": x, "y": amount_axis(field), "color": colour}}


def _looks(chart: LooksChart, unit: Unit) -> Spec:
    rows = [{"day": day.isoformat(), **values} for day, values in zip(chart.days, interval_rows(chart), strict=True)]
    x = days_axis(chart.days)
    y = amount_axis("estimate", EFFECTS[unit]) | {"scale": {"domain": _domain_of_looks(chart)}}
    band = {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}}
    line = {"type": "line", "color": BLUE, "clip": True, "point": {"size": 24, "color": BLUE}}
    return {
        "data": {"values": rows},
        "layer": [
            {"mark": BAND, "encoding": band},
            {"mark": {"type": "rule", "color": BLUE, "opacity": 0.35, "clip": True}, "encoding": band},
            zero_rule("y"),
            {"mark": line, "encoding": {"x": x, "y": y}},
        ],
    }


def _domain_of_looks(chart: LooksChart) -> list[float]:
    """What the later looks need: the first ones are so wide that nothing could be seen beside them."""
    widths = [high - low for low, high in zip(chart.low, chart.high, strict=True)]
    last = widths[-1] if isfinite(widths[-1]) else inf
    shown = [at for at, width in enumerate(widths) if isfinite(width) and width <= _WIDEST * last]
    bounds = [bound[at] for bound in (chart.low, chart.high) for at in shown]
    ends = [0.0, *(bounds or filter(isfinite, chart.estimate))]
    margin = (max(ends) - min(ends)) * 0.05 or 1.0
    return [min(ends) - margin, max(ends) + margin]


def _event_study(chart: EventStudyChart, unit: Unit) -> Spec:
    rows = [{"period": period, **values} for period, values in zip(chart.periods, interval_rows(chart), strict=True)]
    told = f"{_PERIODS.get(chart.period_days, f'periods of {chart.period_days} days')} since units got the change"
    axis = {"tickMinStep": 1, "format": "d", "grid": False}
    scale = {"zero": False, "nice": False, "padding": 16}
    x: Spec = {"field": "period", "type": "quantitative", "title": told, "axis": axis, "scale": scale}
    change = {"x": {"datum": -0.5, "type": "quantitative"}}
    return {
        "data": {"values": rows},
        "layer": [
            zero_rule("y"),
            {"mark": DASHED | {"color": ORANGE}, "encoding": change},
            *dots_with_intervals(x, "y", unit),
        ],
    }


def _arms(chart: ArmsChart, unit: Unit) -> Spec:
    names = _told_apart([one_line(name, 40) or "(no name)" for name in chart.names])
    rows = [{"name": name, **values} for name, values in zip(names, interval_rows(chart), strict=True)]
    axis = {"labelLimit": 190, "domain": False, "ticks": False, "grid": False}
    y: Spec = {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": axis}
    more = max(0, len(names) - _ROWS_THAT_FIT) * _ROW_PX
    return {
        "data": {"values": rows},
        "height": _HEIGHT_PX + more,
        "layer": [zero_rule("x"), *dots_with_intervals(y, "x", unit)],
    }


def _told_apart(names: Sequence[str]) -> list[str]:
    """Two groups of one name would share a row."""
    told: list[str] = []
    for name in names:
        count = 1
        while (unique := name if count == 1 else f"{name} ({count})") in told:
            count += 1
        told.append(unique)
    return told
