"""The columns of one table: what each holds, and how a metric may read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache

from sqlglot import exp

from aftermerge.errors import DataError, nearest
from aftermerge.usage import sql

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_NUMBERS = frozenset((*_WHOLE, *(f"U{name}" for name in _WHOLE), "FLOAT", "DOUBLE", "DECIMAL", "BOOLEAN"))
_SMALL = frozenset(("BOOLEAN", "TINYINT", "UTINYINT", "SMALLINT", "USMALLINT", "INTEGER"))
_FLOATS = frozenset(("FLOAT", "DOUBLE"))
_TYPED = frozenset((*_NUMBERS, "VARCHAR", "JSON", "ENUM", "MAP"))
_PROPERTIES = "properties"
_PROPERTY_TYPES = ("VARCHAR", "JSON", "MAP(VARCHAR, VARCHAR)")


def suggestion(given: str, known: Sequence[str]) -> str:
    """The nearest known word, or the first dozen of them."""
    return nearest(given, tuple(get_close_matches(given, known, n=1) or known[:12])) if known else "there is none yet"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table by name, with the engine's name of their type.

    `aliases` are other names for them. `json` is whether a name that is no column is looked up as a key of the
    JSON object, or of the map, in the column `properties`. `codes` gives, by the column of units or accounts, a column
    of whole numbers that tells them apart as well, where there is one: it is quicker to group and to join by.
    """

    table: str
    types: Mapping[str, str]
    aliases: Mapping[str, str] = field(default_factory=dict)
    json: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)

    def read(self, name: str) -> exp.Expr:
        """The column, or the property, that a name stands for.

        Raises:
            DataError: there is none.
        """
        column = self._column(name)
        if column is not None:
            return _typed(sql.col(column), self.types[column])
        if self.has_properties:
            path = exp.JSONPath(expressions=[exp.JSONPathRoot(), exp.JSONPathKey(this=self.aliases.get(name, name))])
            properties = _typed(sql.col(_PROPERTIES), self.types[_PROPERTIES])
            return exp.JSONExtractScalar(this=properties, expression=path)
        known = sorted({*self.types, *self.aliases})
        raise DataError(f"`{self.table}` has no column `{name}`", then=suggestion(name, known))

    def number(self, name: str) -> exp.Expr:
        """A column as float64; NaN is no value.

        Raises:
            DataError: there is no such column, or it does not hold numbers.
        """
        kind = self.type_of(name)
        if kind is None:
            return _without_nan(sql.try_cast(self.read(name), "DOUBLE"))
        if kind not in _NUMBERS:
            words = f"column `{name}` of `{self.table}` holds {kind}, not numbers"
            raise DataError(words, then="name a column of numbers, or store this one as numbers")
        return _without_nan(self.real(name)) if kind in _FLOATS else self.real(name)

    def real(self, name: str) -> exp.Expr:
        """A column of numbers as float64, as it is.

        Raises:
            DataError: there is no such column.
        """
        return sql.cast(self.read(name), "DOUBLE")

    def whole(self, name: str) -> exp.Expr | None:
        """A column of whole numbers, so small that their products fit int64; None where it may hold others.

        Raises:
            DataError: there is no such column.
        """
        return sql.cast(self.read(name), "BIGINT") if self.type_of(name) in _SMALL else None

    def is_whole(self, name: str) -> bool:
        """Whether a column holds whole numbers, whose sums are exact.

        Raises:
            DataError: there is no such column.
        """
        return self.type_of(name) in (*_SMALL, *_WHOLE)

    def text(self, name: str) -> exp.Expr:
        """A column as text.

        Raises:
            DataError: there is no such column.
        """
        column = self.read(name)
        return column if self.type_of(name) in ("VARCHAR", None) else sql.cast(column, "VARCHAR")

    def type_of(self, name: str) -> str | None:
        """The engine's name of the type, without its width; None for a property, which is text.

        Raises:
            DataError: there is no such column.
        """
        self.read(name)
        column = self._column(name)
        return None if column is None else self.types[column].split("(")[0]

    @property
    def has_properties(self) -> bool:
        return self.json and self.types.get(_PROPERTIES) in _PROPERTY_TYPES

    def _column(self, name: str) -> str | None:
        wanted = self.aliases.get(name, name)
        if wanted in self.types:
            return wanted
        return next((column for column in self.types if column.casefold() == wanted.casefold()), None)


def _typed(column: exp.Column, kind: str) -> exp.Column:
    """A column that knows what it holds: engines write some words differently for it."""
    if kind.partition("(")[0] in _TYPED:
        column.type = _parsed(kind).copy()
    return column


@cache
def _parsed(kind: str) -> exp.DataType:
    return exp.DataType.build("ENUM" if kind.startswith("ENUM") else kind, dialect="duckdb")


def _without_nan(number: exp.Expr) -> exp.Expr:
    return exp.Nullif(this=number, expression=sql.cast(sql.text("NaN"), "DOUBLE"))
