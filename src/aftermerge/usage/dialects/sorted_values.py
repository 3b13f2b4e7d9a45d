"""What engines without exact quantiles need: sorted values of a group, and a place among them."""

from collections.abc import Callable
from decimal import Decimal

from sqlglot import exp
from sqlglot.generator import Generator

At = Callable[[str, str], str]
"""How an engine writes the value at a place that counts from 0, from the group's expression and the place."""


def interpolated(write: Generator, word: exp.Expr, at: At) -> str:
    """The quantile of type 7 (Hyndman and Fan 1996) of a group's values."""
    value, place = write.sql(word.this), f"((COUNT({write.sql(word.this)}) - 1) * {write.sql(word.expression)})"
    low, high = at(value, f"FLOOR({place})"), at(value, f"CEIL({place})")
    return f"({low} + ({place} - FLOOR({place})) * ({high} - {low}))"


def ranked(write: Generator, word: exp.Expr, at: At) -> str:
    """Of n values the one of rank ⌈n q⌉."""
    (ordered,) = word.expression.expressions
    part, whole = Decimal(word.this.this.name).as_integer_ratio()
    value = write.sql(ordered.this)
    return at(value, f"CEIL(COUNT({value}) * {part} / {whole}.0) - 1")


def without_nan(write: Generator, word: exp.Expr) -> str:
    """NULLIF, also of NaN where that equals nothing."""
    if isinstance(word.expression, exp.Cast) and word.expression.this.name == "NaN":
        value = write.sql(word.this)
        return f"IF(IS_NAN({value}), NULL, {value})"
    return str(write.func("NULLIF", word.this, word.expression))
