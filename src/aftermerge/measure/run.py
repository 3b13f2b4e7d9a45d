"""Measure every claim: the ledger says what to ask, the data is asked once, the rest is arithmetic."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, tzinfo

from aftermerge.errors import UnknownIdError, nearest
from aftermerge.measure.before_after import read_series
from aftermerge.measure.calendar import Calendar, calendar_of
from aftermerge.measure.case import Case, cases_of
from aftermerge.measure.controls import with_controls
from aftermerge.measure.few_units import read_segments
from aftermerge.measure.finding import Finding
from aftermerge.measure.history import history_of
from aftermerge.measure.last_asked import LastAsked
from aftermerge.measure.opened import by_date, opened_at_once
from aftermerge.measure.past import Past
from aftermerge.measure.plan import follow_up, follow_ups, plan_of, questions_of
from aftermerge.measure.randomised import read_arms
from aftermerge.measure.staggered import is_rollout, read_rollout
from aftermerge.measure.verdict import judge
from aftermerge.model.change import Release
from aftermerge.model.metric import Metric
from aftermerge.model.plan import (
    Answers,
    Arms,
    ArmsQuestion,
    Plan,
    Query,
    Rollout,
    RolloutQuestion,
    SegmentsQuestion,
    SeriesQuestion,
)
from aftermerge.model.readout import Check, Readout, Readouts
from aftermerge.model.table import UsageTable
from aftermerge.ports import Clock, Ledger, Usage
from aftermerge.stats.integrated_gls import LEAST_DAYS_BEFORE


@dataclass(frozen=True, slots=True)
class Request:
    """Days are counted in `timezone`. `subject` is the id of a bet or release when only that one is asked for.

    On `holidays` people do other things: these days are left out where a metric is read by day.
    """

    timezone: tzinfo
    subject: str | None = None
    holidays: Container[date] = ()


def run(request: Request, ledger: Ledger, usage: Usage, clock: Clock) -> Readouts:
    """Read every claim out and keep the readouts in the ledger; where the data can't be asked, those of before stay."""
    now = clock()
    releases, tables = ledger.releases(), usage.tables()
    cases = _cases(ledger, releases)
    plan = plan_of(cases, tables, request.timezone)
    answers = usage.answer(plan)
    later = follow_ups(cases, tables, request.timezone, answers)
    if later.questions:
        answers = _together(answers, usage.answer(later))
    cases = tuple(_dated(case, tables, request.timezone, answers) for case in cases)
    calendar = calendar_of(cases, releases, request.timezone)
    answers = _with_controls(cases, plan, answers)
    past = _past(plan, answers, calendar, request.holidays)
    by_name = {table.name: table for table in tables}
    today = now.astimezone(request.timezone).date()
    reading = Reading(by_name, answers, past, today)
    last = LastAsked.of(ledger.readouts(), answers.unasked, today, request.timezone)
    readouts = tuple(_judged(case, reading.of(case), last) for case in cases if reading.has_data_for(case))
    ledger.replace_readouts(now, readouts)
    return Readouts(now, readouts)


def _judged(case: Case, finding: Finding, last: LastAsked) -> Readout:
    return last.or_before(finding, judge(case, finding))


