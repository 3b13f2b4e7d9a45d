"""DuckDB: the dialect in which queries are thought."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects import DuckDB
from sqlglot.generator import Generator

from aftermerge.usage import words


def at_zone(at: exp.Expr, zone: str | exp.Expr) -> exp.Expr:
    """A time seen in a zone; one without a zone is taken for that zone's."""
    inner = exp.Paren(this=at.copy()) if isinstance(at, (exp.Add, exp.Sub)) else at.copy()
    return exp.AtTimeZone(this=inner, zone=exp.Literal.string(zone) if isinstance(zone, str) else zone.copy())


def capped(value: exp.Expr, cap: exp.Expr) -> exp.Expr:
    larger = exp.If(this=exp.GT(this=value.copy(), expression=cap.copy()), true=cap.copy())
    return exp.Case(ifs=[larger], default=value.copy())


def before(value: exp.Expr) -> exp.Expr:
    """The value of the row before, in the order of the values."""
    ordered = exp.Order(expressions=[value.copy()])
    return exp.Window(this=exp.Lag(this=value.copy()), order=ordered)


AS_HERE: Mapping[Any, Any] = MappingProxyType(
    {
        words.InUtc: lambda write, word: write.sql(at_zone(word.this, "UTC")),
        words.OnWallClock: lambda write, word: write.sql(at_zone(at_zone(word.this, "UTC"), word.args["zone"])),
        words.FromWallClock: lambda write, word: write.sql(at_zone(at_zone(word.this, word.args["zone"]), "UTC")),
        words.Capped: lambda write, word: write.sql(capped(word.this, word.args["cap"])),
        words.Before: lambda write, word: write.sql(before(word.this)),
    }
)
"""Words that other engines write alike."""


class DuckDb(DuckDB):  # type: ignore[misc]  # its base is typed as Any
    """DuckDB, and our own words."""

    class Generator(DuckDB.Generator):  # type: ignore[misc]
        """Writes them."""

        TRANSFORMS: ClassVar[dict[Any, Any]] = (
            DuckDB.Generator.TRANSFORMS
            | AS_HERE
            | {
                words.WideTotal: lambda write, word: write.func("SUM", word.this),
                words.Hashed: lambda write, word: write.func("HASH", word.this),
                words.BitsSet: lambda write, word: _bits_set(write, word),  # noqa: PLW0108 - defined below
            }
        )


def _bits_set(write: Generator, word: exp.Expr) -> str:
    marked = write.func("BITSTRING_AGG", word.this, word.args["low"], word.args["high"])
    return f"BIT_COUNT({marked})"
