"""A claim from its file to its freezing and its amendment, typed."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from support.histories import START, commit_at, linear
from support.walks import aftermerge

BET = "---\nbet: faster-export\nmetric: feedback_rate\nproblem: slow\nworth: 5%\n---\nBecause.\n"
LATER = START + timedelta(days=40)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    linear(tmp_path, 3)
    subprocess.run(["git", "-C", str(tmp_path), "reset", "-q", "--hard"], check=True)
    aftermerge(tmp_path, "init")
    write(tmp_path, BET, 1, "A bet")
    return tmp_path


def write(root: Path, text: str, days: int, message: str) -> None:
    (root / "bets" / "faster-export.md").write_text(text)
    commit_at(root, LATER + timedelta(days=days), message)


def test_the_first_merge_freezes_and_a_later_edit_is_seen_as_an_amendment(root: Path) -> None:
    commit_at(root, LATER + timedelta(days=2), "Stream the export\n\nBet: faster-export")
    write(root, BET.replace("5%", "1%"), 3, "Be modest")
    assert "1 frozen" in aftermerge(root, "sync").out
    assert "frozen" not in aftermerge(root, "sync").out
    shown = aftermerge(root, "bet", "show", "faster-export", "--json").json
    assert (shown["amended"], shown["amendments"]) == (True, [{"key": "worth", "before": "5%", "after": "1%"}])
    assert "amended" in aftermerge(root, "bet", "list").out
    history = aftermerge(root, "bet", "show", "faster-export", "--history").out
    assert "worth: 5% → 1%\n      Be modest\n" in history
    assert "was frozen on 12 Feb 2024" in aftermerge(root, "bet", "freeze").out


def test_by_hand_the_file_as_it_is_now_is_frozen_once(root: Path) -> None:
    frozen = aftermerge(root, "bet", "freeze", "faster-export", "--json").json["claims"]
    assert [(claim["id"], claim["new"], claim["claim"]["worth"]) for claim in frozen] == [("faster-export", True, "5%")]
    write(root, BET.replace("5%", "1%"), 3, "Be modest")
    again = aftermerge(root, "bet", "freeze", "--json").json["claims"]
    assert [(claim["new"], claim["digest"]) for claim in again] == [(False, frozen[0]["digest"])]
    assert "amended since: worth: 5% → 1%" in aftermerge(root, "bet", "show", "faster-export").out


def test_a_bet_that_is_not_there_or_can_t_be_read_is_refused(root: Path) -> None:
    assert "did you mean `faster-export`" in aftermerge(root, "bet", "freeze", "faster-exprt", code=2).err
    write(root, "---\nbet: faster-export\n---\n", 3, "Spoil it")
    assert "bets/faster-export.md" in aftermerge(root, "bet", "freeze", code=2).err
