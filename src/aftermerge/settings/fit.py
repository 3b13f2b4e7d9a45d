"""Which kind of metric each shape of data can answer, and what the metric must then say."""

from collections.abc import Mapping, Sequence

from aftermerge.model.metric import FEEDBACK, Kind, Metric
from aftermerge.model.table import EventsTable, SeriesTable, UsageTable

_NEEDS: Mapping[str, Mapping[Kind, tuple[str, ...]]] = {
    "events": {
        "share": ("event",),
        "mean": ("value",),
        "count": ("event",),
        "sum": ("value",),
        "ratio": ("numerator", "denominator"),
    },
    "series": {"series": ("value",)},
    "units": {
        "share": ("column",),
        "mean": ("column",),
        "sum": ("column",),
        "ratio": ("numerator", "denominator"),
    },
    FEEDBACK: {"count": (), "mean": (), "share": ("where",), "feedback_rate": ()},
}


def shape_of(table: UsageTable) -> str:
    """`events`, `series` or `units`."""
    if isinstance(table, EventsTable):
        return "events"
    return "series" if isinstance(table, SeriesTable) else "units"


def misfit(metric: Metric, shapes: Sequence[str]) -> tuple[str, str] | None:
    """What is wrong and what to do, when the metric fits none of `shapes`; None when it fits one."""
    able = [shape for shape in shapes if metric.kind in _NEEDS[shape]]
    if not able:
        kinds = sorted({kind for shape in shapes for kind in _NEEDS[shape]})
        return f"a `{metric.kind}` can't be read from {' or '.join(shapes)}", f"there, use {', '.join(kinds)}"
    needs = {shape: _NEEDS[shape][metric.kind] for shape in able}
    if any(all(getattr(metric, key) for key in keys) for keys in needs.values()):
        return None
    return f"a `{metric.kind}` needs {_phrase(needs)}", "add it to this metric"


def _phrase(needs: Mapping[str, tuple[str, ...]]) -> str:
    shapes_by_keys: dict[tuple[str, ...], list[str]] = {}
    for shape, keys in needs.items():
        shapes_by_keys.setdefault(keys, []).append(shape)
    return " or ".join(
        f"{' and '.join(f'`{key}`' for key in keys)} (from {', '.join(shapes)})"
        for keys, shapes in shapes_by_keys.items()
    )
