"""Events added up by day: exactly, together as alone, and in few queries."""

from collections.abc import Sequence
from math import fsum
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftermerge.model.metric import Metric
from aftermerge.model.plan import Plan, Question, Segments, SegmentsQuestion, Series, SeriesQuestion
from aftermerge.usage.answer import answer_with
from aftermerge.usage.days.ladder import USUAL, ladder_of
from aftermerge.usage.engines import Places, opened
from support.usage import EVENTS, answers, metric, nobody_wrote, series, usage, write, write_events

SPENT = metric("sum", value="v", event="pay")


@pytest.fixture(scope="module")
def scattered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Values over twenty orders of magnitude in small row groups, which threads take as they come."""
    root = tmp_path_factory.mktemp("by_day")
    with duckdb.connect(":memory:") as connection:
        connection.execute("SELECT setseed(0.25)")
        connection.execute(
            f"""COPY (SELECT TIMESTAMP '2026-03-01' + INTERVAL 1 SECOND * (i * 2.592)::BIGINT AS ts,
            'u' || (i * 7919 % 5000) AS user_id, 'a' || i % 40 AS account_id,
            'e' || (i * 31 % 40) AS event, exp(46 * random() - 23) * (random() - 0.5) AS v
            FROM range(100000) AS t(i)) TO '{root / "app.parquet"}' (FORMAT parquet, ROW_GROUP_SIZE 2048)"""  # noqa: S608 - a path of our own
        )
    return root


EACH = tuple(
    [metric("share", name=f"share_{i}", event=f"e{i}") for i in range(35)]
    + [metric("share", name=f"account_{i}", event=f"e{i}", unit="account") for i in range(3)]
    + [metric("mean", name="mean", event="e1", value="v"), metric("mean", name="of_all", value="v", unit="account")]
    + [metric("sum", name="sum", value="v"), metric("count", name="count", event="e3", where="v > 0")]
    + [metric("ratio", name="ratio", numerator="e1", denominator="e2")]
)


def asked(root: Path, questions: Sequence[Question], threads: int) -> dict[str, list[float]]:
    with opened(Places((EVENTS,), root, "UTC", nobody_wrote)) as engines:
        engines.embedded.connection.execute(f"SET threads = {threads}")
        found = answer_with(engines, Plan(tuple(questions)))
    assert not found.failed
    by_key: list[tuple[str, Series | Segments]] = [*found.series.items(), *found.segments.items()]
    return {key: each.values.ravel().tolist() for key, each in by_key}


def test_the_same_events_give_the_same_bits_whoever_adds_them_up(scattered: Path) -> None:
    questions = [SeriesQuestion(each) for each in EACH]
    first = asked(scattered, questions, 1)
    assert all(asked(scattered, questions, 8) == first for _ in range(5))


@pytest.mark.parametrize("chosen", EACH[28:], ids=lambda chosen: chosen.name)
def test_a_metric_asked_among_others_is_what_it_is_alone(scattered: Path, chosen: Metric) -> None:
    alone = SeriesQuestion(chosen)
    together = asked(scattered, [SeriesQuestion(each) for each in EACH], 2)
    assert asked(scattered, [alone], 2)[alone.key] == together[alone.key]


def test_a_share_beyond_the_thirtieth_is_counted_as_the_first(scattered: Path) -> None:
    found = asked(scattered, [SeriesQuestion(each) for each in EACH], 2)
    with duckdb.connect(":memory:") as connection:
        rows = connection.execute(
            f"""SELECT count(DISTINCT user_id) FILTER (event = 'e33') / count(DISTINCT user_id)
            FROM '{scattered / "app.parquet"}' GROUP BY ts::DATE ORDER BY ts::DATE"""  # noqa: S608 - a path of our own
        ).fetchall()
    assert found["series:share_33"] == [share for (share,) in rows]


def test_metrics_by_one_segment_column_are_one_query(scattered: Path) -> None:
    questions = [
        SegmentsQuestion(metric("sum", name="sum", value="v", segment="account_id")),
        SegmentsQuestion(metric("share", name="share", event="e1", segment="account_id")),
        SegmentsQuestion(metric("count", name="other", event="e1", segment="event")),
    ]
    assert len(usage(scattered).compile(Plan(tuple(questions)))) == 2
    together = asked(scattered, questions, 8)
    for question in questions:
        assert asked(scattered, [question], 1)[question.key] == together[question.key]


values = st.floats(allow_nan=False, allow_infinity=False, width=64).filter(lambda value: abs(value) < 1e290)


@settings(max_examples=60, deadline=None)
@given(given_values=st.lists(values, min_size=1, max_size=8))
def test_a_days_sum_is_the_exact_sum_rounded_once(
    tmp_path_factory: pytest.TempPathFactory, given_values: list[float]
) -> None:
    root = tmp_path_factory.mktemp("exact")
    rows = ", ".join(f"('{value!r}'::DOUBLE)" for value in given_values)
    times = "unnest([TIMESTAMP '2026-03-01 00:10', TIMESTAMP '2026-03-01 23:10'])"
    write(
        root / "app.parquet",
        f"""SELECT TIMESTAMP '2026-03-01 12:00' AS ts, 'a' AS user_id, 'pay' AS event, v FROM (VALUES {rows}) AS t(v)
        UNION ALL SELECT {times}, 'a', 'look', NULL""",  # noqa: S608 - values of our own
    )
    assert series(usage(root), SPENT).values.tolist() == [fsum(given_values)]


def test_infinite_values_spoil_their_own_metric_and_no_other_sum(tmp_path: Path) -> None:
    write_events(
        tmp_path / "app.parquet",
        "'2026-03-01 00:10', 'a', 'x', 'pay', 'inf'::DOUBLE, NULL, NULL",
        "'2026-03-01 12:10', 'a', 'x', 'pay', '-inf'::DOUBLE, NULL, NULL",
        "'2026-03-01 23:10', 'a', 'x', 'buy', 2.5, NULL, NULL",
    )
    bought = SeriesQuestion(metric("sum", name="bought", value="v", event="buy"))
    found = answers(usage(tmp_path), [SeriesQuestion(SPENT), bought])
    assert "infinite" in found.failed["series:m"]
    np.testing.assert_array_equal(found.series[bought.key].values, [2.5])


@settings(max_examples=200)
@given(most=st.floats(min_value=5e-324, max_value=1e290), least=st.floats(min_value=5e-324, max_value=1e290))
def test_a_ladder_takes_every_digit_of_the_numbers_that_it_was_made_for(most: float, least: float) -> None:
    least, most = sorted((least, most))
    ladder = ladder_of(most, least)
    for value in (most, least, -most):
        pieces, left = [], value
        for magic in ladder.magics:
            piece = (left + magic) - magic
            pieces.append(piece)
            left -= piece
        assert fsum(pieces) == value
        assert ladder.fits(abs(value), left)


def test_a_number_as_large_as_the_usual_grids_reach_does_not_fit_them() -> None:
    assert not USUAL.fits(2.0**30, 0.0)
    assert not USUAL.fits(1.0, 1e-30)
    assert not USUAL.fits(1.0, np.nan)
    assert USUAL.fits(1.0, 0.0)
