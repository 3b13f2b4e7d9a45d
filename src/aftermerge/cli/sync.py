"""`aftermerge sync`."""

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, progress_bar, say, say_error, without_feedback
from aftermerge.errors import AftermergeError
from aftermerge.jobs.sync import SourceReport, SyncReport, sync_workspace
from aftermerge.model.kept import TakenIn
from aftermerge.ports import Stored

_MEASURE = "next: `aftermerge measure run`, then `aftermerge learn review`"
_DOCTOR = "next: nothing makes a claim yet; `aftermerge doctor` says what is missing"


@click.command()
@without_feedback
@in_folder
@as_json
def sync(without_feedback: bool, folder: Path, as_json: bool) -> None:
    """Read git, feedback and usage files, as far as they have come.

    Goes on where it stopped; running it again changes nothing that has not changed outside.
    """
    with open_workspace(folder, os.environ) as workspace, progress_bar() as progress:
        report = sync_workspace(workspace, progress, with_feedback=not without_feedback)
        makes_claims = bool(workspace.ledger.bets()) or any(metric.watch for metric in workspace.metrics)
    if as_json:
        print_json(sync_document(report))
    else:
        say(sync_text(report))
        say(paint(_MEASURE if makes_claims else _DOCTOR, "quiet"))
    leave_with_errors(report.errors)


def leave_with_errors(errors: Sequence[AftermergeError]) -> None:
    """Say last what could not be read or told, so that it is not overlooked, and exit as the errors ask."""
    for error in errors:
        say_error(error)
    if errors:
        sys.exit(max(error.exit_code for error in errors))


def sync_document(report: SyncReport) -> dict[str, object]:
    sources = [
        {
            "name": source.name,
            **asdict(source.stored),
            "rejected": [asdict(row) for row in source.rejected],
            "error": str(source.error) if source.error else None,
        }
        for source in report.sources
    ]
    dropped = report.dropped
    return {
        "sources": sources,
        "stored": [_taken_document(table) for table in report.taken],
        "links": asdict(report.links),
        "attributed": report.attributed,
        "frozen": report.frozen,
        "unheard": list(report.unheard),
        "dropped": {"names": dropped.names, "backup": str(dropped.backup)} if dropped else None,
    }


def sync_text(report: SyncReport) -> str:
    """What was new in each source, and the rows that could not be used."""
    width = max(len(name) for name in [*(source.name for source in report.sources), *(t.table for t in report.taken)])
    lines = [f"{source.name.ljust(width)}  {_told(source)}" for source in report.sources]
    lines += [f"{table.table.ljust(width)}  {_taken(table)}" for table in report.taken]
    if report.links != Stored():
        lines.append(f"{'links'.ljust(width)}  {_stored(report.links)}")
    if report.frozen:
        lines.append(f"{'claims'.ljust(width)}  {report.frozen:,} frozen, as they stood at the first merge")
    if report.unheard:
        lines.append(f"left out, since they hear customers: {', '.join(report.unheard)}")
    if report.dropped:
        names = ", ".join(report.dropped.names)
        lines.append(f"no longer named in aftermerge.toml, dropped: {names} (kept in {report.dropped.backup})")
    rejected = report.rejected
    lines += [paint(f"  {row.file}:{row.row}: {_column(row.column)}{row.reason}", "unsure") for row in rejected[:5]]
    if rejected:
        count = sum(table.rejected - len(table.shown) for table in report.taken) + len(rejected)
        lines.append(f"{count:,} rows could not be used; they are kept, with the reason, in .aftermerge/rejected/")
    return "\n".join(lines)


def _told(source: SourceReport) -> str:
    return paint("could not be read", "bad") if source.error else _stored(source.stored)


def _taken(table: TakenIn) -> str:
    """What a stored table gained."""
    if table.refused and not table.files:
        return paint("could not be taken in", "bad")
    counts = (
        (table.rows, f"events from {table.files:,} {'file' if table.files == 1 else 'files'}"),
        (table.late, "of them late"),
        (table.duplicates, "taken before"),
        (table.replaced, "replaced"),
        (table.expired, "older than `keep`"),
        (table.left, "left, older than `keep`"),
    )
    return ", ".join(f"{count:,} {words}" for count, words in counts if count) or "nothing new"


def _taken_document(table: TakenIn) -> dict[str, object]:
    return {
        "name": table.table,
        "files": table.files,
        "rows": table.rows,
        "late": table.late,
        "duplicates": table.duplicates,
        "replaced": table.replaced,
        "expired": table.expired,
        "left": table.left,
        "rejected": table.rejected,
        "shown": [asdict(row) for row in table.shown],
        "errors": [str(error) for error in table.refused],
    }


def _column(column: str | None) -> str:
    return f"column {column}: " if column else ""


def _stored(stored: Stored) -> str:
    told = [
        f"{count:,} {word}"
        for count, word in ((stored.new, "new"), (stored.changed, "changed"), (stored.gone, "gone"))
        if count
    ]
    return ", ".join(told) or "nothing new"
