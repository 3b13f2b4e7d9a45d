"""ClickHouse. Times are DateTime64(6, 'UTC'); days Date32; what may be null is Nullable.

Read with `join_use_nulls`, `aggregate_functions_null_for_empty` and `prefer_column_name_to_alias`.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects import ClickHouse as Known
from sqlglot.generator import Generator

from aftermerge.usage import words
from aftermerge.usage.dialects.arithmetic import rounded
from aftermerge.usage.dialects.duckdb import before, capped

_UTC = exp.Literal.string("UTC")
_MICROSECONDS = exp.Literal.number(6)
_TIME = "DateTime64(6, 'UTC')"
_DATE_FIRST = exp.Literal.string(r"^\s*\d{4}-\d{1,2}-\d{1,2}")
_COUNTS = (exp.Count, exp.RowNumber)


def _in_utc(write: Generator, at: exp.Expr) -> str:
    return str(write.func("toDateTime64", at, _MICROSECONDS, _UTC))


def _on_wall_clock(write: Generator, word: exp.Expr) -> str:
    """What the clock shows, as if it were UTC."""
    local = write.func("toTimeZone", word.this, word.args["zone"])
    return str(write.func("addSeconds", word.this, write.func("timeZoneOffset", local)))


def _from_wall_clock(write: Generator, word: exp.Expr) -> str:
    """Of the moments at which the clock shows it, the last; where it skips it, as if it had not been put forward."""
    at, zone = write.sql(word.this), write.sql(word.args["zone"])
    offsets = (f"timeZoneOffset(toTimeZone({at} {sign} INTERVAL 1 DAY, {zone}))" for sign in "-+")
    moments = ", ".join(f"subtractSeconds({at}, {offset})" for offset in offsets)
    shown = f"toString(toTimeZone(found, {zone})) = toString({at})"
    return f"arrayReverseSort(found -> ({shown}, found), [{moments}])[1]"


def _signed(count: str) -> str:
    """Counts are unsigned, and what is taken from one would be as well."""
    return f"toInt64({count})"


def _count(write: Generator, found: exp.Count) -> str:
    text = str(write.function_fallback_sql(found))
    return text if isinstance(found.parent, (exp.Filter, exp.Window)) else _signed(text)


def _counted(write: Generator, found: exp.Expr, known: Callable[[Generator, Any], str]) -> str:
    text = known(write, found)
    return _signed(text) if isinstance(found.this, _COUNTS) else text


def _nullif(write: Generator, found: exp.Nullif) -> str:
    """NaN equals nothing here, not even NaN."""
    cast = found.expression
    if isinstance(cast, exp.Cast) and cast.this.is_string and cast.this.name == "NaN":
        return str(write.func("if", write.func("isNaN", found.this), exp.Null(), found.this))
    return str(write.func("nullIf", found.this, cast))


def _log(write: Generator, found: exp.Log) -> str:
    if found.this.is_number and found.this.name == "2":
        return str(write.func("log2", found.expression))
    return str(write.function_fallback_sql(found))


def _parametric(write: Generator, name: str, parameter: exp.Expr, of: exp.Expr) -> str:
    return f"{name}({write.sql(parameter)})({write.sql(of)})"


def _ranked(write: Generator, found: exp.WithinGroup) -> str:
    """Of n values the one of rank ⌈n q⌉, in whole numbers so that no rounding moves it; null without any."""
    (ordered,) = found.expression.expressions
    value = write.sql(ordered.this)
    part, whole = Decimal(found.this.this.name).as_integer_ratio()
    rank = f"intDiv({part} * count({value}) + {whole - 1}, {whole})"
    return f"if(count({value}) = 0, NULL, arraySort(groupArray({value}))[{rank}])"


def _property(write: Generator, found: exp.JSONExtractScalar) -> str:
    """A key's value as text: of a Map, of a JSON column, or of JSON text."""
    column, key = found.this, exp.Literal.string(found.expression.expressions[-1].this)
    if column.is_type("map"):
        return str(write.func("if", write.func("mapContains", column, key), _element(write, column, key), exp.Null()))
    document = write.func("toString", column) if column.is_type("json") else column
    return str(write.func("JSONExtract", document, key, exp.Literal.string("Nullable(String)")))


def _element(write: Generator, column: exp.Expr, key: exp.Expr) -> str:
    return f"{write.sql(column)}[{write.sql(key)}]"


def _try_cast(write: Generator, found: exp.TryCast) -> str:
    """Text that does not stand for such a value is null."""
    of = found.this
    if found.to.is_type(exp.DType.DOUBLE):
        return str(write.func("toFloat64OrNull", write.func("trimBoth", of)))
    if found.to.is_type(exp.DType.TIMESTAMP, exp.DType.TIMESTAMPTZ, exp.DType.DATE):
        time = write.func("parseDateTime64BestEffortOrNull", of, _MICROSECONDS, _UTC)
        known = write.func("if", write.func("match", of, _DATE_FIRST), time, exp.Null())
        return str(write.func("toDate32", known)) if found.to.is_type(exp.DType.DATE) else str(known)
    return str(write.func("accurateCastOrNull", of, exp.Literal.string(_bare(write, found.to))))


