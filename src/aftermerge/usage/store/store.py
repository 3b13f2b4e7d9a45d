"""The local store of one workspace."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from aftermerge.errors import DataError, LedgerError
from aftermerge.model.batch import Rejected
from aftermerge.model.customer import Tombstone
from aftermerge.model.kept import Layout, Manifest, ManifestChange, Part, TakenIn
from aftermerge.model.table import EventsTable
from aftermerge.ports import Clock, Keeps
from aftermerge.usage import embedded
from aftermerge.usage.store import codes, forgetting, keeping
from aftermerge.usage.store.files import look
from aftermerge.usage.store.names import identifier, literal
from aftermerge.usage.store.reading import KeptFiles, kept_files
from aftermerge.usage.store.taking import Taking, together, weight
from aftermerge.usage.store.writer import Writer

_LEASE_SECONDS = 120.0

Progress = Callable[[str, int | None, int | None], None]
"""Called with a table's name, and how many bytes of how many are done."""


class StoreLedger(Keeps, Protocol):
    """What the store needs of the ledger."""

    def tombstones(self) -> Sequence[Tombstone]: ...

    def lease(self, name: str, now: datetime, seconds: float) -> AbstractContextManager[None]: ...


@dataclass(frozen=True, slots=True)
class Store:
    """Parts and codes under `folder`; patterns of files are relative to `root`.

    `timezone` is that of a day without an hour, and of a text's time without a zone. No more than `memory` is taken;
    what does not fit goes on in files under `spill`.
    """

    folder: Path
    root: Path
    ledger: StoreLedger
    clock: Clock
    timezone: str
    memory: str | None
    spill: Path

    def parts(self, table: str) -> Sequence[Part]:
        """All parts of a table, by day and id; none where nothing was taken in yet."""
        manifest = self.ledger.manifest(table)
        return manifest.parts if manifest else ()

    def file(self, part: Part) -> Path:
        return self.folder / part.path

    def files(self, table: str) -> KeptFiles:
        """What a reader needs of a table at this moment."""
        return kept_files(self.folder, self.ledger.manifest(table))

    def take_in(self, table: EventsTable, progress: Progress, reject: Callable[[Rejected], None]) -> TakenIn:
        """Take in what is new: each step is kept wholly or not at all. Then old days leave, and many parts become one.

        A file that can't be used is refused alone, and stands in the report; what was there before stays.

        Raises:
            DataError: there is no file, or the table is laid out otherwise than its store.
            OutsideError: the store can't be written.
            LedgerError: another job writes it, or the ledger is older than the store.
        """
        with self._writer(layout_of(table), _exposes(table)) as writer:
            _refuse_other_layout(table, writer.layout)
            first = keeping.first_day(self.clock(), table.keep_days)
            report = TakenIn(table.name, left=keeping.retire(writer, first))
            report += self._take_new(writer, table, progress, reject)
            if report.left or report.replaced:
                keeping.lose_names(writer)
            keeping.compact(writer)
            return report

    def retire(self, table: EventsTable) -> int:
        """Let days that are too old leave, and nothing else; how many rows.

        Raises:
            OutsideError: the store can't be written.
            LedgerError: another job writes it, or the ledger is older than the store.
        """
        if table.keep_days is None or self.ledger.manifest(table.name) is None:
            return 0
        with self._writer(layout_of(table)) as writer:
            rows = keeping.retire(writer, keeping.first_day(self.clock(), table.keep_days))
            if rows:
                keeping.lose_names(writer)
            return rows

    def knows(self, texts: Collection[str]) -> bool:
        """Whether one of these is a unit, or an account, of a table."""
        return any(self._knows(table, texts) for table in self.ledger.kept_tables())

    def forget(self, texts: Collection[str]) -> int:
        """Remove the rows of these units, from every table, and every byte that names them; how many rows.

        They are not taken in again either, whatever file says them, and not into a table that is kept from later on.

        Raises:
            OutsideError: a file can't be rewritten or removed.
            LedgerError: another job writes the store.
        """
        self.ledger.bar_units(texts)
        embedded.sweep(self.spill)
        return sum(self._forget(table, texts) for table in self.ledger.kept_tables())

    def _take_new(
        self, writer: Writer, table: EventsTable, progress: Progress, reject: Callable[[Rejected], None]
    ) -> TakenIn:
        found = look(self.root, table.table, writer.manifest.taken)
        if found.renamed:
            numbers = frozenset(file.number for file in found.renamed)
            writer.change(ManifestChange(writer.layout, taken=found.renamed, without_taken=numbers))
        first, report = keeping.first_day(self.clock(), table.keep_days), TakenIn(table.name)
        newest = max((part.day for part in writer.manifest.parts), default=None)
        done, total = 0, sum(map(weight, found.new))
        if found.new:
            codes.load(writer)
        for files in together(found.new):
            size = sum(map(weight, files))

            def step(share: float, done: int = done, size: int = size) -> None:
                progress(table.name, done + int(share * size), total)

            taking = Taking(writer, table, self.ledger.tombstones(), first, newest, reject)
            report += taking.take(files, step)
            done += size
        return report

    def _forget(self, table: str, texts: Collection[str]) -> int:
        manifest = self.ledger.manifest(table)
        if manifest is None:
            return 0
        with self._writer(manifest.layout) as writer:
            codes.load(writer)
            rows = forgetting.forget(writer, texts)
            keeping.lose_names(writer)
            keeping.sweep(self.folder, writer.manifest)
            return rows

    def _knows(self, table: str, texts: Collection[str]) -> bool:
        manifest = self.ledger.manifest(table)
        if manifest is None:
            return False
        with embedded.connect(self.memory, self.spill) as connection:
            writer = Writer(self.folder, self.ledger, connection, self.clock, self.timezone, manifest)
            codes.load(writer)
            return any(forgetting.codes_of(writer, texts).values())

    @contextmanager
    def _writer(self, layout: Layout, exposes: str | None = None) -> Iterator[Writer]:
        """The one writer of a table, with the store swept; other jobs wait for another day."""
        with self.ledger.lease(f"store {layout.table}", self.clock(), _LEASE_SECONDS):
            known = self.ledger.manifest(layout.table)
            keeping.refuse_later(self.folder / layout.table, known.layout.generation if known else 0)
            manifest = self._claimed(layout)
            keeping.sweep(self.folder, manifest)
            embedded.sweep(self.spill)
            with embedded.connect(self.memory, self.spill) as connection:
                yield Writer(self.folder, self.ledger, connection, self.clock, self.timezone, manifest, exposes)

    def _claimed(self, layout: Layout) -> Manifest:
        """
        Raises:
            LedgerError: a file is listed and not there.
        """
        manifest = self.ledger.claim_store(layout)
        lost = keeping.missing(self.folder, manifest)
        if not lost:
            return manifest
        table = self.folder / layout.table
        if table.exists():
            then = f"bring it back, or remove {table}: all files are then taken in anew"
            raise LedgerError(f"{lost[0]} is missing from the store", then=then)
        return self._begun_anew(layout, manifest)

    def _begun_anew(self, layout: Layout, before: Manifest) -> Manifest:
        """The whole folder is gone, so that nothing is left to lose."""
        change = ManifestChange(
            replace(layout, generation=before.layout.generation),
            without_parts=frozenset(part.id for part in before.parts),
            without_codes=frozenset(file.id for file in before.codes),
            without_taken=frozenset(file.number for file in before.taken),
        )
        self.ledger.change_manifest(change)
        return Manifest(change.layout)


def layout_of(table: EventsTable) -> Layout:
    """As the settings say, before a file was looked at."""
    return Layout(
        table.name,
        table.column(table.unit),
        table.column(table.time),
        table.column(table.account) if table.account else None,
        table.column(table.event_id) if table.event_id else None,
    )


def _exposes(table: EventsTable) -> str:
    """Whether an event says which variant its unit was given."""
    return f"{identifier(table.column(table.event))} = {literal(table.exposure)}"


def _refuse_other_layout(table: EventsTable, layout: Layout) -> None:
    wanted = layout_of(table)
    for key in ("unit", "time", "account", "event_id"):
        given, kept = getattr(wanted, key), getattr(layout, key)
        if (given or "").casefold() != (kept or "").casefold():
            was = f"`{kept}`" if kept else "none"
            raise DataError(
                f"the store of `{table.name}` was begun with {was} as `{key}`, and aftermerge.toml now says `{given}`",
                then="put that back, or give the table another `name`: its files are then taken in anew",
            )
