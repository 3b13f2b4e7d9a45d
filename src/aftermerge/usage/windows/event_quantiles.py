"""A quantile of the values of events, by variant, over the windows after first exposures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.plan import Answers, ArmsQuestion
from aftermerge.model.table import EventsTable
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import Asked, Compiled, Source, attempt
from aftermerge.usage.contribution import require_events
from aftermerge.usage.moments import Outcome
from aftermerge.usage.quantiles import quantile_of, quantile_steps, quantiles, with_quantiles
from aftermerge.usage.rows import Rows
from aftermerge.usage.where import condition
from aftermerge.usage.windows.exposed import Exposed
from aftermerge.usage.windows.looks import arms_of_looks, closed_looks
from aftermerge.usage.windows.windowed import IN_WINDOW


def ask_event_quantiles(source: Source, table: EventsTable, questions: Sequence[ArmsQuestion]) -> Compiled:
    """One query a question.

    Definition: of the values of all events `event` in the windows of a variant's units (see `ask_exposures`) the one of
    rank ⌈n q⌉. The moments are those of how many values a unit has.
    Assumption and blind spot: see `quantiles`; there is no breakdown by segment.
    """
    done, failed = attempt(((question.key, question) for question in questions), lambda q: _asked(source, table, q))
    return Compiled(tuple(done.values()), failed)


def _asked(source: Source, table: EventsTable, question: ArmsQuestion) -> Asked:
    metric = question.metric
    column = metric.value or metric.column
    if column is None:
        raise DataError("a quantile over events needs the column of the values", then="give `value`")
    question = replace(question, metric=replace(metric, segment=None))
    exposed = Exposed.of(source, table, question)
    exposed.check()
    named = sql.equals(source.columns.text(table.event), metric.event) if metric.event else None
    chosen = sql.all_of(named, condition(metric.where, source.columns))
    value = sql.when(chosen, source.columns.number(column))
    asked = _Quantiles(source, table, question, exposed, value, quantile_of(metric))
    return Asked(source.name, asked.statement(), (question,), asked.read)


@dataclass(frozen=True, slots=True, eq=False)
class _Quantiles:
    """Exposures → the values of each unit's window → their ranks, and how many each unit has."""

    source: Source
    table: EventsTable
    question: ArmsQuestion
    exposed: Exposed
    value: exp.Expr
    q: float

    def statement(self) -> exp.Select:
        entered = exp.and_(sql.present(sql.col("closed_on")), sql.present(sql.col("variant")))
        steps = [
            *self.exposed.steps,
            ("events", self.exposed.events(sql.named(self.value, "value")).where(sql.present(self.value))),
            ("window_values", self._window_values()),
            ("outcomes", self._outcomes()),
            *quantile_steps("window_values", entered, self.q),
        ]
        return queries.ordered(with_quantiles(self._totals(), *steps), 2)

    def read(self, rows: Rows, text: str) -> Answers:
        if not len(rows):
            raise self.exposed.nobody()
        looks, event = closed_looks(rows, self._outcome), self.question.metric.event
        if event is not None and not any(look.largest for look in looks):
            require_events(self.source, self.table, (event,))
        arms = arms_of_looks(rows, looks, text)
        return Answers(arms={self.question.key: replace(arms, largest={}, smallest={}, quantiles=quantiles(rows))})

    @property
    def _outcome(self) -> Outcome:
        return Outcome(self.question.metric)

    def _window_values(self) -> exp.Select:
        head = [sql.col(name, "exposures") for name in ("unit", "variant", "exposed_at", "closed_on")]
        return (
            exp.select(*head, sql.col("value", "events"))
            .from_("exposures")
            .join("events", on=IN_WINDOW, join_type="left")
        )

    def _outcomes(self) -> exp.Select:
        head = [sql.col(name) for name in ("unit", "variant", "exposed_at", "closed_on")]
        held = sql.named(sql.count(sql.col("value")), self._outcome.y)
        return queries.grouped(exp.select(*head, held).from_("window_values"), 4)

    def _totals(self) -> exp.Select:
        head = [
            sql.col("variant"),
            sql.col("closed_on"),
            sql.named(sql.count(), "units"),
            sql.named(sql.smallest(sql.col("exposed_at")), "first_at"),
            sql.named(sql.largest(sql.col("exposed_at")), "last_at"),
        ]
        return queries.grouped(exp.select(*head, *self._outcome.summary()).from_("outcomes"), 2)
