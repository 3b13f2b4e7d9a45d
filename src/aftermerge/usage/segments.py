"""A metric by day and segment: over an events table by one of its columns, over a series table by its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.plan import Answers, Days, Segments, SegmentsQuestion
from aftermerge.model.table import EventsTable, SeriesTable
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import Asked, Compiled, Source, attempt
from aftermerge.usage.columns import suggestion
from aftermerge.usage.contribution import Contribution, contribution, require_events, unit_column
from aftermerge.usage.events import covered
from aftermerge.usage.rows import Rows, Span, over
from aftermerge.usage.times import day, local, local_day, utc
from aftermerge.usage.where import condition

MOST_SEGMENTS = 1000
"""A column with more values than this tells users apart, not segments."""


def ask_event_segments(source: Source, table: EventsTable, questions: Sequence[SegmentsQuestion]) -> Compiled:
    """One query a metric.

    Definition: as by day over an events table, within each value of the metric's `segment` column: *count*, *sum*,
    *mean* and *share* per unit active in the segment that day, *ratio*.
    Assumption: an event's segment is that of its unit; rows without one belong to none.
    Blind spot: a unit with events of two segments on one day is active in both; a segment without any event on a day
    had none, also before it was opened.
    """
    return _all(questions, partial(_by_events, source, table), source)


def ask_row_segments(source: Source, table: SeriesTable, questions: Sequence[SegmentsQuestion]) -> Compiled:
    """One query a metric.

    Definition: the value of the row that `value` names, by day and by the table's `segment` column; over the
    denominator where there is one.
    Assumption: one row a day, metric and segment.
    Blind spot: a missing day is unknown, not 0.
    """
    return _all(questions, partial(_by_rows, source, table), source)


def _all(
    questions: Sequence[SegmentsQuestion], step: "Callable[[SegmentsQuestion], _Events | _Rows]", source: Source
) -> Compiled:
    done, failed = attempt(((question.key, question) for question in questions), step)
    asked = [Asked(source.name, each.statement(), (each.question,), each.read) for each in done.values()]
    return Compiled(tuple(asked), failed)


def _by_events(source: Source, table: EventsTable, question: SegmentsQuestion) -> "_Events":
    if question.metric.segment is None:
        raise DataError(f"`{question.metric.name}` names no segment column", then="give `segment` in metrics.toml")
    source.columns.read(question.metric.segment)
    utc(source.columns, table.time, source.timezone)
    return _Events(source, table, question, contribution(source, table, question.metric))


def _by_rows(source: Source, table: SeriesTable, question: SegmentsQuestion) -> "_Rows":
    metric, column = question.metric, table.segment
    if metric.kind != "series" or metric.value is None:
        what = f"a metric of kind `{metric.kind}` can't be read from the series table `{source.name}`"
        raise DataError(what, then='use `kind = "series"`, and name the row in `value`')
    if column is None:
        raise DataError(f"`{source.name}` names no segment column", then="give `segment` in [[usage.series]]")
    source.columns.read(column)
    return _Rows(source, table, question, column)


@dataclass(frozen=True, slots=True, eq=False)
class _Events:
    """Events → units of a day in a segment → days of a segment."""

    source: Source
    table: EventsTable
    question: SegmentsQuestion
    part: Contribution

    def statement(self) -> exp.Select:
        return queries.stepped(
            queries.ordered(queries.grouped(self._days(), 2), 2),
            ("events", self._events()),
            ("unit_days", self._unit_days()),
        )

    def read(self, rows: Rows, text: str) -> Answers:
        done, failed = attempt([(self.question.key, rows)], partial(self._segments, text))
        return Answers(segments=done, failed=failed)

    def _events(self) -> exp.Select:
        columns, metric = self.source.columns, self.question.metric
        at = utc(columns, self.table.time, self.source.timezone)
        unit = sql.col(unit_column(self.source, self.table, metric))
        segment = columns.text(metric.segment or "")
        head = exp.select(sql.named(at, "at"), sql.named(unit, "unit"), sql.named(segment, "segment"))
        return head.select(*self.part.of_row).from_(self.source.relation).where(sql.present(at))

    def _unit_days(self) -> exp.Select:
        at = sql.col("at")
        head = [
            sql.named(local_day(at, self.source.timezone), "day"),
            sql.col("segment"),
            sql.col("unit"),
            sql.named(sql.smallest(at), "first_at"),
            sql.named(sql.largest(at), "last_at"),
        ]
        values = [sql.named(value, name) for name, value in self.part.of_unit(sql.col)]
        return queries.grouped(exp.select(*head, *values).from_("events"), 3)

    def _days(self) -> exp.Select:
        zone = self.source.timezone
        head = [
            sql.col("day"),
            sql.col("segment"),
            sql.named(sql.count(sql.col("unit")), "active"),
            sql.named(local(sql.smallest(sql.col("first_at")), zone), "first_at"),
            sql.named(local(sql.largest(sql.col("last_at")), zone), "last_at"),
        ]
        totals = [sql.named(sql.total(sql.col(name)), name) for name in self.part.outcome.names]
        return exp.select(*head, *totals).from_("unit_days")

    def _segments(self, text: str, rows: Rows) -> Segments:
        span = covered(rows, self.source, self.table)
        if any(not rows.sums(name).any() for name in self.part.outcome.names):
            require_events(self.source, self.table, self.part.events)
        laid = _Laid.of(rows, span, self.source.name)
        y, kind = laid.lay(rows.sums(self.part.outcome.y), 0.0), self.question.metric.kind
        if kind in ("count", "sum"):
            return Segments(span.first, laid.names, y, sql=text)
        under = self.part.outcome.d if kind == "ratio" else "active"
        volumes = laid.lay(rows.sums(under), 0.0)
        return Segments(span.first, laid.names, over(y, volumes), volumes, text)


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """The rows of one metric by day and segment."""

    source: Source
    table: SeriesTable
    question: SegmentsQuestion
    segment: str

    def statement(self) -> exp.Select:
        columns, metric, table = self.source.columns, self.question.metric, self.table
        on, segment = day(columns, table.day, self.source.timezone), columns.text(self.segment)
        parts = [sql.named(on, "day"), sql.named(segment, "segment"), sql.named(sql.count(), "rows_seen")]
        parts.append(sql.named(sql.smallest(columns.number(table.value)), "value"))
        if table.denominator is not None:
            parts.append(sql.named(sql.smallest(columns.number(table.denominator)), "denominator"))
        chosen = sql.equals(columns.text(table.metric), metric.value or "")
        known = [sql.present(on), sql.present(segment), chosen, condition(metric.where, columns)]
        select = exp.select(*parts).from_(self.source.relation).where(*known)
        return queries.ordered(queries.grouped(select, 2), 2)

    def read(self, rows: Rows, text: str) -> Answers:
        done, failed = attempt([(self.question.key, rows)], partial(self._segments, text))
        return Answers(segments=done, failed=failed)

    def _segments(self, text: str, rows: Rows) -> Segments:
        self._refuse(rows)
        days = rows.dates("day")
        span = Span.between(days.min().item(), days.max().item())
        laid = _Laid.of(rows, span, self.source.name)
        values = laid.lay(rows.floats("value"), np.nan)
        if "denominator" not in rows.columns:
            return Segments(span.first, laid.names, values, sql=text)
        volumes = laid.lay(np.nan_to_num(rows.floats("denominator")), 0.0)
        return Segments(span.first, laid.names, over(values, volumes), volumes, text)

    def _refuse(self, rows: Rows) -> None:
        if not len(rows):
            name = self.question.metric.value or ""
            seen = self.source.distinct(self.source.columns.text(self.table.metric))
            raise DataError(f"`{self.source.name}` has no row named `{name}`", then=suggestion(name, seen))
        if (rows.counts("rows_seen") > 1).any():
            what = f"`{self.question.metric.value}` has several rows of one segment on one day in `{self.source.name}`"
            raise DataError(what, then="store one row a day, metric and segment, or choose one by `where`")


@dataclass(frozen=True, slots=True, eq=False)
class _Laid:
    """Where each row stands in (segments, days); `inside` marks rows with a segment, within the span."""

    names: tuple[str, ...]
    span: Span
    inside: NDArray[np.bool_]
    at: tuple[NDArray[np.intp], NDArray[np.intp]]

    @classmethod
    def of(cls, rows: Rows, span: Span, table: str) -> "_Laid":
        words = rows.texts("segment")
        names = tuple(sorted({word for word in words if word is not None}))
        if not names or len(names) > MOST_SEGMENTS:
            told = f"{len(names):,} segments in `{table}`, where 1 to {MOST_SEGMENTS:,} can be compared"
            raise DataError(told, then="let `segment` name a column of groups, such as a region")
        position = {name: index for index, name in enumerate(names)}
        on = (rows.dates("day") - np.datetime64(span.first, "D")).astype(np.intp)
        which = np.array([position.get(word, -1) if word is not None else -1 for word in words], dtype=np.intp)
        inside = (which >= 0) & (on >= 0) & (on < span.length)
        return cls(names, span, inside, (which[inside], on[inside]))

    def lay(self, values: Days, otherwise: float) -> Days:
        laid = np.full((len(self.names), self.span.length), otherwise)
        laid[self.at] = values[self.inside]
        return laid
