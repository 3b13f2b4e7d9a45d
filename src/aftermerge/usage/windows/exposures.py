"""Metrics by variant, over an events table: what units did after their first exposure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import groupby

from sqlglot import exp

from aftermerge.model.metric import Metric
from aftermerge.model.plan import Answers, Arms, ArmsQuestion
from aftermerge.model.table import EventsTable
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import Asked, Compiled, Source, attempt
from aftermerge.usage.breakdown import largest_segments
from aftermerge.usage.contribution import require_events
from aftermerge.usage.rows import Rows
from aftermerge.usage.sweep.sweep import CUT, EXPOSURES, Sweep
from aftermerge.usage.totals import Totals
from aftermerge.usage.windows.event_quantiles import ask_event_quantiles
from aftermerge.usage.windows.experiments import NUMBER
from aftermerge.usage.windows.exposed import Exposed, check_columns
from aftermerge.usage.windows.folds import AT, EXPOSED_AT, SIDES, Folds
from aftermerge.usage.windows.looks import LookedAt, arms_of_looks, closed_looks, units_exposed
from aftermerge.usage.windows.windowed import ENTERED, Stepped, Windowed, window_days, windowed

_BY = (NUMBER, "variant", "closed_on")
_UNIT = (NUMBER, "unit")


def ask_exposures(source: Source, table: EventsTable, questions: Sequence[ArmsQuestion]) -> Compiled:
    """One query a window, segment and kind of unit, for all flags, cut-offs and metrics; one a quantile.

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
    source = replace(source, distinct=cache(source.distinct))  # many may ask which flags there are, or which events
    quantiles = [question for question in questions if question.metric.kind == "quantile"]
    others = [question for question in questions if question.metric.kind != "quantile"]
    build = cache(partial(_windowed, source, table))  # most experiments share most metrics
    done, failed = attempt(((question.key, question.metric) for question in others), build)
    asked = []
    for group in _groups([question for question in others if question.key in done]):
        parts = {question.metric.key: done[question.key] for question in group}
        windows = _Windows.of(source, table, group, parts)
        asked.append(Asked(source.name, windows.statement(), group, windows.read, sweep=windows.sweep))
    return Compiled(tuple(asked), failed) + ask_event_quantiles(source, table, quantiles)


def _groups(questions: Sequence[ArmsQuestion]) -> list[tuple[ArmsQuestion, ...]]:
    def shared(question: ArmsQuestion) -> tuple[int, str, str]:
        return window_days(question.metric), question.metric.unit, question.metric.segment or ""

    return [tuple(group) for _, group in groupby(sorted(questions, key=shared), shared)]


def _windowed(source: Source, table: EventsTable, metric: Metric) -> Windowed:
    check_columns(source, table, metric)
    return windowed(source, table, metric)