def _bare(write: Generator, kind: exp.Expr) -> str:
    plain = kind.copy()
    plain.set("nullable", False)
    return str(write.sql(plain))


def _round(write: Generator, found: exp.Expr) -> str:
    """Halves away from 0; ROUND itself would go to the even neighbour."""
    value, scale = write.sql(found.this), f"exp10({write.sql(found.args.get('decimals')) or 0})"
    return f"sign({value}) * floor(abs({value}) * {scale} + 0.5) / {scale}"


def _escape(write: Generator, found: exp.Escape) -> str:
    """LIKE with a sign of its own for what is meant literally: here that is always the backslash."""
    like, sign = found.this, found.expression.name
    if not like.expression.is_string or not sign:
        return str(write.binary(found, "ESCAPE"))
    pattern, pieces = like.expression.name, iter(like.expression.name)
    pattern = "".join("\\" + next(pieces, "") if each == sign else each.replace("\\", "\\\\") for each in pieces)
    kind = "ILIKE" if isinstance(like, exp.ILike) else "LIKE"
    return f"{write.sql(like.this)} {kind} {write.sql(exp.Literal.string(pattern))}"


def _plain_backslash(found: exp.Expr) -> exp.Expr:
    """A backslash that stands for itself."""
    if not found.expression.is_string or "\\" not in found.expression.name:
        return found
    literal = found.copy()
    literal.set("expression", exp.Literal.string(found.expression.name.replace("\\", "\\\\")))
    return literal


class ClickHouse(Known):  # type: ignore[misc]  # its base is typed as Any
    """ClickHouse, and our own words."""

    class Generator(Known.Generator):  # type: ignore[misc]
        """Writes them."""

        TYPE_MAPPING: ClassVar[dict[Any, Any]] = Known.Generator.TYPE_MAPPING | {
            exp.DType.DATE: "Date32",
            **dict.fromkeys((exp.DType.TIMESTAMP, exp.DType.TIMESTAMPTZ, exp.DType.TIMESTAMPNTZ), _TIME),
        }
        TRANSFORMS: ClassVar[dict[Any, Any]] = Known.Generator.TRANSFORMS | {
            words.InUtc: lambda write, word: _in_utc(write, word.this),
            words.OnWallClock: _on_wall_clock,
            words.FromWallClock: _from_wall_clock,
            words.Hashed: lambda write, word: write.func("cityHash64", word.this),
            words.WideTotal: lambda write, word: write.func("SUM", write.func("toInt128", word.this)),
            words.Capped: lambda write, word: write.sql(capped(word.this, word.args["cap"])),
            words.Before: lambda write, word: write.sql(before(word.this)),
            words.BitsSet: lambda write, word: _signed(write.func("uniqExact", word.this)),
            exp.Nullif: _nullif,
            exp.Count: _count,
            exp.Filter: lambda write, found: _counted(write, found, Generator.filter_sql),
            exp.Window: lambda write, found: _counted(write, found, Generator.window_sql),
            exp.Lag: lambda write, found: write.func("lagInFrame", write.func("toNullable", found.this)),
            exp.Log: _log,
            exp.PercentileCont: lambda write, found: _parametric(
                write, "quantileExactInclusive", found.expression, found.this
            ),
            exp.WithinGroup: _ranked,
            exp.JSONExtractScalar: _property,
            exp.TryCast: _try_cast,
            exp.Round: _round,
            exp.Lower: lambda write, found: write.func("lowerUTF8", found.this),
            exp.Upper: lambda write, found: write.func("upperUTF8", found.this),
            exp.Length: lambda write, found: write.func("lengthUTF8", found.this),
            exp.Escape: _escape,
            exp.Like: lambda write, found: Known.Generator.like_sql(write, _plain_backslash(found)),
            exp.ILike: lambda write, found: Known.Generator.ilike_sql(write, _plain_backslash(found)),
        }

        def cast_sql(self, expression: exp.Cast, safe_prefix: str | None = None) -> str:
            """A real number becomes the nearest whole one, where it would be cut."""
            return str(super().cast_sql(rounded(expression, "roundBankers"), safe_prefix))

        def cte_sql(self, expression: exp.CTE) -> str:
            """A step, which is read anew wherever it is named."""
            expression.set("materialized", None)
            return str(super().cte_sql(expression))

        def select_sql(self, expression: exp.Select) -> str:
            """Each column under its own name, which a join would else put its table's before."""
            for column in expression.expressions:
                if isinstance(column, exp.Column) and column.table and not isinstance(column.this, exp.Star):
                    column.replace(exp.alias_(column.copy(), column.name, quoted=True))
            return str(super().select_sql(expression))
