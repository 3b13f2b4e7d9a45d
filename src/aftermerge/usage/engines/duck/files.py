"""Exactly these Parquet files, as a query names them."""

from collections.abc import Iterable
from glob import escape

from sqlglot import exp

from aftermerge.usage import sql

_OPTIONS = ("union_by_name", "can_have_nan")


def listed(paths: Iterable[object]) -> exp.Expr:
    """No sign in a path is a pattern."""
    return exp.Array(expressions=[sql.text(escape(str(path))) for path in paths])


def read_parquet(paths: Iterable[object]) -> exp.Expr:
    """All their rows; columns go by their names, and a number may be none."""
    return exp.Anonymous(this="READ_PARQUET", expressions=[listed(paths), *map(is_true, _OPTIONS)])


def is_true(option: str) -> exp.Expr:
    """An option that is switched on."""
    return exp.Kwarg(this=exp.Var(this=option), expression=exp.true())
