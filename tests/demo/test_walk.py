"""Harbor's verdicts agree with what was planted; `benchmarks/demo_truth.py` shows it over twenty seeds."""

from pathlib import Path

import pytest
from benchmarks.demo_truth import TODAY, Judged, judged

from aftermerge.demo.walk import walk
from support.rates import is_within

SEEDS = (1, 2)


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[Judged]:
    found = []
    for seed in SEEDS:
        folder = tmp_path_factory.mktemp("demo") / "harbor"
        found += judged(seed, walk(folder, seed, TODAY, lambda name, done, total: None))
    return found


def test_claims_on_planted_zeros_stay_within_the_bar(rows: list[Judged]) -> None:
    zeros = [row for row in rows if row.is_zero]
    assert len(zeros) >= 14
    assert is_within(sum(row.readout.verdict in ("improved", "harmed") for row in zeros), len(zeros), 0.05)


def test_planted_effects_of_twice_the_smallest_worth_are_found(rows: list[Judged]) -> None:
    large = [row for row in rows if row.is_large]
    assert len(large) >= 10
    assert sum(row.is_found for row in large) >= 0.9 * len(large)


def test_intervals_hold_the_planted_truth(rows: list[Judged]) -> None:
    seen = [row for row in rows if row.readout.low is not None]
    assert sum(row.is_covered for row in seen) >= 0.85 * len(seen)


def test_the_experiment_that_still_runs_claims_nothing_yet(rows: list[Judged]) -> None:
    running = [row for row in rows if row.planted.bet == "plain-import-errors"]
    assert {row.readout.verdict for row in running} <= {"too_early", "cannot_tell"}


def test_the_claim_that_was_written_down_afterwards_is_marked(rows: list[Judged]) -> None:
    late = {row.planted.bet for row in rows if row.readout.retrospective}
    assert late == {"tide-digest"}


def test_the_demo_refuses_a_folder_in_use(tmp_path: Path) -> None:
    from aftermerge.errors import WorkspaceError

    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(WorkspaceError, match="not empty"):
        walk(tmp_path, 1, TODAY, lambda name, done, total: None)
