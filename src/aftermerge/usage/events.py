"""A metric by day, over an events table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Answers, Series, SeriesQuestion
from aftermerge.model.table import EventsTable
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import Asked, Compiled, Source, attempt
from aftermerge.usage.contribution import Contribution, contribution, require_events, unit_column
from aftermerge.usage.rows import Rows, Span, over
from aftermerge.usage.times import has_clock, local, local_day, utc, whole_days


def ask_series(source: Source, table: EventsTable, questions: Sequence[SeriesQuestion]) -> Compiled:
    """One query a kind of unit (user, account) for all metrics by day of an events table.

    Definition, for each local day: *count*, events named `event`; *sum*, Σ value of them (of all events when none is
    named); *mean*, Σ value per active unit; *share*, units with the event per active unit; *ratio*, events named
    `numerator` per event named `denominator`. A unit is active on a day when it did anything. `where` limits what is
    counted above the line, for a ratio on both sides; never who is active.
    Assumption: the table holds every event of the days between its first and its last, which are cut to whole days.
    A day without any event had none: counts are 0, rates are unknown.
    Blind spot: a day lost on the way looks like a day on which nothing happened; late events change past days.
    """
    build = partial(_contribution, source, table)
    done, failed = attempt(((question.key, question) for question in questions), build)
    by_key = {question.key: question for question in questions}
    asked = []
    for unit in ("user", "account"):
        chosen = {key: each for key, each in done.items() if each.metric.unit == unit}
        if chosen:
            day = _Daily(source, table, chosen)
            asked.append(
                Asked(source.name, queries.ordered(day.statement(), 1), tuple(by_key[key] for key in chosen), day.read)
            )
    return Compiled(tuple(asked), failed)


def active_units(source: Source, table: EventsTable, metric: Metric) -> exp.Select:
    """Distinct active units a day, for another question's denominator: day, active, first_at, last_at (local).

    Raises:
        DataError: the table lacks a column that it says it has.
    """
    return _Daily(source, table, {}, metric).statement()


def covered(rows: Rows, source: Source, table: EventsTable) -> Span:
    """The whole days of the table, from the columns first_at and last_at.

    Raises:
        DataError: there is none.
    """
    first = [time for time in rows.moments("first_at") if time is not None]
    last = [time for time in rows.moments("last_at") if time is not None]
    if not first or not last:
        raise DataError(f"`{source.name}` holds no events", then="check its `table` and `time` in aftermerge.toml")
    span = whole_days(min(first), max(last), has_clock(source.columns, table.time))
    if span is None:
        raise DataError(f"`{source.name}` holds no whole day yet", then="wait for the first full day of events")
    return span


def _contribution(source: Source, table: EventsTable, question: SeriesQuestion) -> Contribution:
    utc(source.columns, table.time, source.timezone)
    return contribution(source, table, question.metric)


@dataclass(frozen=True, slots=True, eq=False)
class _Daily:
    """Events → units of a day → days."""

    source: Source
    table: EventsTable
    measured: Mapping[str, Contribution]
    by: Metric | None = None

    def statement(self) -> exp.Select:
        return queries.stepped(
            queries.grouped(self._days(), 1), ("events", self._events()), ("unit_days", self._unit_days())
        )

    def read(self, rows: Rows, text: str) -> Answers:
        done, failed = attempt(self.measured.items(), partial(self._series, rows, text))
        return Answers(series=done, failed=failed)

    @property
    def parts(self) -> tuple[Contribution, ...]:
        return tuple(self.measured.values())

    def _events(self) -> exp.Select:
        columns, metric = self.source.columns, self.by or self.parts[0].metric
        at = utc(columns, self.table.time, self.source.timezone)
        unit = sql.col(unit_column(self.source, self.table, metric))
        parts = [column for part in self.parts for column in part.of_row]
        head = exp.select(sql.named(at, "at"), sql.named(unit, "unit"), *parts)
        return head.from_(self.source.relation).where(sql.present(at))

    def _unit_days(self) -> exp.Select:
        at = sql.col("at")
        head = [
            sql.named(local_day(at, self.source.timezone), "day"),
            sql.col("unit"),
            sql.named(sql.smallest(at), "first_at"),
            sql.named(sql.largest(at), "last_at"),
        ]
        parts = [sql.named(value, name) for part in self.parts for name, value in part.of_unit(sql.col)]
        return queries.grouped(exp.select(*head, *parts).from_("events"), 2)

    def _days(self) -> exp.Select:
        zone = self.source.timezone
        head = [
            sql.col("day"),
            sql.named(sql.count(sql.col("unit")), "active"),
            sql.named(local(sql.smallest(sql.col("first_at")), zone), "first_at"),
            sql.named(local(sql.largest(sql.col("last_at")), zone), "last_at"),
        ]
        parts = [sql.named(sql.total(sql.col(name)), name) for part in self.parts for name in part.outcome.names]
        return exp.select(*head, *parts).from_("unit_days")

    def _series(self, rows: Rows, text: str, part: Contribution) -> Series:
        span = covered(rows, self.source, self.table)
        days, metric = rows.dates("day"), part.metric
        if any(not rows.sums(name).any() for name in part.outcome.names):
            require_events(self.source, self.table, part.events)
        y = span.lay(days, rows.sums(part.outcome.y), 0.0)
        if metric.kind in ("count", "sum"):
            return Series(span.first, y, sql=text)
        under = part.outcome.d if metric.kind == "ratio" else "active"
        volume = span.lay(days, rows.sums(under), 0.0)
        return Series(span.first, over(y, volume), volume, sql=text)
