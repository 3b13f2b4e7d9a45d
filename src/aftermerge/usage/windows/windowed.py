"""What a unit did in its window, and before it: one metric's part in a query about exposures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.metric import Metric
from aftermerge.model.table import EventsTable
from aftermerge.usage import exact, queries, sql
from aftermerge.usage.asked import Source
from aftermerge.usage.contribution import Contribution, contribution
from aftermerge.usage.moments import Outcome, refuse_cut_ratio
from aftermerge.usage.where import condition

AT = sql.col("at", "events")
EXPOSED_AT = sql.col("exposed_at", "exposures")
CLOSES_AT = sql.col("closes_at", "exposures")
IN_WINDOW = exp.and_(
    sql.same(sql.col("unit", "events"), sql.col("unit", "exposures")),
    sql.at_least(AT, EXPOSED_AT),
    sql.less(AT, CLOSES_AT),
)

_EVENT_GRIDS = ("event_grid", "event_fine", "event_finest")
"""Three, since they are the same for all units, whatever one did: 10⁻¹⁵ of the largest value is still added exactly."""


class Windowed(Protocol):
    """A metric's columns in each step of the query."""

    @property
    def outcome(self) -> Outcome: ...

    @property
    def events(self) -> tuple[str, ...]:
        """The events that it rests on; none when it rests on all."""
        ...

    @property
    def of_row(self) -> list[exp.Expr]:
        """Of an event."""
        ...

    @property
    def grids(self) -> list[exp.Expr]:
        """Over all events, for sums of real numbers."""
        ...

    @property
    def steps(self) -> list[queries.Step]:
        """Between the events and the outcomes; the last has a row a unit that did it all."""
        ...

    @property
    def of_unit(self) -> list[tuple[str, exp.Expr]]:
        """Name and value of a unit over the events that are joined to its exposure."""
        ...


def window_days(metric: Metric) -> int:
    """How long after its first exposure a unit is watched. A day of retention must be over."""
    return metric.day + 1 if metric.kind == "retention" and metric.day is not None else metric.window_days


def windowed(source: Source, table: EventsTable, metric: Metric) -> Windowed:
    """A metric's part.

    Raises:
        DataError: its kind, columns or condition don't fit the table, or it would cut a ratio.
    """
    refuse_cut_ratio(metric)
    if metric.kind == "retention":
        return _retention(source, table, metric)
    if metric.kind == "funnel":
        return _funnel(source, table, metric)
    return Added(contribution(source, table, metric, mean_of_events=True))


@dataclass(frozen=True, slots=True, eq=False)
class Added:
    """Count, sum, mean, share, ratio: what the events of the window add up to, and those of as many days before."""

    part: Contribution

    @property
    def outcome(self) -> Outcome:
        past = ("x", "w")[: len(self.part.outcome.names)]
        return Outcome(self.part.metric, "real" if self._has_values else "whole", past=past)

    @property
    def events(self) -> tuple[str, ...]:
        return self.part.events

    @property
    def of_row(self) -> list[exp.Expr]:
        return self.part.of_row

    @property
    def grids(self) -> list[exp.Expr]:
        if self.part.is_whole:
            return []
        value = exp.Abs(this=self.outcome.col("y"))
        finite = sql.when(sql.less(value, sql.real(1e300)), value)
        bits = exact.bits(sql.count())
        grid = exact.magic(exact.size(sql.largest(finite)), bits)
        fine = exact.finer(grid, bits)
        names = [self.outcome.named(name) for name in _EVENT_GRIDS]
        return list(map(sql.named, (grid, fine, exact.finer(fine, bits)), names))

    @property
    def steps(self) -> list[queries.Step]:
        return []

    @property
    def of_unit(self) -> list[tuple[str, exp.Expr]]:
        after, before = sql.at_least(AT, EXPOSED_AT), sql.less(AT, EXPOSED_AT)
        names = self.part.outcome.names
        inside = [(name, self._folded(name, after)) for name in names]
        past = zip(self.outcome.past, names, strict=True)
        return inside + [(self.outcome.named(part), self._folded(name, before)) for part, name in past]

    def _folded(self, name: str, when: exp.Expr) -> exp.Expr:
        value = sql.when(when, sql.col(name, "events"))
        if self.part.metric.kind == "share":
            return _whole(sql.largest(value))
        if not self._has_values:
            return sql.count(value)
        return sql.cast(sql.or_zero(sql.total(value)), "DOUBLE") if self.part.is_whole else self._exactly(value)

    @property
    def _has_values(self) -> bool:
        """Whether an event adds a value of its own; else it adds one, or nothing."""
        metric = self.part.metric
        return metric.kind in ("sum", "mean") and (metric.value or metric.column) is not None

    def _exactly(self, value: exp.Expr) -> exp.Expr:
        return sql.or_zero(exact.total(value, [self.outcome.col(name) for name in _EVENT_GRIDS]))


