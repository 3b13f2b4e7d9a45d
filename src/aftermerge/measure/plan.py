"""From cases to what must be asked of the data."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta, tzinfo

from aftermerge.measure.case import Case
from aftermerge.measure.staggered import is_rollout
from aftermerge.model.plan import (
    Answers,
    ArmsQuestion,
    Plan,
    Question,
    RolloutQuestion,
    SegmentsQuestion,
    SeriesQuestion,
)
from aftermerge.model.table import EventsTable, SeriesTable, UnitsTable, UsageTable


def plan_of(cases: Iterable[Case], tables: Sequence[UsageTable], timezone: tzinfo) -> Plan:
    """Each question once, however many cases rest on it."""
    by_name = {table.name: table for table in tables}
    asked = (question for case in cases for question in questions_of(case, by_name, timezone))
    return Plan(tuple({question.key: question for question in asked}.values()))


def questions_of(case: Case, tables: Mapping[str, UsageTable], timezone: tzinfo) -> tuple[Question, ...]:
    """Strongest design first: the arms of the flag where the metric's table knows it, who got it when where the bet
    says so, the days where there are days.
    """
    table = tables.get(case.metric.source)
    questions: list[Question] = []
    if case.flag and _knows(table, case.flag):
        questions.append(ArmsQuestion(case.metric, case.flag, _until(case, timezone)))
    declared = _declared(case, table, timezone)
    if declared:
        questions.append(declared)
    if not isinstance(table, UnitsTable):
        questions.append(SeriesQuestion(case.metric))
    return tuple(questions)


def follow_ups(cases: Iterable[Case], tables: Sequence[UsageTable], timezone: tzinfo, answers: Answers) -> Plan:
    """What is asked after the first answers: when units got a flag that was only ever on."""
    by_name = {table.name: table for table in tables}
    asked = (follow_up(case, by_name, timezone, answers) for case in cases)
    return Plan(tuple({question.key: question for question in asked if question}.values()))


def follow_up(
    case: Case, tables: Mapping[str, UsageTable], timezone: tzinfo, answers: Answers
) -> RolloutQuestion | None:
    if case.flag is None or case.rollout is not None or not isinstance(tables.get(case.metric.source), EventsTable):
        return None
    arms = answers.arms.get(ArmsQuestion(case.metric, case.flag, _until(case, timezone)).key)
    if arms is None or not is_rollout(case, arms):
        return None
    return RolloutQuestion(case.metric, flag=case.flag, until=_until(case, timezone))


def _declared(case: Case, table: UsageTable | None, timezone: tzinfo) -> RolloutQuestion | SegmentsQuestion | None:
    """The bet itself says who got it when."""
    if isinstance(case.rollout, Mapping):
        return SegmentsQuestion(case.metric) if isinstance(table, EventsTable | SeriesTable) else None
    if case.rollout is None or case.release is None or not isinstance(table, EventsTable):
        return None
    return RolloutQuestion(case.metric, column=case.rollout, value=case.release, until=_until(case, timezone))


def _knows(table: UsageTable | None, flag: str) -> bool:
    return isinstance(table, EventsTable) or (isinstance(table, UnitsTable) and table.flag == flag)


def _until(case: Case, timezone: tzinfo) -> datetime | None:
    """The end of the day of decision: what came later is no part of the declared look."""
    if case.decide is None:
        return None
    return datetime.combine(case.decide + timedelta(days=1), time.min, timezone)
