"""`aftermerge backup | restore | upgrade`."""

import os
from pathlib import Path

import click

from aftermerge.bootstrap import now, open_workspace
from aftermerge.cli.screen import as_json, in_folder, print_json, say
from aftermerge.ledger.backups.backup import BackupSummary
from aftermerge.ledger.backups.backup import backup as write_backup
from aftermerge.ledger.backups.backup import restore as read_backup
from aftermerge.ledger.backups.upgrade import upgrade as upgrade_ledger
from aftermerge.settings import find_root, read_settings


@click.command()
@click.argument("to", required=False, type=click.Path(dir_okay=False, path_type=Path))
@in_folder
@as_json
def backup(to: Path | None, folder: Path, as_json: bool) -> None:
    """Write the ledger into one file.

    That is TO, or a dated file under .aftermerge/backups. The file holds customers' words. It can be restored into
    SQLite and into PostgreSQL.
    """
    with open_workspace(folder, os.environ) as workspace:
        path = to or workspace.settings.new_backup(workspace.clock())
        _print("written", write_backup(workspace.ledger, path), as_json)


@click.command()
@click.argument("backup_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace what the ledger holds now; a backup of that is written first.")
@in_folder
@as_json
def restore(backup_file: Path, replace: bool, folder: Path, as_json: bool) -> None:
    """Bring a ledger back from a backup.

    All of it, or nothing.
    """
    with open_workspace(folder, os.environ) as workspace:
        if replace:
            write_backup(workspace.ledger, workspace.settings.new_backup(workspace.clock(), "-before-restore"))
        summary = read_backup(backup_file, workspace.ledger, replace=replace)
        workspace.index.clear()  # it is of another ledger: the next search or sync fills it
        _print("restored", summary, as_json)


@click.command()
@in_folder
@as_json
def upgrade(folder: Path, as_json: bool) -> None:
    """Bring the ledger up to this version; a backup is written first."""
    settings = read_settings(find_root(folder), os.environ)
    summary = upgrade_ledger(settings.ledger_url, settings.home / "backups", now)
    if as_json:
        saved = str(summary.backup) if summary.backup else None
        print_json({"before": summary.before, "after": summary.after, "backup": saved})
    elif summary.done:
        say(f"upgraded from {summary.before} to {summary.after}; the old ledger is kept in {summary.backup}")
    else:
        say(f"nothing to do: the ledger is at {summary.after} already")


def _print(verb: str, summary: BackupSummary, as_json: bool) -> None:
    if as_json:
        print_json({"path": str(summary.path), "revision": summary.revision, "rows": dict(summary.rows)})
    else:
        say(f"{verb}: {sum(summary.rows.values()):,} rows, {summary.path}")
