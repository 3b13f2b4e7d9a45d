"""Exact sums of real values by day: the grids of `ladder`, in a query."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
from sqlglot import exp

from aftermerge.usage import queries, sql
from aftermerge.usage.asked import Source
from aftermerge.usage.days.ladder import USUAL, Ladder, exactly, ladder_of
from aftermerge.usage.exact import left, on_grid
from aftermerge.usage.rows import Rows


@dataclass(frozen=True, slots=True, eq=False)
class ExactSums:
    """Sums of `values`, by the column that each gets, over the events that have any of them.

    `rows` begins a query of the events, with the keys and further columns. `ladders` are the grids of those that the
    usual ones do not fit.
    """

    keys: tuple[str, ...]
    values: Mapping[str, exp.Expr]
    rows: Callable[..., exp.Select]
    source: Source
    ladders: Mapping[str, Ladder]

    name = "sums_by_day"

    @property
    def steps(self) -> list[queries.Step]:
        """A step that reads the events, one a grid, and one that adds up."""
        steps, before = [("valued", self._valued())], "valued"
        for rung, magics in enumerate(self._rungs(), start=1):
            name = f"grid_{rung}"
            steps.append((name, queries.of_step(exp.select(*self._gridded(rung, magics)), before)))
            before = name
        summed = exp.select(*map(sql.col, self.keys), *(sql.named(*each) for each in self._totals()))
        return [*steps, (self.name, queries.grouped(queries.of_step(summed, before), len(self.keys)))]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for _, name in self._totals())

    def finished(self, rows: Rows) -> Rows:
        """The rows with the sums themselves in the place of their pieces."""
        pieces = {name: [each for each in rows.columns if each.startswith(f"{name}{_SUM}")] for name in self.values}
        others = {name: column for name, column in rows.columns.items() if not _is_piece(name, pieces)}
        sums = {name: _whole(rows, found) for name, found in pieces.items() if found}
        return Rows({**others, **sums})

    def unfit(self, rows: Rows) -> list[str]:
        """The columns whose sums were not exact."""
        return [name for name in self.values if not self._fits(rows, name)]

    def learned(self, names: Iterable[str]) -> dict[str, Ladder]:
        """Grids that fit, by what the values are like; at once asked for."""
        found = {}
        for name in names:
            size = _size(self.values[name])
            least = sql.smallest(sql.or_null(size, sql.number(0)))
            columns = [sql.named(sql.largest(size), "most"), sql.named(least, "least")]
            known = self.source.learn(_without_keys(self.rows(), columns))
            found[name] = ladder_of(*known) if known is not None else ladder_of(np.inf, np.inf)
        return found

    def _fits(self, rows: Rows, name: str) -> bool:
        if f"{name}{_MOST}" not in rows.columns:
            return True
        most, over = (rows.unguarded(f"{name}{end}") for end in (_MOST, _LEFT))
        known = ~np.ma.getmaskarray(rows.columns[f"{name}{_MOST}"])
        return not known.any() or self._ladder(name).fits(most[known].max(), over[known].max())

    def _ladder(self, name: str) -> Ladder:
        return self.ladders.get(name, USUAL)

    def _rungs(self) -> list[dict[str, float]]:
        """Of each grid, the magic numbers by column."""
        each = zip_longest(*(self._ladder(name).magics for name in self.values))
        named = [dict(zip(self.values, magics, strict=True)) for magics in each]
        return [{name: magic for name, magic in rung.items() if magic is not None} for rung in named]

    def _valued(self) -> exp.Select:
        columns = [sql.named(value, name) for name, value in self.values.items()]
        known = (sql.present(value) for value in self.values.values())
        return self.rows(*columns).where(exp.or_(*known, copy=False))

    def _gridded(self, rung: int, magics: Mapping[str, float]) -> list[exp.Expr]:
        columns: list[exp.Expr] = [sql.col(name) for name in (*self.keys, *self.values)]
        for name in self.values:
            columns += [sql.col(f"{name}{_SUM}{before}") for before in range(1, min(rung, self._height(name) + 1))]
            over = sql.col(name if rung == 1 else f"{name}{_LEFT}")
            if name not in magics:
                columns += [sql.named(over, f"{name}{_LEFT}")]
                continue
            piece = on_grid(over, sql.real(magics[name]))
            columns += [sql.named(piece, f"{name}{_SUM}{rung}"), sql.named(left(over, piece), f"{name}{_LEFT}")]
        return columns

    def _height(self, name: str) -> int:
        return self._ladder(name).rungs

    def _totals(self) -> list[tuple[exp.Expr, str]]:
        found = []
        for name in self.values:
            rungs = range(1, self._height(name) + 1)
            found += [(sql.total(sql.col(f"{name}{_SUM}{rung}")), f"{name}{_SUM}{rung}") for rung in rungs]
            if not rungs:
                found.append((sql.total(sql.col(name)), f"{name}{_SUM}0"))
                continue
            found.append((sql.largest(_size(sql.col(f"{name}{_LEFT}"))), f"{name}{_LEFT}"))
            found.append((sql.largest(_size(sql.col(name))), f"{name}{_MOST}"))
        return found


_SUM, _LEFT, _MOST = ".sum_", ".left", ".most"


def _size(value: exp.Expr) -> exp.Expr:
    return exp.Abs(this=value.copy())


def _is_piece(column: str, pieces: Iterable[str]) -> bool:
    return any(column.startswith(f"{name}.") for name in pieces)


def _whole(rows: Rows, pieces: list[str]) -> np.ma.MaskedArray:
    known = ~np.ma.getmaskarray(rows.columns[pieces[0]])
    sums = exactly([rows.unguarded(piece) for piece in pieces], known)
    return np.ma.array(sums, mask=~known)


def _without_keys(select: exp.Select, columns: list[exp.Expr]) -> exp.Select:
    select.set("expressions", columns)
    return select
