"""A metric by variant, over an events table: what units did after their first exposure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

from sqlglot import exp

from aftermerge.model.plan import Answers, Arms, ArmsQuestion
from aftermerge.model.table import EventsTable
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import Asked, Compiled, Source, attempt
from aftermerge.usage.breakdown import largest_segments
from aftermerge.usage.contribution import require_events
from aftermerge.usage.rows import Rows
from aftermerge.usage.totals import Totals
from aftermerge.usage.windows.event_quantiles import ask_event_quantiles
from aftermerge.usage.windows.exposed import Exposed
from aftermerge.usage.windows.looks import arms_of_looks, closed_looks
from aftermerge.usage.windows.windowed import AT, CLOSES_AT, EXPOSED_AT, Stepped, Windowed, window_days, windowed

_BY = ("variant", "closed_on")
_ENTERED = exp.and_(sql.present(sql.col("closed_on")), sql.present(sql.col("variant")))


def ask_exposures(source: Source, table: EventsTable, questions: Sequence[ArmsQuestion]) -> Compiled:
    """One query a flag, cut-off, window, segment and kind of unit, for all metrics that share them; one a quantile.

    Definition: a unit's window runs from its first exposure t₀ to t₀ + `window_days` × 24 h, its end excluded. The unit
    enters on the local day of the window's last moment (that before midnight, where it ends at midnight), once the data
    reaches its end (and `until` does). Its value: *count* and *sum*, over its window; *share*, 1 when the event
    happened in it, else 0; *mean*, Σ value, or the number of events where no value is named; *ratio*, events
    `numerator` with d = events `denominator`; *retention*, 1 when the event (any but the exposure where none is named)
    happened on day `day`, [t₀ + day × 24 h, t₀ + (day + 1) × 24 h), at whose end the window closes; *funnel*, 1 when
    all `steps` happened, each at or after the one before. A unit that did nothing has 0. `winsorize` cuts at that
    quantile over all entered units. For count, sum, share, mean and ratio, x (and w) is the same over [t₀ -
    `window_days` × 24 h, t₀), as far as the data reaches; x is cut at its own quantile. A unit's segment is the value
    of `segment` on its first exposure.
    Assumption: the variant that is recorded is the one that was seen, and units do not influence one another.
    Blind spot: units seen in two variants are left out and only counted; what happens after the window is not seen.
    """
    quantiles = [question for question in questions if question.metric.kind == "quantile"]
    others = [question for question in questions if question.metric.kind != "quantile"]
    build = partial(_windowed, source, table)
    done, failed = attempt(((question.key, question) for question in others), build)
    asked = []
    for group in _groups([question for question in others if question.key in done]):
        windows = _Windows(source, table, group, tuple(done[question.key] for question in group))
        asked.append(Asked(source.name, windows.statement(), group, windows.read))
    return Compiled(tuple(asked), failed) + ask_event_quantiles(source, table, quantiles)


def _groups(questions: Sequence[ArmsQuestion]) -> list[tuple[ArmsQuestion, ...]]:
    def shared(question: ArmsQuestion) -> tuple[str, str, int, str, str]:
        until, metric = question.until.isoformat() if question.until else "", question.metric
        return question.flag, until, window_days(metric), metric.unit, metric.segment or ""

    return [tuple(group) for _, group in groupby(sorted(questions, key=shared), shared)]


def _windowed(source: Source, table: EventsTable, question: ArmsQuestion) -> Windowed:
    Exposed.of(source, table, question).check()
    return windowed(source, table, question.metric)


@dataclass(frozen=True, slots=True, eq=False)
class _Windows:
    """Exposures → each unit's window → its outcomes → sums by variant and closing day."""

    source: Source
    table: EventsTable
    questions: tuple[ArmsQuestion, ...]
    parts: tuple[Windowed, ...]

    def statement(self) -> exp.Select:
        steps = [*self._exposed.steps, ("events", self._events()), *self._grids]
        steps += [step for part in self.parts for step in part.steps]
        steps.append(("outcomes", self._outcomes()))
        outcomes = tuple(part.outcome for part in self.parts)
        if not self._has_segments:
            return Totals("outcomes", _BY, ("exposed_at",), outcomes, _ENTERED).statement(self._sums(), *steps)
        names = [outcome.named(part) for outcome in outcomes for part in outcome.parts]
        steps += largest_segments("outcomes", (*_BY, "exposed_at"), names, _ENTERED)
        totals = Totals("segmented", (*_BY, "segment"), ("exposed_at",), outcomes, _ENTERED)
        return totals.statement(self._sums(), *steps)

    def read(self, rows: Rows, text: str) -> Answers:
        keys = (question.key for question in self.questions)
        done, failed = attempt(zip(keys, self.parts, strict=True), partial(self._arms, rows, text))
        return Answers(arms=done, failed=failed)

    @property
    def _exposed(self) -> Exposed:
        return Exposed.of(self.source, self.table, self.questions[0])

    @property
    def _has_segments(self) -> bool:
        return self.questions[0].metric.segment is not None

    @property
    def _grids(self) -> list[queries.Step]:
        grids = [column for part in self.parts for column in part.grids]
        return [("event_grids", exp.select(*grids).from_("events"))] if grids else []

    def _events(self) -> exp.Select:
        events = self._exposed.events(*(column for part in self.parts for column in part.of_row)).where(self._counts())
        return events if any(part.steps for part in self.parts) else queries.read_again(events)

    def _counts(self) -> exp.Expr | None:
        """Whether a row could add to any metric; only those are joined to the windows."""
        if not all(part.events for part in self.parts):
            return None
        names = sorted({name for part in self.parts for name in part.events})
        return sql.one_of(self.source.columns.text(self.table.event), [sql.text(name) for name in names])

    def _outcomes(self) -> exp.Select:
        names = ["unit", "variant", "exposed_at", "closed_on", *(["segment"] if self._has_segments else [])]
        head = [sql.col(name, "exposures") for name in names]
        values = [sql.named(value, name) for part in self.parts for name, value in part.of_unit]
        select = exp.select(*head, *values).from_("exposures")
        if not all(isinstance(part, Stepped) for part in self.parts):
            select = select.join("events", on=self._watched(), join_type="left")
        for part in self.parts:
            if isinstance(part, Stepped):
                same = sql.same(sql.col("unit", part.last), sql.col("unit", "exposures"))
                select = select.join(queries.step(part.last), on=same, join_type="left")
        return queries.grouped(select.join("event_grids", join_type="cross") if self._grids else select, len(head))

    def _watched(self) -> exp.Expr:
        """An event of the unit, in its window or, where a metric looks back, as long before."""
        looks_back = any(part.outcome.past for part in self.parts)
        days = window_days(self.questions[0].metric)
        since = sql.days_before(EXPOSED_AT, days) if looks_back else EXPOSED_AT
        unit = sql.same(sql.col("unit", "events"), sql.col("unit", "exposures"))
        return exp.and_(unit, sql.at_least(AT, since), sql.less(AT, CLOSES_AT))

    def _sums(self) -> list[exp.Expr]:
        head: list[exp.Expr] = [
            sql.named(sql.count(), "units"),
            sql.named(sql.smallest(sql.col("exposed_at")), "first_at"),
            sql.named(sql.largest(sql.col("exposed_at")), "last_at"),
        ]
        return head + [column for part in self.parts for column in part.outcome.summary()]

    def _arms(self, rows: Rows, text: str, part: Windowed) -> Arms:
        if not len(rows):
            raise self._exposed.nobody()
        looks = closed_looks(rows, part.outcome)
        if not any(look.largest for look in looks):
            require_events(self.source, self.table, part.events)
        arms = arms_of_looks(rows, looks, text)
        return replace(arms, largest={}, smallest={}) if part.outcome.is_ratio else arms
