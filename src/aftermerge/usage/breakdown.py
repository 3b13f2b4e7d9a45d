"""Totals by segment, beside the totals of all: the largest segments by name, the rest together."""

from collections.abc import Iterable, Sequence

from sqlglot import exp

from aftermerge.stats.moments import Moments
from aftermerge.usage import queries, sql
from aftermerge.usage.rows import Rows

MOST_SEGMENTS = 20
OTHER = "other"


def largest_segments(
    source: str, keep: Sequence[str], names: Sequence[str], entered: exp.Expr, within: str | None = None
) -> list[queries.Step]:
    """Steps after `source` that keep the largest segments of entered units; in the last, only those have a segment.

    Where `within` names a column, the largest of each of its values.
    """
    own = ["segment"] if within is None else [within, "segment"]
    counted = queries.grouped(
        exp.select(*map(sql.col, own), sql.named(sql.count(), "units")).from_(source).where(entered), len(own)
    )
    largest = sql.descending(sql.col("units"))
    place = sql.rank(largest, sql.col("segment"), within=[sql.col(name) for name in own[:-1]])
    ranked = exp.select(*map(sql.col, own), sql.named(place, "place")).from_("counted_segments")
    known = sql.at_most(sql.col("place", "ranked_segments"), sql.number(MOST_SEGMENTS))
    label = sql.when(entered, sql.either(known, sql.col("segment", source), sql.text(OTHER)))
    same = [sql.same(sql.col(name, "ranked_segments"), sql.col(name, source)) for name in own]
    columns = [*(sql.col(name, source) for name in (*keep, *names)), sql.named(label, "segment")]
    segmented = exp.select(*columns).from_(source)
    segmented = segmented.join("ranked_segments", on=exp.and_(*same), join_type="left")
    return [("counted_segments", counted), ("ranked_segments", ranked), ("segmented", segmented)]


def segments_of(rows: Rows) -> list[str | None]:
    """The segment of each row; None for each where none was asked for."""
    return rows.texts("segment") if "segment" in rows.columns else [None] * len(rows)


def by_variant(parts: Iterable[tuple[str | None, Moments]]) -> dict[str, Moments]:
    """The moments of each variant, of all its parts together; units without a variant have no place."""
    found: dict[str, Moments] = {}
    for variant, moments in parts:
        if variant is not None:
            found[variant] = found[variant] + moments if variant in found else moments
    return dict(sorted(found.items()))


def by_segment(parts: Iterable[tuple[str | None, str | None, Moments]]) -> dict[str, dict[str, Moments]]:
    """Moments by segment, then variant; of units that did not enter there is no segment."""
    of_segment: dict[str, list[tuple[str | None, Moments]]] = {}
    for segment, variant, moments in parts:
        if segment is not None:
            of_segment.setdefault(segment, []).append((variant, moments))
    return {segment: by_variant(own) for segment, own in sorted(of_segment.items())}
