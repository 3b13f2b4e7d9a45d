"""`learn explore`, `me`, `thank` and `evidence`, typed."""

import json
import os
import stat
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.histories import START, commit_at, linear
from support.walks import Typed, aftermerge

BET = "---\nbet: faster-export\nmetric: feedback_rate\nproblem: slow\nowner: noor@harbor.example\n---\nBecause.\n"
TICKETS = (
    "id,time,text,problem,reply,replied_at,replied_by\n"
    "1,2024-01-02,It spins for a minute.,slow,We look.,2024-01-03,Noor Ali\n"
)
SOURCE = (
    '\n[[team]]\nname = "exports"\nowners = ["@harbor/exports"]\nslack_days = ["friday"]\n'
    '\n[[source]]\nkind = "csv"\nname = "desk"\npath = "tickets.csv"\nas = "feedback"\n'
)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    linear(tmp_path, 3)
    subprocess.run(["git", "-C", str(tmp_path), "reset", "-q", "--hard"], check=True)
    aftermerge(tmp_path, "init")
    (tmp_path / "bets" / "faster-export.md").write_text(BET)
    (tmp_path / "tickets.csv").write_text(TICKETS)
    settings = tmp_path / "aftermerge.toml"
    settings.write_text(settings.read_text() + SOURCE)
    commit_at(tmp_path, START, "A bet")
    aftermerge(tmp_path, "sync")
    return tmp_path


def ask_as(repository: Path, name: str) -> None:
    subprocess.run(["git", "-C", str(repository), "config", "user.email", f"{name}@harbor.example"], check=True)


def learn(repository: Path, *words: str, code: int = 0) -> Typed:
    return aftermerge(repository, "learn", *words, code=code)


def test_an_exploration_is_begun_kept_and_never_written_over(repository: Path) -> None:
    assert "Nothing is being explored" in learn(repository, "explore").out
    new = ("explore", "new", "maps", "--question", "Who reads maps: anybody?", "--team", "exports")
    assert "exports declared friday" in learn(repository, *new).out
    file = repository / "explorations" / "maps.md"
    before = file.read_text()
    assert "is there already" in learn(repository, *new, code=2).err
    assert file.read_text() == before
    assert "did you mean `exports`?" in learn(repository, *new[:-1], "exprts", code=2).err
    file.write_text(before.replace("outcome:", "outcome: Nobody"))
    commit_at(repository, datetime.now(UTC), "An outcome")
    (found,) = learn(repository, "explore", "--json").json["explorations"]
    assert (found["id"], found["state"], found["slack_days"]) == ("maps", "kept", ["friday"])
    file.write_text("---\nquestion: x\nfrom: never\n---\n")
    assert "explorations/maps.md:3: `never` is not a date" in learn(repository, "explore", code=2).err


def test_who_asks_is_whom_git_knows(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    assert "git config user.email" in learn(repository, "me", code=2).err


def test_a_name_is_linked_by_its_person_and_by_nobody_else(repository: Path) -> None:
    ask_as(repository, "Noor")
    learn(repository, "me", "link", "desk", "Noor  Ali")
    assert "as you said before" in learn(repository, "me", "link", "desk", "Noor Ali").out
    assert "did you mean `desk`?" in learn(repository, "me", "link", "dek", "x", code=2).err
    assert learn(repository, "me", "--json").json["names"] == [{"source": "desk", "name": "Noor Ali"}]
    ask_as(repository, "ida")
    assert learn(repository, "me", "--json").json["names"] == []
    assert "somebody else" in learn(repository, "me", "link", "desk", "Noor Ali", code=2).err
    assert "you linked no" in learn(repository, "me", "unlink", "desk", "Noor Ali", code=2).err
    ask_as(repository, "noor")
    learn(repository, "me", "unlink", "desk", "Noor Ali")
    assert learn(repository, "me", "--json").json["names"] == []


def test_a_reply_in_ones_own_name_is_in_ones_own_file_alone(repository: Path) -> None:
    ask_as(repository, "noor")
    dates = ("--from", "2024-01-01", "--to", "2024-02-01")
    assert "where they asked" not in learn(repository, "evidence", *dates).out
    learn(repository, "me", "link", "desk", "noor ali")
    assert (
        "3 Jan: `faster-export` answered a customer, where they asked (`desk:1`)"
        in learn(repository, "evidence", *dates).out
    )
    ask_as(repository, "ida")
    assert "where they asked" not in learn(repository, "evidence", *dates).out


def test_evidence_is_written_for_its_owners_eyes_and_over_no_file(repository: Path) -> None:
    ask_as(repository, "noor")
    learn(repository, "evidence", "--output", "mine.md")
    assert stat.S_IMODE((repository / "mine.md").stat().st_mode) == 0o600
    assert "is there already" in learn(repository, "evidence", "--output", "mine.md", code=2).err
    (repository / "ladder.toml").write_text('[[level]]\nid = "a"\ntext = "A"\nlevels = 3\n')
    assert "ladder.toml:4: unknown key `levels`" in learn(repository, "evidence", code=2).err
    assert "later than" in learn(repository, "evidence", "--from", "2026-02-01", "--to", "2026-01-01", code=2).err


def test_a_thank_you_is_given_published_exported_and_removed(repository: Path) -> None:
    ask_as(repository, "ida")
    words = ("thank", "give", "noor@harbor.example", "closed_the_loop", "--text", "You asked them.")
    assert "points at what shows it" in learn(repository, *words, code=2).err
    assert "did you mean `faster-export`?" in learn(repository, *words, "--evidence", "fast-export", code=2).err
    assert "git knows no commit of noor" in learn(repository, *words, "--evidence", "desk:1").out
    (row,) = learn(repository, "thank", "inbox", "--json").json["thanks"]
    assert "only its receiver" in learn(repository, "thank", "publish", row["id"], code=2).err
    assert learn(repository, "thank", "export").json == {"contributors": []}
    ask_as(repository, "noor")
    assert "“You asked them.”" in learn(repository, "thank", "inbox").out
    learn(repository, "thank", "publish", row["id"])
    assert learn(repository, "thank", "export").json == {
        "contributors": [{"name": "noor", "contributions": ["question"]}]
    }
    learn(repository, "thank", "unpublish", row["id"])
    assert learn(repository, "thank", "export").json == {"contributors": []}
    ask_as(repository, "ida")
    learn(repository, "thank", "remove", row["id"])
    assert learn(repository, "thank", "inbox", "--json").json["thanks"] == []


def test_suggestions_come_by_bet_for_others_habits(repository: Path) -> None:
    interview = "---\ndate: 2024-01-04\nproblem: slow\nwho: [zoe@harbor.example, ida@harbor.example]\n---\nThey wait.\n"
    (repository / "interviews").mkdir()
    (repository / "interviews" / "pier.md").write_text(interview)
    ask_as(repository, "noor")
    dates = ("--from", "2024-01-01", "--to", "2024-02-01")
    (found,) = json.loads(learn(repository, "thank", *dates, "--json").out)["suggestions"]
    assert (found["about"], found["habit"]) == ("faster-export", "crossed_a_boundary")
    assert found["evidence"] == ["faster-export", "interviews/pier.md"]
    assert "learn thank give" in learn(repository, "thank", *dates).out
    ask_as(repository, "zoe")
    assert "suggest nothing" in learn(repository, "thank", *dates).out
