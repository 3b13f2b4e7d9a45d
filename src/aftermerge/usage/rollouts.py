"""A metric by week in units that got a change at different times, over an events table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import numpy as np
from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.flag import CONTROL_NAMES
from aftermerge.model.plan import Answers, Rollout, RolloutQuestion
from aftermerge.model.table import EventsTable
from aftermerge.stats.cohort import Cohort
from aftermerge.usage import sql
from aftermerge.usage.asked import Asked, Compiled, Source, attempt
from aftermerge.usage.columns import suggestion
from aftermerge.usage.contribution import Contribution, contribution, require_events, unit_column
from aftermerge.usage.moments import capping
from aftermerge.usage.rows import Rows
from aftermerge.usage.times import has_clock, local, local_day, utc

PERIOD_DAYS = 7
MOST_PERIODS = 26
MOST_AFTER = 17
"""Of the periods shown, at most these come after the one in which the rollout begins."""
BEGUN = 0.99
"""A rollout begins with the first 1% of those whom it reached: a tester months before is no beginning."""
_NEVER = -1


def ask_rollouts(source: Source, table: EventsTable, questions: Sequence[RolloutQuestion]) -> Compiled:
    """One query a question.

    Definition: periods are weeks of 7 local days, laid backwards from the last whole day (or from `until`); shown are
    those before the rollout begins and the ones after it that two windows of the metric take, at most 26. A unit has
    the change from its first exposure on to a variant that is not a control's, or from the first event on whose
    `column` is `value` (with or without a leading v). Its value in a period: *count*, events; *sum* and *mean*,
    Σ value (for a mean without a value, events); *share*, 1 when the event happened, else 0. `winsorize` cuts at that
    quantile over all these weeks. The rollout begins when the first 1% of those whom it reached got it; units that
    got it before stand in cohort 0.
    Units enter that came (did anything) in the week before the rollout began and in every week shown since. An
    exposure is recorded when a unit comes: among those who might stay away, the ones who "have not got it yet" would
    be the ones who stayed away, and anything would look like a gain.
    Assumption: when the change is opened to a unit does not depend on how it is doing just then.
    Blind spot: it is the effect on units that come every week; what it does to whether they come is not seen. The
    week in which a unit gets it is its period 0, though only a part of it is treated, and it may have been open to it
    in the week before. A unit that skips the version named is taken for one that does not have it.
    """
    done, failed = attempt(((q.key, q) for q in questions), partial(_weeks, source, table))
    asked = [Asked(source.name, each.statement(), (each.question,), each.read) for each in done.values()]
    return Compiled(tuple(asked), failed)


def _weeks(source: Source, table: EventsTable, question: RolloutQuestion) -> "_Weeks":
    metric = question.metric
    if metric.kind not in ("count", "sum", "mean", "share"):
        raise DataError(
            f"a metric of kind `{metric.kind}` can't be read as a staggered rollout yet",
            then="its kind can be count, sum, mean or share",
        )
    utc(source.columns, table.time, source.timezone)
    for name in (table.flag, table.variant) if question.column is None else (question.column,):
        source.columns.read(name)
    return _Weeks(source, table, question, contribution(source, table, metric, mean_of_events=True))


@dataclass(frozen=True, slots=True, eq=False)
class _Weeks:
    """Events → each unit's adoption → its weeks → sums and products by cohort. `back` counts weeks from the last."""

    source: Source
    table: EventsTable
    question: RolloutQuestion
    part: Contribution

    def statement(self) -> exp.Select:
        outcome = self.part.outcome
        weeks = sql.present(sql.col(outcome.y))
        capped = capping("unit_weeks", ("unit", "cohort", "period"), [outcome], weeks)
        values = capped[-1][0] if capped else "unit_weeks"
        return sql.stepped(
            self._rows(),
            ("events", self._events()),
            ("ends", self._ends()),
            ("weeks", self._weeks()),
            ("adoptions", self._adoptions()),
            ("rollout", self._rollout()),
            ("shown", self._shown()),
            ("visits", self._visits()),
            ("units", self._units()),
            ("unit_weeks", self._unit_weeks()),
            *capped,
            ("cohorts", self._cohorts()),
            ("products", self._products(values)),
        )

    def read(self, rows: Rows, text: str) -> Answers:
        done, failed = attempt([(self.question.key, rows)], partial(self._read, text))
        return Answers(rollouts=done, failed=failed)

    def _read(self, text: str, rows: Rows) -> Rollout:
        if not len(rows):
            raise self._nobody()
        if not rows.sums("total").any():
            require_events(self.source, self.table, self.part.events)
        newest, oldest = int(rows.counts("newest")[0]), int(rows.counts("oldest")[0])
        end = rows.dates("end_day")[0].item()
        first = end - timedelta(days=PERIOD_DAYS * (oldest + 1))
        cohorts = _cohorts(rows, oldest - newest + 1)
        left_out = int(rows.counts("visitors")[0]) - sum(cohort.n for cohort in cohorts)
        begun = oldest - int(rows.counts("begun_back")[0])
        return Rollout(first, PERIOD_DAYS, cohorts, begun, self._wanted, left_out, text)

    @property
    def _wanted(self) -> int:
        """Periods after the one in which it begins: two windows, and one in which it may have been open unseen."""
        return min(2 * -(-self.question.metric.window_days // PERIOD_DAYS) + 1, MOST_AFTER)

    def _nobody(self) -> DataError:
        """Why no unit got it, or none was there before."""
        asked, columns = self.question, self.source.columns
        if asked.column is not None:
            wanted = columns.text(asked.column)
            what = f"no event of `{self.source.name}` has `{asked.value}` in `{asked.column}`"
        else:
            exposure = sql.equals(columns.text(self.table.event), self.table.exposure)
            wanted = sql.when(exposure, columns.text(self.table.flag))
            what = f"no unit of `{self.source.name}` was given `{asked.flag}`"
        seen, named = self.source.distinct(wanted), asked.flag if asked.column is None else asked.value
        if {named, (named or "").removeprefix("v")} & set(seen):
            what = f"{what} by then, or no unit came in the week before and in every week since"
            return DataError(what, then="wait, or tell regions apart by date in `rollout`")
        return DataError(what, then=suggestion(named or "", seen))

    @property
    def _adopts(self) -> exp.Expr:
        """Whether an event shows that its unit has the change."""
        columns, asked = self.source.columns, self.question
        if asked.column is not None:
            value = asked.value or ""
            names = dict.fromkeys((value, value.removeprefix("v")))
            return sql.one_of(columns.text(asked.column), [sql.text(name) for name in names])
        variant = columns.text(self.table.variant)
        return exp.and_(
            sql.equals(columns.text(self.table.event), self.table.exposure),
            sql.equals(columns.text(self.table.flag), asked.flag or ""),
            exp.Not(this=sql.one_of(exp.Lower(this=variant), [sql.text(name) for name in CONTROL_NAMES])),
        )

    def _events(self) -> exp.Select:
        at = utc(self.source.columns, self.table.time, self.source.timezone)
        unit = sql.col(unit_column(self.source, self.table, self.question.metric))
        head = [
            sql.named(unit, "unit"),
            sql.named(at, "at"),
            sql.named(local_day(at, self.source.timezone), "day"),
            sql.named(sql.when(self._adopts, sql.number(1)), "has_it"),
        ]
        return exp.select(*head, *self.part.of_row).from_(self.source.relation).where(sql.present(at))

    def _ends(self) -> exp.Select:
        """The first whole day, and the day after the last."""
        zone, clock = self.source.timezone, has_clock(self.source.columns, self.table.time)
        first, last = local(sql.smallest(sql.col("at")), zone), local(sql.largest(sql.col("at")), zone)
        start = sql.cast(_hours_after(first, 23 if clock else 0), "DATE")
        end = sql.cast(_hours_after(last, 1 if clock else 24), "DATE")
        if self.question.until is not None:
            end = sql.capped(end, local_day(sql.instant(self.question.until), zone))
        return exp.select(sql.named(start, "start_day"), sql.named(end, "end_day")).from_("events")

    def _weeks(self) -> exp.Select:
        """The weeks in which units came, up to the end, with what they did."""
        back = _weeks_between(sql.col("day"), sql.col("end_day"), less=1)
        head = [sql.col("unit"), sql.named(back, "back"), sql.named(sql.largest(sql.col("has_it")), "has_it")]
        values = [sql.named(value, name) for name, value in self.part.of_unit(sql.col)]
        known = [sql.present(sql.col("unit")), sql.less(sql.col("day"), sql.col("end_day"))]
        return sql.grouped(exp.select(*head, *values).from_("events").join("ends", join_type="cross").where(*known), 2)

    def _adoptions(self) -> exp.Select:
        first = sql.named(sql.largest(sql.col("back")), "got_back")
        return sql.grouped(exp.select(sql.col("unit"), first).from_("weeks").where(sql.present(sql.col("has_it"))), 1)

    def _rollout(self) -> exp.Select:
        """The week in which the rollout began."""
        begun = exp.WithinGroup(
            this=exp.PercentileDisc(this=sql.number(BEGUN)),
            expression=exp.Order(expressions=[exp.Ordered(this=sql.col("got_back"))]),
        )
        return exp.select(sql.named(begun, "begun_back")).from_("adoptions")

    def _shown(self) -> exp.Select:
        """Which weeks are shown: from `oldest` to `newest`, counted back from the last."""
        newest = _at_least_zero(_minus(sql.col("begun_back"), self._wanted))
        whole = _weeks_between(sql.col("start_day"), sql.col("end_day"))
        limits = exp.select(
            sql.col("begun_back"), sql.named(newest, "newest"), sql.named(_minus(whole, 1), "whole"), sql.col("end_day")
        )
        limits = limits.from_("rollout").join("ends", join_type="cross").where(sql.present(sql.col("begun_back")))
        oldest = sql.capped(sql.col("whole"), _minus(sql.col("newest"), 1 - MOST_PERIODS))
        names = [sql.col(name) for name in ("begun_back", "newest", "end_day")]
        return exp.select(*names, sql.named(oldest, "oldest")).from_(limits.subquery("limits"))

    def _visits(self) -> exp.Select:
        """In how many of the weeks from the one before the rollout on each unit came, and whether in that one."""
        before = _minus(sql.col("begun_back"), -1)
        head = [
            sql.col("unit"),
            sql.named(sql.count(), "weeks_seen"),
            sql.named(sql.largest(sql.col("back")), "first_back"),
        ]
        since = [sql.at_most(sql.col("back"), before), sql.at_least(sql.col("back"), sql.col("newest"))]
        since.append(sql.at_most(before, sql.col("oldest")))
        return sql.grouped(exp.select(*head).from_("weeks").join("shown", join_type="cross").where(*since), 1)

    def _units(self) -> exp.Select:
        """Those who came in every week, by the week in which they got it."""
        got_back = sql.col("got_back")
        cohort = (
            exp.case()
            .when(sql.more(got_back, sql.col("begun_back")), sql.number(0))
            .when(sql.at_least(got_back, sql.col("newest")), exp.Sub(this=sql.col("oldest"), expression=got_back))
            .else_(sql.number(_NEVER))
        )
        all_weeks = exp.Sub(this=_minus(sql.col("begun_back"), -2), expression=sql.col("newest"))
        same = sql.same(sql.col("unit", "visits"), sql.col("unit", "adoptions"))
        select = exp.select(sql.col("unit", "visits"), sql.named(cohort, "cohort")).from_("visits")
        select = select.join("adoptions", on=same, join_type="left").join("shown", join_type="cross")
        return select.where(sql.same(sql.col("weeks_seen"), all_weeks))

    def _unit_weeks(self) -> exp.Select:
        period = exp.Sub(this=sql.col("oldest"), expression=sql.col("back"))
        values = [sql.col(name, "weeks") for name in self.part.outcome.names]
        head = [sql.col("unit", "units"), sql.col("cohort"), sql.named(period, "period")]
        same = sql.same(sql.col("unit", "weeks"), sql.col("unit", "units"))
        select = exp.select(*head, *values).from_("weeks").join("units", on=same).join("shown", join_type="cross")
        shown = [sql.at_most(sql.col("back"), sql.col("oldest")), sql.at_least(sql.col("back"), sql.col("newest"))]
        return select.where(*shown, sql.present(values[0]))

    def _cohorts(self) -> exp.Select:
        return sql.grouped(exp.select(sql.col("cohort"), sql.named(sql.count(), "units")).from_("units"), 1)

    def _products(self, values: str) -> exp.Select:
        """Σ y and Σ yy′ by pair of weeks; a week without a value adds nothing to either."""
        y, other = sql.col(self.part.outcome.y, "one"), sql.col(self.part.outcome.y, "other")
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
        return sql.grouped(exp.select(*head).from_(one).join(twin, on=pair), 3)

    def _rows(self) -> exp.Select:
        names = ["period", "later", "total", "product"]
        head = [sql.col("cohort", "cohorts"), sql.col("units"), *(sql.col(name) for name in names)]
        limits: list[exp.Expr] = [sql.col(name) for name in ("oldest", "newest", "begun_back", "end_day")]
        came = sql.at_least(sql.col("first_back"), _minus(sql.col("begun_back"), -1))
        visitors = exp.select(sql.count()).from_("visits").join("shown", join_type="cross").where(came)
        limits.append(sql.named(visitors.subquery(), "visitors"))
        same = sql.same(sql.col("cohort", "cohorts"), sql.col("cohort", "products"))
        select = exp.select(*head, *limits).from_("cohorts").join("products", on=same, join_type="left")
        return select.join("shown", join_type="cross").order_by(*(sql.number(i) for i in (1, 3, 4)))


def _cohorts(rows: Rows, periods: int) -> tuple[Cohort, ...]:
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
    return Cohort(None if number == _NEVER else number, n, mean, cross)


def _minus(expression: exp.Expr, number: int) -> exp.Expr:
    if number < 0:
        return exp.paren(exp.Add(this=expression.copy(), expression=sql.number(-number)))
    return exp.paren(exp.Sub(this=expression.copy(), expression=sql.number(number)))


def _at_least_zero(expression: exp.Expr) -> exp.Expr:
    return exp.case().when(sql.less(expression, sql.number(0)), sql.number(0)).else_(expression.copy())


def _hours_after(at: exp.Expr, hours: int) -> exp.Expr:
    interval = exp.Interval(this=sql.text(str(hours)), unit=exp.Var(this="HOUR"))
    return exp.Add(this=at.copy(), expression=interval)


def _weeks_between(earlier: exp.Expr, later: exp.Expr, less: int = 0) -> exp.Expr:
    """Whole weeks from one day to another, that many days `less`."""
    days = exp.DateDiff(this=later.copy(), expression=earlier.copy(), unit=exp.Var(this="DAY"))
    shorter = exp.Sub(this=days, expression=sql.number(less)) if less else days
    return exp.Cast(
        this=exp.Floor(this=exp.Div(this=exp.paren(shorter), expression=sql.number(PERIOD_DAYS), typed=False)),
        to=exp.DataType.build("BIGINT"),
    )
