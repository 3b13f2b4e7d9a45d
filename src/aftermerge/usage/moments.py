"""Units become sums, by variant, inside the query; and sums become moments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations_with_replacement
from typing import Literal

import numpy as np
from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Days
from aftermerge.stats.moments import Moments
from aftermerge.usage import exact, queries, sql
from aftermerge.usage.grids import ROUNDING, are_coarse
from aftermerge.usage.rows import Rows
from aftermerge.usage.sums import Sums, moments_of

Arithmetic = Literal["whole", "real"]
"""How values are added up: *whole* numbers are exact as they are, *real* ones on a grid (see `exact`)."""

_APART = "."
"""No metric's name holds it, so that no column of one metric bears the name of another's."""
_UNCUT = ("share", "retention", "funnel", "quantile")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A metric's value of one unit, in the column `y`; for a ratio over `d`; before its exposure, `x` and `w`.

    With `may_lack_past`, x is null for some units: they get the mean x of all units, which is the same for every
    variant and so adds no bias. `complete` are variables known to have a value for every unit. `fixed` are the centres
    and grids of real variables, the same for all units, where they were known before; else each group has its own.
    """

    metric: Metric
    values: Arithmetic = "whole"
    past: tuple[str, ...] = ()
    may_lack_past: bool = False
    complete: frozenset[str] = frozenset()
    fixed: Mapping[str, float] = field(default_factory=dict, hash=False)

    @property
    def y(self) -> str:
        return self.named("y")

    @property
    def d(self) -> str:
        return self.named("d")

    @property
    def is_ratio(self) -> bool:
        return self.metric.kind == "ratio"

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of its value."""
        return (self.y, self.d) if self.is_ratio else (self.y,)

    @property
    def parts(self) -> tuple[str, ...]:
        """All its variables: y, d, x, w, as far as it has them."""
        return ("y", *(("d",) if self.is_ratio else ()), *self.past)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        return tuple(combinations_with_replacement(self.parts, 2))

    @property
    def winsorize(self) -> float | None:
        """The quantile above which values are cut; a yes or no and a quantile have nothing to cut."""
        return None if self.metric.kind in _UNCUT else self.metric.winsorize

    @property
    def arithmetic(self) -> Arithmetic:
        return self.values if self.winsorize is None else "real"

    def named(self, part: str) -> str:
        return f"{self.metric.key}{_APART}{part}"

    def col(self, part: str) -> exp.Column:
        return sql.col(self.named(part))

    @property
    def is_real(self) -> bool:
        return self.arithmetic == "real"

    @property
    def is_open(self) -> bool:
        """Whether the query has to find its centres and grids."""
        return self.is_real and not self.fixed

    def ranges(self) -> list[exp.Expr]:
        """Of a group, for real variables: the centre k, which is the value nearest to 0, and how far they reach."""
        columns = []
        for part in self.parts if self.is_open else ():
            low, high = sql.smallest(self.col(part)), sql.largest(self.col(part))
            columns.append(sql.named(sql.nearest_to_zero(low, high), self.named(f"k_{part}")))
            columns.append(sql.named(exact.size(sql.minus(high, low)), self.named(f"size_{part}")))
        return columns

    def grids(self, bits: exp.Expr) -> list[exp.Expr]:
        """From the ranges, the magic numbers of each sum of real variables."""
        if not self.is_open:
            return []
        columns: list[exp.Expr] = [self.col(f"k_{part}") for part in self.parts]
        for summed in (*self.parts, *(a + b for a, b in self.pairs)):
            magic = exact.magic(*(self.col(f"size_{part}") for part in summed), bits)
            columns.append(sql.named(magic, self.named(f"grid_{summed}")))
            columns.append(sql.named(exact.finer(magic, bits), self.named(f"fine_{summed}")))
        return columns

    def centred(self) -> list[exp.Expr]:
        """Of a unit: its variables, and where they are real, each less its centre, beside the grids of its group."""
        columns: list[exp.Expr] = [self.col(part) for part in self.parts]
        columns += [self._less_centre(part) for part in self.parts if self.is_real]
        if not self.is_open:
            return columns
        summed = (*self.parts, *(a + b for a, b in self.pairs))
        columns += [self.col(f"k_{part}") for part in self.parts]
        return columns + [self.col(f"{grid}_{each}") for each in summed for grid in ("grid", "fine")]

    def summary(self) -> list[exp.Expr]:
        """Its columns in a query by group: n, extremes, sums, and n times the centred sums of products.

        Of real variables the sums are those of what is left after the centre, and of their products as they are.
        """
        y = self.col("y")
        parts = {"n": self._count("y"), "max_y": sql.largest(y), "min_y": sql.smallest(y)}
        parts |= {f"k_{part}": sql.smallest(self.col(f"k_{part}")) for part in self.parts if self.is_open}
        parts |= {f"sum_{part}": self._total(part) for part in self.parts}
        parts |= {f"sum_{a}{b}": self._products(a, b) for a, b in self.pairs}
        if self.may_lack_past:
            parts["n_x"] = sql.count(self.col("x"))
            parts |= {f"with_x_{part}": self._with_x(part) for part in self.parts[:-1]}
        return [sql.named(part, self.named(name)) for name, part in parts.items()]

    @property
    def cut_parts(self) -> tuple[str, ...]:
        """The variables that winsorising cuts: y, and x at a quantile of its own."""
        return tuple(part for part in self.parts if part in ("y", "x")) if self.winsorize is not None else ()

    def caps(self) -> list[exp.Expr]:
        q = self.winsorize or 1.0
        return [sql.named(sql.quantile(self.col(part), q), self.named(f"cap_{part}")) for part in self.cut_parts]

    def cut(self) -> list[exp.Expr]:
        """Its variables, none beyond its cap."""
        return [
            sql.named(sql.capped(sql.cast(self.col(part), "DOUBLE"), self.col(f"cap_{part}")), self.named(part))
            if part in self.cut_parts
            else self.col(part)
            for part in self.parts
        ]

    def moments(self, rows: Rows) -> list[Moments]:
        """The moments of each row's group.

        Raises:
            DataError: a value is infinite.
        """
        self.largest(rows)
        return moments_of(self.parts, self._sums(rows))

    def is_unfit(self, rows: Rows) -> bool:
        """Whether something is no number, or its fixed grids are too coarse for the variables of any group."""
        if not self.fixed:
            return False
        if not all(rows.is_finite(self.named(f"sum_{a}{b}")) for a, b in self.pairs):
            return True
        n, groups = rows.sums(self.named("n")), self._sums(rows)
        for part in self.parts:
            grids = self.fixed[f"fine_{part}"], self.fixed[f"fine_{part * 2}"]
            raw, centred = rows.sums(self.named(f"sum_{part * 2}")), np.array([sums[part * 2] for sums in groups])
            if are_coarse(grids, n, raw, centred).any():
                return True
        return False

    def largest(self, rows: Rows) -> list[float]:
        """The largest value in each row's group, NaN without any."""
        return [float(value) for value in rows.floats(self.named("max_y"))]

    def smallest(self, rows: Rows) -> list[float]:
        """The smallest value in each row's group, NaN without any."""
        return [float(value) for value in rows.floats(self.named("min_y"))]

    def _count(self, part: str) -> exp.Expr:
        return sql.count(None if part in self.complete else self.col(part))

    def _grid(self, name: str) -> exp.Expr:
        return sql.real(self.fixed[name]) if self.fixed else self.col(name)

    def _less_centre(self, part: str) -> exp.Expr:
        return sql.named(sql.minus(self.col(part), self._grid(f"k_{part}")), self.named(f"c_{part}"))

    def _total(self, part: str, where: exp.Expr | None = None) -> exp.Expr:
        if self.is_real:
            return self._exactly(self.col(f"c_{part}"), part, where)
        return sql.wide_total(sql.when(where, self.col(part)))

    def _exactly(self, value: exp.Expr, summed: str, where: exp.Expr | None = None) -> exp.Expr:
        return exact.total(value, [self._grid(f"grid_{summed}"), self._grid(f"fine_{summed}")], where)

    def _with_x(self, part: str) -> exp.Expr:
        """All less those whose x is not known: they are few, and a condition that seldom holds costs little."""
        return sql.minus(self._total(part), sql.or_zero(self._total(part, sql.absent(self.col("x")))))

    def _products(self, a: str, b: str) -> exp.Expr:
        if self.is_real:
            return self._exactly(sql.times(self.col(f"c_{a}"), self.col(f"c_{b}")), a + b)
        lacks = self.may_lack_past and b == "x"
        n = self._count("x" if lacks else "y")
        first = self._with_x(a) if lacks and a != "x" else sql.wide_total(self.col(a))
        products = sql.times(n, sql.wide_total(sql.times(self.col(a), self.col(b))))
        return sql.minus(products, sql.times(first, sql.wide_total(self.col(b))))

    def _sums(self, rows: Rows) -> list[Sums]:
        """The sums of each row."""
        columns = {"n": rows.sums(self.named("n"))}
        columns["n_x"] = rows.sums(self.named("n_x")) if self.may_lack_past else columns["n"]
        for part in self.parts:
            columns[part] = rows.sums(self.named(f"sum_{part}"))
            columns[f"k_{part}"] = self._centres_of(part, rows)
            with_x = self.may_lack_past and part != "x"
            known = rows.sums(self.named(f"with_x_{part}")) if with_x else columns[part]
            columns[f"with_x_{part}"] = np.where(columns["n_x"] < columns["n"], known, columns[part])
        for a, b in self.pairs:
            raw, n = rows.sums(self.named(f"sum_{a}{b}")), columns["n_x" if b == "x" else "n"]
            columns[f"{a}{b}"] = self._centred_products(raw, n, columns[f"with_x_{a}" if b == "x" else a], columns[b])
        lists = {name: column.tolist() for name, column in columns.items()}
        return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]

    def _centres_of(self, part: str, rows: Rows) -> Days:
        if self.is_open:
            return rows.sums(self.named(f"k_{part}"))
        return np.full(len(rows), self.fixed.get(f"k_{part}", 0.0))

    def _centred_products(self, raw: Days, n: Days, a: Days, b: Days) -> Days:
        """Σ(a - ā)(b - b̄) from the sums; what is below the rounding of the sums is 0."""
        n = np.maximum(n, 1)
        if not self.is_real:
            return raw / n
        centred: Days = raw - a * b / n
        return np.where(np.abs(centred) > ROUNDING * np.abs(raw), centred, 0.0)


