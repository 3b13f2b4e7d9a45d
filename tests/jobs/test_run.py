from datetime import UTC, datetime
from pathlib import Path

import pytest

from aftermerge.bootstrap import measured_feedback, open_workspace
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


DRAWING = """
[[source]]
kind = "csv"
name = "support"
path = "said.csv"
as = "feedback"
"""


def test_what_is_drawn_by_likeness_at_night_is_shown_and_never_measured(root: Path) -> None:
    words = ("never ends", "stops half way", "hangs for ever", "times out", "is far too slow", "breaks off", "gives up")
    rows = [f'{n},2026-05-{n + 1:02},c{n},"The export of the invoices {word}",export' for n, word in enumerate(words)]
    rows += [
        f'{n},2026-05-{n - 8:02},c{n},"The tide table {word} an hour wrong",tide' for n, word in enumerate(words, 10)
    ]
    rows += ['30,2026-05-29,d,"The export of the invoices is never done",']
    (root / "said.csv").write_text("id,time,author,text,problem\n" + "\n".join(rows) + "\n")
    (root / "aftermerge.toml").write_text((root / "aftermerge.toml").read_text() + DRAWING)
    with open_workspace(root, {}) as workspace:
        report = run(workspace, lambda name, done, total: None)
        assert (report.attracted, report.unattracted) == (1, None)
        drawn = [row for row in workspace.ledger.attributions() if row.by == "attracted"]
        assert [(row.feedback, row.problem) for row in drawn] == [("support:30", "export")]
        assert [row.problem for row in measured_feedback(workspace.ledger) if row.id == "support:30"] == [None]
        assert run(workspace, lambda name, done, total: None).attracted == 0


def test_a_workspace_may_do_without_attraction(root: Path) -> None:
    (root / "aftermerge.toml").write_text((root / "aftermerge.toml").read_text() + "\n[hear]\nattract = false\n")
    with open_workspace(root, {}) as workspace:
        assert run(workspace, lambda name, done, total: None).unattracted is None
