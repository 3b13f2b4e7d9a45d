"""A metric by day over what customers wrote."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftermerge.model.feedback import Feedback
from aftermerge.model.metric import FEEDBACK_RATE
from aftermerge.model.plan import ArmsQuestion, SeriesQuestion
from aftermerge.model.table import EventsTable
from aftermerge.usage.days.feedback import TYPES, feedback_columns
from aftermerge.usage.warehouse import Warehouse
from support.usage import EVENTS, answers, failure, metric, nobody_wrote, series, usage, write_events


def said(
    number: int, time: str, rating: float | None = None, problem: str | None = None, zone: str = "UTC"
) -> Feedback:
    at = datetime.fromisoformat(time).replace(tzinfo=ZoneInfo(zone))
    return Feedback("reviews", str(number), at, "the words themselves", rating=rating, problem=problem, version="1.0")


def written() -> list[Feedback]:
    """Three on the first day, none on the second, one on the third: from past midnight to late in the evening, UTC."""
    return [
        said(1, "2026-03-01T00:30", 1, "slow"),
        said(2, "2026-03-01T10:00", 5),
        said(3, "2026-03-01T11:00", None, "slow"),
        said(4, "2026-03-03T23:30", 2, "lost"),
    ]


def about(kind: str, **keys: object) -> SeriesQuestion:
    return SeriesQuestion(metric(kind, "feedback", **keys))  # type: ignore[arg-type]


@pytest.fixture
def app(tmp_path: Path) -> Warehouse:
    """Two users active on the first day, none on the second, one on the third; the fourth day is not over."""
    write_events(
        tmp_path / "app.parquet",
        "'2026-03-01 00:10', 'a', 'x', 'open', 1.0, NULL, NULL",
        "'2026-03-01 10:00', 'b', 'x', 'open', 1.0, NULL, NULL",
        "'2026-03-03 10:00', 'b', 'x', 'open', 1.0, NULL, NULL",
        "'2026-03-04 10:00', 'b', 'x', 'open', 1.0, NULL, NULL",
    )
    return usage(tmp_path, feedback=written)


def counts(root: Path, feedback: list[Feedback], zone: str = "UTC") -> tuple[date, list[float]]:
    """The first day of feedback, and how many of each day."""
    found = series(usage(root, timezone=zone, feedback=lambda: feedback), about("count").metric)
    return found.first_day, found.values.tolist()


def test_a_count_is_zero_on_a_day_without(app: Warehouse) -> None:
    found = series(app, about("count").metric)
    assert found.first_day == date(2026, 3, 1)
    np.testing.assert_array_equal(found.values, [3, 0, 1])


def test_where_chooses_what_is_counted_within_the_days_of_all_feedback(app: Warehouse) -> None:
    np.testing.assert_array_equal(series(app, about("count", where="rating > 4").metric).values, [1, 0, 0])


def test_a_mean_is_over_the_rows_that_have_a_rating(app: Warehouse) -> None:
    found = series(app, about("mean").metric)
    np.testing.assert_array_equal(found.values, [3, np.nan, 2])
    np.testing.assert_array_equal(found.volume, [2, 0, 1])


def test_a_share_is_over_all_rows_of_the_day(app: Warehouse) -> None:
    found = series(app, about("share", where="rating <= 2").metric)
    np.testing.assert_allclose(found.values, [1 / 3, np.nan, 1])
    np.testing.assert_array_equal(found.volume, [3, 0, 1])


def test_a_day_is_the_workspaces_own(tmp_path: Path) -> None:
    """In Berlin these are 00:30 and 12:00 on the first of March, and 23:30 on the second."""
    feedback = [said(1, "2026-02-28T23:30"), said(2, "2026-03-01T11:00"), said(3, "2026-03-02T22:30")]
    assert counts(tmp_path, feedback, "Europe/Berlin") == (date(2026, 3, 1), [2, 1])


def test_a_last_day_that_may_not_be_over_is_left_out(tmp_path: Path) -> None:
    assert counts(tmp_path, [*written(), said(5, "2026-03-04T22:59")]) == (date(2026, 3, 1), [3, 0, 1])
    assert counts(tmp_path, [*written(), said(5, "2026-03-04T23:00")]) == (date(2026, 3, 1), [3, 0, 1, 1])


def test_a_first_day_that_began_before_the_feedback_is_left_out(tmp_path: Path) -> None:
    assert counts(tmp_path, [said(5, "2026-02-28T01:00"), *written()]) == (date(2026, 3, 1), [3, 0, 1])
    assert counts(tmp_path, [said(5, "2026-02-28T00:59"), *written()]) == (date(2026, 2, 28), [1, 3, 0, 1])


@settings(max_examples=20, deadline=None)
@given(
    start=st.integers(0, 47),
    hours=st.integers(48, 120),
    zone=st.sampled_from(["UTC", "Asia/Kolkata", "America/Los_Angeles"]),
)
def test_whenever_the_data_is_read_no_day_is_half_counted(
    tmp_path_factory: pytest.TempPathFactory, start: int, hours: int, zone: str
) -> None:
    """The first hour may lack: a day whose feedback begins at 01:00 counts."""
    first = datetime(2026, 1, 10, 0, 30, tzinfo=UTC) + timedelta(hours=start)
    feedback = [said(n, (first + timedelta(hours=n)).replace(tzinfo=None).isoformat()) for n in range(hours)]
    assert set(counts(tmp_path_factory.mktemp("read"), feedback, zone)[1]) <= {23, 24}


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Africa/Cairo"])
def test_where_only_dates_are_known_the_first_and_the_last_day_count(tmp_path: Path, zone: str) -> None:
    """In Cairo the clocks go from 00:00 to 01:00 on the last of these days."""
    feedback = [said(n, f"2026-04-{day}", zone=zone) for n, day in enumerate([22, 22, 24])]
    assert counts(tmp_path, feedback, zone) == (date(2026, 4, 22), [2, 0, 1])


def test_one_time_with_an_hour_says_that_the_others_may_have_one_too(tmp_path: Path) -> None:
    feedback = [said(1, "2026-03-01"), said(2, "2026-03-02T15:00"), said(3, "2026-03-03")]
    assert counts(tmp_path, feedback) == (date(2026, 3, 1), [1, 1])


@pytest.mark.parametrize("kind", ["count", "mean", "feedback_rate"])
def test_feedback_of_no_whole_day_says_so(tmp_path: Path, kind: str) -> None:
    half = [said(1, "2026-03-01T09:00", 1, "slow"), said(2, "2026-03-02T20:00", 1, "slow")]
    asked = Warehouse((), tmp_path, "UTC", lambda: half)
    assert "there is no whole day of feedback yet; wait" in failure(asked, about(kind, problem="slow"))


def test_a_feedback_rate_is_per_active_user_where_both_are_known(app: Warehouse) -> None:
    found = series(app, about("feedback_rate", problem="slow").metric)
    np.testing.assert_array_equal(found.values, [1, np.nan, 0])
    np.testing.assert_array_equal(found.volume, [2, 0, 1])


def test_a_feedback_rate_leaves_out_a_day_of_which_either_side_is_not_over(app: Warehouse, tmp_path: Path) -> None:
    """Events end within the fourth day, feedback within the third."""
    rate = about("feedback_rate", problem="slow").metric
    feedback = [*written()[:3], said(4, "2026-03-03T06:00", 2, "slow")]
    assert len(series(app, rate).values) == 3
    assert len(series(usage(tmp_path, feedback=lambda: feedback), rate).values) == 2


def test_without_events_a_feedback_rate_leaves_out_a_day_that_is_not_over(tmp_path: Path) -> None:
    feedback = [*written(), said(5, "2026-03-04T06:00", 1, "slow")]
    found = series(Warehouse((), tmp_path, "UTC", lambda: feedback), about("feedback_rate", problem="slow").metric)
    np.testing.assert_array_equal(found.values, [2, 0, 0])


def test_each_problem_has_its_own_rate_in_one_query(app: Warehouse) -> None:
    from dataclasses import replace

    questions = [SeriesQuestion(replace(FEEDBACK_RATE, problem=problem)) for problem in ("slow", "lost")]
    found = answers(app, questions)
    assert [found.series[question.key].values.tolist()[::2] for question in questions] == [[1, 0], [0, 1]]
    assert len({one.sql for one in found.series.values()}) == 1


def test_a_feedback_rate_can_be_per_account(app: Warehouse) -> None:
    found = series(app, about("feedback_rate", problem="slow", unit="account").metric)
    np.testing.assert_array_equal(found.volume, [1, 0, 1])


def test_without_events_a_feedback_rate_is_a_plain_count(tmp_path: Path) -> None:
    found = series(
        Warehouse((), tmp_path, "UTC", written), about("feedback_rate", problem="slow", unit="account").metric
    )
    np.testing.assert_array_equal(found.values, [2, 0, 0])
    assert found.volume is None


def test_events_that_cannot_be_read_fail_the_rate_and_nothing_else(tmp_path: Path) -> None:
    asked = usage(tmp_path, EVENTS, feedback=written)
    assert "there is no file `app.parquet`" in failure(asked, about("feedback_rate", problem="slow"))
    assert series(asked, about("count").metric).values.tolist() == [3, 0, 1]


def test_feedback_and_events_that_do_not_meet_say_so(tmp_path: Path) -> None:
    write_events(
        tmp_path / "app.parquet",
        "'2026-05-01 00:10', 'a', 'x', 'open', 1.0, NULL, NULL",
        "'2026-05-01 23:10', 'a', 'x', 'open', 1.0, NULL, NULL",
    )
    question = about("feedback_rate", problem="slow")
    assert "no whole day in common" in failure(usage(tmp_path, feedback=written), question)


def test_no_words_of_a_customer_reach_the_engine() -> None:
    columns = feedback_columns(written(), "UTC")
    assert set(columns) == set(TYPES)
    assert all("words themselves" not in str(column) for column in columns.values())


def test_feedback_is_not_read_when_nothing_asks_about_it(tmp_path: Path) -> None:
    def must_not_be_read() -> list[Feedback]:
        raise AssertionError

    write_events(
        tmp_path / "app.parquet",
        "'2026-05-01 00:10', 'a', 'x', 'open', 1.0, NULL, NULL",
        "'2026-05-01 23:10', 'a', 'x', 'open', 1.0, NULL, NULL",
    )
    assert series(usage(tmp_path, feedback=must_not_be_read), metric("count", event="open")).values.tolist() == [2]


@pytest.mark.parametrize("kind", ["count", "mean", "feedback_rate"])
def test_no_feedback_at_all_says_so(tmp_path: Path, kind: str) -> None:
    assert "there is no feedback yet" in failure(
        Warehouse((), tmp_path, "UTC", nobody_wrote), about(kind, problem="slow")
    )


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (about("count", where="stars <= 2"), "`feedback` has no column `stars`; known: "),
        (about("count", where="text like '%slow%'"), "`feedback` has no column `text`"),
        (about("share"), "give `where`, such as"),
        (about("feedback_rate"), "give `problem`"),
        (about("ratio", numerator="a", denominator="b"), "can't be read from feedback"),
        (about("mean", column="version"), "holds VARCHAR, not numbers"),
        (ArmsQuestion(metric("count", "feedback"), "bulk"), "does not say which variant"),
    ],
)
def test_a_question_that_does_not_fit_is_answered_with_the_reason(
    app: Warehouse, question: SeriesQuestion | ArmsQuestion, reason: str
) -> None:
    assert reason in failure(app, question)


def test_an_events_table_that_cannot_be_opened_fails_the_rate(tmp_path: Path) -> None:
    table = EventsTable("app", "events", "user_id", "ts", "event", engine="postgres://reader:secret@db/app")
    reason = failure(usage(tmp_path, table, feedback=written), about("feedback_rate", problem="slow"))
    assert "the engine's address holds a password" in reason
    assert "secret" not in reason
