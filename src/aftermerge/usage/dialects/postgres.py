"""PostgreSQL.

Where it and DuckDB differ, the words are written so that they mean what they do there: text is ordered by its bytes and
not by the database's collation, whole numbers divided give real ones, nothing is an error that is null or infinite in
DuckDB, and a backslash in a pattern is a backslash.
Blind spot: LOWER, UPPER and ILIKE know the letters that the database's own locale knows.
"""

from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects import Postgres as Known

from aftermerge.usage import words
from aftermerge.usage.dialects.arithmetic import quotient
from aftermerge.usage.dialects.duckdb import AS_HERE
from aftermerge.usage.dialects.postgres_text import as_text, of_text

_REAL = frozenset((exp.DType.DOUBLE, exp.DType.FLOAT))
_TEXT = frozenset((exp.DType.VARCHAR, exp.DType.TEXT))
_BY_BYTES = '"C"'
_ORDERING = (exp.Alias, exp.Min, exp.Max, exp.Ordered, exp.Order, exp.Coalesce, exp.If, exp.Case, exp.Select)


class Postgres(Known):  # type: ignore[misc]  # its base is typed as Any
    """PostgreSQL, and our own words."""

    class Generator(Known.Generator):  # type: ignore[misc]
        """Writes them."""

        TRANSFORMS: ClassVar[dict[Any, Any]] = (
            Known.Generator.TRANSFORMS
            | AS_HERE
            | {
                words.Hashed: lambda write, word: write.func(
                    "HASHTEXTEXTENDED", _text(word.this), exp.Literal.number(0)
                ),
                words.BitsSet: lambda write, word: f"COUNT(DISTINCT {write.sql(word.this)})",
                words.WideTotal: lambda write, word: f"CAST(SUM({write.sql(word.this)}) AS DECIMAL)",
                exp.JSONExtractScalar: lambda write, word: write.property_sql(word),
                exp.TryCast: lambda write, word: of_text(write.sql(word.this), word.args["to"]),
                exp.Round: lambda write, word: write.rounded_sql(word),
            }
        )

        def column_sql(self, expression: exp.Column) -> str:
            """A column; text that is not plain text is told to be, and in an order text goes by its bytes."""
            written: str = super().column_sql(expression)
            if expression.is_type(exp.DType.ENUM):
                written = f"CAST({written} AS TEXT)"
            return self._by_bytes(written, expression) if expression.is_type(*_TEXT, exp.DType.ENUM) else written

        def property_sql(self, expression: exp.JSONExtractScalar) -> str:
            """A key of an object, as text."""
            key = exp.Literal.string(expression.expression.expressions[-1].this)
            held = self.sql(expression.this)
            if not expression.this.is_type(exp.DType.JSON):
                held = f"CAST({held} AS JSON)"
            return self._by_bytes(f"({held} ->> {self.sql(key)})", expression)

        def literal_sql(self, expression: exp.Literal) -> str:
            """A number with an exponent is a float64, as in DuckDB; here it would be a decimal one."""
            written: str = super().literal_sql(expression)
            is_real = not expression.is_string and "e" in written.lower()
            return f"CAST({written} AS DOUBLE PRECISION)" if is_real else written

        def cast_sql(self, expression: exp.Cast, safe_prefix: str | None = None) -> str:
            """A cast; true and false are 1 and 0, and a real number as text shows that it is one."""
            value, to = expression.this, expression.to
            if value.is_type(exp.DType.BOOLEAN) and to.is_type(*exp.DataType.NUMERIC_TYPES):
                return f"CAST(CAST({self.sql(value)} AS INT) AS {self.sql(to)})"
            if value.is_type(*_REAL) and to.is_type(*_TEXT):
                return self._by_bytes(f"({as_text(self.sql(value))})", expression)
            written: str = super().cast_sql(expression, safe_prefix=safe_prefix)
            return self._by_bytes(written, expression) if to.is_type(*_TEXT) else written

        def log_sql(self, expression: exp.Log) -> str:
            """A logarithm to a base, in float64; its own is for decimal numbers only."""
            base, value = expression.this, expression.expression
            return f"(LN({self.sql(value)}) / LN(CAST({self.sql(base)} AS DOUBLE PRECISION)))"

        def div_sql(self, expression: exp.Div) -> str:
            """A quotient in float64; by 0 it is infinite, or no number, and not an error."""
            return quotient(self.sql(expression.left), self.sql(expression.right), expression.right, "DOUBLE PRECISION")

        def mod_sql(self, expression: exp.Mod) -> str:
            """What is left of a division."""
            left, right = self.sql(_tight(expression.left)), self.sql(_tight(expression.right))
            if any(side.is_type(*_REAL) for side in (expression.left, expression.right)):
                left = f"CAST({left} AS DECIMAL)"
                return f"CAST(MOD({left}, CAST({right} AS DECIMAL)) AS DOUBLE PRECISION)"
            return f"{left} % {right}"

        def rounded_sql(self, expression: exp.Round) -> str:
            """Half away from 0; by its digits, since its own rounding of float64 is half to even."""
            value, digits = self.sql(expression.this), int(expression.text("decimals") or 0)
            if not digits:
                return f"CAST(ROUND(CAST(CAST({value} AS TEXT) AS DECIMAL)) AS DOUBLE PRECISION)"
            larger = f"CAST({value} AS DOUBLE PRECISION) * 1e{digits}"
            return f"CAST(ROUND(CAST(CAST({larger} AS TEXT) AS DECIMAL)) AS DOUBLE PRECISION) / 1e{digits}"

        def like_sql(self, expression: exp.Like) -> str:
            return self._like(super().like_sql(expression), expression)

        def ilike_sql(self, expression: exp.ILike) -> str:
            return self._like(super().ilike_sql(expression), expression)

        def gt_sql(self, expression: exp.GT) -> str:
            return self._compared(expression, ">")

        def gte_sql(self, expression: exp.GTE) -> str:
            return self._compared(expression, ">=")

        def lt_sql(self, expression: exp.LT) -> str:
            return self._compared(expression, "<")

        def lte_sql(self, expression: exp.LTE) -> str:
            return self._compared(expression, "<=")

        def between_sql(self, expression: exp.Between) -> str:
            """Text is compared by its bytes."""
            written: str = super().between_sql(expression)
            if not _is_text(expression.this):
                return written
            low, high = self.sql(expression, "low"), self.sql(expression, "high")
            return f"({self.sql(expression.this)}) COLLATE {_BY_BYTES} BETWEEN {low} AND {high}"

        def _by_bytes(self, written: str, expression: exp.Expr) -> str:
            """In an order, text goes by its bytes; where it is only held against other text, an index may serve."""
            return f"{written} COLLATE {_BY_BYTES}" if isinstance(expression.parent, _ORDERING) else written

        def _compared(self, expression: exp.Binary, sign: str) -> str:
            written: str = self.binary(expression, sign)
            if not (_is_text(expression.left) or _is_text(expression.right)):
                return written
            return f"({self.sql(expression.left)}) COLLATE {_BY_BYTES} {sign} {self.sql(expression.right)}"

        def _like(self, written: str, expression: exp.Expr) -> str:
            """Without `ESCAPE`, nothing escapes."""
            return written if isinstance(expression.parent, exp.Escape) else f"{written} ESCAPE ''"


def _text(value: exp.Expr) -> exp.Expr:
    return exp.cast(value.copy(), "TEXT")


def _tight(side: exp.Expr) -> exp.Expr:
    return exp.Paren(this=side.copy()) if isinstance(side, exp.Binary) else side


def _is_text(side: exp.Expr) -> bool:
    """Whether it is text for sure: a column or property, or a word about text."""
    if isinstance(side, (exp.Lower, exp.Upper, exp.Trim, exp.JSONExtractScalar)):
        return True
    if isinstance(side, (exp.Paren, exp.Coalesce)):
        return _is_text(side.this)
    return side.is_type(*_TEXT, exp.DType.ENUM)
