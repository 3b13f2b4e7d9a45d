"""Which kind of metric each shape of data can answer, and what the metric must and may then say."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from aftermerge.model.metric import FEEDBACK, Kind, Metric
from aftermerge.model.table import EventsTable, SeriesTable, UsageTable

EVERYWHERE = frozenset({"kind", "from", "good", "worth", "label", "window", "watch", "was"})
"""Keys that have a meaning whatever is counted; `_SENSELESS` holds the exceptions."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What a kind needs from one shape of data, and what else has a meaning there."""

    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


_OF_UNITS = ("where", "unit", "segment")
KEYS: Mapping[str, Mapping[Kind, Keys]] = {
    "events": {
        "share": Keys(("event",), _OF_UNITS),
        "mean": Keys(("value",), ("event", "winsorize", *_OF_UNITS)),
        "count": Keys(("event",), ("winsorize", *_OF_UNITS)),
        "sum": Keys(("value",), ("event", "winsorize", *_OF_UNITS)),
        "ratio": Keys(("numerator", "denominator"), _OF_UNITS),
        "retention": Keys(("day",), ("event", *_OF_UNITS)),
        "funnel": Keys(("steps",), _OF_UNITS),
        "quantile": Keys(("q", "value"), ("event", "where", "unit")),
    },
    "series": {"series": Keys(("value",), ("where",))},
    "units": {
        "share": Keys(("column",), ("where", "segment", "covariate")),
        "mean": Keys(("column",), ("where", "segment", "covariate", "winsorize")),
        "sum": Keys(("column",), ("where", "segment", "covariate", "winsorize")),
        "ratio": Keys(("numerator", "denominator"), ("where", "segment", "covariate")),
        "quantile": Keys(("q", "column"), ("where",)),
    },
    FEEDBACK: {
        "count": Keys(may=("where",)),
        "mean": Keys(may=("where", "column", "value")),
        "share": Keys(("where",)),
        "feedback_rate": Keys(may=("where", "problem", "unit")),
    },
}
"""By shape of data, then kind."""
_BY_FLAG_ALONE: tuple[Kind, ...] = ("retention", "funnel", "quantile")
_SENSELESS: Mapping[tuple[str, Kind], str] = {
    ("window", "retention"): "leave it out: `day` says when a unit is looked at",
    ("winsorize", "ratio"): "leave it out: a ratio can't be cut at one side",
    ("segment", "series"): "leave it out, and name the column as `segment` in `[[usage.series]]`",
    **{("watch", kind): "leave it out: it is read by who was given a flag, not by day" for kind in _BY_FLAG_ALONE},
}


def shape_of(table: UsageTable) -> str:
    """`events`, `series` or `units`."""
    if isinstance(table, EventsTable):
        return "events"
    return "series" if isinstance(table, SeriesTable) else "units"


def misfit(metric: Metric, shapes: Sequence[str]) -> tuple[str, str] | None:
    """What is wrong and what to do, when the metric fits none of `shapes`; None when it fits one."""
    able = [shape for shape in shapes if metric.kind in KEYS[shape]]
    if not able:
        kinds = sorted({kind for shape in shapes for kind in KEYS[shape]})
        then = f"there, use {', '.join(kinds)}; a `{metric.kind}` is read from {_shapes_for(metric.kind)}"
        return f"a `{metric.kind}` can't be read from {' or '.join(shapes)}", then
    needs = {shape: KEYS[shape][metric.kind].needs for shape in able}
    if any(all(getattr(metric, key) for key in keys) for keys in needs.values()):
        return None
    return f"a `{metric.kind}` needs {_phrase(needs)}", "add it to this metric"


def senseless(kind: Kind, given: Collection[str], shapes: Sequence[str]) -> tuple[str, str, str] | None:
    """The first of the `given` keys that says nothing for this kind in any of `shapes`: itself, what and what to do."""
    known = {key for shape in shapes if (keys := KEYS[shape].get(kind)) for key in (*keys.needs, *keys.may)}
    for key in given:
        then = _SENSELESS.get((key, kind))
        if then or key not in known | EVERYWHERE:
            return key, f"`{key}` says nothing for a `{kind}` from {_only(shapes)}", then or _kinds_with(key)
    return None


def _only(shapes: Sequence[str]) -> str:
    return shapes[0] if len(shapes) == 1 else "a usage table"


def _kinds_with(key: str) -> str:
    found = [
        f"{', '.join(kinds)} from {shape}"
        for shape, readable in KEYS.items()
        if (kinds := [kind for kind, keys in readable.items() if key in (*keys.needs, *keys.may)])
    ]
    return f"leave it out; it is for {'; '.join(found)}"


def _shapes_for(kind: Kind) -> str:
    return " or ".join(shape for shape in KEYS if kind in KEYS[shape])


def _phrase(needs: Mapping[str, tuple[str, ...]]) -> str:
    shapes_by_keys: dict[tuple[str, ...], list[str]] = {}
    for shape, keys in needs.items():
        shapes_by_keys.setdefault(keys, []).append(shape)
    return " or ".join(
        f"{' and '.join(f'`{key}`' for key in keys)} (from {', '.join(shapes)})"
        for keys, shapes in shapes_by_keys.items()
    )
