from datetime import UTC, datetime
from pathlib import Path

import pytest

from aftermerge.bootstrap import open_workspace
from aftermerge.jobs.run import run
from support.histories import linear
from support.walks import aftermerge


@pytest.fixture
def root(tmp_path: Path) -> Path:
    linear(tmp_path / "app", 5, tags={2: "v1.0", 4: "v1.1"})
    aftermerge(tmp_path / "app", "init")
    return tmp_path / "app"


def test_a_round_syncs_and_measures(root: Path) -> None:
    with open_workspace(root, {}) as workspace:
        report = run(workspace, lambda name, done, total: None)
        assert report.synced is not None
        assert report.readouts is not None
        assert len(workspace.ledger.changes()) == 5


def test_of_two_rounds_at_once_the_later_leaves_the_work_to_the_earlier(root: Path) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with open_workspace(root, {}, lambda: now) as workspace:
        with workspace.ledger.lease("run", now, 60):
            report = run(workspace, lambda name, done, total: None)
            assert report.synced is None
            assert report.taken
            assert workspace.ledger.changes() == []
        assert run(workspace, lambda name, done, total: None).synced is not None


def test_the_command_that_comes_later_says_so_and_ends_well(root: Path) -> None:
    with open_workspace(root, {}) as workspace, workspace.ledger.lease("run", workspace.clock(), 60):
        assert "left to the job that is at it" in aftermerge(root, "run").out
