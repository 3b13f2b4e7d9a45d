"""Units are told apart on each day, in the narrowest form: a row a unit and day, with a bit for each share."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlglot import exp

from aftermerge.usage import queries, sql

_BITS = 30
"""How many yes or no stand in one whole number: as many as fit the least that an engine may take it for."""


@dataclass(frozen=True, eq=False)
class UnitDays:
    """Distinct units of one kind by day: those that did anything, and for each share, those for which it holds.

    `rows` begins a query of the events, with the keys and further columns; `unit` is the column that tells units
    apart, `shares` the conditions on a row by the column that their counts get. Rows without a unit are left out.
    """

    kind: str
    keys: tuple[str, ...]
    unit: str
    shares: Mapping[str, exp.Expr]
    rows: Callable[..., exp.Select]

    @property
    def steps(self) -> list[queries.Step]:
        return [(self._of_units, self._unit_days()), (self.name, self._days())]

    @property
    def name(self) -> str:
        return f"{self.kind}s_by_day"

    @property
    def active(self) -> str:
        return active(self.kind)

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.active, *self.shares)

    @property
    def _of_units(self) -> str:
        return f"{self.kind}_days"

    @cached_property
    def _places(self) -> dict[str, tuple[str, int]]:
        """Of each share, the column and the bit."""
        return {name: (f"did_{at // _BITS}", at % _BITS) for at, name in enumerate(self.shares)}

    def _unit_days(self) -> exp.Select:
        columns = [sql.named(exp.BitwiseOrAgg(this=bits), name) for name, bits in self._bits()]
        unit = sql.col(self.unit)
        select = self.rows(sql.named(unit, "unit"), *columns).where(sql.present(unit))
        return queries.grouped(select, len(self.keys) + 1)

    def _bits(self) -> Iterator[tuple[str, exp.Expr]]:
        """Of a row, a number a column, with the bits of the shares for which it holds."""
        found: dict[str, exp.Expr] = {}
        for share, (column, bit) in self._places.items():
            one = sql.either(self.shares[share], sql.number(2**bit), sql.number(0))
            found[column] = sql.plus(found[column], one) if column in found else one
        return iter(found.items())

    def _days(self) -> exp.Select:
        counts = [sql.named(sql.count(), self.active)]
        for share, (column, bit) in self._places.items():
            remainder = exp.Mod(this=sql.col(column), expression=sql.number(2 ** (bit + 1)))
            counts.append(sql.named(sql.count_where(sql.at_least(remainder, sql.number(2**bit))), share))
        select = queries.of_step(exp.select(*map(sql.col, self.keys), *counts), self._of_units)
        return queries.grouped(select, len(self.keys))


def active(kind: str) -> str:
    """The column of the active units of a kind."""
    return f"active_{kind}"
