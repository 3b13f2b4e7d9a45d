"""Measure every claim: the ledger says what to ask, the data is asked once, the rest is arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, tzinfo

from aftermerge.errors import UnknownIdError, nearest
from aftermerge.measure.before_after import read_series
from aftermerge.measure.calendar import Calendar, calendar_of
from aftermerge.measure.case import Case, cases_of
from aftermerge.measure.finding import Finding
from aftermerge.measure.history import LEAST_DAYS_BEFORE_PLACEBO, Past, history_of
from aftermerge.measure.plan import plan_of, questions_of
from aftermerge.measure.randomised import read_arms
from aftermerge.measure.verdict import judge
from aftermerge.model.plan import Answers, ArmsQuestion, Plan, Query, SeriesQuestion
from aftermerge.model.readout import Readouts
from aftermerge.model.table import UsageTable
from aftermerge.ports import Clock, Ledger, Usage


@dataclass(frozen=True, slots=True)
class Request:
    """Days are counted in `timezone`. `subject` is the id of a bet or release when only that one is asked for."""

    timezone: tzinfo
    subject: str | None = None


def run(request: Request, ledger: Ledger, usage: Usage, clock: Clock) -> Readouts:
    """Read every claim out and keep the readouts in the ledger."""
    now = clock()
    cases = _cases(ledger)
    calendar = calendar_of(cases, ledger.releases(), request.timezone)
    tables = {table.name: table for table in usage.tables()}
    plan = plan_of(cases, usage.tables(), request.timezone)
    answers = usage.answer(plan)
    past = _past(plan, answers, calendar)
    reading = Reading(tables, answers, past, now.astimezone(request.timezone).date())
    readouts = tuple(judge(case, reading.of(case)) for case in cases if reading.has_data_for(case))
    ledger.replace_readouts(now, readouts)
    return Readouts(now, readouts)


def explain(request: Request, ledger: Ledger, usage: Usage) -> tuple[Plan, tuple[Query, ...]]:
    """What `run` would ask, as SQL; nothing is run.

    Raises:
        UnknownIdError: the request names a bet or release that makes no claim.
    """
    cases = _cases(ledger)
    if request.subject is not None:
        known = sorted({case.subject.id for case in cases})
        cases = tuple(case for case in cases if case.subject.id == request.subject)
        if not cases:
            raise UnknownIdError(f"nothing is measured for `{request.subject}`", then=nearest(request.subject, known))
    plan = plan_of(cases, usage.tables(), request.timezone)
    return plan, tuple(usage.compile(plan))


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that a case is read from."""

    tables: Mapping[str, UsageTable]
    answers: Answers
    past: Past
    today: date

    def has_data_for(self, case: Case) -> bool:
        """A release from before the data begins asks nothing; a bet is always answered."""
        day = self.past.calendar.day_of(case)
        series = self.answers.series.get(SeriesQuestion(case.metric).key)
        if case.subject.kind == "bet" or series is None or day is None:
            return case.subject.kind == "bet"
        return 0 <= (day - series.first_day).days - LEAST_DAYS_BEFORE_PLACEBO < len(series.values)

    def of(self, case: Case) -> Finding:
        """By the strongest design whose question was answered."""
        failures = []
        for question in questions_of(case, self.tables, self.past.calendar.timezone):
            if question.key in self.answers.failed:
                failures.append(self.answers.failed[question.key])
            elif isinstance(question, ArmsQuestion) and self.answers.arms[question.key].exposed:
                return read_arms(case, self.answers.arms[question.key], self.today)
            elif isinstance(question, SeriesQuestion):
                finding = read_series(case, question.key, self.answers.series[question.key], self.past)
                return finding if not failures else replace(finding, failure=finding.failure or failures[0])
        reason = failures[0] if failures else f"no unit was given a variant of `{case.flag}` yet"
        return Finding("randomised" if case.flag else "before_after", closed=False, failure=reason)


def _cases(ledger: Ledger) -> tuple[Case, ...]:
    return cases_of(ledger.bets(), ledger.metrics(), ledger.releases(), ledger.links())


def _past(plan: Plan, answers: Answers, calendar: Calendar) -> Past:
    asked = {q.key: q.metric for q in plan.questions if isinstance(q, SeriesQuestion) and q.key in answers.series}
    histories = {key: history_of(metric, answers.series[key]) for key, metric in asked.items()}
    return Past(histories, asked, calendar)
