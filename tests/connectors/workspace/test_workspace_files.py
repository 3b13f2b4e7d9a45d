from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aftermerge.connectors.workspace import WorkspaceFiles
from aftermerge.errors import BetError
from aftermerge.model.amount import Amount
from aftermerge.model.batch import Batch
from aftermerge.model.metric import Metric
from aftermerge.ports import Connector
from support.memory_ledger import MemoryLedger
from support.versions import Versions

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
METRICS = (Metric("exports", "count", "app", "up", Amount(5.0, "percent"), event="export", was=("old_exports",)),)


def write_bet(root: Path, file: str, slug: str, more: str = "") -> None:
    (root / "bets").mkdir(exist_ok=True)
    (root / "bets" / file).write_text(f"---\nbet: {slug}\nmetric: exports\n{more}---\nWhy.\n", encoding="utf-8")


def pull(files: WorkspaceFiles, cursor: str | None = None) -> list[Batch]:
    connector: Connector = files
    return list(connector.pull(cursor))


def mistake(root: Path) -> BetError:
    with pytest.raises(BetError) as caught:
        pull(WorkspaceFiles(root, METRICS, None))
    return caught.value


def test_every_bet_and_metric_comes_in_one_whole_batch(tmp_path: Path) -> None:
    write_bet(tmp_path, "b.md", "second")
    write_bet(tmp_path, "a.md", "first")
    (batch,) = pull(WorkspaceFiles(tmp_path, METRICS, None))
    assert [(bet.slug, bet.file, bet.framed_at) for bet in batch.bets] == [
        ("first", "bets/a.md", None),
        ("second", "bets/b.md", None),
    ]
    assert batch.metrics == METRICS
    assert batch.whole == {"bets", "metrics"}


def test_the_readme_templates_and_other_files_are_no_bets(tmp_path: Path) -> None:
    write_bet(tmp_path, "a.md", "first")
    for file in ("README.md", "readme.md", "_template.md", ".hidden.md", "notes.txt"):
        (tmp_path / "bets" / file).write_text("no bet", encoding="utf-8")
    (tmp_path / "bets" / "folder.md").mkdir()
    (batch,) = pull(WorkspaceFiles(tmp_path, METRICS, None))
    assert [bet.slug for bet in batch.bets] == ["first"]


def test_a_workspace_without_bets_still_has_its_metrics(tmp_path: Path) -> None:
    (batch,) = pull(WorkspaceFiles(tmp_path, METRICS, None))
    assert (batch.bets, batch.metrics) == ((), METRICS)


def test_nothing_comes_when_nothing_changed(tmp_path: Path) -> None:
    write_bet(tmp_path, "a.md", "first")
    files = WorkspaceFiles(tmp_path, METRICS, None)
    (batch,) = pull(files)
    assert pull(files, batch.cursor) == []


def test_any_difference_brings_everything_again(tmp_path: Path) -> None:
    write_bet(tmp_path, "a.md", "first")
    files = WorkspaceFiles(tmp_path, METRICS, None)
    seen = {pull(files)[0].cursor}
    seen.add(pull(replace(files, metrics=(replace(METRICS[0], window_days=7),)))[0].cursor)
    framed = Versions({"bets/a.md": ((MONDAY, (tmp_path / "bets/a.md").read_text(encoding="utf-8")),)})
    seen.add(pull(replace(files, repository=framed))[0].cursor)
    (tmp_path / "bets/a.md").write_text("---\nbet: first\nmetric: exports\n---\nWhy not.\n", encoding="utf-8")
    seen.add(pull(files)[0].cursor)
    assert len(seen) == 4


def test_a_bet_whose_file_is_gone_leaves_the_ledger(tmp_path: Path) -> None:
    write_bet(tmp_path, "a.md", "first")
    write_bet(tmp_path, "b.md", "second")
    ledger, files = MemoryLedger(), WorkspaceFiles(tmp_path, METRICS, None)
    ledger.store(files.name, pull(files)[0])
    (tmp_path / "bets/a.md").unlink()
    ledger.store(files.name, pull(files, ledger.cursor(files.name))[0])
    assert [bet.slug for bet in ledger.bets()] == ["second"]


def test_two_bets_of_one_name_are_refused_naming_both_files(tmp_path: Path) -> None:
    write_bet(tmp_path, "a.md", "same")
    write_bet(tmp_path, "b.md", "same")
    error = mistake(tmp_path)
    assert "bets/a.md and bets/b.md" in error.what
    assert str(error.where) == "bets/b.md:2"


def test_a_bet_that_does_not_fit_the_metrics_is_told_with_its_line(tmp_path: Path) -> None:
    write_bet(tmp_path, "a.md", "first", "guardrails: [export]\n")
    error = mistake(tmp_path)
    assert (str(error.where), error.then) == ("bets/a.md:4", "did you mean `exports`?")


def test_a_bet_that_names_a_metric_by_its_old_name_follows_it(tmp_path: Path) -> None:
    write_bet(tmp_path, "a.md", "first", "also: [old_exports]\n")
    (batch,) = pull(WorkspaceFiles(tmp_path, METRICS, None))
    assert batch.bets[0].also == ("exports",)


def test_a_bet_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "bets").mkdir()
    (tmp_path / "bets/a.md").write_bytes(b"---\nbet: a\nmetric: caf\xe9\n---\n")
    error = mistake(tmp_path)
    assert (str(error.where), error.what) == ("bets/a.md:3", "is not UTF-8")


def test_amending_a_claim_dates_it_anew_but_the_bet_is_as_old_as_before(tmp_path: Path) -> None:
    write_bet(tmp_path, "a.md", "first")
    now = (tmp_path / "bets/a.md").read_text(encoding="utf-8")
    friday = MONDAY + timedelta(days=4)
    amended = Versions({"bets/a.md": ((friday, now), (MONDAY, now.replace("metric:", "worth: 30%\nmetric:")))})
    (bet,) = pull(WorkspaceFiles(tmp_path, METRICS, amended))[0].bets
    assert (bet.begun_at, bet.framed_at) == (MONDAY, friday)
