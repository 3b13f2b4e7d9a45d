"""BigQuery: written, and never run by us. No name of a column may hold a dot there."""

from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects import BigQuery as Known
from sqlglot.generator import Generator

from aftermerge.usage import words
from aftermerge.usage.dialects.duckdb import before, capped
from aftermerge.usage.dialects.sorted_values import interpolated, ranked, without_nan

_UTC = exp.Literal.string("UTC")
_WIDEST = exp.DType.BIGDECIMAL


def _on_wall_clock(write: Generator, word: exp.Expr) -> str:
    return str(write.func("DATETIME", write.func("TIMESTAMP", word.this, _UTC), word.args["zone"]))


def _from_wall_clock(write: Generator, word: exp.Expr) -> str:
    return str(write.func("DATETIME", write.func("TIMESTAMP", word.this, word.args["zone"]), _UTC))


def _at(value: str, place: str) -> str:
    return f"ARRAY_AGG({value} IGNORE NULLS ORDER BY {value})[SAFE_OFFSET(CAST({place} AS INT64))]"


class BigQuery(Known):  # type: ignore[misc]  # its base is typed as Any
    """BigQuery, and our own words."""

    class Generator(Known.Generator):  # type: ignore[misc]
        """Writes them."""

        TRANSFORMS: ClassVar[dict[Any, Any]] = Known.Generator.TRANSFORMS | {
            words.InUtc: lambda write, word: write.func("DATETIME", word.this, _UTC),
            words.OnWallClock: _on_wall_clock,
            words.FromWallClock: _from_wall_clock,
            words.Hashed: lambda write, word: write.func("FARM_FINGERPRINT", exp.cast(word.this.copy(), "TEXT")),
            words.BitsSet: lambda write, word: f"COUNT(DISTINCT {write.sql(word.this)})",
            words.WideTotal: lambda write, word: write.func("SUM", exp.cast(word.this.copy(), _WIDEST)),
            words.Capped: lambda write, word: write.sql(capped(word.this, word.args["cap"])),
            words.Before: lambda write, word: write.sql(before(word.this)),
            exp.Nullif: without_nan,
            exp.PercentileCont: lambda write, word: interpolated(write, word, _at),
            exp.WithinGroup: lambda write, word: ranked(write, word, _at),
        }

        def identifier_sql(self, expression: exp.Identifier) -> str:
            """A name, without dots."""
            plain = exp.to_identifier(expression.name.replace(".", "__"), quoted=expression.quoted)
            return str(super().identifier_sql(plain))

        def cte_sql(self, expression: exp.CTE) -> str:
            """BigQuery decides by itself whether to keep a step."""
            plain = expression.copy()
            plain.set("materialized", None)
            return str(super().cte_sql(plain))
