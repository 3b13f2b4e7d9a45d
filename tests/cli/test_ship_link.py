"""`ship link`: mending what the rules found."""

import subprocess
from pathlib import Path

import pytest

from support.histories import START, commit_at, git, linear
from support.walks import aftermerge

BET = "---\nbet: faster-export\nmetric: feedback_rate\nproblem: slow\n---\nBecause.\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    linear(tmp_path, 3)
    subprocess.run(["git", "-C", str(tmp_path), "reset", "-q", "--hard"], check=True)
    aftermerge(tmp_path, "init")
    (tmp_path / "bets" / "faster-export.md").write_text(BET)
    commit_at(tmp_path, START, "A bet")
    aftermerge(tmp_path, "sync")
    return tmp_path


def test_a_change_is_linked_by_hand_and_a_sync_leaves_it_so(repository: Path) -> None:
    first = git(repository, "rev-parse", "HEAD^")
    said = aftermerge(repository, "ship", "link", "HEAD^", "faster-export", "--json").json
    assert said == {"change": first, "before": [], "bets": ["faster-export"]}
    aftermerge(repository, "sync")
    assert "faster-export (by hand)" in aftermerge(repository, "ship", "log").out
    assert "serves no bet (was: faster-export)" in aftermerge(repository, "ship", "link", "HEAD^", "--none").out
    aftermerge(repository, "sync")
    assert "by hand" not in aftermerge(repository, "ship", "log").out


@pytest.mark.parametrize("words", [(), ("faster-export", "--none")])
def test_either_bets_are_named_or_none_is_said(repository: Path, words: tuple[str, ...]) -> None:
    assert "--none" in aftermerge(repository, "ship", "link", "HEAD", *words, code=2).err
