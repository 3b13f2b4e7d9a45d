"""A metric by day over a series table."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from aftermerge.model.plan import ArmsQuestion, SeriesQuestion
from aftermerge.model.table import SeriesTable
from support.usage import answers, failure, metric, series, usage, write, write_values

DOWNLOADS = SeriesTable("dl", "dl.parquet", day="day", metric="package", value="n", not_controls=("sister", "absent"))
COLUMNS = "day TIMESTAMP, package VARCHAR, n DOUBLE, over DOUBLE, region VARCHAR"


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    """`ours` lacks a day; `other` begins earlier and lacks another; `twice` contradicts itself; `big` is infinite."""
    write_values(
        tmp_path / "dl.parquet",
        COLUMNS,
        "'2026-01-02', 'ours', 1, 10, 'eu'",
        "'2026-01-04', 'ours', 3, 0, 'eu'",
        "'2026-01-04', 'ours', 3, 0, 'us'",
        "'2026-01-05', 'ours', 'NaN'::DOUBLE, 5, 'eu'",
        "'2026-01-01', 'other', 7, NULL, 'eu'",
        "'2026-01-02', 'other', 8, NULL, 'eu'",
        "'2026-01-03', 'other', 9, NULL, 'eu'",
        "'2026-01-02', 'sister', 5, NULL, 'eu'",
        "'2026-01-03', 'twice', 5, NULL, 'eu'",
        "'2026-01-03', 'twice', 6, NULL, 'us'",
        "'2026-01-03', 'big', 'inf'::DOUBLE, NULL, 'eu'",
    )
    return tmp_path


def row(value: str, **keys: object) -> SeriesQuestion:
    return SeriesQuestion(metric("series", "dl", value=value, **keys))  # type: ignore[arg-type]


def test_a_missing_day_is_unknown_and_not_zero(downloads: Path) -> None:
    found = series(usage(downloads, DOWNLOADS), row("ours").metric)
    assert found.first_day == date(2026, 1, 2)
    np.testing.assert_array_equal(found.values, [1, np.nan, 3])
    assert found.volume is None


def test_controls_stand_on_the_days_of_the_outcome(downloads: Path) -> None:
    found = series(usage(downloads, DOWNLOADS), row("ours").metric)
    assert list(found.controls) == ["other"]
    np.testing.assert_array_equal(found.controls["other"], [8, 9, np.nan])


def test_rows_that_can_be_no_control_are_named(downloads: Path) -> None:
    found = series(usage(downloads, DOWNLOADS), row("ours").metric)
    assert found.excluded_controls == ("big", "sister", "twice")


def test_a_rate_is_unknown_where_its_denominator_is_zero(downloads: Path) -> None:
    table = SeriesTable("dl", "dl.parquet", day="day", metric="package", value="n", denominator="over")
    found = series(usage(downloads, table), row("ours").metric)
    np.testing.assert_array_equal(found.values, [0.1])
    np.testing.assert_array_equal(found.volume, [10])


def test_a_row_without_any_denominator_stays_as_it_is(downloads: Path) -> None:
    table = SeriesTable("dl", "dl.parquet", day="day", metric="package", value="n", denominator="over")
    found = series(usage(downloads, table), row("other").metric)
    np.testing.assert_array_equal(found.values, [7, 8, 9])
    assert found.volume is None


def test_rows_that_contradict_one_another_are_refused_unless_where_chooses(downloads: Path) -> None:
    app = usage(downloads, DOWNLOADS)
    assert "several rows with different values on one day" in failure(app, row("twice"))
    assert series(app, row("twice", where="region = 'us'").metric).values.tolist() == [6]


def test_metrics_with_the_same_where_share_one_query(downloads: Path) -> None:
    questions = [SeriesQuestion(metric("series", "dl", name, value=name)) for name in ("ours", "other")]
    found = answers(usage(downloads, DOWNLOADS), questions)
    assert len({one.sql for one in found.series.values()}) == 1
    assert set(found.series) == {"series:ours", "series:other"}


def test_nobody_can_write_into_a_series_that_others_share(downloads: Path) -> None:
    found = series(usage(downloads, DOWNLOADS), row("ours").metric)
    with pytest.raises(ValueError, match="read-only"):
        found.values[0] = 5.0


def test_a_time_with_a_zone_is_a_local_day(tmp_path: Path) -> None:
    write(
        tmp_path / "dl.parquet",
        "SELECT TIMESTAMPTZ '2026-07-01 23:30:00+00' AS day, 'ours' AS package, 1 AS n",
    )
    assert series(usage(tmp_path, DOWNLOADS, timezone="Europe/Paris"), row("ours").metric).first_day == date(2026, 7, 2)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (row("our"), "`dl` has no row named `our`; did you mean `ours`?"),
        (row("big"), "holds infinite values"),
        (SeriesQuestion(metric("count", "dl", event="ours")), 'use `kind = "series"`'),
        (row("ours", where="land = 'fr'"), "`dl` has no column `land`"),
        (ArmsQuestion(metric("series", "dl", value="ours"), "bulk"), "holds days, not the units of a flag"),
    ],
)
def test_a_question_that_does_not_fit_is_answered_with_the_reason(
    downloads: Path, question: SeriesQuestion | ArmsQuestion, reason: str
) -> None:
    assert reason in failure(usage(downloads, DOWNLOADS), question)


def test_an_empty_table_says_that_there_is_no_row(tmp_path: Path) -> None:
    write_values(tmp_path / "dl.parquet", COLUMNS, "NULL, 'ours', 1, 1, 'eu'")
    assert "has no row named `ours`; there is none yet" in failure(usage(tmp_path, DOWNLOADS), row("ours"))


def test_a_column_of_words_is_no_day(downloads: Path) -> None:
    table = SeriesTable("dl", "dl.parquet", day="n", metric="package", value="n")
    assert "holds DOUBLE, not days" in failure(usage(downloads, table), row("ours"))
