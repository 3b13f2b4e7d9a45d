"""`hear search` and `hear show` as they are typed."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aftermerge.cli import aftermerge
from aftermerge.cli.hear.period import moment_of, ratings_of
from aftermerge.cli.screen import paint
from aftermerge.errors import InputError

ROWS = (
    ("1", "2026-01-05T10:00:00Z", "The export crashes when it is large", 1, "ann", "acme", "1.0"),
    ("2", "2026-02-05T10:00:00Z", "Login crashes, call me on +44 20 7946 0958", 2, "ben", "acme", "1.1"),
    ("3", "2026-03-05T10:00:00Z", "Exports are fine now \x1b[31mred", 5, "ann", "dock", "1.1"),
)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    fields = ("id", "created_at", "body", "rating", "customer", "account", "version")
    lines = (json.dumps(dict(zip(fields, row, strict=True))) for row in ROWS)
    (tmp_path / "desk.jsonl").write_text("\n".join(lines))
    (tmp_path / "aftermerge.toml").write_text(
        '[workspace]\nname = "Harbor"\ntimezone = "UTC"\n\n'
        '[[source]]\nkind = "csv"\nname = "desk"\npath = "desk.jsonl"\nas = "feedback"\n'
        'columns = { author = "customer", account = "account" }\n'
    )
    assert type_(tmp_path, "sync").exit_code == 0
    return tmp_path


def type_(folder: Path, *words: str, color: bool = False) -> Result:
    return CliRunner().invoke(aftermerge, [*words, "-C", str(folder)], color=color)


def code_of(done: Result) -> int:
    """As `main` ends with it."""
    return int(getattr(done.exception, "exit_code", done.exit_code))


def found(folder: Path, *words: str) -> list[str]:
    done = type_(folder, "hear", "search", *words, "--json")
    assert done.exit_code == 0, done.output
    return [row["id"] for row in json.loads(done.stdout)["feedback"]]


def test_words_and_filters_find_and_what_is_found_is_painted(workspace: Path) -> None:
    assert found(workspace, "export") == ["desk:1", "desk:3"]
    assert found(workspace, "crash", "--account", "acme", "--rating", "2-") == ["desk:2"]
    assert found(workspace, "--since", "2026-02-01", "--until", "2026-03-05") == ["desk:2"]
    assert found(workspace, "--newest", "-n", "1") == ["desk:3"]
    assert paint("export", "unsure") in type_(workspace, "hear", "search", "export", color=True).output


def test_a_word_with_a_dash_before_it_must_not_stand_there(workspace: Path) -> None:
    assert found(workspace, "crashes", "-login") == ["desk:1"]
    assert found(workspace, "crashes -login") == ["desk:1"]
    assert found(workspace, "crashes", "-login", "-n", "5") == ["desk:1"]
    assert found(workspace, '-"call me"') == ["desk:3", "desk:1"]


def test_what_can_t_be_understood_ends_with_2_and_says_where(workspace: Path) -> None:
    for words in (("!!",), ("x" * 2000,), ("--rating", "good"), ("--since", "yore")):
        assert code_of(type_(workspace, "hear", "search", *words)) == 2
    with pytest.raises(InputError, match="is no day"):
        moment_of("99999999d", UTC, datetime(2026, 1, 1, tzinfo=UTC))


def test_nothing_found_is_no_failure(workspace: Path) -> None:
    done = type_(workspace, "hear", "search", "zeppelin")
    assert (done.exit_code, "next: " in done.output) == (0, True)


def test_the_index_can_be_filled_anew(workspace: Path) -> None:
    assert found(workspace, "export", "--rebuild") == ["desk:1", "desk:3"]
    for path in (workspace / ".aftermerge" / "search").glob("*/*"):
        path.write_bytes(b"")
    assert found(workspace, "export") == ["desk:1", "desk:3"]


def test_customers_text_does_nothing_to_a_terminal(workspace: Path) -> None:
    done = type_(workspace, "hear", "search", "fine", color=True)
    assert "\x1b[31m" not in done.output
    assert "fine" in done.output


def test_one_piece_and_one_customer_are_shown_whole(workspace: Path) -> None:
    assert "of account acme" in type_(workspace, "hear", "show", "desk:1").output
    done = type_(workspace, "hear", "show", "desk:ann", "--json")
    assert [row["id"] for row in json.loads(done.stdout)["feedback"]] == ["desk:1", "desk:3"]
    assert code_of(type_(workspace, "hear", "show", "desk:11")) == 2


def test_the_words_as_they_were_written_need_a_reason_and_it_is_journalled(workspace: Path) -> None:
    assert "7946" not in type_(workspace, "hear", "show", "desk:2").output
    for words in (("--verbatim",), ("--verbatim", "--why", "  ")):
        assert code_of(type_(workspace, "hear", "show", "desk:2", *words)) == 2
    done = type_(workspace, "hear", "show", "desk:2", "--verbatim", "--why", "they asked to be called")
    assert "7946" in done.output
    with sqlite3.connect(workspace / ".aftermerge" / "ledger.db") as ledger:
        told = ledger.execute("SELECT * FROM journal").fetchall()
    assert any("they asked to be called" in str(row) for row in told)


@pytest.mark.parametrize(
    ("told", "ratings"),
    [(None, (None, None)), ("1-2", (1, 2)), ("4-", (4, None)), ("-3", (None, 3)), ("5", (5, 5)), ("4.5", (4.5, 4.5))],
)
def test_ratings_are_told_as_a_range(told: str | None, ratings: tuple[float | None, float | None]) -> None:
    assert ratings_of(told) == ratings


@pytest.mark.parametrize(
    ("told", "day"),
    [("2026-03-01", 1), ("2026-03-02T00:00", 2), ("14d", 17), ("2w", 17), ("2026-03-02T02:00+02:00", 2)],
)
def test_moments_are_a_day_or_so_long_ago(told: str, day: int) -> None:
    assert moment_of(told, UTC, datetime(2026, 3, 31, tzinfo=UTC)) == datetime(2026, 3, day, tzinfo=UTC)