@dataclass(frozen=True, slots=True, eq=False)
class Returned:
    """Retention: 1 when the unit came back on day `day`, [t₀ + day × 24 h, t₀ + (day + 1) × 24 h)."""

    metric: Metric
    day: int
    came: exp.Expr

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.metric)

    @property
    def events(self) -> tuple[str, ...]:
        return () if self.metric.event is None else (self.metric.event,)

    @property
    def of_row(self) -> list[exp.Expr]:
        return [sql.named(sql.when(self.came, sql.number(1)), self.outcome.y)]

    @property
    def grids(self) -> list[exp.Expr]:
        return []

    @property
    def steps(self) -> list[queries.Step]:
        return []

    @property
    def of_unit(self) -> list[tuple[str, exp.Expr]]:
        on_the_day = sql.at_least(AT, sql.days_after(EXPOSED_AT, self.day))
        return [(self.outcome.y, _whole(sql.largest(sql.when(on_the_day, sql.col(self.outcome.y, "events")))))]


@dataclass(frozen=True, slots=True, eq=False)
class Stepped:
    """A funnel: 1 when the unit did all steps within its window, each at or after the one before.

    The earliest event that can serve as a step does; a step whose event was a step before must come later than the
    step before it, so that no event serves twice.
    """

    metric: Metric
    conditions: tuple[exp.Expr, ...]

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.metric)

    @property
    def events(self) -> tuple[str, ...]:
        return self.metric.steps

    @property
    def of_row(self) -> list[exp.Expr]:
        return [
            sql.named(sql.when(done, sql.number(1)), self._name(step)) for step, done in enumerate(self.conditions, 1)
        ]

    @property
    def grids(self) -> list[exp.Expr]:
        return []

    @property
    def steps(self) -> list[queries.Step]:
        first = exp.select(sql.col("unit", "exposures"), sql.col("closes_at", "exposures"), _first_at())
        first = first.from_("exposures").join("events", on=exp.and_(IN_WINDOW, self._did(1)))
        return [
            (self._name(1), queries.grouped(first, 2)),
            *((self._name(step), self._next(step)) for step in range(2, len(self.conditions) + 1)),
        ]

    @property
    def of_unit(self) -> list[tuple[str, exp.Expr]]:
        done = sql.present(sql.col("unit", self.last))
        return [(self.outcome.y, _whole(sql.largest(sql.when(done, sql.number(1)))))]

    @property
    def last(self) -> str:
        return self._name(len(self.conditions))

    def _next(self, step: int) -> exp.Select:
        before = self._name(step - 1)
        is_again = self.metric.steps[step - 1] in self.metric.steps[: step - 1]
        inside = exp.and_(
            sql.same(sql.col("unit", "events"), sql.col("unit", before)),
            (sql.more if is_again else sql.at_least)(AT, sql.col("at", before)),
            sql.less(AT, sql.col("closes_at", before)),
            self._did(step),
        )
        select = exp.select(sql.col("unit", before), sql.col("closes_at", before), _first_at())
        return queries.grouped(select.from_(queries.step(before)).join("events", on=inside), 2)

    def _did(self, step: int) -> exp.Expr:
        return sql.present(sql.col(self._name(step), "events"))

    def _name(self, step: int) -> str:
        return self.outcome.named(f"step_{step}")


def _first_at() -> exp.Expr:
    return sql.named(sql.smallest(AT), "at")


def _whole(value: exp.Expr) -> exp.Expr:
    return sql.cast(sql.or_zero(value), "BIGINT")


def _retention(source: Source, table: EventsTable, metric: Metric) -> Returned:
    if metric.day is None or metric.day < 1:
        raise DataError("a retention needs the day on which a unit comes back, 1 or later", then="give `day`")
    name = source.columns.text(table.event)
    came = sql.differs(name, table.exposure) if metric.event is None else sql.equals(name, metric.event)
    return Returned(metric, metric.day, exp.and_(came, *_where(source, metric)))


def _funnel(source: Source, table: EventsTable, metric: Metric) -> Stepped:
    if len(metric.steps) < 2:
        raise DataError("a funnel needs two or more events, in their order", then="give `steps`")
    name = source.columns.text(table.event)
    extra = _where(source, metric)
    return Stepped(metric, tuple(exp.and_(sql.equals(name, step), *extra) for step in metric.steps))


def _where(source: Source, metric: Metric) -> Sequence[exp.Expr]:
    given = condition(metric.where, source.columns)
    return [] if given is None else [given]
