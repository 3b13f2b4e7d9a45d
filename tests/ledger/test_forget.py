"""Forgetting a customer: what goes, what stays, what no source or backup brings back, and what the files still hold."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import event

from aftermerge.errors import LedgerError, UnknownIdError
from aftermerge.ledger import SqlLedger, open_ledger
from aftermerge.ledger.backups import transfer
from aftermerge.ledger.backups.backup import backup, restore
from aftermerge.model.batch import Batch
from aftermerge.model.customer import Customer, Forgotten, Holdings
from aftermerge.model.feedback import Feedback, Verbatim
from aftermerge.model.problem import Attribution, Curation, Problem, Theme, Undone
from aftermerge.ports import Ledger, Stored

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)

ASKED = Feedback(
    "desk", "1", NOON, "Where is my invoice", "https://desk.example/1", 2.0, "ann-ref", "acme-ref", 900.0, "thread-1",
    "1.2", "en", "invoices", "Here it is", NOON + DAY, "agent-ref", NOON + DAY, may_quote=True,
)  # fmt: skip
AGAIN = Feedback("desk", "2", NOON + DAY, "Where is my invoice now", author="ann-ref", problem="invoices")
OTHER = Feedback("desk", "3", NOON + DAY / 2, "Where is mine", author="bob-ref", problem="invoices")
ALONE = Feedback("desk", "4", NOON + 2 * DAY, "Nobody signed this")
WORDS = Verbatim("desk:1", "Where is my invoice, ann@example.com", "Here it is, Ann")
ANN = Customer("desk", "ann-ref", "Ann Example", "ann@example.com")
BATCH = Batch("1", feedback=(ASKED, AGAIN, OTHER, ALONE), verbatims=(WORDS,), customers=(ANN,))
GONE = "desk:ann-ref", "desk:1", "desk:2"
SEEDED = (
    "Where is my ", "desk.example", "ann-ref", "acme-ref", "thread-1", "Here it is", "agent-ref", "Ann Example",
    "ann@example.com",
)  # fmt: skip


def stand_in(identifier: str) -> str:
    return f"forgotten-{digest(identifier)[:16]}"


def digest(identifier: str) -> str:
    return sha256(identifier.encode()).hexdigest()


@pytest.fixture
def ledger(any_ledger: Ledger) -> Ledger:
    any_ledger.store("desk", BATCH)
    return any_ledger


@pytest.fixture
def sql(address: str) -> Iterator[SqlLedger]:
    with open_ledger(address, clock=lambda: NOON, actor="keeper") as opened:
        opened.store("desk", BATCH)
        yield opened


def test_what_stays_of_a_forgotten_customer_is_counted_and_names_nobody(ledger: Ledger) -> None:
    assert ledger.forget("desk:ann-ref") == Forgotten("desk:ann-ref", ("desk:1", "desk:2"))
    nobody = stand_in("desk:ann-ref")
    one = Feedback(
        "desk", stand_in("desk:1"), NOON, "", rating=2.0, author=nobody, version="1.2", language="en",
        problem="invoices", replied_at=NOON + DAY, may_contact=False,
    )  # fmt: skip
    two = Feedback(
        "desk", stand_in("desk:2"), NOON + DAY, "", author=nobody, problem="invoices", may_contact=False
    )  # fmt: skip
    assert list(ledger.feedback()) == [one, OTHER, two, ALONE]


def test_askers_are_as_many_as_before(ledger: Ledger) -> None:
    before = ledger.asks()
    ledger.forget("desk:ann-ref")
    after = ledger.asks()
    assert [(ask.problem, ask.channel, ask.asked_at, ask.answered_at) for ask in after] == [
        (ask.problem, ask.channel, ask.asked_at, ask.answered_at) for ask in before
    ]
    assert {ask.asker for ask in after} == {"desk:bob-ref", f"desk:{stand_in('desk:ann-ref')}"}
    assert [ask.may_contact for ask in after if ask.asker != "desk:bob-ref"] == [False]


def test_nothing_is_held_about_them_any_more(ledger: Ledger) -> None:
    ledger.forget("desk:ann-ref")
    for customer in ("desk:ann-ref", "desk:nobody"):
        with pytest.raises(UnknownIdError, match=customer):
            ledger.holdings(customer)
    for identifier in ("desk:1", f"desk:{stand_in('desk:1')}"):
        with pytest.raises(UnknownIdError, match="forgotten"):
            ledger.verbatim(identifier, "test")
    assert ledger.feedback_by_id(["desk:1", "desk:2"]) == []


def test_one_who_never_spoke_can_t_be_forgotten(ledger: Ledger) -> None:
    with pytest.raises(UnknownIdError, match="desk:nobody"):
        ledger.forget("desk:nobody")


def test_one_who_is_known_by_name_alone_is_forgotten_too(ledger: Ledger) -> None:
    silent = Customer("desk", "eve-ref", "Eve Example")
    ledger.store("desk", Batch("2", customers=(silent,)))
    assert ledger.holdings("desk:eve-ref") == Holdings("desk:eve-ref", silent, (), ())
    assert ledger.forget("desk:eve-ref") == Forgotten("desk:eve-ref", ())
    ledger.store("desk", Batch("3", customers=(silent,)))
    with pytest.raises(UnknownIdError):
        ledger.holdings("desk:eve-ref")


def test_forgetting_twice_changes_nothing(ledger: Ledger) -> None:
    ledger.forget("desk:ann-ref")
    before = (list(ledger.feedback()), list(ledger.tombstones()), ledger.heard_since(0))
    assert ledger.forget("desk:ann-ref") == Forgotten("desk:ann-ref", ())
    assert (list(ledger.feedback()), list(ledger.tombstones()), ledger.heard_since(0)) == before


def test_feedback_that_nobody_signed_is_forgotten_by_its_own_id(ledger: Ledger) -> None:
    assert ledger.forget("desk:4") == Forgotten("desk:4", ("desk:4",))
    last = ledger.feedback()[-1]
    assert (last.external_id, last.author, last.text) == (stand_in("desk:4"), stand_in("desk:4"), "")


def test_no_source_brings_back_what_was_forgotten(ledger: Ledger) -> None:
    ledger.forget("desk:ann-ref")
    before = list(ledger.feedback())
    later = replace(AGAIN, external_id="9", updated_at=NOON + 9 * DAY)
    renamed = replace(ASKED, author="another-ref")
    again = replace(BATCH, feedback=(*BATCH.feedback, later, renamed))
    assert ledger.store("desk", again) == Stored()
    assert list(ledger.feedback()) == before
    with pytest.raises(UnknownIdError):
        ledger.holdings("desk:ann-ref")


def test_only_digests_tell_who_was_forgotten(ledger: Ledger) -> None:
    ledger.forget("desk:ann-ref")
    assert {stone.digest for stone in ledger.tombstones()} == {
        digest("desk:ann-ref"),
        digest("desk:1"),
        digest("desk:2"),
    }


def test_an_index_hears_what_is_gone_and_what_stands_in_its_place(ledger: Ledger) -> None:
    before = ledger.heard_since(0).revision
    ledger.forget("desk:ann-ref")
    heard = ledger.heard_since(before)
    assert (heard.revision, heard.gone) == (before + 1, ("desk:1", "desk:2"))
    assert {row.external_id for row in heard.rows} == {stand_in("desk:1"), stand_in("desk:2")}
    assert {row.id for row in ledger.heard_since(0).rows} == {row.id for row in ledger.feedback()}


def test_themes_and_near_copies_go_on_without_them(ledger: Ledger) -> None:
    ledger.mark_near_copies({"desk:3": "desk:1", "desk:4": "desk:1", "desk:2": "desk:3"})
    ledger.replace_themes([Theme("t", ("where",), ("desk:1", "desk:3", "desk:2"))])
    ledger.forget("desk:ann-ref")
    assert ledger.near_copies() == {"desk:4": "desk:3"}
    assert list(ledger.themes()) == [Theme("t", ("where",), ("desk:3",))]


def test_what_was_decided_can_still_be_taken_back(ledger: Ledger) -> None:
    kept = Attribution("desk:1", "bills", "person"), Attribution("desk:2", "bills", "person")
    ledger.curate(Curation("split", "bills", (Problem("bills", "Bills", NOON),), kept))
    ledger.curate(Curation("unlink", "desk:1", released=("desk:1",)))
    ledger.forget("desk:ann-ref")
    one = f"desk:{stand_in('desk:1')}"
    assert ledger.undo_curation() == Undone("unlink", one)
    assert {row.problem for row in ledger.feedback_by_id([one])} == {"bills"}
    assert ledger.undo_curation() == Undone("split", "bills")
    assert {row.problem for row in ledger.feedback_by_id([one])} == {"invoices"}
    assert {row.by for row in ledger.attributions()} == {"source"}


def test_each_reading_of_the_words_is_written_down_without_them(sql: SqlLedger) -> None:
    sql.verbatim("desk:1", "a number was taken out that is none")
    sql.holdings("desk:ann-ref")
    sql.forget("desk:ann-ref")
    last = [(entry.actor, entry.verb, entry.subject, entry.detail) for entry in sql.journal()[-3:]]
    assert last == [
        ("keeper", "read words", digest("desk:1"), {"why": "a number was taken out that is none"}),
        ("keeper", "hand out", digest("desk:ann-ref"), {"feedback": 2}),
        ("keeper", "forget", digest("desk:ann-ref"), {"feedback": 2}),
    ]
    assert [stone.forgotten_at for stone in sql.tombstones()] == [NOON] * 3
    with pytest.raises(UnknownIdError):
        sql.verbatim("desk:1", "again")
    sql.forget("desk:ann-ref")
    assert sql.journal()[-1].seq == 4


def test_no_table_names_them_and_feedback_that_is_gone_is_named_to_indexes_alone(sql: SqlLedger) -> None:
    sql.verbatim("desk:1", "test")
    sql.curate(Curation("unlink", "desk:1", released=("desk:1", "desk:2")))
    sql.undo_curation()
    sql.forget("desk:ann-ref")
    with sql.database.reading() as connection:
        tables = {table.name: list(transfer.rows(connection, table)) for table in transfer.tables_there(connection)}
    assert not [(name, word) for name, rows in tables.items() for word in SEEDED if word in json.dumps(rows)]
    naming = {name for name, rows in tables.items() if '"desk:1"' in json.dumps(rows) or "'desk:1'" in str(rows)}
    assert naming == {"feedback_revision"}


def test_no_byte_of_the_words_is_left_in_the_files(tmp_path: Path) -> None:
    random, folder = Random(7), tmp_path / "ledger"
    with open_ledger(folder / "ledger.db") as ledger, open_ledger(folder / "ledger.db") as beside:
        for number in range(3):
            rows = [spoken(random, who) for who in range(40) for _ in range(10)]
            random.shuffle(rows)
            verbatims = tuple(Verbatim(row.id, f"{row.text} verbatim {row.author}", row.text) for row in rows)
            people = tuple(Customer("r", name, f"name {name}", f"mail {name}") for name in map(mark, range(40)))
            ledger.store("r", Batch(str(number), feedback=tuple(rows), verbatims=verbatims, customers=people))
        beside.feedback()
        assert found(folder) == set(map(mark, range(40)))
        for who in range(39):
            beside.forget(f"r:{mark(who)}")
        assert found(folder) == {mark(39)}
        assert len(ledger.feedback()) == 1_200


def mark(who: int) -> str:
    return f"marked{who:03}x"


def spoken(random: Random, who: int) -> Feedback:
    """Of any length, under any id: then rows are moved from page to page, and SQLite leaves some where they were."""
    text = f"{mark(who)} " + "lorem ipsum " * random.choice([*range(60), 800])
    return Feedback("r", f"{random.random():.12f}", NOON, text, url=mark(who), author=mark(who), account=mark(who))


def found(folder: Path) -> set[str]:
    stored = b"\n".join(file.read_bytes() for file in folder.iterdir())
    return {mark(who) for who in range(40) if mark(who).encode() in stored}


def test_while_another_process_reads_on_the_words_in_the_log_are_told_and_go_the_next_time(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.db") as ledger, open_ledger(tmp_path / "ledger.db") as beside:
        ledger.store("desk", BATCH)
        be_impatient(ledger)
        with beside.database.reading() as connection:
            transfer.tables_there(connection)
            with pytest.raises(LedgerError, match="another process is reading"):
                ledger.forget("desk:ann-ref")
        assert ledger.forget("desk:ann-ref") == Forgotten("desk:ann-ref", ())
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert not [word for word in SEEDED if word.encode() in stored]


def be_impatient(ledger: SqlLedger) -> None:
    event.listen(ledger.database.engine, "connect", lambda opened, _: opened.execute("PRAGMA busy_timeout = 0").close())


def test_an_old_backup_does_not_bring_back_who_was_forgotten_since(sql: SqlLedger, tmp_path: Path) -> None:
    saved = backup(sql, tmp_path / "saved.zip").path
    sql.forget("desk:ann-ref")
    sql.store("desk", Batch("2", feedback=(Feedback("desk", "late", NOON, "x"),)))
    kept, revision = list(sql.feedback()), sql.heard_since(0).revision
    restore(saved, sql, replace=True)
    assert sorted(row.id for row in sql.feedback()) == sorted(row.id for row in kept if row.id != "desk:late")
    assert sql.feedback_by_id([row.id for row in kept]) == [row for row in kept if row.id != "desk:late"]
    assert {stone.digest for stone in sql.tombstones()} == set(map(digest, GONE))
    assert sql.journal()[-1].detail["forgotten again"] == 2
    assert sql.store("desk", BATCH) == Stored()
    with pytest.raises(UnknownIdError):
        sql.holdings("desk:ann-ref")
    heard = sql.heard_since(revision)
    assert {row.id for row in heard.rows} == {row.id for row in sql.feedback()}
    assert {*heard.gone} == {"desk:late", "desk:1", "desk:2"}


def test_a_restore_leaves_no_byte_of_the_forgotten_in_the_files(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    with open_ledger(folder / "ledger.db") as ledger:
        ledger.store("desk", BATCH)
        saved = backup(ledger, tmp_path / "saved.zip").path
        ledger.forget("desk:ann-ref")
        restore(saved, ledger, replace=True)
        stored = b"".join(file.read_bytes() for file in folder.iterdir())
    assert not [word for word in SEEDED if word.encode() in stored]


def test_a_backup_keeps_who_was_forgotten_before_it(sql: SqlLedger, tmp_path: Path) -> None:
    sql.forget("desk:ann-ref")
    saved = backup(sql, tmp_path / "saved.zip").path
    with open_ledger(tmp_path / "new.db") as new:
        restore(saved, new)
        assert new.heard_since(0) == sql.heard_since(0)
        assert new.store("desk", BATCH) == Stored()
        assert new.feedback() == sql.feedback()


def test_feedback_that_the_replaced_ledger_never_had_is_forgotten_by_its_asker(sql: SqlLedger, tmp_path: Path) -> None:
    with open_ledger(tmp_path / "other.db") as other:
        other.store("desk", Batch("1", feedback=(replace(AGAIN, external_id="77"),), customers=(ANN,)))
        saved = backup(other, tmp_path / "saved.zip").path
    sql.forget("desk:ann-ref")
    restore(saved, sql, replace=True)
    assert [(row.external_id, row.text) for row in sql.feedback()] == [(stand_in("desk:77"), "")]
    assert digest("desk:77") in {stone.digest for stone in sql.tombstones()}
    with pytest.raises(UnknownIdError):
        sql.holdings("desk:ann-ref")
