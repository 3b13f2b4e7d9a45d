"""Many questions in one query, when something goes wrong with it."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from aftermerge.errors import AftermergeError, DataError, OutsideError
from aftermerge.model.plan import ArmsQuestion, Plan, SeriesQuestion
from aftermerge.usage.answer import answer_with
from aftermerge.usage.asked import Asked
from aftermerge.usage.engines import Engines, Places, opened
from aftermerge.usage.engines.duck import duck
from aftermerge.usage.rows import Rows
from support.usage import EVENTS, metric, nobody_wrote, write_events

QUESTIONS = tuple(SeriesQuestion(metric("count", name=f"m{number}", event="open")) for number in range(32))
BAD = QUESTIONS[21]


def refuses_the_bad_one(asked: Asked) -> AftermergeError | None:
    return DataError("too large to be added up") if BAD in asked.questions else None


def is_not_there(asked: Asked) -> AftermergeError | None:
    return OutsideError("nobody answers")


@dataclass(frozen=True, slots=True, eq=False)
class Troubled(Engines):
    """The real engines, with an error where `trouble` has one; `tried` counts the queries."""

    trouble: Callable[[Asked], AftermergeError | None] = lambda asked: None
    tried: list[int] = field(default_factory=list)

    def run(self, asked: Asked, text: str) -> Rows:
        self.tried.append(len(asked.questions))
        error = self.trouble(asked)
        if error:
            raise error
        return Engines.run(self, asked, text)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    days = [f"'2026-03-01 {hour}:10', 'a', 'x', 'open', 1.0, NULL, NULL" for hour in ("00", "23")]
    write_events(tmp_path / "app.parquet", *days)
    return Places((EVENTS,), tmp_path, "UTC", nobody_wrote)


def test_the_others_do_not_suffer_for_one_and_few_queries_find_it(places: Places) -> None:
    with duck(places) as embedded, ExitStack() as closing:
        engines = Troubled(places, embedded, closing, trouble=refuses_the_bad_one)
        found = answer_with(engines, Plan(QUESTIONS))
    assert found.failed == {BAD.key: "too large to be added up"}
    assert len(found.series) == len(QUESTIONS) - 1
    assert len(engines.tried) == 11  # the whole, then two halves five times


def test_an_engine_that_is_not_there_is_tried_once(places: Places) -> None:
    with duck(places) as embedded, ExitStack() as closing:
        engines = Troubled(places, embedded, closing, trouble=is_not_there)
        found = answer_with(engines, Plan(QUESTIONS))
    assert found.failed == {question.key: "nobody answers" for question in QUESTIONS}
    assert engines.tried == [len(QUESTIONS)]


def test_metrics_whose_names_differ_in_case_only_are_asked_apart_whatever_else_differs(places: Places) -> None:
    flags = [
        ArmsQuestion(metric("count", name=name, event="open"), flag) for name, flag in (("Saves", "a"), ("saves", "b"))
    ]
    with opened(places) as engines:
        found = answer_with(engines, Plan(tuple(flags)))
    assert set(found.failed) == {question.key for question in flags}  # nobody was exposed; and nothing broke
