"""Snowflake: written, and never run by us."""

from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects import Snowflake as Known
from sqlglot.generator import Generator

from aftermerge.usage import words
from aftermerge.usage.dialects.duckdb import before, capped

_UTC = exp.Literal.string("UTC")


def _in_utc(write: Generator, word: exp.Expr) -> str:
    return f"CAST({write.func('CONVERT_TIMEZONE', _UTC, word.this)} AS TIMESTAMP_NTZ)"


def _property(write: Generator, word: exp.Expr) -> str:
    """A key of a VARIANT, or of JSON text, as text."""
    key = exp.Literal.string(word.expression.expressions[-1].this)
    document = word.this if word.this.is_type(exp.DType.JSON) else write.func("TRY_PARSE_JSON", word.this)
    return f"CAST({write.func('GET', document, key)} AS VARCHAR)"


class Snowflake(Known):  # type: ignore[misc]  # its base is typed as Any
    """Snowflake, and our own words."""

    class Generator(Known.Generator):  # type: ignore[misc]
        """Writes them."""

        TYPE_MAPPING: ClassVar[dict[Any, Any]] = Known.Generator.TYPE_MAPPING | {
            exp.DType.TIMESTAMP: "TIMESTAMP_NTZ",
            exp.DType.TIMESTAMPTZ: "TIMESTAMP_TZ",
        }
        TRANSFORMS: ClassVar[dict[Any, Any]] = Known.Generator.TRANSFORMS | {
            words.InUtc: _in_utc,
            words.OnWallClock: lambda write, word: write.func("CONVERT_TIMEZONE", _UTC, word.args["zone"], word.this),
            words.FromWallClock: lambda write, word: write.func("CONVERT_TIMEZONE", word.args["zone"], _UTC, word.this),
            words.Hashed: lambda write, word: write.func("HASH", word.this),
            words.BitsSet: lambda write, word: f"COUNT(DISTINCT {write.sql(word.this)})",
            words.WideTotal: lambda write, word: write.func("SUM", word.this),
            words.Capped: lambda write, word: write.sql(capped(word.this, word.args["cap"])),
            words.Before: lambda write, word: write.sql(before(word.this)),
            exp.JSONExtractScalar: _property,
        }

        def cte_sql(self, expression: exp.CTE) -> str:
            """Snowflake decides by itself whether to keep a step."""
            plain = expression.copy()
            plain.set("materialized", None)
            return str(super().cte_sql(plain))
