"""A quantile by variant with its own interval, by ranks, inside the query.

Definition: of n values the one of rank ⌈n q⌉. The interval ends at the ranks ⌊n (q - 1.96 s)⌋ and ⌈n (q + 1.96 s)⌉; s
is the standard deviation of the share of values up to that rank, by the delta method over units, which may have many
values each (the outer confidence interval: Deng, Knoblich and Lu 2018, section 4.2), and no less than that of as many
independent values: at the ends of a sample the former vanishes.
Assumption: units are independent; a unit's own values need not be.
Blind spot: equal values are ranked by unit, so that many of them make the interval wider; where the interval would
reach beyond the values, there are too few of them, and the variant has no quantile.
"""

from collections.abc import Sequence
from math import isfinite

from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.metric import Metric
from aftermerge.stats.quantile import Quantile
from aftermerge.usage import queries, sql
from aftermerge.usage.rows import Rows

VARIANT = ("variant",)
"""What groups values where nothing else does."""
_Z = 1.959963984540054
_FORGIVEN = 1e-9
"""n q that is a whole number may come out of its multiplication a little above it."""


def quantile_of(metric: Metric) -> float:
    """Which quantile.

    Raises:
        DataError: none is given, or it is not between 0 and 1.
    """
    if metric.q is None or not 0 < metric.q < 1:
        raise DataError("a quantile needs the part of values below it, between 0 and 1", then="give `q = 0.95`")
    return metric.q


def quantile_steps(source: str, entered: exp.Expr, q: float, by: Sequence[str] = VARIANT) -> list[queries.Step]:
    """Steps after `source` (unit, those of `by`, value; a row a value); the last, `quantiles`, has a row a group."""
    return [
        ("ranked", _ranked(source, entered, by)),
        ("by_unit", _by_unit(q, by)),
        ("spreads", _spreads(q, by)),
        ("ends", _ends(q, by)),
        ("quantiles", _quantiles(by)),
    ]


def with_quantiles(totals: exp.Select, *steps: queries.Step, by: Sequence[str] = VARIANT) -> exp.Select:
    """After the steps, totals by `by` or finer, each row beside its group's quantile."""
    names = ("quantile_n", "quantile_value", "quantile_low", "quantile_high")
    columns = [sql.col(name, "quantiles") for name in names]
    select = exp.select(sql.all_columns("totals"), *columns).from_("totals")
    same = _same_group("totals", "quantiles", by)
    return queries.stepped(select.join("quantiles", on=same, join_type="left"), *steps, ("totals", totals))


def quantiles(rows: Rows) -> dict[str, Quantile]:
    """By variant, where there are enough values.

    Raises:
        DataError: an end is infinite.
    """
    columns = [rows.floats(f"quantile_{name}").tolist() for name in ("value", "low", "high")]
    found = zip(rows.texts("variant"), rows.counts("quantile_n").tolist(), *columns, strict=True)
    return {
        variant: Quantile(n, value, low, high)
        for variant, n, value, low, high in found
        if variant is not None and isfinite(low + high)
    }


def _ranked(source: str, entered: exp.Expr, by: Sequence[str]) -> exp.Select:
    columns = [sql.col(name) for name in ("unit", *by, "value")]
    group = [sql.col(name) for name in by]
    rank = sql.rank(sql.col("value"), sql.col("unit"), within=group)
    n = sql.count_within(*group)
    select = exp.select(*columns, sql.named(rank, "place"), sql.named(n, "n")).from_(source)
    return select.where(entered, sql.present(sql.col("value")))


def _middle(q: float) -> exp.Expr:
    return sql.up(sql.minus(sql.times(sql.col("n"), sql.real(q)), sql.real(_FORGIVEN)))


def _by_unit(q: float, by: Sequence[str]) -> exp.Select:
    """How many values a unit has, and how many of them up to the quantile's own rank."""
    below = sql.count_where(sql.at_most(sql.col("place"), _middle(q)))
    head = [sql.col(name) for name in (*by, "unit", "n")]
    select = exp.select(*head, sql.named(sql.count(), "held"), sql.named(below, "below"))
    return queries.grouped(select.from_("ranked"), len(head))


def _spreads(q: float, by: Sequence[str]) -> exp.Select:
    """By group: the quantile's rank, and the sums over units that its spread takes."""
    held, below, n = sql.col("held"), sql.col("below"), sql.col("n")
    columns = {
        "middle": _middle(q),
        "share": sql.over(_middle(q), n),
        "units": sql.count(),
        "below_below": sql.total(sql.times(below, below)),
        "below_held": sql.total(sql.times(below, held)),
        "held_held": sql.total(sql.times(held, held)),
    }
    select = exp.select(*map(sql.col, by), n, *(sql.named(column, name) for name, column in columns.items()))
    return queries.grouped(select.from_("by_unit"), len(by) + 1)


def _ends(q: float, by: Sequence[str]) -> exp.Select:
    """The ranks of the ends, null for a single unit: n (q ± 1.96 s), (n s)² = Σ(below - share · held)² k/(k - 1)."""
    share, units, below_held = sql.col("share"), sql.col("units"), sql.col("below_held")
    crossed = sql.times(sql.times(sql.number(2), share), below_held)
    spread = sql.minus(sql.col("below_below"), crossed)
    spread = sql.plus(spread, sql.times(sql.times(share, share), sql.col("held_held")))
    degrees = sql.or_null(sql.minus(units, sql.number(1)), sql.number(0))
    of_units = sql.times(spread, sql.over(units, degrees))
    of_values = sql.times(sql.col("n"), sql.real(q * (1 - q)))
    variance = sql.when(sql.more(units, sql.number(1)), sql.greatest(of_units, of_values))
    reach = sql.root(variance)
    reach, exact_rank = sql.times(sql.real(_Z), reach), sql.times(sql.col("n"), sql.real(q))
    first, last = sql.down(sql.minus(exact_rank, reach)), sql.up(sql.plus(exact_rank, reach))
    columns = [*map(sql.col, by), sql.col("middle"), sql.named(first, "first"), sql.named(last, "last")]
    return exp.select(*columns).from_("spreads")


def _quantiles(by: Sequence[str]) -> exp.Select:
    value, place = sql.col("value", "ranked"), sql.col("place", "ranked")

    def at(rank: str, name: str) -> exp.Expr:
        return sql.named(sql.largest(sql.when(sql.same(place, sql.col(rank, "ends")), value)), name)

    group = [sql.col(name, "ranked") for name in by]
    columns = [at("middle", "quantile_value"), at("first", "quantile_low"), at("last", "quantile_high")]
    select = exp.select(*group, sql.named(sql.largest(sql.col("n", "ranked")), "quantile_n"), *columns)
    return queries.grouped(select.from_("ranked").join("ends", on=_same_group("ranked", "ends", by)), len(by))


def _same_group(left: str, right: str, by: Sequence[str]) -> exp.Expr:
    return exp.and_(*(sql.same(sql.col(name, left), sql.col(name, right)) for name in by))
