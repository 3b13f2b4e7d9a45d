"""What one event adds to a metric: the same for a day's series and for a unit's window."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.metric import Metric
from aftermerge.model.table import EventsTable
from aftermerge.usage import sql
from aftermerge.usage.asked import Source
from aftermerge.usage.columns import suggestion
from aftermerge.usage.moments import Outcome
from aftermerge.usage.where import condition


@dataclass(frozen=True, slots=True, eq=False)
class Contribution:
    """`y` and, for a ratio, `d`: what a row adds, null for a row that adds nothing.

    A unit's value is the sum over its rows, or for a share the largest: 1 when there is any. `is_whole` is whether
    what rows add is whole numbers.
    """

    metric: Metric
    y: exp.Expr
    d: exp.Expr | None = None
    is_whole: bool = True

    @property
    def outcome(self) -> Outcome:
        """The columns under which it stands in a query."""
        return Outcome(self.metric)

    @property
    def of_row(self) -> list[exp.Expr]:
        parts = (self.y,) if self.d is None else (self.y, self.d)
        return [sql.named(part, name) for part, name in zip(parts, self.outcome.names, strict=True)]

    def of_unit(self, read: Callable[[str], exp.Expr]) -> list[tuple[str, exp.Expr]]:
        """Name and value of a unit over its rows, whose columns `read` gives by name."""
        fold = sql.largest if self.metric.kind == "share" else sql.total
        return [(name, fold(read(name))) for name in self.outcome.names]

    @property
    def events(self) -> tuple[str, ...]:
        """The events that it rests on; none when it rests on all."""
        named = (self.metric.numerator, self.metric.denominator) if self.d is not None else (self.metric.event,)
        return tuple(name for name in named if name is not None)


def contribution(
    source: Source, table: EventsTable, metric: Metric, *, mean_of_events: bool = False, of_known_units: bool = False
) -> Contribution:
    """What a row of an events table adds to a metric. With `mean_of_events`, a mean without a value counts events.

    With `of_known_units`, rows without a unit are left out already, and need not be told apart.

    Raises:
        DataError: the metric's kind, columns or condition don't fit the table.
    """
    where = condition(metric.where, source.columns)
    unit = sql.col(unit_column(source, table, metric))
    known_unit = None if of_known_units else sql.present(unit)

    def rows(event: str | None, *more: exp.Expr | None) -> exp.Expr | None:
        named = sql.equals(source.columns.text(table.event), event) if event else None
        return sql.all_of(named, where, *more)

    if metric.kind == "ratio":
        over = sql.when(rows(_need(metric, "denominator")), sql.number(1))
        return Contribution(metric, sql.when(rows(_need(metric, "numerator")), sql.number(1)), over)
    if metric.kind == "count":
        return Contribution(metric, sql.when(rows(_need(metric, "event")), sql.number(1)))
    if metric.kind == "share":
        return Contribution(metric, sql.when(rows(_need(metric, "event"), known_unit), sql.number(1)))
    if metric.kind in ("sum", "mean"):
        of_units = known_unit if metric.kind == "mean" else None
        value, is_whole = _value(source, metric, mean_of_events)
        return Contribution(metric, sql.when(rows(metric.event, of_units), value), is_whole=is_whole)
    if metric.kind in ("retention", "funnel", "quantile"):
        what = f"a {metric.kind} is read by variant of a flag, and not by day"
        raise DataError(what, then="name the metric in a bet that has a flag")
    raise DataError(
        f"a metric of kind `{metric.kind}` can't be read from the events table `{source.name}`",
        then="its kind can be count, sum, mean, share, ratio, retention, funnel or quantile",
    )


def unit_column(source: Source, table: EventsTable, metric: Metric) -> str:
    """The column that tells this metric's units apart: their codes, where they have some.

    Raises:
        DataError: the metric is by account and the table names no account column.
    """
    name = table.account if metric.unit == "account" else table.unit
    if name is None:
        raise DataError(f"`{source.name}` names no account column", then="give `account` in [[usage.events]]")
    column = source.columns.read(name)
    if not isinstance(column, exp.Column):
        raise DataError(f"the units of `{source.name}` must stand in a column of their own, not in `properties`")
    return source.columns.codes.get(column.name, column.name)


def require_events(source: Source, table: EventsTable, names: Sequence[str]) -> None:
    """Refuse the name of an event that never happened.

    Raises:
        DataError: one of them is not in the table; its nearest neighbour is named.
    """
    seen = source.distinct(source.columns.text(table.event))
    for name in names:
        if name not in seen:
            raise DataError(f"no event `{name}` ever happened in `{source.name}`", then=suggestion(name, seen))


def _value(source: Source, metric: Metric, mean_of_events: bool) -> tuple[exp.Expr, bool]:
    """What an event is worth, and whether that is a whole number."""
    column = metric.value or metric.column
    if column is not None:
        return source.columns.number(column), source.columns.is_whole(column)
    if mean_of_events and metric.kind == "mean" and metric.event:
        return sql.number(1), True
    raise DataError(f"a {metric.kind} over events needs the column to add up", then="give `value`")


def _need(metric: Metric, key: str) -> str:
    given: str | None = getattr(metric, key)
    if given is None:
        raise DataError(f"a {metric.kind} over events needs `{key}`", then=f"name the event in `{key}`")
    return given