def refuse_cut_ratio(metric: Metric) -> None:
    """Refuse to winsorise a ratio: with its numerators cut and its denominators not, more use looks like less success.

    Raises:
        DataError: the metric asks for it.
    """
    if metric.kind == "ratio" and metric.winsorize is not None:
        raise DataError(f"`{metric.name}`: a ratio can't be cut at one side", then="leave `winsorize` out")


def capping(
    source: str, keep: Sequence[str], outcomes: Sequence[Outcome], entered: exp.Expr, within: str | None = None
) -> list[queries.Step]:
    """Steps after `source` that cut values beyond their metric's quantile down to it; none when no metric asks for it.

    The quantile is that of all units for which `entered` holds, of every variant together; where `within` names a
    column, of all with the same value in it. The last step has the columns `keep` and the outcomes.
    """
    caps = [cap for outcome in outcomes for cap in outcome.caps()]
    if not caps:
        return []
    cut = [column for outcome in outcomes for column in outcome.cut()]
    if within is None:
        capped = exp.select(*map(sql.col, keep), *cut).from_(source).join("caps", join_type="cross")
        return [("caps", exp.select(*caps).from_(source).where(entered)), ("capped", capped)]
    own = sql.same(sql.col(within, source), sql.col(within, "caps"))
    capped = exp.select(*(sql.col(name, source) for name in keep), *cut).from_(source)
    each = queries.grouped(exp.select(sql.col(within), *caps).from_(source).where(entered), 1)
    return [("caps", each), ("capped", capped.join("caps", on=own, join_type="left"))]