@dataclass(frozen=True, slots=True, eq=False)
class _Windows:
    """Exposures → each unit's window → its sums → its outcomes → sums by experiment, variant and closing day.

    `parts` are the metrics by their key. Each metric's columns stand there for every experiment, whether it is asked
    of it or not: most share most.
    """

    source: Source
    table: EventsTable
    questions: tuple[ArmsQuestion, ...]
    parts: dict[str, Windowed]
    exposed: Exposed
    folds: Folds

    @classmethod
    def of(
        cls, source: Source, table: EventsTable, questions: tuple[ArmsQuestion, ...], parts: dict[str, Windowed]
    ) -> "_Windows":
        folds = [fold for part in parts.values() for fold in part.folds]
        marks = [mark for part in parts.values() for mark in part.marks]
        return cls(source, table, questions, parts, Exposed.of(source, table, questions), Folds.of(folds, marks))

    def statement(self) -> exp.Select:
        sums = [("sums", self._sums())] if self.folds.sums else []
        return self._finished([*self.exposed.steps, *self._gridded, *self._stepwise, *sums], self.folds)

    @property
    def sweep(self) -> Callable[[], Sweep] | None:
        """The same in parts; None where nothing is added up."""
        return self._swept if self.folds.sums else None

    def _swept(self) -> Sweep:
        exposed = queries.of_step(exp.select(exp.Star(), *self.folds.since_days), "exposures")
        steps = [("exposures", queries.read_again(exp.select(exp.Star()).from_(EXPOSURES.copy())))]
        if self._stepped:
            steps += [self.exposed.watched, ("events", self._events()), *self._stepwise]
        cut = ("cut", exp.select(exp.Star()).from_(CUT.copy()))
        real = [part for part in self.parts.values() if any(fold.how == "real" for fold in part.folds)]
        return Sweep(
            cut=self.exposed.cut,
            time=self.exposed.time,
            exposures=queries.stepped(exposed, cut, *self.exposed.exposed_by_then),
            is_watched=ENTERED,
            events=self._events_with,
            rows=dict(self.folds.rows.values()),
            grids=self.folds.grids(partial(self._events_with, parts=real)) if real else None,
            intervals=self.folds.intervals,
            statement=self._finished(steps, replace(self.folds, are_swept=True)),
        )

    @property
    def _gridded(self) -> list[queries.Step]:
        return self.folds.steps(self._events(), are_kept=bool(self._stepped))

    @property
    def _stepwise(self) -> list[queries.Step]:
        return [step for part in self.parts.values() for step in part.steps(self.folds)]

    def _finished(self, steps: list[queries.Step], folds: Folds) -> exp.Select:
        """From the steps, in which a unit's sums stand, to the totals."""
        of_units = self._outcomes(folds)
        steps = [*steps, ("outcomes", queries.read_again(of_units) if folds.are_swept else of_units)]
        outcomes = tuple(part.outcome for part in self.parts.values())
        if not self._has_segments:
            totals = Totals("outcomes", _BY, ("exposed_at",), outcomes, ENTERED, NUMBER, folds.are_swept)
            return totals.statement(self._totals(), *steps)
        names = [outcome.named(part) for outcome in outcomes for part in outcome.parts]
        steps += largest_segments("outcomes", (*_BY, "exposed_at"), names, ENTERED, NUMBER)
        totals = Totals("segmented", (*_BY, "segment"), ("exposed_at",), outcomes, ENTERED, NUMBER)
        return totals.statement(self._totals(), *steps)

    def read(self, rows: Rows, text: str) -> Answers:
        return self.exposed.answers(rows, self.questions, partial(self._arms, text))

    @property
    def _has_segments(self) -> bool:
        return "segment" in self.exposed.names

    @property
    def _stepped(self) -> list[Stepped]:
        return [part for part in self.parts.values() if isinstance(part, Stepped)]

    def _events(self) -> exp.Select:
        return self._events_with(self.folds.of_event)

    def _events_with(self, columns: Sequence[exp.Expr], parts: Sequence[Windowed] = ()) -> exp.Select:
        """Those that could add to any of these metrics; without them, to any at all."""
        return self.exposed.events(*columns).where(self._counts(parts or [*self.parts.values()]), copy=False)

    def _counts(self, parts: Sequence[Windowed]) -> exp.Expr | None:
        if not all(part.events for part in parts):
            return None
        names = sorted({name for part in parts for name in part.events})
        return sql.one_of(self.source.columns.text(self.table.event), [sql.text(name) for name in names])

    def _sums(self) -> exp.Select:
        """Of each unit that did anything in its window or, where a metric looks back, as long before; by side."""
        looks_back = "before" in self.folds.sides
        first = sql.col(SIDES["before"], "watched") if looks_back else EXPOSED_AT
        since = sql.either(sql.at_least(AT, EXPOSED_AT), EXPOSED_AT, first) if looks_back else EXPOSED_AT
        unit = sql.same(sql.col("unit", "events"), sql.col("unit", "watched"))
        inside = exp.and_(unit, sql.at_least(AT, first), sql.less(AT, sql.col("closes_at", "watched")))
        head = [*(sql.col(name, "watched") for name in _UNIT), sql.named(since, "since")]
        select = exp.select(*head, *self.folds.of_unit).from_("watched").join("events", on=inside)
        return queries.grouped(select, len(head))

    def _outcomes(self, folds: Folds) -> exp.Select:
        names = [*_BY, "exposed_at", *(["segment"] if self._has_segments else [])]
        values = [sql.named(value, name) for part in self.parts.values() for name, value in part.of_unit(folds)]
        select = exp.select(*(sql.col(name, "exposures") for name in names), *values).from_("exposures")
        for side in () if folds.are_swept else folds.sides:
            own = sql.same(sql.col("since", side), sql.col(SIDES[side], "exposures"))
            select = select.join(exp.to_table("sums").as_(side), on=exp.and_(*_same(side), own), join_type="left")
        for part in self._stepped:
            select = select.join(queries.step(part.last), on=exp.and_(*_same(part.last)), join_type="left")
        return select

    def _totals(self) -> list[exp.Expr]:
        return units_exposed() + [column for part in self.parts.values() for column in part.outcome.summary()]

    def _arms(self, text: str, looked_at: LookedAt, question: ArmsQuestion) -> Arms:
        part = self.parts[question.metric.key]
        looks = closed_looks(looked_at, part.outcome)
        if not any(look.largest for look in looks):
            require_events(self.source, self.table, part.events)
        arms = arms_of_looks(looked_at, looks, text)
        return replace(arms, largest={}, smallest={}) if part.outcome.is_ratio else arms


def _same(step: str) -> list[exp.Expr]:
    """The same unit in the same experiment."""
    return [sql.same(sql.col(key, step), sql.col(key, "exposures")) for key in _UNIT]
