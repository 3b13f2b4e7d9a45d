"""Ordinary trouble ends with a sentence, never with a traceback."""

from pathlib import Path

import pytest

from support.histories import linear
from support.walks import aftermerge


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    linear(tmp_path / "app", 2)
    aftermerge(tmp_path / "app", "init")
    return tmp_path / "app"


def test_a_backup_to_a_folder_that_can_not_be_made_is_told(workspace: Path) -> None:
    (workspace / "file").touch()
    typed = aftermerge(workspace, "backup", "file/saved.zip", code=1)
    assert "can't write file/saved.zip" in typed.err
    assert "next: choose another place" in typed.err
    assert "Traceback" not in typed.err


def test_a_backup_makes_its_folder(workspace: Path) -> None:
    aftermerge(workspace, "backup", "new/folder/saved.zip")
    assert (workspace / "new" / "folder" / "saved.zip").is_file()


def test_a_seed_below_zero_is_refused(tmp_path: Path) -> None:
    typed = aftermerge(tmp_path, "demo", "--seed", "-1", code=2)
    assert "--seed" in typed.err
    assert "Traceback" not in typed.err
