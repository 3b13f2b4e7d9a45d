"""Real numbers that become whole ones: DuckDB takes the nearest, of two as near the even one."""

from sqlglot import exp

_REAL = (exp.DataType.Type.DOUBLE, exp.DataType.Type.FLOAT)


def rounded(cast: exp.Cast, rounding: str) -> exp.Cast:
    """The cast of a real column to a whole number by a function of the engine; any other as it is."""
    if cast.to.this not in exp.DataType.INTEGER_TYPES or not cast.this.is_type(*_REAL):
        return cast
    found = cast.copy()
    found.set("this", exp.Anonymous(this=rounding, expressions=[cast.this.copy()]))
    return found
