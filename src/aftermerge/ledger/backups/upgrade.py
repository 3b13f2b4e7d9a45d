"""Bringing an older ledger up to date, with a backup of it made first."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from sqlalchemy import Connection

from aftermerge.errors import AftermergeError, LedgerError
from aftermerge.ledger import journal
from aftermerge.ledger.address import file_of, ledger_url
from aftermerge.ledger.backups.backup import dump
from aftermerge.ledger.backups.whole_file import whole_file
from aftermerge.ledger.database import Database, connect
from aftermerge.ledger.journal import Deed
from aftermerge.ledger.opening import utc_now
from aftermerge.ledger.versions.migrate import migrate
from aftermerge.ledger.versions.revisions import MIGRATIONS, known_revisions, refuse_newer, stored_revision
from aftermerge.ports import Clock


@dataclass(frozen=True, slots=True)
class UpgradeSummary:
    """From which revision to which, and where the ledger as it was before is kept; None when nothing was to do."""

    before: str
    after: str
    backup: Path | None

    @property
    def done(self) -> bool:
        """Whether anything was to do."""
        return self.backup is not None


def upgrade(
    url_or_path: str | Path, backup_folder: Path, clock: Clock = utc_now, *, scripts: Path = MIGRATIONS
) -> UpgradeSummary:
    """Back up, then migrate in one transaction: a migration that fails leaves the ledger as it was.

    The backup of an SQLite ledger is a copy that can be opened in its place; that of a PostgreSQL ledger is a
    portable file for `restore`.

    Raises:
        LedgerVersionError: the ledger was written by a newer Aftermerge.
        LedgerError: there is no ledger, the backup can't be written, or a migration failed.
    """
    _refuse_missing_file(url_or_path)
    # Rebuilding a table drops the old one, and foreign keys would take the rows that refer to it along.
    with closing(connect(url_or_path, foreign_keys=False)) as database, database.writing() as connection:
        before, after = _revision(connection, database, scripts), known_revisions(scripts)[-1]
        if before == after:
            return UpgradeSummary(before, after, None)
        saved = _save(connection, database, backup_folder / f"ledger-{before}-{clock().astimezone(UTC):%Y%m%dT%H%M%SZ}")
        _migrate(connection, database, scripts, saved)
        detail = {"from": before, "to": after, "backup": saved.name}
        journal.append(connection, clock(), "aftermerge", Deed("upgrade", "ledger", detail))
    return UpgradeSummary(before, after, saved)


def _refuse_missing_file(url_or_path: str | Path) -> None:
    file = file_of(ledger_url(url_or_path))
    if file and not file.exists():
        raise _missing(str(file))


def _missing(name: str) -> LedgerError:
    return LedgerError(f"there is no ledger at {name}", then="run `aftermerge sync`; it makes one")


def _revision(connection: Connection, database: Database, scripts: Path) -> str:
    revision = stored_revision(connection, database.name)
    if revision is None:
        raise _missing(database.name)
    refuse_newer(revision, scripts, f"the ledger {database.name}")
    return revision


def _save(connection: Connection, database: Database, stem: Path) -> Path:
    if database.file is None:
        return dump(connection, stem.with_name(f"{stem.name}.zip")).path
    return _copy(database.file, stem.with_name(f"{stem.name}.db"))


def _copy(file: Path, to: Path) -> Path:
    with whole_file(to) as part, closing(sqlite3.connect(file)) as old, closing(sqlite3.connect(part)) as new:
        old.backup(new)
    return to


def _migrate(connection: Connection, database: Database, scripts: Path, saved: Path) -> None:
    try:
        migrate(connection, scripts)
        _check_references(connection, database)
    except Exception as error:
        first_line = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
        raise LedgerError(
            f"the upgrade of {database.name} failed and changed nothing: {first_line}",
            then=f"go on with the version that you had, and report this; a backup is at {saved}",
        ) from error


def _check_references(connection: Connection, database: Database) -> None:
    if database.file and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise AftermergeError("a row refers to another that is gone")
