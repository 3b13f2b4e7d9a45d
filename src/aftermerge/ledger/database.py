"""Connections and transactions: readers see one moment, writers come one after another."""

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool, QueuePool

from aftermerge.errors import LedgerError
from aftermerge.ledger.address import ESCAPES, file_of, is_doubtful, ledger_url, without_password

BUSY_SECONDS = 30
_PAUSE_SECONDS = 0.02
_BEGIN = "aftermerge_begin"
# One writer at a time in a schema, as SQLite has it: reading what is there and then writing can't be overtaken.
_ONE_WRITER = text("SELECT pg_advisory_xact_lock(1097231475, hashtext(coalesce(current_schema(), '')))")


@dataclass(frozen=True, slots=True)
class Database:
    """An open database that holds, or will hold, a ledger."""

    engine: Engine

    @property
    def url(self) -> str:
        """Where it stands, without a password."""
        return without_password(self.engine.url)

    @property
    def file(self) -> Path | None:
        """The SQLite file; None for PostgreSQL."""
        return file_of(self.engine.url)

    @property
    def name(self) -> str:
        """What to call it in a message."""
        return str(self.file or self.url)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the ledger."""
        options = {} if self.file else {"isolation_level": "REPEATABLE READ"}
        with self._worded(), self.engine.execution_options(**options).begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that no other writer shares; all of it is kept, or nothing."""
        with self._worded(), self.engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}).begin() as connection:
            if not self.file:
                connection.execute(_ONE_WRITER)
            yield connection

    def keep_write_ahead_log(self, patience_seconds: float = BUSY_SECONDS) -> None:
        """Let readers go on while another process writes. SQLite remembers it in the file.

        Raises:
            LedgerError: others have been in the file for all of `patience_seconds`.
        """
        until = time.monotonic() + patience_seconds
        while self.file and not self._keeps_write_ahead_log(until):
            time.sleep(_PAUSE_SECONDS)

    def _keeps_write_ahead_log(self, until: float) -> bool:
        # SQLite refuses this one at once where another is about to write: its own timeout counts for all others.
        with self._worded(), self.engine.execution_options(**{_BEGIN: ""}).begin() as connection:
            try:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            except OperationalError as error:
                if not _is_busy(error) or time.monotonic() >= until:
                    raise
                return False
        return True

    def leave_no_trace(self, tables: Iterable[str]) -> None:
        """See that what was deleted from some tables is in no file of the database any more.

        SQLite overwrites what it deletes, but leaves what it only moved within a page, so the file is written anew and
        its log emptied; that takes as much room again for the while. PostgreSQL gives the room of deleted rows free
        for others; its own log, its replicas and its dumps keep them as their keeper says.

        Raises:
            LedgerError: another process is at work in it, or there is no room. What was deleted is gone from all
                answers by then; doing this again is enough.
        """
        if self.file:
            self._write_anew()
            return
        with self._worded(), self.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            for table in tables:
                connection.exec_driver_sql(f"VACUUM {table}")

    def _write_anew(self) -> None:
        with self._worded(), self.engine.execution_options(**{_BEGIN: ""}).begin() as connection:
            connection.exec_driver_sql("VACUUM")
            is_busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        if is_busy:
            raise LedgerError(
                f"what was deleted still stands in the log beside {self.name}: another process is reading there",
                then="end that one and run this again",
            )

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _worded(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            if is_doubtful(self.engine.url):  # the driver names the host, which may be a part of the password
                raise LedgerError(f"the ledger {self.name} can't be used", then=ESCAPES) from error
            raise _in_words(self.name, str(getattr(error, "orig", None) or error)) from error


def connect(url_or_path: str | Path, *, foreign_keys: bool = True) -> Database:
    """A database that is not looked at yet.

    Raises:
        LedgerError: the address can't be used.
    """
    url = ledger_url(url_or_path)
    file = file_of(url)
    engine = _engine(url, pooled=file is None)
    if file:
        _make_room(file)
        _tune_sqlite(engine, foreign_keys=foreign_keys)
    else:
        event.listen(engine, "connect", _tune_postgres)
    return Database(engine)


def _engine(url: URL, *, pooled: bool) -> Engine:
    # A customer's words must not reach a log by way of an error: hide_parameters.
    pool = {"poolclass": QueuePool, "pool_pre_ping": True} if pooled else {"poolclass": NullPool}
    try:
        return create_engine(url, hide_parameters=True, **pool)
    except ImportError as error:
        raise LedgerError(
            f"PostgreSQL's driver is not installed ({error.name})", then="run `pip install 'aftermerge[postgres]'`"
        ) from error


def _make_room(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.touch(mode=0o600)  # it holds what customers said
    except OSError as error:
        raise LedgerError(f"can't make a ledger at {file}: {error.strerror}", then="choose another path") from error


def _tune_sqlite(engine: Engine, *, foreign_keys: bool) -> None:
    def on_connect(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver would begin too late, and never for a SELECT
        for pragma in (
            f"busy_timeout = {BUSY_SECONDS * 1000}",
            f"foreign_keys = {int(foreign_keys)}",
            "secure_delete = 1",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    def on_begin(connection: Connection) -> None:
        if begin := connection.get_execution_options().get(_BEGIN, "BEGIN"):
            connection.exec_driver_sql(begin)

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)


def _tune_postgres(connection: Any, _: object) -> None:
    connection.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
    connection.execute("SET timezone = 'UTC'")
    connection.commit()


def _is_busy(error: OperationalError) -> bool:
    code: int = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return code & 0xFF == sqlite3.SQLITE_BUSY  # the higher bits say why


def _in_words(name: str, driver_says: str) -> LedgerError:
    first_line = driver_says.strip().splitlines()[0]
    if "locked" in first_line or "lock timeout" in first_line:
        return LedgerError(
            f"the ledger {name} is busy: something has been writing to it for over {BUSY_SECONDS} seconds",
            then="wait until that is done, then run this again",
        )
    if "not a database" in first_line or "malformed" in first_line:
        return LedgerError(
            f"{name} is no ledger: it is not an SQLite database, or it is damaged",
            then="choose another path, or restore a backup into a new one",
        )
    return LedgerError(f"the ledger {name} can't be used: {first_line}", then="see to that, then run this again")
