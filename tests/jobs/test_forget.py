"""Forgetting a customer reaches the ledger, the index and what lies beside them, and says what it does not reach."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aftermerge.bootstrap import OpenWorkspace, open_workspace
from aftermerge.errors import UnknownIdError
from aftermerge.hear.search import search
from aftermerge.jobs.forget import customer_of, forget
from aftermerge.jobs.sync import sync_workspace
from aftermerge.ledger.backups.backup import backup, restore
from aftermerge.model.search import SearchQuery

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
SETTINGS = """
[workspace]
name = "Harbor"
country = "GB"

[[source]]
kind = "csv"
name = "support"
path = "said.csv"
as = "feedback"
"""
ROWS = (
    "id,time,author,text\n"
    '1,2026-05-01,ann,"The zebrafish export never ends, write to ann@harbour.example"\n'
    '2,2026-05-02,ann,"Again the zebrafish export"\n'
    '3,2026-05-03,bob,"The export is slow"\n'
    '4,not a time,ann,"A zebrafish row that can not be read"\n'
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[OpenWorkspace]:
    (tmp_path / "aftermerge.toml").write_text(SETTINGS)
    (tmp_path / "metrics.toml").write_text("")
    (tmp_path / "said.csv").write_text(ROWS)
    with open_workspace(tmp_path, {}, lambda: NOW) as opened:
        sync_workspace(opened, lambda *_: None)
        yield opened


def files(workspace: OpenWorkspace) -> bytes:
    return b"".join(file.read_bytes() for file in workspace.settings.home.rglob("*") if file.is_file())


def found(workspace: OpenWorkspace, words: str) -> int:
    return search(SearchQuery(words), workspace.ledger, workspace.index).total


def test_what_is_synced_is_searchable_at_once_and_redacted(workspace: OpenWorkspace) -> None:
    assert workspace.index.revision > 0
    assert found(workspace, "zebrafish") == 2
    assert found(workspace, '"ann@harbour.example"') == 0


def test_no_byte_of_a_forgotten_customers_words_is_left_in_the_workspace(workspace: OpenWorkspace) -> None:
    assert b"zebrafish" in files(workspace)
    report = forget(workspace, customer_of(workspace.ledger, "support:ann"))
    assert len(report.forgotten.feedback) == 2
    assert b"zebrafish" not in files(workspace).lower()
    assert b"ann@" not in files(workspace)
    assert found(workspace, "zebrafish") == 0
    assert found(workspace, "slow") == 1


def test_what_was_said_stays_counted_and_the_source_brings_nothing_back(workspace: OpenWorkspace) -> None:
    forget(workspace, "support:ann")
    (workspace.root / "said.csv").write_text(ROWS + '5,2026-05-05,ann,"More of the zebrafish export"\n')
    sync_workspace(workspace, lambda *_: None)
    rows = workspace.ledger.feedback()
    assert len(rows) == 3
    assert len({row.asker for row in rows}) == 2
    assert found(workspace, "zebrafish") == 0


def test_an_old_backup_brings_nobody_back(workspace: OpenWorkspace, tmp_path: Path) -> None:
    saved = tmp_path / "elsewhere.zip"
    backup(workspace.ledger, saved)
    forget(workspace, "support:ann")
    restore(saved, workspace.ledger, replace=True)
    assert found(workspace, "zebrafish") == 0
    assert b"zebrafish" not in files(workspace)


def test_a_customer_can_be_named_by_anything_that_they_said(workspace: OpenWorkspace) -> None:
    assert customer_of(workspace.ledger, "support:2") == "support:ann"
    with pytest.raises(UnknownIdError, match="hear search"):
        customer_of(workspace.ledger, "support:99")


def test_places_that_are_not_reached_are_named_with_what_to_do_there(workspace: OpenWorkspace) -> None:
    backup(workspace.ledger, workspace.settings.new_backup(NOW))
    places = forget(workspace, "support:ann").elsewhere
    told = " ".join(place.where for place in places)
    assert "`support`, where they said it" in told
    assert "1 backups in" in told
    assert all(place.then for place in places)
