"""Trino: written, and never run by us. Its intervals know no less than a millisecond."""

from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects import Trino as Known
from sqlglot.generator import Generator

from aftermerge.usage import words
from aftermerge.usage.dialects.duckdb import before, capped
from aftermerge.usage.dialects.sorted_values import interpolated, ranked, without_nan

_UTC = exp.Literal.string("UTC")
_WIDEST = exp.DataType.build("DECIMAL(38, 0)", dialect="trino")


def _in_utc(write: Generator, word: exp.Expr) -> str:
    return _without_zone(write, write.sql(word.this), _UTC)


def _on_wall_clock(write: Generator, word: exp.Expr) -> str:
    return _without_zone(write, write.func("WITH_TIMEZONE", word.this, _UTC), word.args["zone"])


def _from_wall_clock(write: Generator, word: exp.Expr) -> str:
    return _without_zone(write, write.func("WITH_TIMEZONE", word.this, word.args["zone"]), _UTC)


def _without_zone(write: Generator, at: str, zone: exp.Expr) -> str:
    return f"CAST({at} AT TIME ZONE {write.sql(zone)} AS TIMESTAMP(6))"


def _hashed(write: Generator, word: exp.Expr) -> str:
    text = write.func("TO_UTF8", exp.cast(word.this.copy(), "TEXT"))
    return str(write.func("FROM_BIG_ENDIAN_64", write.func("XXHASH64", text)))


def _at(value: str, place: str) -> str:
    values = f"ARRAY_AGG({value} ORDER BY {value}) FILTER(WHERE NOT {value} IS NULL)"
    return f"ELEMENT_AT({values}, CAST({place} AS INTEGER) + 1)"


class Trino(Known):  # type: ignore[misc]  # its base is typed as Any
    """Trino, and our own words."""

    class Generator(Known.Generator):  # type: ignore[misc]
        """Writes them."""

        TYPE_MAPPING: ClassVar[dict[Any, Any]] = Known.Generator.TYPE_MAPPING | {
            exp.DType.TIMESTAMP: "TIMESTAMP(6)",
            exp.DType.TIMESTAMPTZ: "TIMESTAMP(6) WITH TIME ZONE",
        }
        TRANSFORMS: ClassVar[dict[Any, Any]] = Known.Generator.TRANSFORMS | {
            words.InUtc: _in_utc,
            words.OnWallClock: _on_wall_clock,
            words.FromWallClock: _from_wall_clock,
            words.Hashed: _hashed,
            words.BitsSet: lambda write, word: f"COUNT(DISTINCT {write.sql(word.this)})",
            words.WideTotal: lambda write, word: write.func("SUM", exp.cast(word.this.copy(), _WIDEST.copy())),
            words.Capped: lambda write, word: write.sql(capped(word.this, word.args["cap"])),
            words.Before: lambda write, word: write.sql(before(word.this)),
            exp.Nullif: without_nan,
            exp.PercentileCont: lambda write, word: interpolated(write, word, _at),
            exp.WithinGroup: lambda write, word: ranked(write, word, _at),
        }

        def interval_sql(self, expression: exp.Interval) -> str:
            """An interval; a millisecond where a microsecond is meant."""
            if expression.text("unit").upper() == "MICROSECOND":
                return "INTERVAL '0.001' SECOND"
            return str(super().interval_sql(expression))

        def cte_sql(self, expression: exp.CTE) -> str:
            """Trino decides by itself whether to keep a step."""
            plain = expression.copy()
            plain.set("materialized", None)
            return str(super().cte_sql(plain))
