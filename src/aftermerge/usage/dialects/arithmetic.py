"""Arithmetic that engines do otherwise than DuckDB: to divide by 0, and to make whole numbers of real ones."""

from sqlglot import exp

_REAL = (exp.DataType.Type.DOUBLE, exp.DataType.Type.FLOAT)


def quotient(left: str, right: str, divisor: exp.Expr, real: str) -> str:
    """`left` / `right` in float64, which is called `real`; by 0 infinite, or no number, and null where `left` is."""
    left = f"CAST({left} AS {real})"
    if isinstance(divisor, (exp.Literal, exp.Nullif)):
        return f"{left} / {right}"
    by_zero = f"CASE SIGN({left}) WHEN 1 THEN 'Infinity' WHEN -1 THEN '-Infinity' ELSE 'NaN' END"
    unknown = f"WHEN {right} = 0 AND {left} IS NULL THEN NULL"
    return f"CASE {unknown} WHEN {right} = 0 THEN CAST({by_zero} AS {real}) ELSE {left} / {right} END"


def rounded(cast: exp.Cast, rounding: str) -> exp.Cast:
    """The cast of a real column to a whole number by a function of the engine; any other as it is.

    DuckDB takes the nearest, of two as near the even one.
    """
    if cast.to.this not in exp.DataType.INTEGER_TYPES or not cast.this.is_type(*_REAL):
        return cast
    found = cast.copy()
    found.set("this", exp.Anonymous(this=rounding, expressions=[cast.this.copy()]))
    return found
