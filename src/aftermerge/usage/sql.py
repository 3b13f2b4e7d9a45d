"""The words of SQL that every shape uses, as expressions: names are quoted, values are literals.

Each word copies what it is given if that stands elsewhere already, so that an expression can be used in several places.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

from sqlglot import exp

from aftermerge.usage import words


def col(name: str, of: str | None = None) -> exp.Column:
    return exp.column(name, table=of, quoted=True)


def text(value: str) -> exp.Literal:
    return exp.Literal.string(value)


def number(value: float) -> exp.Expr:
    return exp.Literal.number(value)


def named(expression: exp.Expr, name: str) -> exp.Expr:
    return exp.alias_(_fresh(expression), name, quoted=True, copy=False)


def table(schema: str, name: str) -> exp.Table:
    """A usage table. The schema keeps it apart from the names inside a query, whatever its own name is."""
    return exp.table_(name, db=schema, quoted=True)


def cast(expression: exp.Expr, to: str) -> exp.Expr:
    return exp.cast(_fresh(expression), _type(to), copy=False, dialect="duckdb")


def try_cast(expression: exp.Expr, to: str) -> exp.Expr:
    return exp.TryCast(this=_fresh(expression), to=_type(to))


def when(condition: exp.Expr | None, value: exp.Expr) -> exp.Expr:
    """The value where the condition holds, else null; without a condition, the value."""
    return _fresh(value) if condition is None else _case((condition, value))


def all_of(*conditions: exp.Expr | None) -> exp.Expr | None:
    """The conditions that there are, joined by AND; None without any."""
    held = [_fresh(condition) for condition in conditions if condition is not None]
    return exp.and_(*held, copy=False) if held else None


def present(expression: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=_fresh(expression), expression=exp.Null()))


def absent(expression: exp.Expr) -> exp.Expr:
    return exp.Is(this=_fresh(expression), expression=exp.Null())


def equals(expression: exp.Expr, value: str) -> exp.Expr:
    return same(expression, text(value))


def differs(expression: exp.Expr, value: str) -> exp.Expr:
    return exp.NEQ(this=_fresh(expression), expression=text(value))


def same(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.EQ(this=_fresh(left), expression=_fresh(right))


def more(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.GT(this=_fresh(left), expression=_fresh(right))


def at_least(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.GTE(this=_fresh(left), expression=_fresh(right))


def less(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.LT(this=_fresh(left), expression=_fresh(right))


def at_most(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.LTE(this=_fresh(left), expression=_fresh(right))


def one_of(expression: exp.Expr, values: Sequence[exp.Expr]) -> exp.Expr:
    return exp.In(this=_fresh(expression), expressions=[_fresh(value) for value in values])


def instant(at: datetime) -> exp.Expr:
    """An aware time as a literal, in UTC and without a zone, as all times inside a query are."""
    return cast(text(at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")), "TIMESTAMP")


def in_utc(expression: exp.Expr) -> exp.Expr:
    """A time that bears a zone, as a UTC time without one."""
    return words.InUtc(this=_fresh(expression))


def on_wall_clock(at: exp.Expr, zone: str) -> exp.Expr:
    """A UTC time without a zone, as the clock on a wall in `zone` shows it."""
    return words.OnWallClock(this=_fresh(at), zone=text(zone))


def from_wall_clock(at: exp.Expr, zone: str) -> exp.Expr:
    """What a clock on a wall in `zone` shows, as a UTC time without a zone."""
    return words.FromWallClock(this=_fresh(at), zone=text(zone))


def days_after(at: exp.Expr, days: int) -> exp.Expr:
    return plus(at, _days(days))


def days_before(at: exp.Expr, days: int) -> exp.Expr:
    return minus(at, _days(days))


def moment_before(at: exp.Expr) -> exp.Expr:
    """The last time that is earlier, in microseconds as engines keep them."""
    return minus(at, exp.Interval(this=text("1"), unit=exp.Var(this="MICROSECOND")))


def _days(days: int) -> exp.Expr:
    return exp.Interval(this=text(str(days)), unit=exp.Var(this="DAY"))


def times(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Mul(this=_tight(left), expression=_tight(right))


def plus(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Add(this=_fresh(left), expression=_fresh(right))


def minus(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Sub(this=_fresh(left), expression=_tight(right))


def over(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Div(this=_tight(left), expression=_tight(right))


def real(value: float) -> exp.Expr:
    """A float64 as a literal, to its last digit; without an exponent it would be a decimal number."""
    digits = repr(float(value))
    literal = exp.Literal.number(digits.lstrip("-") if "e" in digits else f"{digits.lstrip('-')}e0")
    return exp.Neg(this=literal) if value < 0 else literal


def root(expression: exp.Expr) -> exp.Expr:
    return exp.Sqrt(this=_fresh(expression))


def up(expression: exp.Expr) -> exp.Expr:
    return exp.Ceil(this=_fresh(expression))


def down(expression: exp.Expr) -> exp.Expr:
    return exp.Floor(this=_fresh(expression))


def log2_up(expression: exp.Expr) -> exp.Expr:
    """⌈log₂ x⌉."""
    return up(exp.Log(this=number(2), expression=cast(expression, "DOUBLE")))


def power_of_two(exponent: exp.Expr) -> exp.Expr:
    return exp.Pow(this=cast(number(2), "DOUBLE"), expression=_fresh(exponent))


def nearest_to_zero(low: exp.Expr, high: exp.Expr) -> exp.Expr:
    """The number between the two that is nearest to 0."""
    zero = number(0)
    return _case((more(low, zero), low), (less(high, zero), high), otherwise=zero)


def greatest(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Greatest(this=_fresh(left), expressions=[_fresh(right)])


def all_columns(of: str) -> exp.Expr:
    return exp.Column(this=exp.Star(), table=exp.to_identifier(of))


def total(expression: exp.Expr) -> exp.Expr:
    return exp.Sum(this=_fresh(expression))


def wide_total(expression: exp.Expr) -> exp.Expr:
    """The sum of whole numbers, of which two can be multiplied."""
    return words.WideTotal(this=_fresh(expression))


def mean(expression: exp.Expr) -> exp.Expr:
    return exp.Avg(this=_fresh(expression))


def smallest(expression: exp.Expr) -> exp.Expr:
    return exp.Min(this=_fresh(expression))


def largest(expression: exp.Expr) -> exp.Expr:
    return exp.Max(this=_fresh(expression))


def quantile(expression: exp.Expr, q: float) -> exp.Expr:
    """The quantile q, interpolated between neighbours (type 7 of Hyndman and Fan 1996)."""
    return exp.PercentileCont(this=_fresh(expression), expression=number(q))


def capped(value: exp.Expr, cap: exp.Expr) -> exp.Expr:
    """The value, or the cap where it is larger; null stays null, which LEAST would not promise."""
    return words.Capped(this=_fresh(value), cap=_fresh(cap))


def count(expression: exp.Expr | None = None) -> exp.Expr:
    return exp.Count(this=_fresh(expression) if expression is not None else exp.Star(), big_int=True)


def count_where(condition: exp.Expr) -> exp.Expr:
    return exp.Filter(this=count(), expression=exp.Where(this=_fresh(condition)))


def count_distinct(expression: exp.Expr) -> exp.Expr:
    return exp.Count(this=exp.Distinct(expressions=[_fresh(expression)]), big_int=True)


def or_else(expression: exp.Expr, otherwise: exp.Expr) -> exp.Expr:
    return exp.Coalesce(this=_fresh(expression), expressions=[_fresh(otherwise)])


def or_zero(expression: exp.Expr) -> exp.Expr:
    return or_else(expression, number(0))


def or_null(expression: exp.Expr, value: exp.Expr) -> exp.Expr:
    """The expression, or null where it is the value."""
    return exp.Nullif(this=_fresh(expression), expression=_fresh(value))


def either(condition: exp.Expr, value: exp.Expr, otherwise: exp.Expr) -> exp.Expr:
    return _case((condition, value), otherwise=otherwise)


def before(expression: exp.Expr) -> exp.Expr:
    """The value of the row before, in the order of the values; an engine may give null where that is another."""
    return words.Before(this=_fresh(expression))


def passed_before(expression: exp.Expr) -> exp.Expr:
    """The value of the row that passed before, in whatever order the rows come."""
    return exp.Window(this=exp.Lag(this=_fresh(expression)))


def hashed(expression: exp.Expr) -> exp.Expr:
    """64 bits that are the same for the same value."""
    return words.Hashed(this=_fresh(expression))


def bits_set(expression: exp.Expr, low: int, high: int) -> exp.Expr:
    """How many different whole numbers there are between two."""
    return words.BitsSet(this=_fresh(expression), low=number(low), high=number(high))


def rank(by: exp.Expr, *then: exp.Expr, within: Sequence[exp.Expr] = ()) -> exp.Expr:
    """1, 2, … in ascending order of `by`, then of the others."""
    order = exp.Order(expressions=[_fresh(by), *(_fresh(each) for each in then)])
    return exp.Window(this=exp.RowNumber(), partition_by=[_fresh(each) for each in within], order=order)


def count_within(*partition: exp.Expr) -> exp.Expr:
    return exp.Window(this=count(), partition_by=[_fresh(each) for each in partition])


def descending(expression: exp.Expr) -> exp.Expr:
    return exp.Ordered(this=_fresh(expression), desc=True)


def _fresh(expression: exp.Expr) -> exp.Expr:
    """The expression itself where it stands nowhere yet, else a copy: to copy each time takes longer than to ask."""
    return expression if expression.parent is None else expression.copy()


def _case(*choices: tuple[exp.Expr, exp.Expr], otherwise: exp.Expr | None = None) -> exp.Expr:
    ifs = [exp.If(this=_fresh(condition), true=_fresh(value)) for condition, value in choices]
    return exp.Case(ifs=ifs, default=_fresh(otherwise)) if otherwise is not None else exp.Case(ifs=ifs)


@cache
def _parsed_type(name: str) -> exp.DataType:
    return exp.DataType.build(name, dialect="duckdb")


def _type(name: str) -> exp.DataType:
    return _parsed_type(name).copy()


def _tight(expression: exp.Expr) -> exp.Expr:
    """In brackets where it would else fall apart beside a stronger sign."""
    fresh = _fresh(expression)
    return exp.Paren(this=fresh) if isinstance(fresh, (exp.Add, exp.Sub)) else fresh