def explain(
    request: Request, ledger: Ledger, usage: Usage, dialect: str | None = None
) -> tuple[Plan, tuple[Query, ...]]:
    """What `run` would ask, as SQL, in a `dialect` or as it would be asked; nothing is run.

    Raises:
        UnknownIdError: the request names a bet or release that makes no claim.
        InputError: there is no such dialect.
    """
    cases = _cases(ledger, ledger.releases())
    if request.subject is not None:
        known = sorted({case.subject.id for case in cases})
        cases = tuple(case for case in cases if case.subject.id == request.subject)
        if not cases:
            raise UnknownIdError(f"nothing is measured for `{request.subject}`", then=nearest(request.subject, known))
    plan = plan_of(cases, usage.tables(), request.timezone)
    return plan, tuple(usage.compile(plan, dialect))


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that a case is read from."""

    tables: Mapping[str, UsageTable]
    answers: Answers
    past: Past
    today: date

    def has_data_for(self, case: Case) -> bool:
        """A release from before the data begins asks nothing; a bet, and what failed, is always answered."""
        if case.subject.kind == "bet":
            return True
        key, day = SeriesQuestion(case.metric).key, self.past.calendar.day_of(case)
        series = self.answers.series.get(key)
        if series is None or day is None:
            return key in self.answers.failed
        return LEAST_DAYS_BEFORE <= (day - series.first_day).days < len(series.values)

    def of(self, case: Case) -> Finding:
        """By the arms of its flag, or by who got it when, or by its days: who has it is not known by a date."""
        questions = questions_of(case, self.tables, self.past.calendar.timezone)
        arms = next((question for question in questions if isinstance(question, ArmsQuestion)), None)
        days = next((question for question in questions if isinstance(question, SeriesQuestion)), None)
        declared = next((q for q in questions if isinstance(q, RolloutQuestion | SegmentsQuestion)), None)
        if case.flag and (case.role != "also" or days is None or self._was_given(arms)):
            opened = self._opened(case)
            if opened and days is not None:
                return _with_reason(self._of_days(case, days), opened)
            return self._of_arms(case, arms, declared)
        if declared is not None or (case.rollout is not None and (case.role != "also" or days is None)):
            return self._of_rollout(case, declared)
        return self._of_days(case, days)

    def _opened(self, case: Case) -> str | None:
        found = _seen_rollout(case, tuple(self.tables.values()), self.past.calendar.timezone, self.answers)
        return opened_at_once(found[0]) if found else None

    def _was_given(self, question: ArmsQuestion | None) -> bool:
        """Whether the metric's table knows who was given the flag."""
        arms = self.answers.arms.get(question.key) if question else None
        return arms is not None and bool(arms.exposed)

    def _of_arms(
        self, case: Case, question: ArmsQuestion | None, declared: RolloutQuestion | SegmentsQuestion | None
    ) -> Finding:
        if question is None and declared is not None:
            return self._of_rollout(case, declared)
        if question is None:
            told = (
                f"`{case.metric.source}`, where `{case.metric.name}` is read, does not say who was given `{case.flag}`"
            )
            return Finding("randomised", closed=False, failure=told)
        arms = self.answers.arms.get(question.key)
        if arms is None:
            return Finding("randomised", closed=False, failure=self.answers.failed[question.key])
        if not arms.exposed:
            return Finding("randomised", closed=False, failure=f"no unit was given a variant of `{case.flag}` yet")
        if is_rollout(case, arms):
            later = declared or follow_up(case, self.tables, self.past.calendar.timezone, self.answers)
            if later is not None:
                return self._of_rollout(case, later, arms)
        return read_arms(case, arms, self.today)

    def _of_rollout(
        self, case: Case, question: RolloutQuestion | SegmentsQuestion | None, arms: Arms | None = None
    ) -> Finding:
        if question is None:
            return Finding("staggered", closed=False, failure=_no_rollout(case))
        if question.key in self.answers.failed:
            return Finding("staggered", closed=False, failure=self.answers.failed[question.key])
        if isinstance(question, SegmentsQuestion):
            return read_segments(case, self.answers.segments[question.key], self.today)
        exposed_at = arms.first_exposure if arms else None
        return read_rollout(case, self.answers.rollouts[question.key], self.today, exposed_at)

    def _of_days(self, case: Case, question: SeriesQuestion | None) -> Finding:
        if question is None:
            told = f"`{case.metric.source}` is a finished table: it is read by a flag, and the bet names none"
            return Finding("before_after", closed=False, failure=told)
        if question.key in self.answers.failed:
            return Finding("before_after", closed=False, failure=self.answers.failed[question.key])
        return read_series(case, question.key, self.answers.series[question.key], self.past, self.today)


def _seen_rollout(
    case: Case, tables: Sequence[UsageTable], timezone: tzinfo, answers: Answers
) -> tuple[Rollout, Arms] | None:
    """Who was seen when with a flag that was only ever on."""
    question = follow_up(case, {table.name: table for table in tables}, timezone, answers)
    if question is None or question.key not in answers.rollouts:
        return None
    arms = next(q for q in questions_of(case, {t.name: t for t in tables}, timezone) if isinstance(q, ArmsQuestion))
    return answers.rollouts[question.key], answers.arms[arms.key]


def _dated(case: Case, tables: Sequence[UsageTable], timezone: tzinfo, answers: Answers) -> Case:
    """What was opened to everybody at once is read by that date."""
    found = _seen_rollout(case, tables, timezone, answers)
    return by_date(case, *found, timezone) if found and opened_at_once(found[0]) else case


def _with_reason(finding: Finding, opened: str) -> Finding:
    told = f"{opened}: it is no rollout, and is read by its date"
    failure = f"{told}; {finding.failure}" if finding.failure else None
    return replace(finding, failure=failure, checks=(*finding.checks, Check("rollout", "warn", told)))


def _no_rollout(case: Case) -> str:
    if isinstance(case.rollout, str) and case.release is None:
        return "it has not reached users yet: no release carries it"
    source, name = case.metric.source, case.metric.name
    kind = "segments" if isinstance(case.rollout, Mapping) else "single events"
    return f"`{source}`, where `{name}` is read, holds no {kind} by which to tell who got it when"


def _together(one: Answers, other: Answers) -> Answers:
    return Answers(
        {**one.series, **other.series},
        {**one.arms, **other.arms},
        {**one.rollouts, **other.rollouts},
        {**one.segments, **other.segments},
        {**one.failed, **other.failed},
        one.unasked | other.unasked,
    )


def _cases(ledger: Ledger, releases: Sequence[Release]) -> tuple[Case, ...]:
    return cases_of(ledger.bets(), ledger.metrics(), releases, ledger.links(), ledger.changes(), ledger.frozen_claims())


def _with_controls(cases: Sequence[Case], plan: Plan, answers: Answers) -> Answers:
    return replace(answers, series=with_controls(cases, _answered(plan, answers), answers.series))


def _past(plan: Plan, answers: Answers, calendar: Calendar, holidays: Container[date]) -> Past:
    asked = _answered(plan, answers)
    histories = {key: history_of(metric, answers.series[key], holidays) for key, metric in asked.items()}
    return Past(histories, asked, calendar)


def _answered(plan: Plan, answers: Answers) -> Mapping[str, Metric]:
    """The metrics that are there by day, by the key of their question."""
    return {q.key: q.metric for q in plan.questions if isinstance(q, SeriesQuestion) and q.key in answers.series}
