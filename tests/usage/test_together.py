"""Whatever is asked together, each answer is the one that it would be alone, to the last bit."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from aftermerge.model.plan import ArmsQuestion, Plan
from aftermerge.usage.engines import Places, opened
from aftermerge.usage.windows.exposures import ask_exposures
from support.many_questions import EVERY, METRICS, UNTIL, folder
from support.usage import EVENTS, answers, nobody_wrote, usage, write


@cache
def alone(root: Path, question: ArmsQuestion) -> str:
    return told(root, (question,))[question.key]


def told(root: Path, questions: tuple[ArmsQuestion, ...]) -> dict[str, str]:
    """Every digit of each answer, or why there is none."""
    found = answers(usage(folder(root), timezone="Europe/London"), questions)
    return {key: repr(replace(arms, sql="")) for key, arms in found.arms.items()} | dict(found.failed)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("together")


@settings(max_examples=10, deadline=None)
@given(questions=st.lists(st.sampled_from(EVERY), min_size=2, max_size=25, unique_by=lambda each: each.key))
def test_any_set_of_bets_gives_what_each_gives_alone(root: Path, questions: list[ArmsQuestion]) -> None:
    assert told(root, tuple(questions)) == {question.key: alone(root, question) for question in questions}


def test_the_number_of_queries_does_not_depend_on_how_many_experiments_there_are(root: Path) -> None:
    def queries(flags: int, cuts: int) -> int:
        until = [UNTIL[1] + timedelta(hours=n) for n in range(cuts)]
        asked = [ArmsQuestion(each, f"flag-{n}", at) for each in METRICS for n in range(flags) for at in until]
        return len(usage(folder(root)).compile(Plan(tuple(asked))))

    assert queries(1, 1) == queries(20, 5) == 5


def test_an_infinite_value_fails_the_metric_that_reads_it_and_no_other(tmp_path: Path) -> None:
    write(
        tmp_path / "app.parquet",
        """SELECT TIMESTAMP '2026-03-04' AS ts, 'a' AS user_id, '$feature_flag_called' AS event, 0.0 AS v,
        'bulk' AS "$feature_flag", 'on' AS "$feature_flag_response" UNION ALL
        SELECT TIMESTAMP '2026-03-05', 'a', 'pay', 'inf'::DOUBLE, NULL, NULL UNION ALL
        SELECT TIMESTAMP '2026-03-20', 'a', 'open', 0.0, NULL, NULL""",
    )
    questions = [ArmsQuestion(each, "bulk") for each in METRICS if each.name in ("paid", "opened")]
    found = answers(usage(tmp_path), questions)
    assert list(found.arms) == [questions[0].key]
    assert "some values are infinite" in found.failed[questions[1].key]


def test_which_flags_there_are_is_asked_once_however_many_nobody_was_exposed_to(root: Path) -> None:
    looked_up: list[str] = []
    with opened(Places((EVENTS,), folder(root), "UTC", nobody_wrote)) as engines:
        source = engines.open(EVENTS)

        def distinct(expression: exp.Expr) -> tuple[str, ...]:
            looked_up.append(expression.sql())
            return source.distinct(expression)

        questions = [ArmsQuestion(METRICS[0], f"soon-{n}") for n in range(5)]
        (asked,) = ask_exposures(replace(source, distinct=distinct), EVENTS, questions).asked
        (query,) = engines.written(asked)
        found = asked.read(engines.run(asked, query.sql), query.sql)
    assert len(found.failed) == 5
    assert len(looked_up) == 1
