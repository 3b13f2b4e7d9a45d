"""A metric's `where`: a condition over one table's columns, and nothing else."""

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from aftermerge.errors import DataError
from aftermerge.usage import sql
from aftermerge.usage.columns import Columns

_JOINING = (exp.And, exp.Or, exp.Not, exp.Paren, exp.Escape)
_COMPARING = (
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ),
    *(exp.In, exp.Between, exp.Is, exp.Like, exp.ILike),
)
_VALUES = (
    *(exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Neg, exp.Tuple),
    *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod),
    *(exp.Lower, exp.Upper, exp.Trim, exp.Length, exp.Abs, exp.Round, exp.Coalesce, exp.Cast, exp.DataType),
)
_ALLOWED = frozenset((*_JOINING, *_COMPARING, *_VALUES))
_THEN = "compare columns with values, such as `plan = 'pro' and seats >= 5`"


def condition(given: str | None, columns: Columns) -> exp.Expr | None:
    """The condition as an expression over the table; None without a text.

    Raises:
        DataError: it is no condition, names a column that there isn't, or reaches beyond the row.
    """
    if given is None:
        return None
    tree = _parse(given)
    _refuse_strangers(tree, given)
    _want_truth(tree, given, columns)
    bound = tree.transform(_bind, columns)
    for division in [*bound.find_all(exp.Mod)]:
        _make_null_by_zero(division)
    return exp.paren(bound)


def _parse(given: str) -> exp.Expr:
    try:
        parsed = sqlglot.parse(given, dialect="duckdb")
    except SqlglotError as error:
        raise DataError(f"`where = {given!r}` can't be read as a condition", then=_THEN) from error
    if len(parsed) != 1 or parsed[0] is None:
        raise DataError(f"`where = {given!r}` is not one condition", then=_THEN)
    return parsed[0]


def _refuse_strangers(tree: exp.Expr, given: str) -> None:
    for node in tree.walk():
        if type(node) not in _ALLOWED:
            word = node.sql(dialect="duckdb", comments=False)[:40]
            raise DataError(f"`where = {given!r}` can't use `{word}`", then=_THEN)
        if isinstance(node, exp.Column) and node.table:
            raise DataError(f"`where = {given!r}` names another table, `{node.table}`", then=_THEN)


def _want_truth(tree: exp.Expr, given: str, columns: Columns) -> None:
    """Each part that `and`, `or` and `not` join must be true or false."""
    if isinstance(tree, _JOINING):
        for part in tree.iter_expressions():
            if not (isinstance(tree, exp.Escape) and isinstance(part, exp.Literal)):
                _want_truth(part, given, columns)
    elif not _is_truth(tree, columns):
        raise DataError(f"`where = {given!r}` is not true or false for a row", then=_THEN)


def _is_truth(part: exp.Expr, columns: Columns) -> bool:
    if isinstance(part, exp.Column):
        return columns.type_of(part.name) in ("BOOLEAN", None)
    return isinstance(part, (*_COMPARING, exp.Boolean))


def _bind(node: exp.Expr, columns: Columns) -> exp.Expr:
    """A name becomes the table's own column. A property is text: it takes the type of what it is compared with."""
    if not isinstance(node, exp.Column):
        return node
    bound = columns.read(node.name)
    to = _wanted_type(node) if columns.type_of(node.name) is None else None
    return sql.try_cast(bound, to) if to else bound


def _make_null_by_zero(division: exp.Mod) -> None:
    """What is left of a division by 0 is an error in some engines, and in some versions of one that says null else."""
    divisor = division.expression
    if not isinstance(divisor, exp.Literal):
        division.set("expression", exp.Nullif(this=divisor.copy(), expression=sql.number(0)))
        division.expression.type = divisor.type


def _wanted_type(column: exp.Column) -> str | None:
    parent = column.parent
    if parent is None or isinstance(parent, _JOINING):
        return "BOOLEAN"
    beside = [part for part in parent.iter_expressions() if part is not column]
    if isinstance(parent, (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)) or any(map(_is_number, beside)):
        return "DOUBLE"
    return "BOOLEAN" if any(isinstance(part, exp.Boolean) for part in beside) else None


def _is_number(part: exp.Expr) -> bool:
    inner = part.this if isinstance(part, exp.Neg) else part
    return isinstance(inner, exp.Literal) and not inner.is_string
