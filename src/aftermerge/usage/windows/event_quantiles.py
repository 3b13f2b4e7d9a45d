"""A quantile of the values of events, by variant, over the windows after first exposures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Answers, Arms, ArmsQuestion
from aftermerge.model.table import EventsTable
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import Asked, Compiled, Source, attempt
from aftermerge.usage.contribution import require_events
from aftermerge.usage.moments import Outcome
from aftermerge.usage.quantiles import quantile_of, quantile_steps, quantiles, with_quantiles
from aftermerge.usage.rows import Rows
from aftermerge.usage.where import condition
from aftermerge.usage.windows.experiments import NUMBER
from aftermerge.usage.windows.exposed import Exposed, check_columns
from aftermerge.usage.windows.looks import LookedAt, arms_of_looks, closed_looks, units_exposed
from aftermerge.usage.windows.windowed import ENTERED, IN_WINDOW

_BY = (NUMBER, "variant", "closed_on")
_GROUP = (NUMBER, "variant")


def ask_event_quantiles(source: Source, table: EventsTable, questions: Sequence[ArmsQuestion]) -> Compiled:
    """One query a metric, for all flags and cut-offs.

    Definition: of the values of all events `event` in the windows of a variant's units (see `ask_exposures`) the one of
    rank ⌈n q⌉. The moments are those of how many values a unit has.
    Assumption and blind spot: see `quantiles`; there is no breakdown by segment.
    """
    done, failed = attempt(((question.key, question) for question in questions), partial(_asked, source, table))
    fit = sorted((question for question in questions if question.key in done), key=_metric_key)
    groups = [tuple(group) for _, group in groupby(fit, _metric_key)]
    merged = [replace(done[group[0].key], questions=group, exposed=_exposed(source, table, group)) for group in groups]
    return Compiled(tuple(Asked(source.name, each.statement(), each.questions, each.read) for each in merged), failed)


def _metric_key(question: ArmsQuestion) -> str:
    return question.metric.key


def _exposed(source: Source, table: EventsTable, questions: Sequence[ArmsQuestion]) -> Exposed:
    """By the units' own names, which rank equal values; a code need not be in their order."""
    whole = [replace(question, metric=replace(question.metric, segment=None)) for question in questions]
    return replace(Exposed.of(source, table, whole), by_code=False)


def _asked(source: Source, table: EventsTable, question: ArmsQuestion) -> "_Quantiles":
    metric = question.metric
    column = metric.value or metric.column
    if column is None:
        raise DataError("a quantile over events needs the column of the values", then="give `value`")
    exposed = _exposed(source, table, [question])
    check_columns(source, table, exposed.metric)
    named = sql.equals(source.columns.text(table.event), metric.event) if metric.event else None
    chosen = sql.all_of(named, condition(metric.where, source.columns))
    value = sql.when(chosen, source.columns.number(column))
    return _Quantiles(source, table, (question,), exposed, value, quantile_of(metric))


@dataclass(frozen=True, slots=True, eq=False)
class _Quantiles:
    """Exposures → the values of each unit's window → their ranks, and how many each unit has."""

    source: Source
    table: EventsTable
    questions: tuple[ArmsQuestion, ...]
    exposed: Exposed
    value: exp.Expr
    q: float

    def statement(self) -> exp.Select:
        steps = [
            *self.exposed.steps,
            ("events", self.exposed.events(sql.named(self.value, "value")).where(sql.present(self.value))),
            ("window_values", self._window_values()),
            ("held", self._held()),
            ("outcomes", self._outcomes()),
            *quantile_steps("window_values", ENTERED, self.q, _GROUP),
        ]
        return queries.ordered(with_quantiles(self._totals(), *steps, by=_GROUP), len(_BY))

    def read(self, rows: Rows, text: str) -> Answers:
        return self.exposed.answers(rows, self.questions, partial(self._arms, text))

    @property
    def _metric(self) -> Metric:
        return self.questions[0].metric

    @property
    def _outcome(self) -> Outcome:
        return Outcome(self._metric)

    def _arms(self, text: str, looked_at: LookedAt, question: ArmsQuestion) -> Arms:
        looks, event = closed_looks(looked_at, self._outcome), self._metric.event
        if event is not None and not any(look.largest for look in looks):
            require_events(self.source, self.table, (event,))
        return replace(
            arms_of_looks(looked_at, looks, text), largest={}, smallest={}, quantiles=quantiles(looked_at.rows)
        )

    def _window_values(self) -> exp.Select:
        head = [sql.col(name, "watched") for name in (NUMBER, "unit", "variant", "closed_on")]
        return exp.select(*head, sql.col("value", "events")).from_("watched").join("events", on=IN_WINDOW)

    def _held(self) -> exp.Select:
        head = [sql.col(name) for name in (NUMBER, "unit")]
        return queries.grouped(exp.select(*head, sql.named(sql.count(), "held")).from_("window_values"), 2)

    def _outcomes(self) -> exp.Select:
        """How many values each unit has; none where it was not watched."""
        head = [sql.col(name, "exposures") for name in (*_BY, "exposed_at")]
        held = sql.named(sql.or_zero(sql.col("held", "held")), self._outcome.y)
        same = [sql.same(sql.col(key, "held"), sql.col(key, "exposures")) for key in (NUMBER, "unit")]
        return exp.select(*head, held).from_("exposures").join("held", on=exp.and_(*same), join_type="left")

    def _totals(self) -> exp.Select:
        head = [*map(sql.col, _BY), *units_exposed()]
        return queries.grouped(exp.select(*head, *self._outcome.summary()).from_("outcomes"), len(_BY))
