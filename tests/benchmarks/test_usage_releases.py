"""`benchmarks/usage_releases.py` asks all that it says, and prints a line for each bar; no time is asserted."""

from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.usage_events import Shape, write_events
from benchmarks.usage_releases import BARS, Costs, Spent, answered, line, measured, metrics, plan

SMALL = Shape(20_000, share=0.3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("events")
    write_events(folder / "cold", SMALL)
    write_events(folder / "stored", replace(SMALL, coded=True))
    return folder


@pytest.mark.parametrize("what", BARS)
def test_every_metric_is_answered_the_same_with_a_cube_and_without_and_however_events_are_kept(
    folder: Path, tmp_path: Path, what: str
) -> None:
    ways = [
        answered(folder / way, way, what, cube)  # type: ignore[arg-type]
        for way in ("cold", "stored")
        for cube in (None, tmp_path / way)
    ]
    assert all(not each.failed for each in ways)
    told = [{key: (one.first_day, one.values.tolist()) for key, one in each.series.items()} for each in ways]
    assert len(told[0]) == len(metrics(what)) == 10  # type: ignore[arg-type]
    assert all(each == told[0] for each in told[1:])


def test_two_hundred_releases_ask_for_each_metric() -> None:
    assert len(plan("sums").questions) == 2000


def test_all_that_is_told_is_measured(folder: Path) -> None:
    costs = measured(folder / "stored", "stored", "units", repeats=1)
    assert min(costs.scan.cores, costs.all_days.cores, costs.one_day.cores, costs.nothing.cores) > 0


def test_each_bar_has_its_line() -> None:
    costs = Costs(Spent(1.0, 1.0), Spent(3.6, 2.0), Spent(0.04, 0.04), Spent(0.01, 0.01), 2.0)
    lines = line(50.0, "cold", "sums", costs)
    assert [each[3] for each in lines] == ["scan", "all", "one more", "nothing new"]
    assert [each[7] for each in lines] == ["–", "≤ 3.5", "≤ 0.05", "≤ 0.05"]
    assert lines[1][8] != lines[2][8] == lines[3][8]
