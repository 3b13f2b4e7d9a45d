"""Which revision a ledger is at, and whether this program can work with it."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from aftermerge.errors import LedgerError, LedgerVersionError

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "aftermerge_version"


def known_revisions(scripts: Path) -> tuple[str, ...]:
    """Oldest first. Read from the files' names, so that opening a ledger need not import Alembic, which is slow."""
    names = (file.stem for file in (scripts / "versions").glob("r*_*.py"))
    return tuple(sorted(name[1:].split("_")[0] for name in names))


def stored_revision(connection: Connection, name: str) -> str | None:
    """The revision of the ledger called `name`; None where there is nothing at all.

    Raises:
        LedgerError: the database holds something else.
    """
    looked = inspect(connection)
    if looked.has_table(VERSION_TABLE):
        revision = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608 - a constant
        if revision is not None:
            return str(revision)
    elif not looked.get_table_names():
        return None
    raise LedgerError(
        f"{name} is no ledger: it holds tables of something else", then="choose another path, database or schema"
    )


def check_revision(revision: str, scripts: Path, name: str) -> None:
    """
    Raises:
        LedgerVersionError: the ledger is newer than this program, or older.
    """
    known = known_revisions(scripts)
    refuse_newer(revision, scripts, f"the ledger {name}")
    if revision != known[-1]:
        raise LedgerVersionError(
            f"the ledger {name} is at revision {revision} and this program works with {known[-1]}",
            then="run `aftermerge upgrade`; it makes a backup first",
        )


def refuse_newer(revision: str, scripts: Path, what: str) -> None:
    """
    Raises:
        LedgerVersionError: this program does not know the revision.
    """
    if revision not in known_revisions(scripts):
        raise LedgerVersionError(
            f"{what} is at revision {revision}, which this program does not know: it was written by a newer Aftermerge",
            then="install that version, or a later one",
        )
