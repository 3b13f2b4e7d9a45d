"""The git connector over two real histories, rebuilt from their logs."""

import os
from datetime import UTC
from pathlib import Path

import pytest

from aftermerge.connectors.git import connect
from aftermerge.model.batch import Batch
from aftermerge.ports import SourceContext
from support.histories import rebuild


def read(name: str, into: Path) -> tuple[dict[str, str], list[Batch]]:
    data = os.environ.get("AFTERMERGE_REAL_DATA")
    if not data:
        pytest.skip("AFTERMERGE_REAL_DATA is not set: no real history to read")
    folder = Path(data) / "git"
    log = folder / f"commits_{name.replace('/', '__')}.jsonl.gz"
    hashes = rebuild(log, folder / "release_tags.csv", name, into)
    context = SourceContext(into, into / "tables", into / "rejected", UTC)
    return hashes, list(connect({}, context, "app").pull(None))


def test_the_history_of_sqlite_utils_gives_its_changes_and_releases(tmp_path: Path) -> None:
    hashes, batches = read("simonw/sqlite-utils", tmp_path)
    changes = [change for batch in batches for change in batch.changes]
    releases = {release.id: release for release in batches[-1].releases}
    assert len(hashes) == 1199
    assert 1100 < len(changes) < 1199
    assert len(releases) == 138  # two tags stand on commits that the log lacks
    assert {name for name, release in releases.items() if release.prerelease} == {
        "3.0a0", "3.19a0", "3.38a0", "4.0a0", "4.0a1", "4.0rc1", "4.0rc2", "4.0rc3", "4.0rc4",
    }  # fmt: skip
    carried = [change for release in releases.values() for change in release.changes]
    assert len(carried) == len(set(carried))
    assert set(carried) <= {change.id for change in changes}
    assert releases["0.2"].commit == hashes["0d63128c40aec15a958dddf181c13e0db1c7908b"]


def test_the_history_of_datasette_gives_a_change_for_each_step_of_its_main_line(tmp_path: Path) -> None:
    hashes, batches = read("simonw/datasette", tmp_path)
    changes = [change for batch in batches for change in batch.changes]
    assert len(hashes) == 3402
    assert len({change.id for change in changes}) == len(changes)
    assert set(hashes.values()) >= {change.id for change in changes}
    assert len(batches[-1].releases) > 150
