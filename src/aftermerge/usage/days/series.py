"""A metric by day that somebody else has added up already: a series table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Answers, Days, Series, SeriesQuestion
from aftermerge.model.table import SeriesTable
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import Asked, Compiled, Source, attempt
from aftermerge.usage.columns import suggestion
from aftermerge.usage.rows import Rows, Span, over
from aftermerge.usage.times import day
from aftermerge.usage.where import condition


def ask_rows(source: Source, table: SeriesTable, questions: Sequence[SeriesQuestion]) -> Compiled:
    """One query for all metrics of a series table that share their `where`.

    Definition: the value of the row that `value` names, by day, from its first to its last; over the denominator
    where there is one. Every other row's name is a candidate for a control, on the same days.
    Assumption: the table's days are whole, and a row without a change of ours is free of its effect.
    Blind spot: a missing day is unknown, not 0; a control that our change touches hides the change, so name it in
    `not_controls`. A control with contradicting or infinite values is left out.
    """
    done, failed = attempt(((question.key, question) for question in questions), partial(_statement, source, table))
    answerable = sorted((q for q in questions if q.key in done), key=lambda q: q.metric.where or "")
    asked = []
    for _, group in groupby(answerable, key=lambda q: q.metric.where or ""):
        together = tuple(group)
        read = partial(_read, table, together)
        asked.append(Asked(source.name, done[together[0].key], together, read))
    return Compiled(tuple(asked), failed)


def _statement(source: Source, table: SeriesTable, question: SeriesQuestion) -> exp.Select:
    metric, columns = question.metric, source.columns
    if metric.kind != "series" or metric.value is None:
        what = f"a metric of kind `{metric.kind}` can't be read from the series table `{source.name}`"
        raise DataError(what, then='use `kind = "series"`, and name the row in `value`')
    on, name = day(columns, table.day, source.timezone), columns.text(table.metric)
    parts = [sql.named(on, "day"), sql.named(name, "metric"), *_both_ends(columns.number(table.value), "value")]
    if table.denominator is not None:
        parts += _both_ends(columns.number(table.denominator), "denominator")
    known = [sql.present(on), sql.present(name), condition(metric.where, columns)]
    return queries.ordered(queries.grouped(exp.select(*parts).from_(source.relation).where(*known), 2), 2)


def _both_ends(value: exp.Expr, name: str) -> list[exp.Expr]:
    """The smallest and the largest of a day's rows: when they differ, the rows contradict one another."""
    return [sql.named(sql.smallest(value), name), sql.named(sql.largest(value), f"{name}_largest")]


def _read(table: SeriesTable, questions: tuple[SeriesQuestion, ...], rows: Rows, text: str) -> Answers:
    grid = _Grid(table, rows)
    done, failed = attempt(((q.key, q.metric) for q in questions), partial(grid.series, text))
    return Answers(series=done, failed=failed)


@dataclass(frozen=True, eq=False)
class _Grid:
    """All rows of the table, laid out (metrics, days)."""

    table: SeriesTable
    rows: Rows

    @cached_property
    def position(self) -> dict[str, int]:
        """Where each metric's row stands."""
        names = sorted({name for name in self.rows.texts("metric") if name is not None})
        return {name: index for index, name in enumerate(names)}

    @cached_property
    def span(self) -> Span:
        days = self.rows.dates("day")
        return Span.between(days.min().item(), days.max().item())

    @cached_property
    def at(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Where each row belongs."""
        metrics = [self.position[name] for name in self.rows.texts("metric") if name is not None]
        days = (self.rows.dates("day") - np.datetime64(self.span.first, "D")).astype(np.intp)
        return np.array(metrics, dtype=np.intp), days

    @cached_property
    def volumes(self) -> Days | None:
        return None if self.table.denominator is None else self._lay("denominator")

    @cached_property
    def values(self) -> Days:
        """(metrics, days): a rate where the metric has any denominator, else the plain value."""
        values, volumes = self._lay("value"), self.volumes
        if volumes is not None:
            values = np.where(_any_known(volumes)[:, None], over(values, volumes), values)
        values.flags.writeable = False
        return values

    @cached_property
    def contradicting(self) -> NDArray[np.bool_]:
        """(metrics,): whether two rows of one day differ."""
        return self._any("value", _differs) | self._any("denominator", _differs)

    @cached_property
    def infinite(self) -> NDArray[np.bool_]:
        """(metrics,): whether any value is infinite."""
        return self._any("value", _infinite) | self._any("denominator", _infinite)

    def series(self, text: str, metric: Metric) -> Series:
        """One row and its candidates for controls.

        Raises:
            DataError: there is no such row, or it can't be read.
        """
        chosen = self._chosen(metric.value or "")
        known = np.flatnonzero(np.isfinite(self.values[chosen]))
        if not known.size:
            raise DataError(f"`{metric.value}` has no value on any day in `{self.table.name}`")
        start, stop = int(known[0]), int(known[-1]) + 1
        first = (np.datetime64(self.span.first, "D") + start).item()
        others = {name: index for name, index in self.position.items() if index != chosen}
        left_out = [name for name, index in others.items() if not self._may_control(name, index)]
        controls = {name: self.values[others[name], start:stop] for name in others.keys() - set(left_out)}
        volume = self._volume(chosen, start, stop)
        return Series(
            first, self.values[chosen, start:stop], volume, dict(sorted(controls.items())), tuple(left_out), text
        )

    def _chosen(self, name: str) -> int:
        if name not in self.position:
            then = suggestion(name, tuple(self.position))
            raise DataError(f"`{self.table.name}` has no row named `{name}`", then=then)
        index = self.position[name]
        if self.contradicting[index]:
            what = f"`{name}` has several rows with different values on one day in `{self.table.name}`"
            raise DataError(what, then="store one row a day and metric, or choose one by `where`")
        if self.infinite[index]:
            raise DataError(f"`{name}` holds infinite values in `{self.table.name}`", then="leave them out by `where`")
        return index

    def _may_control(self, name: str, index: int) -> bool:
        return name not in self.table.not_controls and not self.contradicting[index] and not self.infinite[index]

    def _volume(self, chosen: int, start: int, stop: int) -> Days | None:
        if self.volumes is None or not _any_known(self.volumes)[chosen]:
            return None
        return np.nan_to_num(self.volumes[chosen, start:stop])

    def _lay(self, column: str) -> Days:
        laid = np.full((len(self.position), self.span.length), np.nan)
        laid[self.at] = self.rows.unguarded(column)
        return laid

    def _any(self, column: str, is_so: Callable[[Days, Days], NDArray[np.bool_]]) -> NDArray[np.bool_]:
        so = np.zeros(len(self.position), dtype=np.bool_)
        if column in self.rows.columns:
            found = is_so(self.rows.unguarded(column), self.rows.unguarded(f"{column}_largest"))
            so[self.at[0][found]] = True
        return so


def _any_known(values: Days) -> NDArray[np.bool_]:
    """(metrics,): whether a row has a value on any day."""
    known: NDArray[np.bool_] = np.asarray(np.isfinite(values).any(axis=1))
    return known


def _differs(smallest: Days, largest: Days) -> NDArray[np.bool_]:
    differs: NDArray[np.bool_] = np.not_equal(smallest, largest) & ~np.isnan(smallest)
    return differs


def _infinite(smallest: Days, largest: Days) -> NDArray[np.bool_]:
    infinite: NDArray[np.bool_] = np.isinf(smallest) | np.isinf(largest)
    return infinite
