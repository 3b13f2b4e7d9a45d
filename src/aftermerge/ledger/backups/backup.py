"""One portable file out of a ledger, and back into any other."""

import dataclasses
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from sqlalchemy import Connection

from aftermerge.errors import LedgerError
from aftermerge.ledger import forgetting
from aftermerge.ledger.backups import transfer
from aftermerge.ledger.backups.archive import Manifest, lines, open_archive, write_archive
from aftermerge.ledger.backups.replaced import Replaced
from aftermerge.ledger.database import connect
from aftermerge.ledger.journal import Deed
from aftermerge.ledger.sql_ledger import SqlLedger
from aftermerge.ledger.versions.migrate import migrate
from aftermerge.ledger.versions.revisions import MIGRATIONS, known_revisions, refuse_newer, stored_revision


@dataclass(frozen=True, slots=True)
class BackupSummary:
    """A backup's file, the revision of its tables, and the rows of each."""

    path: Path
    revision: str
    rows: Mapping[str, int]


def backup(ledger: SqlLedger, to: Path) -> BackupSummary:
    """Write the whole ledger, as it is at one moment, into one file. A file of that name is replaced at the end.

    Raises:
        LedgerError: the file can't be written.
    """
    with ledger.database.reading() as connection:
        return dump(connection, to)


def dump(connection: Connection, to: Path) -> BackupSummary:
    """`backup`, within a transaction that is there already."""
    tables = ((table.name, transfer.rows(connection, table)) for table in transfer.tables_there(connection))
    return _summary(to, write_archive(to, str(stored_revision(connection, "the ledger")), tables))


def restore(from_: Path, ledger: SqlLedger, *, replace: bool = False, scripts: Path = MIGRATIONS) -> BackupSummary:
    """Read a backup into a ledger: all of it or nothing. One of an older revision is brought up to date on the way.

    Who was forgotten in the ledger that is replaced, or in the backup, stays forgotten. A new ledger does not know whom
    another forgot after the backup was made.

    Raises:
        LedgerVersionError: a newer Aftermerge wrote the backup.
        LedgerError: it is damaged, or the ledger is not empty and `replace` is not given.
    """
    with open_archive(from_) as (archive, manifest):
        refuse_newer(manifest.revision, scripts, f"the backup {from_}")
        if manifest.revision != known_revisions(scripts)[-1]:
            return _restore_older(archive, manifest, ledger, overwrite=replace, scripts=scripts)
        with ledger.database.writing() as connection:
            replaced = Replaced.read(connection)
            _make_empty(connection, ledger, replace=replace)
            _load(connection, archive, manifest)
            buried = replaced.carry_over(connection, ledger.now())
            ledger.note(connection, Deed("restore", from_.name, _detail(manifest, buried)))
    if buried:
        ledger.database.leave_no_trace(forgetting.TOUCHED)
    return _summary(from_, manifest)


def _restore_older(
    archive: ZipFile, manifest: Manifest, ledger: SqlLedger, *, overwrite: bool, scripts: Path
) -> BackupSummary:
    path = Path(str(archive.filename))
    with TemporaryDirectory() as folder:
        lifted = Path(folder) / path.name
        with (
            closing(connect(Path(folder) / "scratch.db", foreign_keys=False)) as scratch,
            scratch.writing() as connection,
        ):
            migrate(connection, scripts, manifest.revision)
            _load(connection, archive, manifest)
            migrate(connection, scripts)
            dump(connection, lifted)
        restored = restore(lifted, ledger, replace=overwrite, scripts=scripts)
    return dataclasses.replace(restored, path=path)


def _make_empty(connection: Connection, ledger: SqlLedger, *, replace: bool) -> None:
    tables = transfer.tables_there(connection)
    if replace:
        transfer.clear(connection, tables)
    elif not transfer.is_empty(connection, tables):
        raise LedgerError(
            f"the ledger {ledger.database.name} is not empty",
            then="restore into a new one, or give `--replace` to lose what it holds",
        )


def _load(connection: Connection, archive: ZipFile, manifest: Manifest) -> None:
    for table in transfer.tables_there(connection):
        if table.name in manifest.tables:
            transfer.fill(connection, table, lines(archive, table.name))


def _detail(manifest: Manifest, buried: int) -> Mapping[str, object]:
    return {"revision": manifest.revision} | ({"forgotten again": buried} if buried else {})


def _summary(path: Path, manifest: Manifest) -> BackupSummary:
    return BackupSummary(path, manifest.revision, {name: table.rows for name, table in manifest.tables.items()})
