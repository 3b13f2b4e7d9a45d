"""A ledger that travels holds no customer's words or names."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from aftermerge.jobs.unheard import Unheard, hears, without_feedback
from aftermerge.model.batch import Batch
from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback, Verbatim
from aftermerge.settings.workspace import Source
from support.histories import linear
from support.memory_ledger import MemoryLedger
from support.walks import aftermerge
from support.world import change, day

SAID = "I can never export my invoices"
SOURCES = """
[[source]]
kind = "csv"
name = "support"
path = "said.csv"
as = "feedback"

[[source]]
kind = "csv"
name = "notes"
path = "releases.csv"
as = "releases"
"""
METRICS = '[complaints]\nkind = "count"\nfrom = "feedback"\ngood = "down"\nworth = "20%"\nwatch = "releases"\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "app"
    linear(root, 5, tags={2: "v1.0", 4: "v1.1"})
    aftermerge(root, "init")
    rows = [f"{n},2026-05-{n:02},ada@customer.example,{SAID}" for n in range(1, 29)]
    (root / "said.csv").write_text("id,time,author,text\n" + "\n".join(rows) + "\n")
    (root / "releases.csv").write_text("version,time,notes\n9.0,2026-05-14,Exports\n")
    (root / "aftermerge.toml").write_text((root / "aftermerge.toml").read_text() + SOURCES)
    (root / "metrics.toml").write_text(METRICS)
    return root


def tables(root: Path) -> dict[str, int]:
    """How many rows each table of the ledger has."""
    with closing(sqlite3.connect(root / ".aftermerge" / "ledger.db")) as ledger:
        names = [name for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: ledger.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


@pytest.mark.parametrize("command", ["sync", "run"])
def test_without_feedback_the_ledger_has_work_and_releases_and_nobodys_words(root: Path, command: str) -> None:
    out = aftermerge(root, command, "--without-feedback").out
    assert "left out, since they hear customers: support" in out
    rows = tables(root)
    assert (rows["change"], rows["release"]) == (5, 3)
    heard = [
        name for name in rows if name.startswith(("feedback", "verbatim", "customer", "ask", "near", "attribution"))
    ]
    assert {"feedback", "verbatim", "customer"} <= set(heard)
    assert {name: rows[name] for name in heard if rows[name]} == {}
    for path in (root / ".aftermerge").rglob("*"):
        if path.is_file():
            assert SAID.encode() not in path.read_bytes(), path
            assert b"customer.example" not in path.read_bytes(), path


def test_what_is_read_in_feedback_can_t_be_told_and_is_no_zero(root: Path) -> None:
    aftermerge(root, "run", "--without-feedback")
    readouts = aftermerge(root, "measure", "show", "--json").json["readouts"]
    assert readouts
    assert {(row["verdict"], row["estimate"]) for row in readouts} == {("cannot_tell", None)}


def test_with_the_word_left_out_the_same_workspace_hears(root: Path) -> None:
    aftermerge(root, "sync")
    assert tables(root)["feedback"] == 28


def test_a_ledger_that_heard_is_not_passed_off_as_one_that_did_not(root: Path) -> None:
    aftermerge(root, "sync")
    err = aftermerge(root, "run", "--without-feedback", code=2).err
    assert "holds what customers said already" in err
    assert "AFTERMERGE_LEDGER_URL" in err


@pytest.mark.parametrize(
    ("kind", "read_as", "expected"),
    [
        ("git", None, False),
        ("github", "pull_requests", False),
        ("github", None, True),
        ("csv", "feedback", True),
        ("csv", "deployments", False),
        ("zendesk", None, True),
        ("a-kind-of-tomorrow", None, True),
    ],
)
def test_a_source_hears_unless_it_is_known_to_tell_of_work(kind: str, read_as: str | None, expected: bool) -> None:
    assert hears(Source(kind, "s", {"as": read_as} if read_as else {})) is expected


class Loose:
    """A source that is said to tell of work, and hands over words all the same."""

    name = "loose"

    def pull(self, cursor: str | None):  # type: ignore[no-untyped-def]
        said = Feedback("loose", "1", day(1), SAID, author="ada")
        verbatim, ada = Verbatim("loose:1", SAID), Customer("loose:ada", "Ada")
        yield Batch("1", feedback=(said,), verbatims=(verbatim,), customers=(ada,), changes=(change("c", 1),))


def test_what_such_a_source_hands_over_of_customers_is_not_taken() -> None:
    connectors, unheard = without_feedback([Loose()], [Source("git", "loose")], MemoryLedger())
    assert (len(connectors), unheard) == (1, ())
    (batch,) = connectors[0].pull(None)
    assert batch == Batch("1", changes=(change("c", 1),))
    assert isinstance(connectors[0], Unheard)
