"""Opening a ledger, or refusing to with words."""

import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Timer

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from aftermerge.errors import LedgerError, LedgerVersionError
from aftermerge.ledger import open_ledger
from aftermerge.ledger.address import ledger_url, without_password
from aftermerge.ledger.database import connect
from aftermerge.model.batch import Batch
from support.ledger_processes import heard, open_and_close, other_process


def test_an_opened_ledger_remembers_what_was_stored_before(address: str) -> None:
    with open_ledger(address) as ledger:
        ledger.store("git", Batch("seven"))
    with open_ledger(address) as again:
        assert again.cursor("git") == "seven"


def test_the_folder_is_made_and_only_its_owner_reads_the_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "ledger.db"
    open_ledger(path).close()
    assert path.stat().st_mode & 0o077 == 0


def test_sqlite_writes_ahead_deletes_for_good_and_holds_to_its_references(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.db") as ledger, ledger.database.reading() as connection:
        asked = ("journal_mode", "secure_delete", "foreign_keys", "busy_timeout")
        told = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]
    assert told == ["wal", 1, 1, 30_000]


def test_a_reader_is_not_held_up_by_a_writer(address: str) -> None:
    with open_ledger(address) as ledger, ledger.database.writing(), open_ledger(address) as other:
        assert other.cursor("git") is None


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_common_spelling_of_a_postgresql_url_is_taken(scheme: str) -> None:
    assert ledger_url(f"{scheme}://me@host/db").drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    "url", ["postgresql://me:hunter2@host:5433/db?sslmode=require", "postgresql://me@host/db?password=hunter2"]
)
def test_a_url_is_shown_without_its_password(url: str) -> None:
    shown = without_password(ledger_url(url))
    assert "hunter2" not in shown
    assert shown.startswith("postgresql+psycopg://me@host")


@pytest.mark.parametrize("url", ["mysql://me:hunter2@host/db", "sqlite://", "sqlite:///:memory:", "http://[::1/x"])
def test_an_address_that_can_keep_no_ledger_is_refused(url: str) -> None:
    with pytest.raises(LedgerError, match="next: give a path") as refused:
        open_ledger(url)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "me:hunter2@host/db",
        "postgresql:me:hunter2@host/db",
        "postgresql:/host/hunter2",
        "postgres:hunter2",
        "host=db user=me password=hunter2",
        "host=db Password = hunter2",
        "/me:hunter2@host/db",
        "hunter2@me://host",
        "postgresql://me:p@ss?hunter2@host/db",
    ],
)
def test_a_text_that_is_no_address_is_refused_without_being_repeated(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LedgerError, match="next: give a path") as refused:
        open_ledger(text)
    assert "hunter2" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["ledger.db", "a/b@c.db", "/a/b:c.db", r"C:\me@corp\ledger.db", "C:/me@corp/a.db"])
def test_a_plausible_path_is_taken(path: str) -> None:
    assert ledger_url(path).database == str(Path(path).absolute())


def test_an_unknown_scheme_is_named_and_nothing_else() -> None:
    with pytest.raises(LedgerError, match="can't be kept at `mysql://`") as refused:
        ledger_url("mysql://me@secret.example/db")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("password", ["se@cr.example", "se@cr/et", "s/e@cr"])
def test_a_password_that_was_not_escaped_is_in_no_message(password: str) -> None:
    with pytest.raises(LedgerError, match=r"postgresql\+psycopg://…[\s\S]*%40") as refused:
        open_ledger(f"postgresql://me:{password}@127.0.0.1:1/db?connect_timeout=2")
    assert "cr" not in str(refused.value).replace("psycopg", "").replace("write", "")


def test_a_file_whose_path_holds_an_at_sign_is_named_in_messages(tmp_path: Path) -> None:
    (tmp_path / "me@corp").mkdir()
    (tmp_path / "me@corp" / "notes.txt").write_text("Dear diary, " * 200)
    with pytest.raises(LedgerError, match=r"me@corp.*not an SQLite database"):
        open_ledger(tmp_path / "me@corp" / "notes.txt")


def test_a_server_that_is_not_there_is_told_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="can't be used") as refused:
        open_ledger(f"postgresql://me:hunter2@/db?host={tmp_path}")
    assert "hunter2" not in str(refused.value)


def test_a_text_file_is_no_ledger_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, " * 200)
    with pytest.raises(LedgerError, match="not an SQLite database"):
        open_ledger(path)
    assert path.read_text() == "Dear diary, " * 200


def test_another_program_s_database_is_no_ledger_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE recipe (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="holds tables of something else"):
        open_ledger(path)
    assert path.read_bytes() == before


def test_another_program_s_schema_is_no_ledger(postgres: str) -> None:
    engine = create_engine(make_url(postgres))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE recipe (name TEXT)"))
    engine.dispose()
    with pytest.raises(LedgerError, match="holds tables of something else"):
        open_ledger(postgres)


def test_a_folder_is_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="can't be used"):
        open_ledger(tmp_path)


def test_a_path_through_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match="can't make a ledger"):
        open_ledger(tmp_path / "file" / "ledger.db")


def test_a_ledger_of_an_unknown_revision_was_written_by_a_newer_aftermerge(address: str) -> None:
    with open_ledger(address) as ledger, ledger.database.writing() as connection:
        connection.execute(text("UPDATE aftermerge_version SET version_num = '9999'"))
    with pytest.raises(LedgerVersionError, match=r"9999.*newer Aftermerge"):
        open_ledger(address)


def writing_for(seconds: float, path: Path) -> Timer:
    """Somebody who holds the file for writing, and lets go after a while."""
    writer = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    writer.execute("BEGIN IMMEDIATE")
    timer = Timer(seconds, writer.close)
    timer.start()
    return timer


def test_a_new_ledger_that_others_write_is_waited_for(tmp_path: Path) -> None:
    database = connect(tmp_path / "ledger.db")
    timer = writing_for(0.3, tmp_path / "ledger.db")
    database.keep_write_ahead_log()
    timer.join()
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_a_new_ledger_that_others_do_not_let_go_is_busy(tmp_path: Path) -> None:
    database = connect(tmp_path / "ledger.db")
    timer = writing_for(0.3, tmp_path / "ledger.db")
    with pytest.raises(LedgerError, match="is busy"):
        database.keep_write_ahead_log(patience_seconds=0)
    timer.join()


def test_processes_that_open_a_new_ledger_at_once_all_find_it_made(address: str) -> None:
    with ExitStack() as stack:
        pipes = [stack.enter_context(other_process(open_and_close, address))[1] for _ in range(3)]
        assert [heard(pipe) for pipe in pipes] == ["ready"] * 3
        for pipe in pipes:
            pipe.send("go")
        assert [heard(pipe) for pipe in pipes] == [0] * 3
