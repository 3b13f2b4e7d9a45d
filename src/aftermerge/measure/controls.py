"""Controls found, not asked for: other series of the workspace that a change can't have touched."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from aftermerge.measure.case import Case
from aftermerge.model.metric import FEEDBACK, Metric
from aftermerge.model.plan import Days, Series


def with_controls(
    cases: Iterable[Case], metrics: Mapping[str, Metric], answers: Mapping[str, Series]
) -> Mapping[str, Series]:
    """Every series with all its candidates, and the names of those that the same changes can have touched.

    Candidates are the other rows of its own table, and the metrics of other tables. Taken as touched are metrics that
    the same bet names, whatever is read from the same events, and what customers wrote. Blind spot: a metric of
    another table that nobody named beside this one, and that the change reached all the same.
    """
    together = _named_together(cases)
    return {
        key: _with_controls(metrics[key], series, together.get(metrics[key].key, frozenset()), metrics, answers)
        for key, series in answers.items()
    }


def _named_together(cases: Iterable[Case]) -> Mapping[str, frozenset[str]]:
    """By metric, the keys of all metrics that some change names beside it."""
    by_subject: dict[str, set[str]] = {}
    for case in cases:
        if case.subject.kind == "bet":
            by_subject.setdefault(case.subject.id, set()).add(case.metric.key)
    keys = {key for named in by_subject.values() for key in named}
    return {key: frozenset().union(*(named for named in by_subject.values() if key in named)) for key in keys}


def _with_controls(
    metric: Metric,
    series: Series,
    together: frozenset[str],
    metrics: Mapping[str, Metric],
    answers: Mapping[str, Series],
) -> Series:
    touched = {
        m.value for m in metrics.values() if m.key in together and m.source == metric.source and m.key != metric.key
    }
    rows = {name: values for name, values in series.controls.items() if name not in touched}
    others = {
        other.key: _on_days_of(series, answers[key])
        for key, other in metrics.items()
        if other.key != metric.key and other.key not in rows and other.source not in (metric.source, FEEDBACK)
    }
    free = {key: values for key, values in others.items() if key not in together}
    left_out = sorted({*series.excluded_controls, *(series.controls.keys() - rows), *(others.keys() - free)})
    return replace(series, controls=rows | free, excluded_controls=tuple(left_out))


def _on_days_of(series: Series, other: Series) -> Days:
    """The other series on this one's days, NaN where it has none."""
    laid = np.full(len(series.values), np.nan)
    offset = (other.first_day - series.first_day).days
    first, last = max(offset, 0), min(offset + len(other.values), len(laid))
    if first < last:
        laid[first:last] = other.values[first - offset : last - offset]
    return laid
