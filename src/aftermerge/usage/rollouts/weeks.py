"""Which weeks of a rollout are shown, and who came in them; `back` counts weeks from the last."""

from datetime import datetime

from sqlglot import exp

from aftermerge.model.table import EventsTable
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import Source
from aftermerge.usage.times import has_clock, local, local_day

PERIOD_DAYS = 7
MOST_PERIODS = 26
BEGUN = 0.99
"""A rollout begins with the first 1% of those whom it reached: a tester months before is no beginning."""
NEVER = -1
"""The cohort of the units that did not get it in the weeks shown."""


def ends(source: Source, table: EventsTable, until: datetime | None) -> exp.Select:
    """The first whole day, and the day after the last."""
    zone, clock = source.timezone, has_clock(source.columns, table.time)
    first, last = local(sql.smallest(sql.col("at")), zone), local(sql.largest(sql.col("at")), zone)
    start = sql.cast(_hours_after(first, 23 if clock else 0), "DATE")
    end = sql.cast(_hours_after(last, 1 if clock else 24), "DATE")
    if until is not None:
        end = sql.capped(end, local_day(sql.instant(until), zone))
    return exp.select(sql.named(start, "start_day"), sql.named(end, "end_day")).from_("events")


def rollout() -> exp.Select:
    """The week in which the rollout began."""
    begun = exp.WithinGroup(
        this=exp.PercentileDisc(this=sql.number(BEGUN)),
        expression=exp.Order(expressions=[exp.Ordered(this=sql.col("got_back"))]),
    )
    return exp.select(sql.named(begun, "begun_back")).from_("adoptions")


def shown(wanted: int) -> exp.Select:
    """Which weeks are shown: from `oldest` to `newest`, counted back from the last; `wanted` after the first of it."""
    newest = _at_least_zero(_minus(sql.col("begun_back"), wanted))
    whole = weeks_between(sql.col("start_day"), sql.col("end_day"))
    limits = exp.select(
        sql.col("begun_back"), sql.named(newest, "newest"), sql.named(_minus(whole, 1), "whole"), sql.col("end_day")
    )
    limits = limits.from_("rollout").join("ends", join_type="cross").where(sql.present(sql.col("begun_back")))
    oldest = sql.capped(sql.col("whole"), _minus(sql.col("newest"), 1 - MOST_PERIODS))
    names = [sql.col(name) for name in ("begun_back", "newest", "end_day")]
    return exp.select(*names, sql.named(oldest, "oldest")).from_(limits.subquery("limits"))


def visits() -> exp.Select:
    """In how many of the weeks from the one before the rollout on each unit came, and whether in that one."""
    before = _minus(sql.col("begun_back"), -1)
    head = [
        sql.col("unit"),
        sql.named(sql.count(), "weeks_seen"),
        sql.named(sql.largest(sql.col("back")), "first_back"),
    ]
    since = [sql.at_most(sql.col("back"), before), sql.at_least(sql.col("back"), sql.col("newest"))]
    since.append(sql.at_most(before, sql.col("oldest")))
    return queries.grouped(exp.select(*head).from_("weeks").join("shown", join_type="cross").where(*since), 1)


def units() -> exp.Select:
    """Those who came in every week, by the week in which they got it."""
    got_back = sql.col("got_back")
    cohort = (
        exp.case()
        .when(sql.more(got_back, sql.col("begun_back")), sql.number(0))
        .when(sql.at_least(got_back, sql.col("newest")), exp.Sub(this=sql.col("oldest"), expression=got_back))
        .else_(sql.number(NEVER))
    )
    all_weeks = exp.Sub(this=_minus(sql.col("begun_back"), -2), expression=sql.col("newest"))
    same = sql.same(sql.col("unit", "visits"), sql.col("unit", "adoptions"))
    select = exp.select(sql.col("unit", "visits"), sql.named(cohort, "cohort")).from_("visits")
    select = select.join("adoptions", on=same, join_type="left").join("shown", join_type="cross")
    return select.where(sql.same(sql.col("weeks_seen"), all_weeks))


def _minus(expression: exp.Expr, number: int) -> exp.Expr:
    if number < 0:
        return exp.paren(exp.Add(this=expression.copy(), expression=sql.number(-number)))
    return exp.paren(exp.Sub(this=expression.copy(), expression=sql.number(number)))


def _at_least_zero(expression: exp.Expr) -> exp.Expr:
    return exp.case().when(sql.less(expression, sql.number(0)), sql.number(0)).else_(expression.copy())


def _hours_after(at: exp.Expr, hours: int) -> exp.Expr:
    interval = exp.Interval(this=sql.text(str(hours)), unit=exp.Var(this="HOUR"))
    return exp.Add(this=at.copy(), expression=interval)


def weeks_between(earlier: exp.Expr, later: exp.Expr, less: int = 0) -> exp.Expr:
    """Whole weeks from one day to another, that many days `less`."""
    days = exp.DateDiff(this=later.copy(), expression=earlier.copy(), unit=exp.Var(this="DAY"))
    shorter = exp.Sub(this=days, expression=sql.number(less)) if less else days
    return exp.Cast(
        this=exp.Floor(this=exp.Div(this=exp.paren(shorter), expression=sql.number(PERIOD_DAYS), typed=False)),
        to=exp.DataType.build("BIGINT"),
    )
