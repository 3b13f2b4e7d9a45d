"""A metric by day and segment: over an events table by one of its columns, over a series table by its own."""

from collections.abc import Mapping, Sequence
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
from aftermerge.usage.contribution import Contribution, contribution
from aftermerge.usage.days.by_day import ByDay, by_code
from aftermerge.usage.days.events import covered, require_any, told_apart, valued
from aftermerge.usage.rows import Rows, Span, over
from aftermerge.usage.times import day, utc
from aftermerge.usage.where import condition

MOST_SEGMENTS = 1000
"""A column with more values than this tells users apart, not segments."""


def ask_event_segments(source: Source, table: EventsTable, questions: Sequence[SegmentsQuestion]) -> Compiled:
    """One query a segment column, for all metrics by it.

    Definition: as by day over an events table, within each value of the metric's `segment` column: *count*, *sum*,
    *mean* and *share* per unit active in the segment that day, *ratio*.
    Assumption: an event's segment is that of its unit; rows without one belong to none.
    Blind spot: a unit with events of two segments on one day is active in both; a segment without any event on a day
    had none, also before it was opened.
    """
    done, failed = attempt(((question.key, question) for question in questions), partial(_by_events, source, table))
    asked = []
    for column in dict.fromkeys(part.metric.segment for part in done.values()):
        own = {key: part for key, part in done.items() if part.metric.segment == column}
        by_day = ByDay(source, table, tuple(own.values()), told_apart(source, table, own), column)
        chosen = tuple(question for question in questions if question.key in own)
        asked.append(by_day.asked(chosen, _Events(source, table, own).read, may_be_kept=False))
    return Compiled(tuple(asked), failed)


def ask_row_segments(source: Source, table: SeriesTable, questions: Sequence[SegmentsQuestion]) -> Compiled:
    """One query a metric.

    Definition: the value of the row that `value` names, by day and by the table's `segment` column; over the
    denominator where there is one.
    Assumption: one row a day, metric and segment.
    Blind spot: a missing day is unknown, not 0.
    """
    done, failed = attempt(((question.key, question) for question in questions), partial(_by_rows, source, table))
    asked = [Asked(source.name, each.statement(), (each.question,), each.read) for each in done.values()]
    return Compiled(tuple(asked), failed)


def _by_events(source: Source, table: EventsTable, question: SegmentsQuestion) -> Contribution:
    if question.metric.segment is None:
        raise DataError(f"`{question.metric.name}` names no segment column", then="give `segment` in metrics.toml")
    source.columns.read(question.metric.segment)
    utc(source.columns, table.time, source.timezone)
    return by_code(source, contribution(source, table, question.metric))


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
    """The sums of days of a segment become series."""

    source: Source
    table: EventsTable
    measured: Mapping[str, Contribution]

    def read(self, rows: Rows, text: str) -> Answers:
        done, failed = attempt(self.measured.items(), partial(self._segments, rows, text))
        return Answers(segments=done, failed=failed)

    def _segments(self, rows: Rows, text: str, part: Contribution) -> Segments:
        span = covered(rows, self.source, self.table)
        require_any(self.source, self.table, part, rows)
        laid = _Laid.of(rows, span, self.source.name)
        return Segments(span.first, laid.names, *valued(part, rows, laid.lay), text)


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
