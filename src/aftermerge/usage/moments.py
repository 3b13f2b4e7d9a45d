"""Units become sums, by variant, inside the query; and sums become moments."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Literal

from sqlglot import exp

from aftermerge.model.metric import Metric
from aftermerge.stats.moments import EMPTY, Moments
from aftermerge.usage import exact, sql
from aftermerge.usage.rows import Rows

Arithmetic = Literal["counts", "whole", "real"]
"""How values are added up: *counts* and *whole* are exact as they are, *real* ones on a grid (see `exact`)."""

_UNCUT = ("share", "retention", "funnel", "quantile")
_NOISE = 2.0**-50
"""A centred sum of squares below this part of the sum of squares is rounding."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A metric's value of one unit, in the column `y`; for a ratio over `d`; before its exposure, `x` and `w`.

    With `may_lack_past`, x is null for some units: they get the mean x of all units, which is the same for every
    variant and so adds no bias.
    """

    metric: Metric
    values: Arithmetic = "counts"
    past: tuple[str, ...] = ()
    may_lack_past: bool = False

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
        return f"{self.metric.key}_{part}"

    def col(self, part: str) -> exp.Column:
        return sql.col(self.named(part))

    def ranges(self) -> list[exp.Expr]:
        """Over all units: the centre k of each variable, its value nearest to 0; for real ones, how far they reach."""
        columns = []
        for part in self.parts if self.arithmetic != "counts" else ():
            low, high = sql.smallest(self.col(part)), sql.largest(self.col(part))
            columns.append(sql.named(sql.nearest_to_zero(low, high), self.named(f"k_{part}")))
            if self.arithmetic == "real":
                columns.append(sql.named(exact.size(sql.minus(high, low)), self.named(f"size_{part}")))
        return columns

    def grids(self, bits: exp.Expr) -> list[exp.Expr]:
        """From the ranges, the magic numbers of each sum."""
        columns = [self.col(f"k_{part}") for part in self.parts if self.arithmetic != "counts"]
        if self.arithmetic != "real":
            return [*columns]
        for part in self.parts:
            magic = exact.magic(self.col(f"size_{part}"), bits)
            columns.append(sql.named(magic, self.named(f"grid_{part}")))
            columns.append(sql.named(exact.finer(magic, bits), self.named(f"fine_{part}")))
        for a, b in self.pairs:
            magic = exact.magic(self.col(f"size_{a}"), self.col(f"size_{b}"), bits)
            columns.append(sql.named(magic, self.named(f"grid_{a}{b}")))
        return [*columns]

    def centred(self) -> list[exp.Expr]:
        """Of a unit: y as it is, each variable less its centre, and that on the grid."""
        columns: list[exp.Expr] = [self.col(part) for part in self.parts]
        for part in self.parts if self.arithmetic != "counts" else ():
            centred = sql.minus(self.col(part), self.col(f"k_{part}"))
            columns.append(sql.named(centred, self.named(f"c_{part}")))
            if self.arithmetic == "real":
                gridded = exact.on_grid(centred, self.col(f"grid_{part}"))
                columns.append(sql.named(gridded, self.named(f"g_{part}")))
        if self.arithmetic == "real":
            names = [f"fine_{part}" for part in self.parts] + [f"grid_{a}{b}" for a, b in self.pairs]
            columns += [self.col(name) for name in names]
        return columns

    def summary(self) -> list[exp.Expr]:
        """Its columns in a query by group: n, extremes, sums and sums of products of the centred variables."""
        y = self.col("y")
        parts = {"n": sql.count(y), "max_y": sql.largest(y), "min_y": sql.smallest(y)}
        for part in self.parts:
            parts[f"sum_{part}"] = sql.total(self._gridded(part))
            if self.arithmetic == "real":
                rest = exact.on_grid(exact.left(self._centred(part), self._gridded(part)), self.col(f"fine_{part}"))
                parts[f"rest_{part}"] = sql.total(rest)
        for a, b in self.pairs:
            parts[f"sum_{a}{b}"] = sql.total(self._product(a, b))
        if self.may_lack_past:
            known = sql.present(self.col("x"))
            parts["n_x"] = sql.count(self.col("x"))
            parts |= {f"with_x_{part}": sql.total(sql.when(known, self._gridded(part))) for part in self.parts[:-1]}
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
            sql.named(sql.capped(self.col(part), self.col(f"cap_{part}")), self.named(part))
            if part in self.cut_parts
            else self.col(part)
            for part in self.parts
        ]

    def centres(self) -> list[exp.Expr]:
        return [self.col(f"k_{part}") for part in self.parts if self.arithmetic != "counts"]

    def moments(self, rows: Rows) -> list[Moments]:
        """The moments of each row's group.

        Raises:
            DataError: a value is infinite.
        """
        sums = [_Sums(self, row) for row in self._read(rows)]
        if self.may_lack_past:
            known = sum(each.values["n_x"] for each in sums)
            mean = sum(each.values["sum_x"] for each in sums) / known if known else 0.0
            sums = [each.filled(mean) for each in sums]
        return [each.moments() for each in sums]

    def largest(self, rows: Rows) -> list[float]:
        """The largest value in each row's group, NaN without any."""
        return [float(value) for value in rows.floats(self.named("max_y"))]

    def smallest(self, rows: Rows) -> list[float]:
        """The smallest value in each row's group, NaN without any."""
        return [float(value) for value in rows.floats(self.named("min_y"))]

    def _centred(self, part: str) -> exp.Expr:
        return self.col(part if self.arithmetic == "counts" else f"c_{part}")

    def _gridded(self, part: str) -> exp.Expr:
        return self.col(f"g_{part}") if self.arithmetic == "real" else self._centred(part)

    def _product(self, a: str, b: str) -> exp.Expr:
        product = sql.times(self._centred(a), self._centred(b))
        return exact.on_grid(product, self.col(f"grid_{a}{b}")) if self.arithmetic == "real" else product

    def _read(self, rows: Rows) -> list[dict[str, float]]:
        """The sums of each row."""
        self.largest(rows)
        names = ["n", *(f"sum_{part}" for part in self.parts), *(f"sum_{a}{b}" for a, b in self.pairs)]
        names += [f"rest_{part}" for part in self.parts if self.arithmetic == "real"]
        names += [f"k_{part}" for part in self.parts if self.arithmetic != "counts"]
        if self.may_lack_past:
            names += ["n_x", *(f"with_x_{part}" for part in self.parts[:-1])]
        columns = [rows.sums(self.named(name)).tolist() for name in names]
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def capping(source: str, keep: Sequence[str], outcomes: Sequence[Outcome], entered: exp.Expr) -> list[sql.Step]:
    """Steps after `source` that cut values beyond their metric's quantile down to it; none when no metric asks for it.

    The quantile is that of all units for which `entered` holds, of every variant together. The last step has the
    columns `keep` and the outcomes.
    """
    caps = [cap for outcome in outcomes for cap in outcome.caps()]
    if not caps:
        return []
    columns = [sql.col(name) for name in keep] + [column for outcome in outcomes for column in outcome.cut()]
    capped = exp.select(*columns).from_(source).join("caps", join_type="cross")
    return [("caps", exp.select(*caps).from_(source).where(entered)), ("capped", capped)]


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sums of a group of units, each variable v counted from its centre k: `sum_v`, `rest_v`, `sum_vu`."""

    outcome: Outcome
    values: dict[str, float]

    def total(self, part: str) -> float:
        return self.values[f"sum_{part}"] + self.values.get(f"rest_{part}", 0.0)

    def filled(self, mean: float) -> "_Sums":
        """With x counted from its mean, so that a unit without x adds nothing."""
        v, known = self.values, self.values["n_x"]
        if known == v["n"]:
            return self
        x = self.total("x")
        changed = {
            "k_x": v.get("k_x", 0.0) + mean,
            "sum_x": x - mean * known,
            "rest_x": 0.0,
            "sum_xx": v["sum_xx"] - 2 * mean * x + mean * mean * known,
        }
        for part in self.outcome.parts[:-1]:
            changed[f"sum_{part}x"] = v[f"sum_{part}x"] - mean * v[f"with_x_{part}"]
        return _Sums(self.outcome, {**v, **changed})

    def moments(self) -> Moments:
        n, parts = int(self.values["n"]), self.outcome.parts
        if not n:
            return EMPTY
        means = {f"mean_{part}": self.values.get(f"k_{part}", 0.0) + self.total(part) / n for part in parts}
        squares = {part: self._square(part, n) for part in parts}
        products = {
            f"sp_{a}{b}": self._product(a, b, n) if squares[a] and squares[b] else 0.0
            for a, b in self.outcome.pairs
            if a != b
        }
        return Moments(n, **means, **{f"ss_{part}": ss for part, ss in squares.items()}, **products)

    def _square(self, part: str, n: int) -> float:
        raw = self.values[f"sum_{part}{part}"]
        centred = self._product(part, part, n)
        return centred if centred > _NOISE * raw else 0.0

    def _product(self, a: str, b: str, n: int) -> float:
        return self.values[f"sum_{a}{b}"] - self.total(a) * self.total(b) / n
