"""A backup: one file, whole, from either database into either."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftermerge.errors import LedgerError, LedgerVersionError
from aftermerge.ledger import SqlLedger, open_ledger
from aftermerge.ledger.backups import transfer
from aftermerge.ledger.backups.backup import backup, restore
from aftermerge.ledger.versions.revisions import MIGRATIONS, known_revisions
from aftermerge.model.amount import Amount
from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Link, Release
from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback
from aftermerge.model.frozen import FrozenClaim, claim_of
from aftermerge.model.kept import CodeFile, Layout, ManifestChange, Part, TakenFile
from aftermerge.model.message import Confirmation, Message
from aftermerge.model.metric import Metric
from aftermerge.model.notice import Milestone, Notice
from aftermerge.model.problem import Attribution, Curation, Problem, Theme
from aftermerge.model.pull_request import PullRequest
from aftermerge.model.readout import Readout, Subject
from aftermerge.model.thanks import OwnName, Thanks

NOON = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)


@pytest.fixture
def full(address: str) -> Iterator[SqlLedger]:
    """A ledger with something in every table."""
    with open_ledger(address, clock=lambda: NOON) as ledger:
        fill(ledger)
        yield ledger


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A backup of a full SQLite ledger."""
    with open_ledger(tmp_path / "saved.db", clock=lambda: NOON) as ledger:
        fill(ledger)
        return backup(ledger, tmp_path / "saved.zip").path


def fill(ledger: SqlLedger) -> None:
    bet = Bet("b", "m", also=("x",), worth=Amount(1.0, "pp"), appetite_days=2.5, decide=date(2026, 5, 1), file="b.md")
    batch = Batch(
        "end",
        feedback=(
            Feedback("r", "1", NOON, "words — “quoted”\n🙂", rating=4.5, problem="slow", may_quote=True),
            Feedback("r", "2", NOON, "x"),
        ),
        changes=(Change("c", "git", NOON, "t", "m", paths=("a", "b")),),
        releases=(Release("v1", "git", "tag", NOON, changes=("c", "d")),),
        bets=(bet,),
        metrics=(Metric("m", "count", "app", "up", Amount(5.0, "percent")),),
    )
    ledger.store("r", batch)
    fill_heard(ledger)
    fill_shipped(ledger, bet)
    fill_told(ledger)
    fill_kept(ledger)
    readout = Readout(Subject("bet", "b"), "m", "controlled", "primary", "pp", 1.0, "improved", "r", low=float("-inf"))
    ledger.replace_readouts(NOON, [readout])


def fill_heard(ledger: SqlLedger) -> None:
    rows = tuple(Feedback("s", str(n), NOON, "more", author=str(n)) for n in range(4))
    ledger.store("s", Batch("1", feedback=rows, customers=(Customer("s", "1", "Name", "a@example.com"),)))
    ledger.mark_near_copies({"s:1": "s:0"})
    ledger.replace_themes([Theme("t", ("more",), ("s:1", "s:0"))])
    ledger.curate(Curation("accept", "p", (Problem("p", "P", NOON),), (Attribution("s:0", "p", "person"),), ("s:1",)))
    ledger.forget("s:3")


def fill_shipped(ledger: SqlLedger, bet: Bet) -> None:
    request = PullRequest("git", "a/b", 7, "c", NOON, "t", "body", "https://x.example/7")
    ledger.store("git", Batch("1", changes=(Change("e", "git", NOON, "t", "m"),), pull_requests=(request,)))
    ledger.replace_links([Link("c", "b", "message")])
    ledger.link_by_hand("e", ["b"])
    ledger.freeze([FrozenClaim("b", NOON, None, claim_of(bet))])


def fill_told(ledger: SqlLedger) -> None:
    ledger.replace_message(None, Message("answer", "b", "s:1", "s:1", "ref", "drafted", "words", NOON))
    ledger.confirm(Confirmation("b", "s:1", "s:1", "yes", NOON, "link"))
    ledger.opt_out("s:2")
    ledger.replace_notice(None, Notice("review", "sent", NOON, "https://x.example/1"))
    ledger.mark_milestones([Milestone("b", "measured", NOON, "a readout")])
    ledger.replace_thanks(None, Thanks("t", NOON, "a@x.example", "b@x.example", "closed_the_loop", "Thank you", ("b",)))
    ledger.link_own_name(OwnName("a@x.example", "s", "agent-1"))


