"""`learn loops`, `constraint` and `results`, typed."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from support.histories import START, commit_at, git, linear
from support.walks import Typed, aftermerge

BET = "---\nbet: faster-export\nmetric: feedback_rate\nproblem: slow\nappetite: 5d\n---\nBecause.\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    linear(tmp_path, 3)
    subprocess.run(["git", "-C", str(tmp_path), "reset", "-q", "--hard"], check=True)
    aftermerge(tmp_path, "init")
    (tmp_path / "bets" / "faster-export.md").write_text(BET)
    commit_at(tmp_path, START + timedelta(days=2), "A bet")
    (tmp_path / "export.py").write_text("faster")
    commit_at(tmp_path, START + timedelta(days=9), "Exports end\n\nBet: faster-export")
    git(tmp_path, "tag", "v1.0")
    aftermerge(tmp_path, "sync")
    return tmp_path


def learn(repository: Path, *words: str, code: int = 0) -> Typed:
    return aftermerge(repository, "learn", *words, code=code)


def test_loops_are_told_as_a_whole_and_one_by_one(repository: Path) -> None:
    told = learn(repository, "loops").out
    assert "1 loop, 0 of them done" in told
    assert "next: nothing has been measured yet: run `aftermerge measure run`" in told
    one = learn(repository, "loops", "faster-export").out
    assert "  framed     3 Jan 2024" in one
    assert "commit of bets/faster-export.md" in one
    assert "did you mean `faster-export`?" in learn(repository, "loops", "faster-exprt", code=2).err
    (found,) = learn(repository, "loops", "--json").json["loops"]
    assert found["bet"] == "faster-export"
    assert [stamp["stage"] for stamp in found["stamps"]][:2] == ["framed", "merged"]


def test_the_constraint_is_not_guessed_from_one_loop_and_a_delay_is_no_stage_to_relieve(repository: Path) -> None:
    told = learn(repository, "constraint").out
    assert "1 loop is known by two stamps or more; 20 are the least" in told
    assert learn(repository, "constraint", "--what-if", "merged", "--json").json["constraint"] is None
    refused = learn(repository, "constraint", "--what-if", "confirmed", code=2).err
    assert "no hand relieves `confirmed`: it waits for a customer" in refused


def test_results_are_told_of_a_period_and_searched(repository: Path) -> None:
    assert "1 bet: 1 not read out." in learn(repository, "results", "--from", "2024-01-01").out
    assert "Nothing that did not land speaks of “maps”." in learn(repository, "results", "--search", "maps").out
    assert learn(repository, "results", "--json").json["library"] == []
    backwards = ("--from", "2024-02-01", "--to", "2024-01-01")
    assert "--from 2024-02-01 is later" in learn(repository, "results", *backwards, code=2).err
