"""Controls found, not asked for: other series of the workspace that a change can't have touched."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from aftermerge.measure.case import Case
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Days, Series


def with_controls(
    cases: Iterable[Case], metrics: Mapping[str, Metric], answers: Mapping[str, Series]
) -> Mapping[str, Series]:
    """Every series with all its candidates, and the names of those that the same changes can have touched.

    Candidates are the rows of series tables: of its own, and of those that other metrics are read from. Taken as
    touched are rows that a metric is read from which the same bet names, or which watches releases; and everything
    that is read from the product's own events or from what customers wrote, which is no candidate at all.
    Blind spot: a row that the change reached, and that nobody named here or in `not_controls`.
    """
    together = _named_together(cases)
    rows = _rows(metrics, answers)
    watched = {metric.key for metric in metrics.values() if metric.watch}
    return {
        key: _with_controls(metrics[key], series, together.get(metrics[key].key, frozenset()) | watched, metrics, rows)
        for key, series in answers.items()
    }


def _named_together(cases: Iterable[Case]) -> Mapping[str, frozenset[str]]:
    """By metric, the keys of all metrics that some bet names beside it."""
    by_bet: dict[str, set[str]] = {}
    for case in cases:
        if case.subject.kind == "bet":
            by_bet.setdefault(case.subject.id, set()).add(case.metric.key)
    keys = {key for named in by_bet.values() for key in named}
    return {key: frozenset().union(*(named for named in by_bet.values() if key in named)) for key in keys}


def _rows(metrics: Mapping[str, Metric], answers: Mapping[str, Series]) -> Mapping[str, Series]:
    """Of each series table that some metric is read from, one answer: its controls are the table's other rows."""
    return {metrics[key].source: series for key, series in answers.items() if metrics[key].kind == "series"}


def _with_controls(
    metric: Metric,
    series: Series,
    together: frozenset[str],
    metrics: Mapping[str, Metric],
    tables: Mapping[str, Series],
) -> Series:
    touched = {m.value for m in metrics.values() if m.kind == "series" and m.key in together and m.key != metric.key}
    others = {
        name: _on_days_of(series, table, values)
        for source, table in tables.items()
        if source != metric.source
        for name, values in table.controls.items()
    }
    candidates = others | dict(series.controls)
    left_out = {*series.excluded_controls, *(candidates.keys() & touched)}
    kept = {name: values for name, values in candidates.items() if name not in touched}
    return replace(series, controls=kept, excluded_controls=tuple(sorted(left_out)))


def _on_days_of(series: Series, table: Series, values: Days) -> Days:
    """Another table's row on this series' days, NaN where it has none."""
    laid = np.full(len(series.values), np.nan)
    offset = (table.first_day - series.first_day).days
    first, last = max(offset, 0), min(offset + len(values), len(laid))
    if first < last:
        laid[first:last] = values[first - offset : last - offset]
    return laid