def fill_kept(ledger: SqlLedger) -> None:
    layout = ledger.claim_store(Layout("app", "user", "ts", types={"ts": "TIMESTAMP"}, next_codes={"unit": 1})).layout
    part = Part("app", date(2026, 3, 1), "1-0", 1, 90, NOON, NOON, (1,), 1, NOON)
    codes, taken = CodeFile("app", "unit", "1-1", 1, 90, NOON), TakenFile("app", 1, "a.csv", "d", 9, 2**60, 1, NOON)
    ledger.change_manifest(ManifestChange(layout, (part,), (codes,), (taken,)))


def everything(ledger: SqlLedger) -> dict[str, list[object]]:
    with ledger.database.reading() as connection:
        return {table.name: list(transfer.rows(connection, table)) for table in transfer.tables_there(connection)}


def test_a_backup_restores_every_row_into_a_new_ledger(full: SqlLedger, tmp_path: Path) -> None:
    made = backup(full, tmp_path / "backup.zip")
    before = everything(full)
    assert all(before.values())
    with open_ledger(tmp_path / "new.db", clock=lambda: NOON) as new:
        assert restore(made.path, new) == made
        after = everything(new)
        assert new.readouts() == full.readouts()
        assert new.feedback() == full.feedback()
    verbs = [entry["verb"] for entry in journal_of(after)]
    assert verbs[:4] == ["store", "store", "accept", "forget"]
    assert verbs[-3:] == ["opt out", "keep", "restore"]
    assert {**after, "journal": after["journal"][:-1]} == before


def journal_of(tables: dict[str, list[object]]) -> list[dict[str, object]]:
    return [dict(entry) for entry in tables["journal"] if isinstance(entry, dict)]


def test_a_backup_moves_from_sqlite_to_postgresql_and_back_with_the_same_bytes(
    saved: Path, postgres: str, tmp_path: Path
) -> None:
    with open_ledger(postgres, clock=lambda: NOON) as moved:
        restore(saved, moved)
        there = backup(moved, tmp_path / "there.zip").path
    with open_ledger(tmp_path / "back.db", clock=lambda: NOON) as back:
        restore(saved, back)
        here = backup(back, tmp_path / "here.zip").path
    assert there.read_bytes() == here.read_bytes()


