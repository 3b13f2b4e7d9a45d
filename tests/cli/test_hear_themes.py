"""`hear themes` as it is typed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aftermerge.cli import aftermerge
from aftermerge.cli.screen import paint
from support.phrases import spoken


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    rows = ({"id": str(n), "created_at": "2026-02-05T10:00:00Z", "body": text} for n, text in enumerate(spoken(20)[0]))
    (tmp_path / "desk.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "aftermerge.toml").write_text(
        '[workspace]\nname = "Harbor"\ntimezone = "UTC"\n\n'
        '[[source]]\nkind = "csv"\nname = "desk"\npath = "desk.jsonl"\nas = "feedback"\n'
    )
    assert type_(tmp_path, "sync").exit_code == 0
    return tmp_path


def type_(folder: Path, *words: str, color: bool = False) -> Result:
    return CliRunner().invoke(aftermerge, [*words, "-C", str(folder)], color=color)


def test_a_theme_is_listed_accepted_and_taken_back_again(workspace: Path) -> None:
    listed = type_(workspace, "hear", "themes", color=True)
    assert listed.exit_code == 0
    told = json.loads(type_(workspace, "hear", "themes", "--json").stdout)
    assert set(told) == {"as_of", "themes"}
    largest = told["themes"][0]
    assert set(largest) == {"id", "words", "size", "quotes"}
    assert paint(", ".join(largest["words"]), "strong") in listed.output
    done = type_(workspace, "hear", "themes", "accept", largest["id"], "--as", "first-one", "--title", "The first")
    assert f"{largest['size']} pieces" in done.output
    again = json.loads(type_(workspace, "hear", "themes", "--json").stdout)
    quoted = {quote["id"] for theme in again["themes"] for quote in theme["quotes"]}
    assert not quoted & {quote["id"] for quote in largest["quotes"]}
    assert "accept" in type_(workspace, "hear", "undo").output


def test_a_theme_that_is_not_there_ends_with_2(workspace: Path) -> None:
    done = type_(workspace, "hear", "themes", "accept", "t99", "--as", "x")
    assert getattr(done.exception, "exit_code", done.exit_code) == 2


def test_too_little_heard_is_no_failure(workspace: Path) -> None:
    done = type_(workspace, "hear", "themes", "--since", "2026-03-01")
    assert (done.exit_code, "No theme" in done.output) == (0, True)
