"""Sources that were renamed or removed."""

import json
from pathlib import Path

import pytest

from aftermerge.errors import LedgerError
from aftermerge.jobs.orphans import Orphans, drop_orphans
from aftermerge.ledger import open_ledger
from aftermerge.ledger.backups.backup import restore
from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback
from support.histories import linear
from support.memory_ledger import MemoryLedger
from support.walks import aftermerge
from support.world import day

DESK = '\n[[source]]\nkind = "csv"\nname = "fb"\npath = "fb.csv"\nas = "feedback"\n'


def known(*sources: str) -> MemoryLedger:
    ledger = MemoryLedger()
    for source in sources:
        ledger.store(source, Batch("1", feedback=(Feedback(source, "1", day(1), "It spins."),)))
    return ledger


def test_a_source_that_is_no_longer_named_is_dropped_after_a_backup(tmp_path: Path) -> None:
    ledger = known("desk", "forum", "old")

    def save() -> Path:
        assert len(ledger.feedback()) == 3
        return tmp_path / "saved.zip"

    assert drop_orphans(ledger, {"forum", "new"}, save) == Orphans(("desk", "old"), tmp_path / "saved.zip")
    assert [row.source for row in ledger.feedback()] == ["forum"]


def test_where_all_are_named_no_backup_is_written() -> None:
    def save() -> Path:
        raise AssertionError

    assert drop_orphans(known("desk"), ["desk", "forum"], save) is None


def test_when_the_backup_fails_nothing_is_dropped() -> None:
    def save() -> Path:
        raise LedgerError("the disk is full")

    ledger = known("desk")
    with pytest.raises(LedgerError):
        drop_orphans(ledger, [], save)
    assert len(ledger.feedback()) == 1


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A synced workspace with a git source and feedback."""
    root = tmp_path / "app"
    linear(root, 4, tags={2: "v1.0"})
    aftermerge(root, "init")
    (root / "fb.csv").write_text("id,created_at,body\n1,2024-03-01T10:00:00Z,It spins.\n")
    settings = root / "aftermerge.toml"
    settings.write_text(settings.read_text() + DESK)
    aftermerge(root, "sync")
    return root


def test_a_renamed_source_counts_once_and_sync_says_what_it_dropped(root: Path) -> None:
    settings = root / "aftermerge.toml"
    settings.write_text(settings.read_text().replace('name = "fb"', 'name = "desk"'))
    told = aftermerge(root, "sync").out
    (saved,) = (root / ".aftermerge" / "backups").glob("*-before-dropping.zip")
    assert f"no longer named in aftermerge.toml, dropped: fb (kept in {saved})" in told
    with open_ledger(root / ".aftermerge" / "ledger.db") as ledger:
        assert [row.id for row in ledger.feedback()] == ["desk:1"]
    with open_ledger(root / "old.db") as old:
        restore(saved, old)
        assert [row.id for row in old.feedback()] == ["fb:1"]
    assert "dropped" not in aftermerge(root, "sync").out


def test_a_repository_that_was_given_its_name_counts_once(root: Path) -> None:
    settings = root / "aftermerge.toml"
    settings.write_text(settings.read_text().replace('kind = "git"', 'kind = "git"\nname = "harbor"'))
    assert len(aftermerge(root, "run", "--json").json["synced"]["dropped"]["names"]) == 1
    assert aftermerge(root, "sync", "--json").json["dropped"] is None
    with open_ledger(root / ".aftermerge" / "ledger.db") as ledger:
        assert len(ledger.changes()) == 4
        assert len(ledger.releases()) == 4


def test_the_json_names_what_was_dropped_and_the_backup(root: Path) -> None:
    settings = root / "aftermerge.toml"
    settings.write_text(settings.read_text().replace(DESK, ""))
    dropped = json.loads(aftermerge(root, "sync", "--json").out)["dropped"]
    assert dropped["names"] == ["fb"]
    assert Path(dropped["backup"]).is_file()
