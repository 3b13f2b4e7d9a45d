"""Opening a ledger, or making one."""

from datetime import UTC, datetime
from pathlib import Path

from aftermerge.ledger.database import Database, connect
from aftermerge.ledger.sql_ledger import SqlLedger
from aftermerge.ledger.versions.revisions import MIGRATIONS, check_revision, stored_revision
from aftermerge.ports import Clock


def utc_now() -> datetime:
    return datetime.now(UTC)


def open_ledger(
    url_or_path: str | Path, *, clock: Clock = utc_now, actor: str = "aftermerge", scripts: Path = MIGRATIONS
) -> SqlLedger:
    """The ledger at a path or PostgreSQL URL, made there when there is none.

    `clock` and `actor` are what the journal writes down; `scripts` is the folder of migrations.

    Raises:
        LedgerVersionError: it was written by a newer Aftermerge, or wants `aftermerge upgrade`.
        LedgerError: it can't be opened, or is no ledger.
    """
    database = connect(url_or_path)
    try:
        _settle(database, scripts)
    except BaseException:
        database.close()
        raise
    return SqlLedger(database, clock, actor)


def _settle(database: Database, scripts: Path) -> None:
    with database.reading() as connection:
        revision = stored_revision(connection, database.name)
    if revision is None:
        revision = create(database, scripts)
    check_revision(revision, scripts, database.name)


def create(database: Database, scripts: Path) -> str:
    """The revision of the ledger that is there now: another process may have made it first."""
    from aftermerge.ledger.versions.migrate import migrate  # Alembic doubles the time to open a ledger

    database.keep_write_ahead_log()
    with database.writing() as connection:
        if stored_revision(connection, database.name) is None:
            migrate(connection, scripts)
        return str(stored_revision(connection, database.name))
