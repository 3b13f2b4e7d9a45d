"""A command that is told to stop ends as an exit does."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from aftermerge.ledger import open_ledger
from aftermerge.ledger.tables.upkeep import lease
from support.histories import linear
from support.walks import aftermerge


@pytest.fixture
def root(tmp_path: Path) -> Path:
    linear(tmp_path / "app", 3)
    aftermerge(tmp_path / "app", "init")
    return tmp_path / "app"


def told_to_stop(root: Path, command: str, name: str, *before: str) -> int:
    """How a command ends that gets a signal while it reads the history."""
    programs = root / "programs"
    programs.mkdir()
    script = f'case "$*" in *rev-list*) kill -{name} $PPID;; esac\nexec {shutil.which("git")} "$@"\n'
    (programs / "git").write_text(f"#!/bin/sh\n{script}")
    (programs / "git").chmod(0o755)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [*before, sys.executable, "-m", "aftermerge", command],
        cwd=root,
        env={**os.environ, "PATH": path},
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    return done.returncode


@pytest.mark.parametrize("command", ["run", "sync"])
@pytest.mark.parametrize("name", ["TERM", "HUP"])
def test_a_signal_ends_a_command_with_its_number_and_gives_the_lease_back(root: Path, command: str, name: str) -> None:
    assert told_to_stop(root, command, name) == 128 + signal.Signals[f"SIG{name}"]
    with open_ledger(root / ".aftermerge" / "ledger.db") as ledger, ledger.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(lease)) == 0


def test_a_command_started_with_nohup_goes_on_when_the_terminal_closes(root: Path) -> None:
    assert told_to_stop(root, "run", "HUP", "nohup") == 0
