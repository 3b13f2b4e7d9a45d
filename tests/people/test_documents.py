"""What the commands print of the demo's company holds no number per person, and keeps nothing of who asked."""

import re
import sqlite3
from pathlib import Path

import click
import pytest

from aftermerge.cli import aftermerge as group
from support.people import numbers_of_people
from support.walks import aftermerge

_NO_COUNT = re.compile(
    r"`[^`]*`|^- \d+ \w+:|^#.*|with v[\d.]+|after v[\d.]+|[+−][\d.]+(?:%| pp) \[[^\]]*\]|\b[a-z]+:\d+\b"
)
"""Ids, days, releases, and what a bet did to its metric."""

_COUNT = re.compile(r"\d[^;,.]*")

GIVEN = {
    "hear show": ("support:1001",),
    "bet show": ("faster-export",),
    "ship why": ("CODEOWNERS:1",),
    "measure chart": ("faster-export",),
    "measure power": ("exports_finished",),
}
"""The arguments of those that need some."""

CUSTOMERS = {"hear search": {"author"}, "hear show": {"author", "customer"}}
"""Keys that hold a customer."""

WRITES = {
    "init", "sync", "run", "demo", "backup", "restore", "upgrade", "hear import", "hear forget", "bet freeze",
    "ship comment", "ship deploy", "ship link", "measure run", "tell draft", "tell show", "tell send", "tell confirm",
}  # fmt: skip
"""What changes something, or shows one message to one customer."""


def reading() -> dict[str, click.Command]:
    """Every command that prints JSON and changes nothing, by name."""
    return {
        name: command
        for name, command in walk(group, "")
        if name not in WRITES and any("--json" in parameter.opts for parameter in command.params)
    }


def walk(command: click.Command, name: str) -> list[tuple[str, click.Command]]:
    found = [(name, command)]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for child in command.list_commands(context):
            inner = command.get_command(context, child)
            assert inner is not None
            found += walk(inner, f"{name} {child}".strip())
    return found


@pytest.mark.parametrize("name", sorted(reading()))
def test_no_json_document_holds_a_number_per_person_or_team(name: str, workspace: Path) -> None:
    needed = [parameter.name for parameter in reading()[name].params if parameter.required]
    assert not needed or name in GIVEN, f"say in GIVEN with which arguments `{name}` is tried here"
    document = aftermerge(workspace, *name.split(), *GIVEN.get(name, ()), "--json").json
    assert list(numbers_of_people(document, CUSTOMERS.get(name, ()))) == []


def test_the_documents_that_name_people_were_looked_at(workspace: Path) -> None:
    thanks = aftermerge(workspace, "learn", "thank", "inbox", "--json").json["thanks"]
    assert {row["giver"] for row in thanks} == {"exports@harbor.example", "invoices@harbor.example"}
    suggested = aftermerge(workspace, "learn", "thank", "--from", "2020-01-01", "--json").json["suggestions"]
    assert {"followed_after_merge", "crossed_a_boundary", "asked_the_hard_question"} <= {s["habit"] for s in suggested}
    assert list(numbers_of_people(suggested)) == []
    assert "exports@harbor.example" not in {
        name for s in suggested if s["habit"] != "crossed_a_boundary" for name in s["whose"]
    }


@pytest.mark.parametrize(
    "document",
    [
        {"rows": [{"owner": "a", "bets": 3}]},
        {"rows": [{"name": "maya@harbor.example", "share": 0.5}]},
        {"rows": [{"receiver": "a", "thanks": {"closed": 2}}]},
        {"thanks": {"maya@harbor.example": 3}},
        {"by": {"@maya": {"merged": [1, 2]}}},
        {"teams": [{"team": "exports", "seconds": 3.0}]},
    ],
)
def test_a_number_of_a_person_or_a_team_would_be_seen(document: object) -> None:
    assert list(numbers_of_people(document))


def test_evidence_is_computed_when_asked_and_kept_nowhere(workspace: Path) -> None:
    before = rows(workspace)
    told = aftermerge(workspace, "learn", "evidence").out
    assert "faster-export" in told
    for words in (("thank",), ("thank", "inbox"), ("thank", "export"), ("explore",), ("me",)):
        aftermerge(workspace, "learn", *words)
    assert rows(workspace) == before
    assert "reached users with" not in repr(before)


def test_evidence_counts_nothing_but_the_customers_of_a_bet(workspace: Path) -> None:
    told = aftermerge(workspace, "learn", "evidence", "--ladder", "ladder.toml").out
    counted = {found for line in told.splitlines() for found in _COUNT.findall(_NO_COUNT.sub("", line))}
    assert {told for told in counted if not told.endswith("customers waited for this bet")} == set()
    assert counted


def rows(workspace: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(workspace / ".aftermerge" / "ledger.db") as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in tables}  # noqa: S608
