"""What a store does besides taking in: days that are too old leave, days of many parts become one, files that nothing
lists are removed.
"""

# ruff: noqa: S608 - names and texts are quoted by `names`

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path

from aftermerge.errors import LedgerError
from aftermerge.model.kept import CodeKind, Manifest, ManifestChange, Part
from aftermerge.outside.durable import writing
from aftermerge.usage.store import codes
from aftermerge.usage.store.names import CODES
from aftermerge.usage.store.taking import rewritten
from aftermerge.usage.store.writer import Writer, generation_of

_MOST_PARTS = 4
"""A day of more is merged."""


def first_day(now: datetime, keep_days: int | None) -> date | None:
    """The first day that is kept; None where all are."""
    return None if keep_days is None else now.astimezone(UTC).date() - timedelta(days=keep_days)


def retire(writer: Writer, first: date | None) -> int:
    """Let whole days before `first` leave the manifest; how many rows. Their files go when next the store is swept."""
    old = [part for part in writer.manifest.parts if first is not None and part.day < first]
    if old:
        writer.change(ManifestChange(writer.layout, without_parts=frozenset(part.id for part in old)))
    return sum(part.rows for part in old)


def lose_names(writer: Writer) -> None:
    """Let the names of units and accounts go of which no row is left; their files when next the store is swept."""
    codes.load(writer)
    lost = [kind for kind in codes.kinds(writer.layout) if codes.lose(writer, kind)]
    if lost:
        files = [writer.codes(kind, f"SELECT code, text FROM {kind}_codes") for kind in lost]
        gone = frozenset(file.id for file in writer.manifest.codes if file.kind in lost)
        new = tuple(file for file in files if file is not None)
        writer.change(ManifestChange(writer.layout, codes=new, without_codes=gone))


def compact(writer: Writer) -> int:
    """Merge the parts of each day that has many, and the files of codes; how many days. Each is one step of its own."""
    days = list(_days_of_many(writer.manifest.parts))
    for parts in days:
        merged = rewritten(writer, writer.layout, parts)
        gone = frozenset(part.id for part in parts)
        writer.change(ManifestChange(writer.layout, (merged,) if merged else (), without_parts=gone))
    for kind in CODES:
        _merge_codes(writer, kind)
    return len(days)


def sweep(folder: Path, manifest: Manifest) -> None:
    """Remove the files that the manifest doesn't list: what a crash left, and what was merged, replaced or too old.

    Raises:
        OutsideError: one can't be removed.
    """
    table, listed = folder / manifest.layout.table, set(_listed(folder, manifest))
    for file in [file for file in table.rglob("*") if file.is_file() and file not in listed]:
        with writing(file):
            file.unlink(missing_ok=True)
    for day in table.glob("*"):
        if day.is_dir() and not any(day.iterdir()):
            with writing(day):
                day.rmdir()


def missing(folder: Path, manifest: Manifest) -> list[Path]:
    """Files that are listed and not there."""
    return [path for path in _listed(folder, manifest) if not path.exists()]


def _listed(folder: Path, manifest: Manifest) -> list[Path]:
    return [folder / part.path for part in manifest.parts] + [folder / file.path for file in manifest.codes]


def _days_of_many(parts: Sequence[Part]) -> Iterator[list[Part]]:
    for _, of_day in groupby(parts, key=lambda part: part.day):
        found = list(of_day)
        if len(found) > _MOST_PARTS:
            yield found


def _merge_codes(writer: Writer, kind: CodeKind) -> None:
    files = codes.many(writer, kind)
    if files:
        codes.load(writer)
        merged = writer.codes(kind, f"SELECT code, text FROM {kind}_codes")
        gone = frozenset(file.id for file in files)
        writer.change(ManifestChange(writer.layout, codes=(merged,) if merged else (), without_codes=gone))


def refuse_later(table: Path, generation: int) -> None:
    """A ledger that was restored from a backup knows less than the files: they must not go because of that.

    `generation` is that of the ledger's last writer, 0 without any; asked before the next one counts.

    Raises:
        LedgerError: a file was written by a later one.
    """
    generations = (generation_of(file) for file in table.rglob("*") if file.is_file())
    if any(number is not None and number > generation for number in generations):
        raise LedgerError(
            f"{table} holds events that this ledger does not know of: it is older than they are",
            then=f"use the ledger that was there before, or remove {table}: all files are then taken in anew",
        )
