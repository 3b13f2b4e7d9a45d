"""A metric by day and segment."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from aftermerge.model.plan import Segments, SegmentsQuestion
from aftermerge.model.table import SeriesTable
from support.usage import EVENTS, answers, failure, metric, usage, write_events, write_values


@dataclass(frozen=True)
class ByRegion(SeriesTable):
    segment: str | None = "region"


TABLE = ByRegion("sales", "sales.parquet", day="day", metric="name", value="n", denominator="base")
COLUMNS = "day DATE, name VARCHAR, region VARCHAR, n BIGINT, base BIGINT"


def segments(root: Path, kind: str, source: str = "app", **keys: object) -> Segments:
    question = SegmentsQuestion(metric(kind, source, **keys))  # type: ignore[arg-type]
    found = answers(usage(root, EVENTS, TABLE), [question])
    assert not found.failed, found.failed
    return found.segments[question.key]


@pytest.fixture
def two_regions(tmp_path: Path) -> Path:
    """The account is the region: x has two users on the first day, y one on the third, and one event has none."""
    write_events(
        tmp_path / "app.parquet",
        "'2026-03-01 00:10', 'a', 'x', 'open', 1.0, NULL, NULL",
        "'2026-03-01 09:00', 'a', 'x', 'open', 4.0, NULL, NULL",
        "'2026-03-01 10:00', 'b', 'x', 'look', NULL, NULL, NULL",
        "'2026-03-01 12:00', 'c', NULL, 'open', 8.0, NULL, NULL",
        "'2026-03-03 10:00', 'd', 'y', 'open', 5.0, NULL, NULL",
        "'2026-03-03 23:30', 'd', 'y', 'look', NULL, NULL, NULL",
    )
    return tmp_path


@pytest.mark.parametrize(
    ("kind", "keys", "x", "y"),
    [
        ("count", {"event": "open"}, [2, 0, 0], [0, 0, 1]),
        ("sum", {"value": "v"}, [5, 0, 0], [0, 0, 5]),
        ("mean", {"value": "v"}, [2.5, np.nan, np.nan], [np.nan, np.nan, 5]),
        ("share", {"event": "open"}, [0.5, np.nan, np.nan], [np.nan, np.nan, 1]),
        ("ratio", {"numerator": "open", "denominator": "look"}, [2, np.nan, np.nan], [np.nan, np.nan, 1]),
    ],
)
def test_each_kind_is_read_within_each_segment(
    two_regions: Path, kind: str, keys: dict[str, str], x: list[float], y: list[float]
) -> None:
    found = segments(two_regions, kind, segment="account_id", **keys)
    assert (found.first_day, found.names) == (date(2026, 3, 1), ("x", "y"))
    np.testing.assert_array_equal(found.values, [x, y])
    assert (found.volumes is None) == (kind in ("count", "sum"))


def test_a_series_table_is_read_by_its_segment_column_over_its_denominator(tmp_path: Path) -> None:
    rows = ("'2026-03-01', 'ours', 'DE', 3, 6", "'2026-03-02', 'ours', 'DE', 1, 4", "'2026-03-02', 'ours', 'FR', 2, 2")
    write_values(tmp_path / "sales.parquet", COLUMNS, *rows, "'2026-03-01', 'other', 'FR', 9, 9")
    found = segments(tmp_path, "series", "sales", value="ours")
    assert found.names == ("DE", "FR")
    np.testing.assert_array_equal(found.values, [[0.5, 0.25], [np.nan, 1.0]])
    np.testing.assert_array_equal(found.volumes, [[6, 4], [0, 2]])


def test_two_rows_of_one_segment_and_day_are_refused(tmp_path: Path) -> None:
    write_values(
        tmp_path / "sales.parquet", COLUMNS, "'2026-03-01', 'ours', 'DE', 3, 6", "'2026-03-01', 'ours', 'DE', 1, 4"
    )
    asked = usage(tmp_path, TABLE)
    assert "several rows" in failure(asked, SegmentsQuestion(metric("series", "sales", value="ours")))
    assert "no row named `our`" in failure(asked, SegmentsQuestion(metric("series", "sales", value="our")))


def test_without_a_segment_column_it_says_which_key_to_give(two_regions: Path) -> None:
    assert "give `segment`" in failure(usage(two_regions), SegmentsQuestion(metric("count", event="open")))
    plain = SeriesTable("sales", "sales.parquet", day="day", metric="name", value="n")
    write_values(two_regions / "sales.parquet", COLUMNS, "'2026-03-01', 'ours', 'DE', 3, 6")
    told = failure(usage(two_regions, plain), SegmentsQuestion(metric("series", "sales", value="ours")))
    assert "give `segment` in [[usage.series]]" in told


def test_an_event_that_never_happened_is_told_with_its_neighbour(two_regions: Path) -> None:
    told = failure(usage(two_regions), SegmentsQuestion(metric("count", event="opens", segment="account_id")))
    assert "`open`" in told


def test_a_column_without_any_segment_is_refused(tmp_path: Path) -> None:
    write_events(
        tmp_path / "app.parquet",
        "'2026-03-01 00:10', 'a', NULL, 'open', 1.0, NULL, NULL",
        "'2026-03-01 23:10', 'a', NULL, 'open', 1.0, NULL, NULL",
    )
    told = failure(usage(tmp_path), SegmentsQuestion(metric("count", event="open", segment="account_id")))
    assert "0 segments" in told
