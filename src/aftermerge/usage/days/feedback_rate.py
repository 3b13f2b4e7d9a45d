"""Complaints about a problem, per active customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.metric import FEEDBACK
from aftermerge.model.plan import Answers, Series, SeriesQuestion
from aftermerge.model.table import EventsTable
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import LENT, Asked, Compiled, Source, attempt
from aftermerge.usage.days.events import active_units, covered
from aftermerge.usage.days.feedback import SCHEMA, count_rows, written_days, written_times
from aftermerge.usage.moments import Outcome
from aftermerge.usage.rows import Rows, Span, over
from aftermerge.usage.where import condition

Actives = tuple[Source, EventsTable]
"""The events table whose active units stand under the rate."""
_ACTIVE_DAYS = "active_days"


def ask_feedback_rate(source: Source, actives: Actives | None, questions: Sequence[SeriesQuestion]) -> Compiled:
    """One query a kind of unit (user, account) for all rates of feedback; without events, one query of plain counts.

    Definition: rows about `problem` on a local day, per unit active on that day in the first events table, on the
    whole days that both cover. Without an events table, the rows alone.
    Assumption: someone, or a rule, has said of which problem each row speaks, as often before the change as after.
    Blind spot: most customers who meet a problem never write; a release that is talked about makes more of them write.
    """
    done, failed = attempt(((question.key, question) for question in questions), partial(_matching, source, actives))
    asked = []
    for unit in ("user", "account"):
        chosen = tuple(q for q in questions if q.key in done and (actives is None or q.metric.unit == unit))
        if chosen and (actives is not None or unit == "user"):
            rate = _Rate(source, {q.key: (Outcome(q.metric), done[q.key]) for q in chosen}, actives)
            asked.append(Asked(FEEDBACK, rate.statement(), chosen, rate.read, lent=rate.lent))
    return Compiled(tuple(asked), failed)


def _matching(source: Source, actives: Actives | None, question: SeriesQuestion) -> exp.Expr:
    metric = question.metric
    if metric.problem is None:
        raise DataError("a rate of feedback needs the problem that it counts", then="give `problem`")
    if actives is not None:
        active_units(*actives, metric)
    about = sql.equals(source.columns.text("problem"), metric.problem)
    return exp.and_(about, *(extra for extra in [condition(metric.where, source.columns)] if extra is not None))


@dataclass(frozen=True, slots=True, eq=False)
class _Rate:
    """Feedback by day beside active units by day."""

    source: Source
    parts: Mapping[str, tuple[Outcome, exp.Expr]]
    actives: Actives | None

    def statement(self) -> exp.Select:
        if self.actives is None:
            return queries.ordered(self._written(), 1)
        there = exp.select("*").from_(sql.table(LENT, _ACTIVE_DAYS)) if self.lent else self._active_days(*self.actives)
        return queries.stepped(queries.ordered(self._beside(), 1), ("written", self._written()), (_ACTIVE_DAYS, there))

    @property
    def lent(self) -> Mapping[str, Asked]:
        """Active units by day, where their table stands in another engine than feedback does."""
        if self.actives is None or self.actives[0].engine == self.source.engine:
            return {}
        source, _ = self.actives
        return {_ACTIVE_DAYS: Asked(source.name, self._active_days(*self.actives), (), lambda rows, text: Answers())}

    def _active_days(self, source: Source, table: EventsTable) -> exp.Select:
        return active_units(source, table, next(iter(self.parts.values()))[0].metric)

    def read(self, rows: Rows, text: str) -> Answers:
        done, failed = attempt(self.parts.items(), partial(self._series, rows, text))
        return Answers(series=done, failed=failed)

    def _written(self) -> exp.Select:
        counts = [sql.named(count_rows(matching), outcome.y) for outcome, matching in self.parts.values()]
        head = exp.select(sql.col("day"), *written_times(), *counts)
        return queries.grouped(head.from_(sql.table(SCHEMA, FEEDBACK)), 1)

    def _beside(self) -> exp.Select:
        here, there = sql.col("day", "written"), sql.col("day", "active_days")
        written = (sql.col(time.alias, "written") for time in written_times())
        head = exp.select(sql.named(sql.or_else(here, there), "day"), *written)
        select = head.select(*(sql.col(name, "active_days") for name in ("active", "first_at", "last_at")))
        select = select.select(*(sql.col(outcome.y, "written") for outcome, _ in self.parts.values()))
        return select.from_("written").join("active_days", on=sql.same(here, there), join_type="full")

    def _series(self, rows: Rows, text: str, part: tuple[Outcome, exp.Expr]) -> Series:
        outcome, days = part[0], rows.dates("day")
        span = written_days(rows, self.source.timezone)
        if self.actives is None:
            return Series(span.first, span.lay(days, rows.sums(outcome.y), 0.0), sql=text)
        span = _shared(span, covered(rows, *self.actives))
        volume = span.lay(days, rows.sums("active"), 0.0)
        y = span.lay(days, rows.sums(outcome.y), 0.0)
        return Series(span.first, over(y, volume), volume, sql=text)


def _shared(one: Span, other: Span) -> Span:
    first, last = max(one.first, other.first), min(one.last, other.last)
    if first > last:
        raise DataError("feedback and events have no whole day in common", then="wait until both cover the same days")
    return Span.between(first, last)
