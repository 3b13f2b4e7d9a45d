"""A metric by variant, over an events table: what units did after their first exposure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.plan import Answers, Arms, ArmsQuestion
from aftermerge.model.table import EventsTable
from aftermerge.usage import sql
from aftermerge.usage.asked import Asked, Compiled, Source, attempt
from aftermerge.usage.columns import suggestion
from aftermerge.usage.contribution import Contribution, contribution, require_events, unit_column
from aftermerge.usage.looks import arms_of_looks, closed_looks
from aftermerge.usage.moments import Outcome, capping
from aftermerge.usage.rows import Rows
from aftermerge.usage.times import local_day, utc


def ask_exposures(source: Source, table: EventsTable, questions: Sequence[ArmsQuestion]) -> Compiled:
    """One query a flag, cut-off, window and kind of unit, for all metrics that share them.

    Definition: a unit's window runs from its first exposure t₀ to t₀ + `window_days` × 24 h, its end excluded. The
    unit enters on the local day on which the window closed, once the data reaches that far (and `until` does). Its
    value: *count* and *sum*, over its window; *share*, 1 when the event happened in it, else 0; *mean*, Σ value, or the
    number of events where no value is named; *ratio*, events `numerator` with d = events `denominator`. A unit that
    did nothing has 0. `winsorize` cuts at that quantile over all entered units.
    Assumption: the variant that is recorded is the one that was seen, and units do not influence one another.
    Blind spot: units seen in two variants are left out and only counted; what happens after the window is not seen.
    """
    build = partial(_contribution, source, table)
    done, failed = attempt(((question.key, question) for question in questions), build)
    asked = []
    for group in _groups([question for question in questions if question.key in done]):
        windows = _Windows(source, table, group, tuple(done[question.key] for question in group))
        asked.append(Asked(source.name, windows.statement(), group, windows.read))
    return Compiled(tuple(asked), failed)


def _groups(questions: Sequence[ArmsQuestion]) -> list[tuple[ArmsQuestion, ...]]:
    def shared(question: ArmsQuestion) -> tuple[str, str, int, str]:
        until = question.until.isoformat() if question.until else ""
        return question.flag, until, question.metric.window_days, question.metric.unit

    return [tuple(group) for _, group in groupby(sorted(questions, key=shared), shared)]


def _contribution(source: Source, table: EventsTable, question: ArmsQuestion) -> Contribution:
    utc(source.columns, table.time, source.timezone)
    for name in (table.flag, table.variant):
        source.columns.read(name)
    return contribution(source, table, question.metric, mean_of_events=True)


@dataclass(frozen=True, slots=True, eq=False)
class _Windows:
    """Exposures → each unit's window → its outcomes → moments by variant and closing day."""

    source: Source
    table: EventsTable
    questions: tuple[ArmsQuestion, ...]
    parts: tuple[Contribution, ...]

    def statement(self) -> exp.Select:
        entered = exp.and_(sql.present(sql.col("closed_on")), sql.present(sql.col("variant")))
        steps = [
            ("cut", self._cut()),
            ("exposures", self._exposures()),
            ("events", self._events()),
            ("outcomes", self._outcomes()),
            *capping("outcomes", ("variant", "exposed_at", "closed_on"), self._measured, entered),
        ]
        return sql.stepped(self._moments().from_(steps[-1][0]), *steps)

    def read(self, rows: Rows, text: str) -> Answers:
        keys = (question.key for question in self.questions)
        done, failed = attempt(zip(keys, self.parts, strict=True), partial(self._arms, rows, text))
        return Answers(arms=done, failed=failed)

    @property
    def _measured(self) -> tuple[Outcome, ...]:
        return tuple(part.outcome for part in self.parts)

    @property
    def _at(self) -> exp.Expr:
        return utc(self.source.columns, self.table.time, self.source.timezone)

    @property
    def _unit(self) -> exp.Expr:
        return sql.col(unit_column(self.source, self.table, self.questions[0].metric))

    @property
    def _is_exposure(self) -> exp.Expr:
        return sql.equals(self.source.columns.text(self.table.event), self.table.exposure)

    def _cut(self) -> exp.Select:
        """The last moment that is looked at: where the data ends, or `until` when that is earlier."""
        last, until = sql.largest(self._at), self.questions[0].until
        cut = last if until is None else sql.capped(last, sql.instant(until))
        return exp.select(sql.named(cut, "cut_at")).from_(self.source.relation)

    def _exposures(self) -> exp.Select:
        variant = self.source.columns.text(self.table.variant)
        first_at = sql.smallest(self._at)
        only = sql.when(sql.same(sql.count_distinct(variant), sql.number(1)), sql.smallest(variant))
        head = exp.select(
            sql.named(self._unit, "unit"),
            sql.named(only, "variant"),
            sql.named(first_at, "exposed_at"),
            sql.named(sql.days_after(first_at, self.questions[0].metric.window_days), "closes_at"),
        )
        seen = exp.and_(
            self._is_exposure,
            sql.equals(self.source.columns.text(self.table.flag), self.questions[0].flag),
            sql.present(self._unit),
            sql.present(variant),
            sql.at_most(self._at, _cut_at()),
        )
        return sql.grouped(head.from_(self.source.relation).where(seen), 1)

    def _events(self) -> exp.Select:
        parts = [column for part in self.parts for column in part.of_row]
        head = exp.select(sql.named(self._at, "at"), sql.named(self._unit, "unit"), *parts)
        return head.from_(self.source.relation).where(sql.present(self._unit), self._counts())

    def _counts(self) -> exp.Expr | None:
        """Whether a row could add to any metric; only those are joined to the windows."""
        if not all(part.events for part in self.parts):
            return None
        names = sorted({name for part in self.parts for name in part.events})
        return sql.one_of(self.source.columns.text(self.table.event), [sql.text(name) for name in names])

    def _outcomes(self) -> exp.Select:
        closes_at = sql.col("closes_at", "exposures")
        closed_on = sql.when(sql.at_most(closes_at, _cut_at()), local_day(closes_at, self.source.timezone))
        head = [sql.col(name, "exposures") for name in ("unit", "variant", "exposed_at")]
        values = [
            sql.named(sql.or_else(value, sql.number(0)), name)
            for part in self.parts
            for name, value in part.of_unit(partial(sql.col, of="events"))
        ]
        inside = exp.and_(
            sql.same(sql.col("unit", "events"), sql.col("unit", "exposures")),
            sql.at_least(sql.col("at", "events"), sql.col("exposed_at", "exposures")),
            sql.less(sql.col("at", "events"), closes_at),
        )
        select = exp.select(*head, sql.named(closed_on, "closed_on"), *values)
        return sql.grouped(select.from_("exposures").join("events", on=inside, join_type="left"), 4)

    def _moments(self) -> exp.Select:
        head = [
            sql.col("variant"),
            sql.col("closed_on"),
            sql.named(sql.count(), "units"),
            sql.named(sql.smallest(sql.col("exposed_at")), "first_at"),
            sql.named(sql.largest(sql.col("exposed_at")), "last_at"),
        ]
        parts = [column for outcome in self._measured for column in outcome.summary()]
        return sql.ordered(sql.grouped(exp.select(*head, *parts), 2), 2)

    def _arms(self, rows: Rows, text: str, part: Contribution) -> Arms:
        if not len(rows):
            raise self._nobody_exposed()
        looks = closed_looks(rows, part.outcome)
        if not any(look.largest for look in looks):
            require_events(self.source, self.table, part.events)
        return arms_of_looks(rows, looks, text)

    def _nobody_exposed(self) -> DataError:
        flag, columns = self.questions[0].flag, self.source.columns
        seen = self.source.distinct(sql.when(self._is_exposure, columns.text(self.table.flag)))
        what = f"no unit of `{self.source.name}` was exposed to the flag `{flag}`"
        if flag in seen:
            return DataError(f"{what} by then", then="wait for the first exposure")
        if seen:
            return DataError(what, then=suggestion(flag, seen))
        then = f"`{self.table.exposure}` never happened: name the exposing event in [[usage.events]]"
        return DataError(what, then=then)


def _cut_at() -> exp.Expr:
    return exp.select(sql.col("cut_at")).from_("cut").subquery()
