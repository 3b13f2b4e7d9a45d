"""A metric by week in units that got a change at different times, over an events table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.flag import CONTROL_NAMES
from aftermerge.model.plan import Answers, Rollout, RolloutQuestion
from aftermerge.model.table import EventsTable
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import Asked, Compiled, Source, attempt
from aftermerge.usage.columns import suggestion
from aftermerge.usage.contribution import Contribution, contribution, require_events, unit_column
from aftermerge.usage.moments import capping
from aftermerge.usage.rollouts import cohorts as rollout_cohorts
from aftermerge.usage.rollouts import weeks as rollout_weeks
from aftermerge.usage.rollouts.weeks import PERIOD_DAYS
from aftermerge.usage.rows import Rows
from aftermerge.usage.times import local_day, utc

MOST_AFTER = 17
"""Of the periods shown, at most these come after the one in which the rollout begins."""


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
        return queries.stepped(
            rollout_cohorts.beside_products(),
            ("events", self._events()),
            ("ends", rollout_weeks.ends(self.source, self.table, self.question.until)),
            ("weeks", self._weeks()),
            ("adoptions", self._adoptions()),
            ("rollout", rollout_weeks.rollout()),
            ("shown", rollout_weeks.shown(self._wanted)),
            ("visits", rollout_weeks.visits()),
            ("units", rollout_weeks.units()),
            ("unit_weeks", self._unit_weeks()),
            *capped,
            ("cohorts", rollout_cohorts.sizes()),
            ("products", rollout_cohorts.products(values, outcome.y)),
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
        cohorts = rollout_cohorts.cohorts(rows, oldest - newest + 1)
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

    def _weeks(self) -> exp.Select:
        """The weeks in which units came, up to the end, with what they did."""
        back = rollout_weeks.weeks_between(sql.col("day"), sql.col("end_day"), less=1)
        head = [sql.col("unit"), sql.named(back, "back"), sql.named(sql.largest(sql.col("has_it")), "has_it")]
        values = [sql.named(value, name) for name, value in self.part.of_unit(sql.col)]
        known = [sql.present(sql.col("unit")), sql.less(sql.col("day"), sql.col("end_day"))]
        return queries.grouped(
            exp.select(*head, *values).from_("events").join("ends", join_type="cross").where(*known), 2
        )

    def _adoptions(self) -> exp.Select:
        first = sql.named(sql.largest(sql.col("back")), "got_back")
        return queries.grouped(
            exp.select(sql.col("unit"), first).from_("weeks").where(sql.present(sql.col("has_it"))), 1
        )

    def _unit_weeks(self) -> exp.Select:
        period = exp.Sub(this=sql.col("oldest"), expression=sql.col("back"))
        values = [sql.col(name, "weeks") for name in self.part.outcome.names]
        head = [sql.col("unit", "units"), sql.col("cohort"), sql.named(period, "period")]
        same = sql.same(sql.col("unit", "weeks"), sql.col("unit", "units"))
        select = exp.select(*head, *values).from_("weeks").join("units", on=same).join("shown", join_type="cross")
        shown = [sql.at_most(sql.col("back"), sql.col("oldest")), sql.at_least(sql.col("back"), sql.col("newest"))]
        return select.where(*shown, sql.present(values[0]))
