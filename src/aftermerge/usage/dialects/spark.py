"""Spark SQL, which Sail speaks too; of a session in UTC and in ANSI mode."""

from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects import Spark as Known
from sqlglot.generator import Generator

from aftermerge.errors import DataError
from aftermerge.usage import words
from aftermerge.usage.dialects.arithmetic import quotient, rounded

_UTC = exp.Literal.string("UTC")
_WIDEST = exp.DataType.build("DECIMAL(38, 0)", dialect="spark")
_NOT_IN_A_PATH = frozenset("'?\\")
"""What a key in a JSON path of Spark's can't hold."""


def _in_utc(write: Generator, word: exp.Expr) -> str:
    return write.sql(exp.cast(word.this.copy(), exp.DType.TIMESTAMP))


def _on_wall_clock(write: Generator, word: exp.Expr) -> str:
    return write.func("CONVERT_TIMEZONE", _UTC, word.args["zone"], word.this)


def _from_wall_clock(write: Generator, word: exp.Expr) -> str:
    return write.func("CONVERT_TIMEZONE", word.args["zone"], _UTC, word.this)


def _wide_total(write: Generator, word: exp.Expr) -> str:
    return write.func("SUM", exp.cast(word.this.copy(), _WIDEST.copy()))


def _capped(write: Generator, word: exp.Expr) -> str:
    """By LEAST: Sail takes a CASE over the two for what is never null, and then finds that it can be."""
    least = write.func("LEAST", word.this, word.args["cap"])
    return f"CASE WHEN {write.sql(word.this)} IS NULL THEN NULL ELSE {least} END"


def _before(write: Generator, word: exp.Expr) -> str:
    """In parts of equal values: without parts, Spark would sort all rows on one executor."""
    ordered = exp.Order(expressions=[word.this.copy()])
    return write.sql(exp.Window(this=exp.Lag(this=word.this.copy()), partition_by=[word.this.copy()], order=ordered))


def _property(write: Generator, word: exp.Expr) -> str:
    """A key of a JSON object, as text, or of a map."""
    key = str(word.expression.expressions[-1].this)
    if word.this.is_type(exp.DType.MAP):
        return f"{write.sql(word.this)}[{write.sql(exp.Literal.string(key))}]"
    if not key or _NOT_IN_A_PATH & set(key):
        raise DataError(f"Spark can't read the property `{key}`", then="store it in a column of its own")
    return write.func("GET_JSON_OBJECT", word.this, exp.Literal.string(f"$['{key}']"))


def _within_group(write: Generator, word: exp.Expr) -> str:
    """Spark knows the exact PERCENTILE_DISC; what is known of older ones is an approximate word."""
    if not isinstance(word.this, exp.PercentileDisc):
        return str(Known.Generator.withingroup_sql(write, word))
    return f"PERCENTILE_DISC({write.sql(word.this, 'this')}) WITHIN GROUP ({write.sql(word, 'expression').strip()})"


def _plain_backslash(word: exp.Expr) -> exp.Expr:
    """A backslash is a letter like others where no ESCAPE says more; in Spark it would be one."""
    pattern = word.expression
    if isinstance(word.parent, exp.Escape) or not (isinstance(pattern, exp.Literal) and "\\" in pattern.name):
        return word
    plain = word.copy()
    plain.set("expression", exp.Literal.string(pattern.name.replace("\\", "\\\\")))
    return plain


class Spark(Known):  # type: ignore[misc]  # its base is typed as Any
    """Spark, and our own words."""

    class Generator(Known.Generator):  # type: ignore[misc]
        """Writes them. A TIMESTAMP has no zone, as everywhere in a query; what Spark calls so has one."""

        TYPE_MAPPING: ClassVar[dict[Any, Any]] = Known.Generator.TYPE_MAPPING | {
            exp.DType.TIMESTAMP: "TIMESTAMP_NTZ",
            exp.DType.TIMESTAMPTZ: "TIMESTAMP",
        }
        TRANSFORMS: ClassVar[dict[Any, Any]] = Known.Generator.TRANSFORMS | {
            words.InUtc: _in_utc,
            words.OnWallClock: _on_wall_clock,
            words.FromWallClock: _from_wall_clock,
            words.Hashed: lambda write, word: write.func("XXHASH64", word.this),
            words.BitsSet: lambda write, word: f"COUNT(DISTINCT {write.sql(word.this)})",
            words.WideTotal: _wide_total,
            words.Capped: _capped,
            words.Before: _before,
            exp.JSONExtractScalar: _property,
            exp.PercentileCont: lambda write, word: write.func("PERCENTILE", word.this, word.expression),
            exp.WithinGroup: _within_group,
            exp.TryCast: lambda write, cast: write.trycast_sql(cast),
            exp.Like: lambda write, word: Known.Generator.like_sql(write, _plain_backslash(word)),
            exp.ILike: lambda write, word: Known.Generator.ilike_sql(write, _plain_backslash(word)),
        }

        def cte_sql(self, expression: exp.CTE) -> str:
            """Spark decides by itself whether to keep a step."""
            plain = expression.copy()
            plain.set("materialized", None)
            return str(super().cte_sql(plain))

        def cast_sql(self, expression: exp.Cast, safe_prefix: str | None = None) -> str:
            """A real number becomes the nearest whole one, where it would be cut."""
            return str(super().cast_sql(rounded(expression, "RINT"), safe_prefix))

        def div_sql(self, expression: exp.Div) -> str:
            """A quotient in float64; by 0 it is infinite, or no number, and not an error."""
            return quotient(self.sql(expression.left), self.sql(expression.right), expression.right, "DOUBLE")
