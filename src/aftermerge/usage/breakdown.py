"""Totals by segment, beside the totals of all: the largest segments by name, the rest together."""

from collections.abc import Sequence

from sqlglot import exp

from aftermerge.stats.moments import Moments
from aftermerge.usage import queries, sql
from aftermerge.usage.moments import Outcome
from aftermerge.usage.rows import Rows

MOST_SEGMENTS = 20
OTHER = "other"
_APART = "is_segment"


def largest_segments(source: str, keep: Sequence[str], names: Sequence[str], entered: exp.Expr) -> list[queries.Step]:
    """Steps after `source` that keep the largest segments of entered units; in the last, only those have a segment."""
    segment = sql.col("segment")
    ranked = queries.grouped(exp.select(segment).from_(source).where(entered), 1)
    ranked = ranked.order_by(sql.descending(sql.count()), sql.number(1)).limit(MOST_SEGMENTS)
    known = sql.present(sql.col("segment", "largest_segments"))
    label = sql.when(entered, sql.either(known, sql.col("segment", source), sql.text(OTHER)))
    same = sql.same(sql.col("segment", "largest_segments"), sql.col("segment", source))
    columns = [*map(sql.col, (*keep, *names)), sql.named(label, "segment")]
    segmented = exp.select(*columns).from_(source).join("largest_segments", on=same, join_type="left")
    return [("largest_segments", ranked), ("segmented", segmented)]


def grouped_by_segment(select: exp.Select, *columns: str) -> exp.Select:
    """Group by the columns and again, without regard to all but the first, by variant and segment."""
    apart = sql.named(sql.minus(sql.number(1), sql.is_left_out("segment")), _APART)
    return queries.grouped_apart(select.select(sql.col("segment"), apart), columns, (columns[0], "segment"))


def apart(rows: Rows) -> tuple[Rows, Rows | None]:
    """The rows of all units, and those by segment where they were asked for."""
    if _APART not in rows.columns:
        return rows, None
    is_segment = rows.counts(_APART) == 1
    return rows.where(~is_segment), rows.where(is_segment)


def by_segment(rows: Rows | None, outcome: Outcome) -> dict[str, dict[str, Moments]]:
    """Moments by segment, then variant; of units that did not enter there is no segment."""
    found: dict[str, dict[str, Moments]] = {}
    if rows is None:
        return found
    for segment, variant, moments in zip(
        rows.texts("segment"), rows.texts("variant"), outcome.moments(rows), strict=True
    ):
        if segment is not None and variant is not None:
            found.setdefault(segment, {})[variant] = moments
    return dict(sorted(found.items()))