def test_the_summary_and_the_manifest_count_the_rows(full: SqlLedger, tmp_path: Path) -> None:
    made = backup(full, tmp_path / "backup.zip")
    with ZipFile(made.path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert made.rows["feedback"] == 6
    assert {name: table["rows"] for name, table in manifest["tables"].items()} == made.rows
    assert (manifest["format"], manifest["revision"]) == (1, made.revision)


def test_leases_stay_behind(full: SqlLedger, tmp_path: Path) -> None:
    with full.lease("run", NOON, 60):
        made = backup(full, tmp_path / "backup.zip")
        restore(made.path, full, replace=True)
        assert "lease" not in made.rows
        with pytest.raises(LedgerError, match="`run` is being done"), full.lease("run", NOON, 60):
            pass


def test_a_ledger_that_holds_something_is_not_written_over_unasked(full: SqlLedger, saved: Path) -> None:
    before = everything(full)
    with pytest.raises(LedgerError, match="is not empty"):
        restore(saved, full)
    assert everything(full) == before


def test_what_the_ledger_held_is_replaced_when_asked(full: SqlLedger, saved: Path) -> None:
    full.store("other", Batch("1", feedback=(Feedback("other", "1", NOON, "gone soon"),)))
    restore(saved, full, replace=True)
    assert {row.source for row in full.feedback()} == {"r", "s"}
    assert full.cursor("other") is None


def test_a_restore_that_fails_half_way_leaves_the_ledger_as_it_was(full: SqlLedger, saved: Path) -> None:
    def broken() -> datetime:
        raise ZeroDivisionError

    before = everything(full)
    with (
        open_ledger(full.database.engine.url.render_as_string(hide_password=False), clock=broken) as same,
        pytest.raises(ZeroDivisionError),
    ):
        restore(saved, same, replace=True)
    assert everything(full) == before


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_backup_is_refused_or_restores_the_same(saved: Path, tmp_path: Path, data: st.DataObject) -> None:
    whole = saved.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    changed = data.draw(st.integers(1, 255))
    hurt = tmp_path / "hurt.zip"
    hurt.write_bytes(whole[:place] + bytes([whole[place] ^ changed]) + whole[place + 1 :])
    shutil.copy(tmp_path / "saved.db", tmp_path / "target.db")
    with open_ledger(tmp_path / "target.db", clock=lambda: NOON) as ledger:
        before = everything(ledger)
        try:
            restore(hurt, ledger, replace=True)
        except LedgerError:
            assert everything(ledger) == before
        else:
            after = everything(ledger)
            assert {name for name in before if after[name] != before[name]} <= {"journal", "feedback_revision"}


@pytest.mark.parametrize("keep", [0, 10, 500])
def test_a_backup_that_was_cut_off_is_refused(saved: Path, tmp_path: Path, keep: int) -> None:
    cut = tmp_path / "cut.zip"
    cut.write_bytes(saved.read_bytes()[:keep])
    with open_ledger(tmp_path / "new.db") as ledger, pytest.raises(LedgerError, match="damaged, or no backup"):
        restore(cut, ledger)


def rewritten(archive: Path, to: Path, member: str, content: str) -> Path:
    with ZipFile(archive) as old, ZipFile(to, "w") as new:
        for name in old.namelist():
            new.writestr(name, content if name == member else old.read(name))
    return to


def test_a_table_that_was_edited_does_not_match_its_checksum(saved: Path, tmp_path: Path) -> None:
    edited = rewritten(saved, tmp_path / "edited.zip", "feedback.jsonl", '{"id": "r:1"}\n')
    with open_ledger(tmp_path / "new.db") as ledger, pytest.raises(LedgerError, match="`feedback` does not match"):
        restore(edited, ledger)


@pytest.mark.parametrize("manifest", ["[]", "{}", '{"format": 1, "revision": "0001", "tables": []}', "not json"])
def test_a_manifest_of_another_shape_is_refused(saved: Path, tmp_path: Path, manifest: str) -> None:
    odd = rewritten(saved, tmp_path / "odd.zip", "manifest.json", manifest)
    with open_ledger(tmp_path / "new.db") as ledger, pytest.raises(LedgerError, match="damaged, or no backup"):
        restore(odd, ledger)


def test_a_later_format_is_refused(saved: Path, tmp_path: Path) -> None:
    later = rewritten(saved, tmp_path / "later.zip", "manifest.json", '{"format": 2}')
    with open_ledger(tmp_path / "new.db") as ledger, pytest.raises(LedgerError, match="format 2"):
        restore(later, ledger)


def test_a_backup_by_a_newer_aftermerge_is_refused(saved: Path, tmp_path: Path) -> None:
    with ZipFile(saved) as archive:
        manifest = archive.read("manifest.json").decode().replace(f'"{known_revisions(MIGRATIONS)[-1]}"', '"9999"')
    newer = rewritten(saved, tmp_path / "newer.zip", "manifest.json", manifest)
    with open_ledger(tmp_path / "new.db") as ledger, pytest.raises(LedgerVersionError, match="newer Aftermerge"):
        restore(newer, ledger)


def test_a_backup_that_is_not_there_is_told(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "new.db") as ledger, pytest.raises(LedgerError, match="there is no backup at"):
        restore(tmp_path / "nowhere.zip", ledger)


def test_a_backup_that_can_t_be_written_is_told_and_leaves_nothing(full: SqlLedger, tmp_path: Path) -> None:
    (tmp_path / "folder.zip" / "inside").mkdir(parents=True)
    with pytest.raises(LedgerError, match="can't write"):
        backup(full, tmp_path / "folder.zip")
    assert not list(tmp_path.glob(".*"))


def test_only_its_owner_reads_a_backup(saved: Path) -> None:
    assert saved.stat().st_mode & 0o077 == 0
