"""From cases to what must be asked of the data."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta, tzinfo

from aftermerge.measure.case import Case
from aftermerge.model.plan import ArmsQuestion, Plan, Question, SeriesQuestion
from aftermerge.model.table import EventsTable, UnitsTable, UsageTable


def plan_of(cases: Iterable[Case], tables: Sequence[UsageTable], timezone: tzinfo) -> Plan:
    """Each question once, however many cases rest on it."""
    by_name = {table.name: table for table in tables}
    asked = (question for case in cases for question in questions_of(case, by_name, timezone))
    return Plan(tuple({question.key: question for question in asked}.values()))


def questions_of(case: Case, tables: Mapping[str, UsageTable], timezone: tzinfo) -> tuple[Question, ...]:
    """Strongest design first: the arms of the flag where the metric's table knows it, the days where it has days."""
    table = tables.get(case.metric.source)
    questions: list[Question] = []
    if case.flag and _knows(table, case.flag):
        questions.append(ArmsQuestion(case.metric, case.flag, _until(case, timezone)))
    if not isinstance(table, UnitsTable):
        questions.append(SeriesQuestion(case.metric))
    return tuple(questions)


def _knows(table: UsageTable | None, flag: str) -> bool:
    return isinstance(table, EventsTable) or (isinstance(table, UnitsTable) and table.flag == flag)


def _until(case: Case, timezone: tzinfo) -> datetime | None:
    """The end of the day of decision: what came later is no part of the declared look."""
    if case.decide is None:
        return None
    return datetime.combine(case.decide + timedelta(days=1), time.min, timezone)
