"""Units that got a change in the same week: what they did week by week, as sums and products, then as moments."""

import numpy as np
from sqlglot import exp

from aftermerge.stats.cohort import Cohort
from aftermerge.usage import queries, sql
from aftermerge.usage.rollouts.weeks import NEVER
from aftermerge.usage.rows import Rows


def sizes() -> exp.Select:
    """Units by cohort."""
    return queries.grouped(exp.select(sql.col("cohort"), sql.named(sql.count(), "units")).from_("units"), 1)


def products(values: str, outcome: str) -> exp.Select:
    """Σ y and Σ yy′ by pair of weeks; a week without a value adds nothing to either."""
    y, other = sql.col(outcome, "one"), sql.col(outcome, "other")
    head = [
        sql.col("cohort", "one"),
        sql.named(sql.col("period", "one"), "period"),
        sql.named(sql.col("period", "other"), "later"),
        sql.named(sql.total(y), "total"),
        sql.named(sql.total(sql.times(y, other)), "product"),
    ]
    pair = exp.and_(
        sql.same(sql.col("unit", "one"), sql.col("unit", "other")),
        sql.at_most(sql.col("period", "one"), sql.col("period", "other")),
    )
    one, twin = exp.to_table(values).as_("one"), exp.to_table(values).as_("other")
    return queries.grouped(exp.select(*head).from_(one).join(twin, on=pair), 3)


def beside_products() -> exp.Select:
    """A row a pair of weeks of each cohort, beside what is the same for all."""
    names = ["period", "later", "total", "product"]
    head = [sql.col("cohort", "cohorts"), sql.col("units"), *(sql.col(name) for name in names)]
    limits: list[exp.Expr] = [sql.col(name) for name in ("oldest", "newest", "begun_back", "end_day")]
    came = sql.at_least(sql.col("first_back"), exp.paren(sql.plus(sql.col("begun_back"), sql.number(1))))
    visitors = exp.select(sql.count()).from_("visits").join("shown", join_type="cross").where(came)
    limits.append(sql.named(visitors.subquery(), "visitors"))
    same = sql.same(sql.col("cohort", "cohorts"), sql.col("cohort", "products"))
    select = exp.select(*head, *limits).from_("cohorts").join("products", on=same, join_type="left")
    return select.join("shown", join_type="cross").order_by(*(sql.number(i) for i in (1, 3, 4)))


def cohorts(rows: Rows, periods: int) -> tuple[Cohort, ...]:
    """The cohorts of an answer, each with `periods` weeks."""
    numbers = rows.counts("cohort")
    return tuple(_cohort(rows, numbers == number, int(number), periods) for number in np.unique(numbers))


def _cohort(rows: Rows, own: "np.typing.NDArray[np.bool_]", number: int, periods: int) -> Cohort:
    """From sums and sums of products to means and centred products."""
    n = int(rows.counts("units")[own][0])
    one, other = rows.counts("period")[own], rows.counts("later")[own]
    total, product = rows.sums("total")[own], rows.sums("product")[own]
    mean, cross = np.zeros(periods), np.zeros((periods, periods))
    mean[one[one == other]] = total[one == other] / n
    cross[one, other] = cross[other, one] = product
    cross -= n * np.outer(mean, mean)
    return Cohort(None if number == NEVER else number, n, mean, cross)
