"""A plan becomes queries: each table is asked once for everything that can be asked together."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from aftermerge.errors import AftermergeError, DataError
from aftermerge.model.metric import FEEDBACK
from aftermerge.model.plan import ArmsQuestion, Question, RolloutQuestion, SegmentsQuestion, SeriesQuestion
from aftermerge.model.table import EventsTable, SeriesTable, UsageTable
from aftermerge.usage.asked import Compiled, Source, reason
from aftermerge.usage.columns import suggestion
from aftermerge.usage.days.events import ask_series
from aftermerge.usage.days.feedback import ask_feedback
from aftermerge.usage.days.feedback_rate import Actives, ask_feedback_rate
from aftermerge.usage.days.segments import ask_event_segments, ask_row_segments
from aftermerge.usage.days.series import ask_rows
from aftermerge.usage.rollouts.rollouts import ask_rollouts
from aftermerge.usage.units.units import ask_units
from aftermerge.usage.windows.exposures import ask_exposures


class Sources(Protocol):
    """The tables that can be asked."""

    @property
    def tables(self) -> Sequence[UsageTable]: ...

    def open(self, table: UsageTable) -> Source:
        """A table's columns.

        Raises:
            DataError: it can't be read.
        """
        ...

    def feedback(self) -> Source: ...


def compile_questions(sources: Sources, questions: Sequence[Question]) -> Compiled:
    """The queries for these questions. One that can't be asked fails alone, with the reason."""
    compiled = Compiled()
    for together in _apart({question.key: question for question in questions}.values()):
        for name in dict.fromkeys(question.metric.source for question in together):
            series = [q for q in together if isinstance(q, SeriesQuestion) and q.metric.source == name]
            arms = [q for q in together if isinstance(q, ArmsQuestion) and q.metric.source == name]
            ask = _ask_feedback if name == FEEDBACK else _ask_table
            compiled += ask(sources, name, series, arms)
            compiled += _ask_groups(
                sources, name, [question for question in together if question.metric.source == name]
            )
    return compiled


def _apart(questions: Iterable[Question]) -> list[list[Question]]:
    """SQL does not tell `Saves` from `saves`: metrics whose names differ in case only are asked apart."""
    groups: list[tuple[dict[str, str], list[Question]]] = []
    for question in questions:
        name = question.metric.key
        group = next((group for group in groups if group[0].get(name.casefold(), name) == name), None)
        if group is None:
            groups.append(group := ({}, []))
        group[0][name.casefold()] = name
        group[1].append(question)
    return [together for _, together in groups]


def _ask_table(sources: Sources, name: str, series: Sequence[SeriesQuestion], arms: Sequence[ArmsQuestion]) -> Compiled:
    try:
        table = _named(sources, name)
        source = sources.open(table)
    except AftermergeError as error:
        return _all_failed([*series, *arms], reason(error))
    if isinstance(table, EventsTable):
        return ask_series(source, table, series) + ask_exposures(source, table, arms)
    if isinstance(table, SeriesTable):
        return ask_rows(source, table, series) + _all_failed(arms, f"`{name}` holds days, not the units of a flag")
    return ask_units(source, table, arms) + _all_failed(series, f"`{name}` holds units, and no days")


def _ask_groups(sources: Sources, name: str, questions: Sequence[Question]) -> Compiled:
    """Units or segments that got the change at different times."""
    rollouts = [question for question in questions if isinstance(question, RolloutQuestion)]
    segments = [question for question in questions if isinstance(question, SegmentsQuestion)]
    if not rollouts and not segments:
        return Compiled()
    try:
        table = _named(sources, name)
        source = sources.open(table)
    except AftermergeError as error:
        return _all_failed([*rollouts, *segments], reason(error))
    if isinstance(table, EventsTable):
        return ask_rollouts(source, table, rollouts) + ask_event_segments(source, table, segments)
    no_units = _all_failed(rollouts, f"`{name}` holds no events, which alone say when a unit got a change")
    if isinstance(table, SeriesTable):
        return ask_row_segments(source, table, segments) + no_units
    return no_units + _all_failed(segments, f"`{name}` holds units, and no days")


def _ask_feedback(
    sources: Sources, name: str, series: Sequence[SeriesQuestion], arms: Sequence[ArmsQuestion]
) -> Compiled:
    source = sources.feedback()
    rates = [question for question in series if question.metric.kind == "feedback_rate"]
    others = [question for question in series if question.metric.kind != "feedback_rate"]
    no_arms = _all_failed(arms, f"`{name}` does not say which variant of a flag a customer saw")
    return ask_feedback(source, others) + _ask_rates(sources, source, rates) + no_arms


def _ask_rates(sources: Sources, source: Source, rates: Sequence[SeriesQuestion]) -> Compiled:
    try:
        actives = _actives(sources) if rates else None
    except AftermergeError as error:
        return _all_failed(rates, reason(error))
    return ask_feedback_rate(source, actives, rates)


def _actives(sources: Sources) -> Actives | None:
    first = next((table for table in sources.tables if isinstance(table, EventsTable)), None)
    return None if first is None else (sources.open(first), first)


def _named(sources: Sources, name: str) -> UsageTable:
    for table in sources.tables:
        if table.name == name:
            return table
    known = [FEEDBACK, *(table.name for table in sources.tables)]
    raise DataError(f"there is no usage table `{name}`", then=suggestion(name, known))


def _all_failed(questions: Sequence[Question], why: str) -> Compiled:
    return Compiled(failed={question.key: why for question in questions})
