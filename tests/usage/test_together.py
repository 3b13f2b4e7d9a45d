"""Whatever is asked together, each answer is the one that it would be alone, to the last bit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from aftermerge.model.metric import Metric
from aftermerge.model.plan import ArmsQuestion, Plan
from aftermerge.usage.engines import Places, opened
from aftermerge.usage.windows.exposures import ask_exposures
from support.usage import EVENTS, answers, metric, nobody_wrote, usage, write

FLAGS = ("bulk", "fast", "dark", "nobody")
UNTIL = (None, datetime(2026, 3, 9, 5, tzinfo=UTC), datetime(2026, 3, 14, tzinfo=UTC))
METRICS: tuple[Metric, ...] = (
    metric("share", name="opened", event="open", window_days=3),
    metric("count", name="opens", event="open", window_days=3),
    metric("count", name="big_opens", event="open", where="v > 5", window_days=3),
    metric("sum", name="paid", event="pay", value="v", window_days=3),
    metric("sum", name="paid_large", event="pay", value="v", where="v > 100", window_days=3),
    metric("mean", name="paid_cut", event="pay", value="v", winsorize=0.8, window_days=3),
    metric("mean", name="of_all", value="v", window_days=3),
    metric("sum", name="whole", event="open", value="n", window_days=3),
    metric("ratio", name="rate", numerator="pay", denominator="open", window_days=3),
    metric("sum", name="paid_long", event="pay", value="v", window_days=5),
    metric("share", name="by_account", event="open", unit="account", window_days=3),
    metric("sum", name="by_plan", event="pay", value="v", segment="plan", window_days=3),
    metric("mean", name="cut_by_plan", event="pay", value="v", segment="plan", winsorize=0.9, window_days=3),
    metric("retention", name="back", day=2),
    metric("retention", name="back_to_open", event="open", day=2),
    metric("funnel", name="steps", steps=("open", "pay"), window_days=3),
    metric("quantile", name="median", event="pay", value="v", q=0.5, window_days=3),
    metric("count", name="mistyped", event="opn", window_days=3),
)
EVERY = [ArmsQuestion(each, flag, until) for each in METRICS for flag in FLAGS for until in UNTIL]


@cache
def folder(root: Path) -> Path:
    """120 units in 40 accounts; a unit meets up to three flags, and some of them in both variants."""
    write(
        root / "app.parquet",
        """SELECT TIMESTAMP '2026-03-04' + INTERVAL 1 HOUR * CAST(hash(i, 1) % 200 AS INTEGER) AS ts,
        'u' || hash(i, 2) % 120 AS user_id, 'a' || hash(i, 2) % 40 AS account_id, '$feature_flag_called' AS event,
        0.0 AS v, 0 AS n, ['free', 'pro', NULL][1 + CAST(hash(i, 3) % 3 AS INTEGER)] AS plan,
        ['bulk', 'fast', 'dark'][1 + CAST(hash(i, 4) % 3 AS INTEGER)] AS "$feature_flag",
        CASE WHEN hash(i, 2) % 7 = 0 THEN i % 2 = 0 ELSE hash(i, 2) % 2 = 0 END::VARCHAR AS "$feature_flag_response"
        FROM range(400) AS t(i) UNION ALL
        SELECT TIMESTAMP '2026-03-01' + INTERVAL 1 HOUR * CAST(hash(i, 5) % 340 AS INTEGER), 'u' || hash(i, 6) % 120,
        'a' || hash(i, 6) % 40, ['open', 'pay', 'look'][1 + CAST(hash(i, 7) % 3 AS INTEGER)],
        exp((hash(i, 8) % 1000) / 50.0 - 10), CAST(hash(i, 9) % 9 AS INTEGER), NULL, NULL, NULL
        FROM range(3000) AS t(i)""",
    )
    return root


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
