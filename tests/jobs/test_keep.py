"""Events that are kept here: taken in at sync, told, asked, listed and forgotten."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from aftermerge.bootstrap import OpenWorkspace, open_workspace
from aftermerge.cli.sync import sync_document, sync_text
from aftermerge.errors import OutsideError, UnknownIdError
from aftermerge.jobs.forget import forget, subject_of
from aftermerge.jobs.inventory import data_inventory
from aftermerge.jobs.sync import sync_workspace
from aftermerge.model.kept import Part
from aftermerge.model.plan import Plan, SeriesQuestion
from aftermerge.usage.store import keeping, taking
from aftermerge.usage.store.writer import Writer
from support.usage import metric

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
SETTINGS = """
[workspace]
name = "Harbor"

[usage]
memory = "512MiB"

[[usage.events]]
name = "app"
table = "data/*.csv"
stored = true
event_id = "id"
keep = "100d"
unit = "user_id"
time = "ts"
event = "event"

[[source]]
kind = "csv"
name = "support"
path = "said.csv"
as = "feedback"
"""
EVENTS = (
    "id,user_id,ts,event\n"
    "1,ann,2026-06-01T00:30:00Z,open\n2,bob,2026-06-01T23:30:00Z,open\n3,ann@harbor.example,2026-06-02T10:00:00Z,open\n"
    "4,zoe,2026-06-02T23:30:00Z,open\n5,ann,someday,open\n6,bob,2020-01-01T00:00:00Z,open\n"
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[OpenWorkspace]:
    (tmp_path / "aftermerge.toml").write_text(SETTINGS)
    (tmp_path / "metrics.toml").write_text("")
    (tmp_path / "said.csv").write_text("id,time,author,text\n1,2026-05-01,ann,The export never ends\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text(EVENTS)
    with open_workspace(tmp_path, {}, lambda: NOW) as opened:
        yield opened


def silent(name: str, done: int | None, total: int | None) -> None:
    """Nobody looks."""


def test_a_sync_takes_events_in_and_says_what_came(workspace: OpenWorkspace) -> None:
    report = sync_workspace(workspace, silent)
    (taken,) = report.taken
    assert (taken.rows, taken.expired, taken.rejected) == (4, 1, 1)
    assert "4 events from 1 file, 1 older than `keep`" in sync_text(report)
    assert "1 rows could not be used" in sync_text(report)
    document = json.loads(json.dumps(sync_document(report)))
    assert document["stored"][0]["rows"] == 4
    assert "someday" in (workspace.context.rejected / "app.jsonl").read_text()
    assert sync_workspace(workspace, silent).taken[0].rows == 0


def test_what_was_taken_in_is_asked_in_the_same_run(workspace: OpenWorkspace) -> None:
    sync_workspace(workspace, silent)
    question = SeriesQuestion(metric("count", name="opened", event="open"))
    found = workspace.usage.answer(Plan((question,)))
    assert found.failed == {}
    assert list(found.series[question.key].values) == [2.0, 2.0]


def test_a_table_that_can_t_be_taken_in_is_told_and_the_rest_goes_on(workspace: OpenWorkspace) -> None:
    sync_workspace(workspace, silent)
    (workspace.root / "data" / "b.csv").write_text("id,who,ts,event\n9,ann,2026-06-01,open\n")
    report = sync_workspace(workspace, silent)
    assert [error.what for error in report.errors] == ["there is no column `user_id`"]
    assert "could not be taken in" in sync_text(report)
    assert len(workspace.ledger.feedback()) == 1


def test_rows_that_were_rejected_before_a_step_fails_are_listed(
    workspace: OpenWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync_workspace(workspace, silent)
    data, part = workspace.root / "data", Writer.part
    (data / "b.csv").write_text("id,user_id,ts,event\n8,ann,never,open\n9,ann,2026-06-01T09:00:00Z,open\n")
    (data / "c.csv").write_text("id,user_id,ts,event\n10,ann,2026-06-02T09:00:00Z,open\n")

    def full(writer: Writer, day: date, *given: Any) -> Part | None:
        if day == date(2026, 6, 2):
            raise OutsideError("the disk is full", then="make room")
        return part(writer, day, *given)

    monkeypatch.setattr(taking, "_TOGETHER_FILES", 1)
    monkeypatch.setattr(Writer, "part", full)
    report = sync_workspace(workspace, silent)
    assert [error.what for error in report.errors] == ["the disk is full"]
    (row,) = (workspace.context.rejected / "app.jsonl").read_text().splitlines()
    assert json.loads(row)["file"] == "data/b.csv"


def test_forgetting_a_customer_reaches_their_events(workspace: OpenWorkspace) -> None:
    sync_workspace(workspace, silent)
    report = forget(workspace, subject_of(workspace, "support:ann"))
    assert report.events == 1
    assert not (workspace.context.rejected / "app.jsonl").exists()
    assert any("was taken in from" in place.where for place in report.elsewhere)


def test_one_who_never_spoke_is_forgotten_by_what_the_events_call_them(workspace: OpenWorkspace) -> None:
    sync_workspace(workspace, silent)
    assert [forget(workspace, subject_of(workspace, "zoe")).events for _ in range(2)] == [1, 0]
    with pytest.raises(UnknownIdError):
        subject_of(workspace, "nobody")
    stored = workspace.settings.home / "usage" / "store"
    assert not [path for path in stored.rglob("*") if path.is_file() and b"zoe" in path.read_bytes()]


def test_what_a_first_try_could_not_remove_a_second_one_does(
    workspace: OpenWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OutsideError("the disk is gone", then="bring it back")

    sync_workspace(workspace, silent)
    with monkeypatch.context() as broken:
        broken.setattr(keeping, "lose_names", full)
        with pytest.raises(OutsideError):
            forget(workspace, "zoe")
    stored = workspace.settings.home / "usage" / "store"
    assert [path for path in stored.rglob("*") if path.is_file() and b"zoe" in path.read_bytes()]
    forget(workspace, subject_of(workspace, "zoe"))
    assert not [path for path in stored.rglob("*") if path.is_file() and b"zoe" in path.read_bytes()]


@pytest.mark.parametrize("unit", ["../ledger", "*", "/etc/x", "org:42", ".."])
def test_a_unit_may_be_called_anything_and_forgetting_it_touches_nothing_else(
    workspace: OpenWorkspace, unit: str
) -> None:
    (workspace.settings.root / "data" / "b.csv").write_text(
        f"id,user_id,ts,event\n7,{unit},2026-06-02T09:00:00Z,open\n"
    )
    sync_workspace(workspace, silent)
    (workspace.context.rejected / "other.jsonl").write_text("{}")
    before = {path for path in workspace.settings.home.glob("*") if path.is_file()}
    assert forget(workspace, subject_of(workspace, unit)).events == 1
    assert {path for path in workspace.settings.home.glob("*") if path.is_file()} == before
    assert (workspace.context.rejected / "other.jsonl").exists()


def test_the_inventory_says_what_is_kept_here_and_for_how_long(workspace: OpenWorkspace) -> None:
    sync_workspace(workspace, silent)
    (kept,) = [kind for kind in data_inventory(workspace.ledger, workspace.settings) if "events of `app`" in kind.what]
    assert (kept.rows, kept.how_long) == (4, "100 days, or until `hear forget`")
    assert kept.where == ".aftermerge/usage/store/app, taken in from data/*.csv"
