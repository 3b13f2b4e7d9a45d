"""A metric by day, over an events table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Answers, Days, Series, SeriesQuestion
from aftermerge.model.table import EventsTable
from aftermerge.usage import sql
from aftermerge.usage.asked import Compiled, Source, attempt
from aftermerge.usage.contribution import Contribution, contribution, require_events, unit_column
from aftermerge.usage.days.by_day import FIRST_AT, LAST_AT, ByDay, by_code
from aftermerge.usage.days.unit_days import active
from aftermerge.usage.rows import Rows, Span, over
from aftermerge.usage.times import has_clock, utc, whole_days

PER_UNIT = ("share", "mean")
"""Kinds whose value is that per active unit."""


def ask_series(source: Source, table: EventsTable, questions: Sequence[SeriesQuestion]) -> Compiled:
    """One query for all metrics by day of an events table.

    Definition, for each local day: *count*, events named `event`; *sum*, Σ value of them (of all events when none is
    named); *mean*, Σ value per active unit; *share*, units with the event per active unit; *ratio*, events named
    `numerator` per event named `denominator`. A unit is active on a day when it did anything. `where` limits what is
    counted above the line, for a ratio on both sides; never who is active.
    Assumption: the table holds every event of the days between its first and its last, which are cut to whole days.
    A day without any event had none: counts are 0, rates are unknown.
    Blind spot: a day lost on the way looks like a day on which nothing happened; late events change past days.
    """
    done, failed = attempt(((question.key, question) for question in questions), partial(_contribution, source, table))
    if not done:
        return Compiled(failed=failed)
    chosen = tuple(question for question in questions if question.key in done)
    by_day = ByDay(source, table, tuple(done.values()), told_apart(source, table, done))
    return Compiled((by_day.asked(chosen, _Daily(source, table, done).read, may_be_kept=True),), failed)


def told_apart(source: Source, table: EventsTable, measured: Mapping[str, Contribution]) -> dict[str, str]:
    """The kinds of units of which active ones are counted for these metrics, and the column of each: codes, where
    there are some."""
    per_unit = [part.metric for part in measured.values() if part.metric.kind in PER_UNIT]
    columns = {metric.unit: unit_column(source, table, metric) for metric in per_unit}
    return {unit: source.columns.codes.get(column, column) for unit, column in columns.items()}


def active_units(source: Source, table: EventsTable, metric: Metric) -> exp.Select:
    """Distinct active units a day, for another question's denominator: day, active, first_at, last_at (local).

    Raises:
        DataError: the table lacks a column that it says it has.
    """
    utc(source.columns, table.time, source.timezone)
    column = unit_column(source, table, metric)
    by_day = ByDay(source, table, (), {metric.unit: source.columns.codes.get(column, column)})
    statement = by_day.statement()
    statement.set("order", None)
    names = [column.alias_or_name for column in statement.selects]
    renamed = [sql.named(sql.col(name), "active") if name == active(metric.unit) else sql.col(name) for name in names]
    return exp.select(*renamed).from_(statement.subquery("by_day"))


def covered(rows: Rows, source: Source, table: EventsTable) -> Span:
    """The whole days of the table, from the columns first_at and last_at.

    Raises:
        DataError: there is none.
    """
    first = [time for time in rows.moments(FIRST_AT) if time is not None]
    last = [time for time in rows.moments(LAST_AT) if time is not None]
    if not first or not last:
        raise DataError(f"`{source.name}` holds no events", then="check its `table` and `time` in aftermerge.toml")
    span = whole_days(min(first), max(last), has_clock(source.columns, table.time))
    if span is None:
        raise DataError(f"`{source.name}` holds no whole day yet", then="wait for the first full day of events")
    return span


@dataclass(frozen=True, slots=True, eq=False)
class _Daily:
    """The sums of days become series."""

    source: Source
    table: EventsTable
    measured: Mapping[str, Contribution]

    def read(self, rows: Rows, text: str) -> Answers:
        done, failed = attempt(self.measured.items(), partial(self._series, rows, text))
        return Answers(series=done, failed=failed)

    def _series(self, rows: Rows, text: str, part: Contribution) -> Series:
        span = covered(rows, self.source, self.table)
        require_any(self.source, self.table, part, rows)
        values, volume = valued(part, rows, partial(span.lay, rows.dates("day")))
        return Series(span.first, values, volume, sql=text)


def require_any(source: Source, table: EventsTable, part: Contribution, rows: Rows) -> None:
    """Refuse a metric of which nothing was found because its event never happened.

    Raises:
        DataError: one of its events is not in the table; its nearest neighbour is named.
    """
    if any(not rows.sums(name).any() for name in part.outcome.names):
        require_events(source, table, part.events)


def valued(part: Contribution, rows: Rows, lay: Callable[[Days, float], Days]) -> tuple[Days, Days | None]:
    """A metric's values and, for rates, what they stand over; in the shape that `lay` gives to a column."""
    y = lay(rows.sums(part.outcome.y), 0.0)
    if part.metric.kind in ("count", "sum"):
        return y, None
    volume = lay(rows.sums(_volume_of(part)), 0.0)
    return over(y, volume), volume


def _volume_of(part: Contribution) -> str:
    """The column that stands under the line."""
    return part.outcome.d if part.metric.kind == "ratio" else active(part.metric.unit)


def _contribution(source: Source, table: EventsTable, question: SeriesQuestion) -> Contribution:
    utc(source.columns, table.time, source.timezone)
    return by_code(source, contribution(source, table, question.metric))
