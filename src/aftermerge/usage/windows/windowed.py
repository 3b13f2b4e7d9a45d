"""What a unit did in its window, and before it: one metric's part in a query about exposures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.metric import Metric
from aftermerge.model.table import EventsTable
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import Source
from aftermerge.usage.contribution import Contribution, contribution
from aftermerge.usage.moments import Outcome, refuse_cut_ratio
from aftermerge.usage.sweep.sweep import How
from aftermerge.usage.where import condition
from aftermerge.usage.windows.experiments import NUMBER
from aftermerge.usage.windows.folds import AT, EXPOSED_AT, Fold, Folds, Side

ENTERED = exp.and_(sql.present(sql.col("closed_on")), sql.present(sql.col("variant")))
"""Whether a unit's window has closed, and it was seen in one variant only."""
IN_WINDOW = exp.and_(
    sql.same(sql.col("unit", "events"), sql.col("unit", "watched")),
    sql.at_least(AT, EXPOSED_AT),
    sql.less(AT, sql.col("closes_at", "watched")),
)

_SIDES: tuple[Side, ...] = ("after", "before")


class Windowed(Protocol):
    """A metric's columns in each step of the query."""

    @property
    def outcome(self) -> Outcome: ...

    @property
    def events(self) -> tuple[str, ...]:
        """The events that it rests on; none when it rests on all."""
        ...

    @property
    def folds(self) -> Sequence[Fold]:
        """What is added up of a unit."""
        ...

    @property
    def marks(self) -> Sequence[exp.Expr]:
        """The columns of events that its own steps read."""
        ...

    def steps(self, folds: Folds) -> list[queries.Step]:
        """Between the events and the outcomes; the last has a row a unit that did it all."""
        ...

    def of_unit(self, folds: Folds) -> list[tuple[str, exp.Expr]]:
        """Name and value of a unit over its sums."""
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
    return Added(contribution(source, table, metric, mean_of_events=True, of_known_units=True))


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
    def folds(self) -> Sequence[Fold]:
        rows = (self.part.y,) if self.part.d is None else (self.part.y, self.part.d)
        return [Fold(row, self._how, side) for side in _SIDES for row in rows]

    @property
    def marks(self) -> Sequence[exp.Expr]:
        return ()

    def steps(self, folds: Folds) -> list[queries.Step]:
        return []

    def of_unit(self, folds: Folds) -> list[tuple[str, exp.Expr]]:
        names = [*self.outcome.names, *map(self.outcome.named, self.outcome.past)]
        return [(name, self._value(folds.sum(fold))) for name, fold in zip(names, self.folds, strict=True)]

    @property
    def _has_values(self) -> bool:
        """Whether an event adds a value of its own; else it adds one, or nothing."""
        metric = self.part.metric
        return metric.kind in ("sum", "mean") and (metric.value or metric.column) is not None

    @property
    def _how(self) -> How:
        if not self._has_values:
            return "count"
        return "whole" if self.part.is_whole else "real"

    def _value(self, summed: exp.Expr) -> exp.Expr:
        if self.part.metric.kind == "share":
            return _any(summed)
        return sql.cast(sql.or_zero(summed), "DOUBLE") if self._how == "whole" else sql.or_zero(summed)


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
    def folds(self) -> Sequence[Fold]:
        return [Fold(sql.when(self.came, sql.number(1)), "count", "after", since_day=self.day)]

    @property
    def marks(self) -> Sequence[exp.Expr]:
        return ()

    def steps(self, folds: Folds) -> list[queries.Step]:
        return []

    def of_unit(self, folds: Folds) -> list[tuple[str, exp.Expr]]:
        return [(self.outcome.y, _any(folds.sum(fold))) for fold in self.folds]


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
    def folds(self) -> Sequence[Fold]:
        return ()

    @property
    def marks(self) -> Sequence[exp.Expr]:
        return [sql.when(done, sql.number(1)) for done in self.conditions]

    def steps(self, folds: Folds) -> list[queries.Step]:
        did = [sql.present(folds.mark(mark)) for mark in self.marks]
        first = exp.select(*(sql.col(name, "watched") for name in _KEPT), _FIRST_AT)
        first = first.from_("watched").join("events", on=exp.and_(IN_WINDOW, did[0]))
        return [
            (self._name(1), queries.grouped(first, len(_KEPT))),
            *((self._name(step), self._next(step, did[step - 1])) for step in range(2, len(did) + 1)),
        ]

    def of_unit(self, folds: Folds) -> list[tuple[str, exp.Expr]]:
        return [(self.outcome.y, _any(sql.when(sql.present(sql.col("unit", self.last)), sql.number(1))))]

    @property
    def last(self) -> str:
        return self._name(len(self.conditions))

    def _next(self, step: int, did: exp.Expr) -> exp.Select:
        before = self._name(step - 1)
        is_again = self.metric.steps[step - 1] in self.metric.steps[: step - 1]
        inside = exp.and_(
            sql.same(sql.col("unit", "events"), sql.col("unit", before)),
            (sql.more if is_again else sql.at_least)(AT, sql.col("at", before)),
            sql.less(AT, sql.col("closes_at", before)),
            did,
        )
        select = exp.select(*(sql.col(name, before) for name in _KEPT), _FIRST_AT)
        return queries.grouped(select.from_(queries.step(before)).join("events", on=inside), len(_KEPT))

    def _name(self, step: int) -> str:
        return self.outcome.named(f"step_{step}")


_KEPT = (NUMBER, "unit", "closes_at")
_FIRST_AT = sql.named(sql.smallest(AT), "at")


def _any(summed: exp.Expr) -> exp.Expr:
    """1 where there is any, else 0."""
    return sql.cast(sql.either(sql.more(summed, sql.number(0)), sql.number(1), sql.number(0)), "BIGINT")


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
