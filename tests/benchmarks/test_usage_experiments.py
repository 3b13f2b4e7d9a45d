"""`benchmarks/usage_experiments.py` asks all that it says, and prints a line for each bar; no time is asserted."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from benchmarks.usage_events import EXPERIMENTS, Shape, decided_at, flag_of, write_events
from benchmarks.usage_experiments import Spent, answered, line, plain, questions, slope
from pyarrow.parquet import read_metadata

SMALL = Shape(20_000, share=0.3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("events")
    write_events(folder / "cold", SMALL)
    write_events(folder / "stored", replace(SMALL, coded=True))
    return folder


def test_the_events_are_as_many_as_asked_for_and_the_same_each_time(folder: Path, tmp_path: Path) -> None:
    write_events(tmp_path / "again", SMALL)
    days = sorted((folder / "cold").glob("*.parquet"))
    assert len(days) == 60
    assert all(day.read_bytes() == (tmp_path / "again" / day.name).read_bytes() for day in days)
    assert sum(read_metadata(day).num_rows for day in days) == SMALL.events


def test_events_that_are_coded_and_sorted_give_the_same_bits(folder: Path) -> None:
    cold, stored = (answered(folder / way, way) for way in ("cold", "stored"))
    assert not cold.failed
    assert len(cold.arms) == len(questions()) == EXPERIMENTS * 10
    assert {key: replace(arms, sql="") for key, arms in cold.arms.items()} == {
        key: replace(arms, sql="") for key, arms in stored.arms.items()
    }


def test_the_means_are_those_that_anyone_would_find(folder: Path) -> None:
    found = answered(folder / "stored", "stored").arms
    rows = f"SELECT variant, count(*), avg(paid) FROM ({plain(folder / 'cold', 3)}) GROUP BY 1"  # noqa: S608
    with duckdb.connect(":memory:") as connection:
        users_of = connection.execute(rows).fetchall()
    for variant, users, paid in users_of:
        of_paid = found[f"arms:paid:{flag_of(3)}:{decided_at(3).isoformat()}"].total[variant]
        assert of_paid.n == users
        assert of_paid.mean_y == pytest.approx(paid)


def test_a_line_says_which_bar_is_held(folder: Path) -> None:
    spent = Spent(scan=1.0, scan_clock=0.6, answers=9.0, answers_clock=5.4, peak_gib=2.0)
    assert line(SMALL, "stored", spent)[-3:-1] == ("≤ 10", "holds")
    assert line(SMALL, "stored", replace(spent, answers=11.0))[-3:-1] == ("≤ 10", "**over**")
    assert line(SMALL, "cold", replace(spent, answers=11.0))[-3:-1] == ("≤ 15", "holds")
    assert line(SMALL, "cold", replace(spent, peak_gib=5.0))[-2] == "**over**"


def test_a_slope_of_one_is_linear() -> None:
    assert slope([5, 10, 50], [1, 2, 10]) == pytest.approx(1.0)
