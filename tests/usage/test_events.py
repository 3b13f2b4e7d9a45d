"""A metric by day over an events table."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftermerge.model.plan import SeriesQuestion
from aftermerge.model.table import EventsTable
from aftermerge.usage.contribution import Contribution
from aftermerge.usage.sql import col
from support.usage import EVENTS, failure, metric, series, usage, write, write_events


@pytest.fixture
def three_days(tmp_path: Path) -> Path:
    """Two users on the first day, none on the second, one on the third, and one event whose user is not known."""
    write_events(
        tmp_path / "app.parquet",
        "'2026-03-01 00:10', 'a', 'x', 'open', 1.0, NULL, NULL",
        "'2026-03-01 09:00', 'a', 'x', 'save', 4.0, NULL, NULL",
        "'2026-03-01 10:00', 'a', 'x', 'open', 2.0, NULL, NULL",
        "'2026-03-01 11:00', 'b', 'x', 'look', NULL, NULL, NULL",
        "'2026-03-01 12:00', NULL, NULL, 'open', 8.0, NULL, NULL",
        "'2026-03-03 00:10', 'a', 'x', 'open', 5.0, NULL, NULL",
        "'2026-03-03 23:30', 'a', 'x', 'look', NULL, NULL, NULL",
    )
    return tmp_path


def test_a_count_is_the_named_events_of_each_day_and_zero_on_a_day_without(three_days: Path) -> None:
    found = series(usage(three_days), metric("count", event="open"))
    assert found.first_day == date(2026, 3, 1)
    np.testing.assert_array_equal(found.values, [3, 0, 1])
    assert found.volume is None


def test_a_sum_without_an_event_adds_up_every_row_of_the_day(three_days: Path) -> None:
    np.testing.assert_array_equal(series(usage(three_days), metric("sum", value="v")).values, [15, 0, 5])


def test_a_sum_with_an_event_adds_up_that_event_alone(three_days: Path) -> None:
    found = series(usage(three_days), metric("sum", value="v", event="save"))
    np.testing.assert_array_equal(found.values, [4, 0, 0])


def test_a_mean_is_per_active_unit_and_leaves_out_rows_without_a_unit(three_days: Path) -> None:
    found = series(usage(three_days), metric("mean", value="v", event="open"))
    np.testing.assert_array_equal(found.values, [1.5, np.nan, 5.0])
    np.testing.assert_array_equal(found.volume, [2, 0, 1])


def test_a_share_counts_each_active_unit_once(three_days: Path) -> None:
    found = series(usage(three_days), metric("share", event="open"))
    np.testing.assert_array_equal(found.values, [0.5, np.nan, 1.0])
    np.testing.assert_array_equal(found.volume, [2, 0, 1])


def test_a_share_by_account_counts_accounts(three_days: Path) -> None:
    found = series(usage(three_days), metric("share", event="open", unit="account"))
    np.testing.assert_array_equal(found.values, [1.0, np.nan, 1.0])
    np.testing.assert_array_equal(found.volume, [1, 0, 1])


def test_a_ratio_is_unknown_where_its_denominator_is_zero(three_days: Path) -> None:
    found = series(usage(three_days), metric("ratio", numerator="save", denominator="look"))
    np.testing.assert_array_equal(found.values, [1.0, np.nan, 0.0])
    np.testing.assert_array_equal(found.volume, [1, 0, 1])


def test_where_limits_the_numerator_of_a_share_and_not_who_is_active(three_days: Path) -> None:
    found = series(usage(three_days), metric("share", event="open", where="v > 2"))
    np.testing.assert_array_equal(found.values, [0.0, np.nan, 1.0])
    np.testing.assert_array_equal(found.volume, [2, 0, 1])


def test_where_limits_both_sides_of_a_ratio(three_days: Path) -> None:
    found = series(usage(three_days), metric("ratio", numerator="save", denominator="open", where="v >= 2"))
    np.testing.assert_array_equal(found.values, [0.5, np.nan, 0.0])
    np.testing.assert_array_equal(found.volume, [2, 0, 1])


def test_days_that_are_not_whole_are_left_out(tmp_path: Path) -> None:
    rows = (
        f"'2026-03-0{day} {clock}', 'a', 'x', 'open', 1.0, NULL, NULL"
        for day, clock in [(1, "01:01"), (2, "12:00"), (3, "22:59")]
    )
    write_events(tmp_path / "app.parquet", *rows)
    found = series(usage(tmp_path), metric("count", event="open"))
    assert found.first_day == date(2026, 3, 2)
    np.testing.assert_array_equal(found.values, [1])


def test_a_day_begins_at_local_midnight_in_winter_and_in_summer(tmp_path: Path) -> None:
    """London is on UTC until 2026-03-29 01:00, then an hour ahead: 23:30 UTC of the 29th is the 30th there."""
    write_events(
        tmp_path / "app.parquet",
        "'2026-03-28 00:10', 'a', 'x', 'open', 1.0, NULL, NULL",
        "'2026-03-28 23:30', 'a', 'x', 'open', 1.0, NULL, NULL",
        "'2026-03-29 22:30', 'a', 'x', 'open', 1.0, NULL, NULL",
        "'2026-03-29 23:30', 'a', 'x', 'open', 1.0, NULL, NULL",
        "'2026-03-30 22:30', 'a', 'x', 'look', 1.0, NULL, NULL",
    )
    found = series(usage(tmp_path, timezone="Europe/London"), metric("count", event="open"))
    assert found.first_day == date(2026, 3, 28)
    np.testing.assert_array_equal(found.values, [2, 1, 1])


@pytest.mark.parametrize("kind", ["TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMP_MS", "TIMESTAMP_NS", "VARCHAR"])
def test_every_way_to_store_a_time_gives_the_same_days(tmp_path: Path, kind: str) -> None:
    times = "('2026-07-01 04:30'), ('2026-07-02 03:30'), ('2026-07-02 04:30'), ('2026-07-03 03:30')"
    select = f"SELECT CAST(t AS {kind}) AS ts, 'a' AS user_id, 'a' AS account_id, 'open' AS event"
    write(tmp_path / "app.parquet", f"{select} FROM (VALUES {times}) AS v(t)")
    found = series(usage(tmp_path, timezone="America/New_York"), metric("count", event="open"))
    assert found.first_day == date(2026, 7, 1)
    np.testing.assert_array_equal(found.values, [2, 2])


def test_a_table_of_dates_keeps_its_first_and_last_day(tmp_path: Path) -> None:
    days = "SELECT d::DATE AS ts, 'a' AS user_id, 'a' AS account_id, 'open' AS event"
    write(tmp_path / "app.parquet", f"{days} FROM (VALUES ('2026-07-01'), ('2026-07-02')) AS v(d)")
    found = series(usage(tmp_path, timezone="America/New_York"), metric("count", event="open"))
    assert found.first_day == date(2026, 7, 1)
    np.testing.assert_array_equal(found.values, [1, 1])


def test_a_property_is_read_from_the_json_column(tmp_path: Path) -> None:
    write(
        tmp_path / "app.parquet",
        """SELECT t::TIMESTAMP AS ts, 'a' AS user_id, 'open' AS event, p AS properties FROM (VALUES
        ('2026-07-01 00:30', '{"seats": 3, "$plan": "pro", "paid": true}'),
        ('2026-07-01 05:30', '{"seats": "many", "$plan": "free"}'),
        ('2026-07-01 23:30', '{"seats": 30}')) AS v(t, p)""",
    )
    app = usage(tmp_path)
    assert series(app, metric("sum", value="seats")).values.tolist() == [33]
    assert series(app, metric("count", event="open", where="seats >= 3 and paid")).values.tolist() == [1]
    assert series(app, metric("count", event="open", where="\"$plan\" in ('pro', 'free')")).values.tolist() == [2]
    assert series(app, metric("count", event="open", where="seats in (3, 30)")).values.tolist() == [2]
    assert series(app, metric("count", event="open", where="paid = true")).values.tolist() == [1]


def test_another_name_for_a_column_is_understood(three_days: Path) -> None:
    table = EventsTable("app", "app.parquet", unit="user_id", time="ts", event="event", columns={"pages": "v"})
    assert series(usage(three_days, table), metric("sum", value="pages")).values.tolist() == [15, 0, 5]


def test_values_that_are_no_numbers_add_nothing(tmp_path: Path) -> None:
    write_events(
        tmp_path / "app.parquet",
        "'2026-03-01 00:10', 'a', 'x', 'open', 'NaN'::DOUBLE, NULL, NULL",
        "'2026-03-01 23:10', 'a', 'x', 'open', 2.0, NULL, NULL",
    )
    assert series(usage(tmp_path), metric("sum", value="v")).values.tolist() == [2]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (metric("count", event="opne"), "no event `opne` ever happened in `app`; did you mean `open`?"),
        (metric("ratio", numerator="open", denominator="lok"), "did you mean `look`?"),
        (metric("sum", value="vv"), "`app` has no column `vv`; did you mean `v`?"),
        (metric("sum", value="event"), "holds VARCHAR, not numbers"),
        (metric("mean", event="open"), "give `value`"),
        (metric("count"), "needs `event`"),
        (metric("ratio", numerator="open"), "needs `denominator`"),
        (metric("series", value="v"), "can't be read from the events table `app`"),
        (metric("count", event="open", where="plan = 'pro'"), "`app` has no column `plan`"),
    ],
)
def test_a_question_that_does_not_fit_is_answered_with_the_reason(
    three_days: Path, question: object, reason: str
) -> None:
    assert reason in failure(usage(three_days), SeriesQuestion(question))  # type: ignore[arg-type]


def test_a_metric_by_account_wants_an_account_column(three_days: Path) -> None:
    table = EventsTable("app", "app.parquet", unit="user_id", time="ts", event="event")
    question = SeriesQuestion(metric("count", event="open", unit="account"))
    assert "names no account column" in failure(usage(three_days, table), question)


def test_infinite_values_spoil_their_own_metric_only(tmp_path: Path) -> None:
    write_events(
        tmp_path / "app.parquet",
        "'2026-03-01 00:10', 'a', 'x', 'open', 'inf'::DOUBLE, NULL, NULL",
        "'2026-03-01 23:10', 'a', 'x', 'open', 2.0, NULL, NULL",
    )
    app = usage(tmp_path)
    assert "infinite" in failure(app, SeriesQuestion(metric("sum", value="v")))
    assert series(app, metric("count", event="open")).values.tolist() == [2]


def test_a_table_without_events_says_so(tmp_path: Path) -> None:
    none = "SELECT NULL::TIMESTAMP AS ts, 'a' AS user_id, 'open' AS event WHERE false"
    write(tmp_path / "none.parquet", none)
    table = EventsTable("none", "none.parquet", unit="user_id", time="ts", event="event")
    question = SeriesQuestion(metric("count", "none", event="open"))
    assert "holds no events" in failure(usage(tmp_path, table), question)


def test_one_event_makes_no_whole_day(tmp_path: Path) -> None:
    write_events(tmp_path / "app.parquet", "'2026-03-01 12:10', 'a', 'x', 'open', 2.0, NULL, NULL")
    assert "holds no whole day yet" in failure(usage(tmp_path), SeriesQuestion(metric("count", event="open")))


def test_a_share_folds_a_units_rows_by_the_largest_and_a_count_by_the_sum() -> None:
    share, count = Contribution(metric("share"), col("y")), Contribution(metric("count"), col("y"))
    assert share.of_unit(col)[0][1].sql("duckdb") == 'MAX("m.y")'
    assert count.of_unit(col)[0][1].sql("duckdb") == 'SUM("m.y")'


@settings(max_examples=30, deadline=None)
@given(name=st.text(min_size=1, max_size=20).filter(lambda name: "\x00" not in name))
def test_any_name_of_an_event_is_a_value_and_never_a_piece_of_sql(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    root = tmp_path_factory.getbasetemp() / "names"
    if not root.exists():
        root.mkdir()
        write_events(
            root / "app.parquet",
            "'2026-03-01 00:10', 'a', 'x', 'an ordinary event', 2.0, NULL, NULL",
            "'2026-03-01 23:10', 'a', 'x', 'an ordinary event', 2.0, NULL, NULL",
        )
    reason = failure(usage(root, EVENTS), SeriesQuestion(metric("count", event=name)))
    assert reason.startswith("no event")
