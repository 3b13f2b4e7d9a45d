"""The one writer of a stored table: it writes new files, then says in the ledger that they count."""

# ruff: noqa: S608 - names and texts are quoted by `names`

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aftermerge.errors import LedgerError, OutsideError
from aftermerge.model.kept import CodeFile, CodeKind, Layout, Manifest, ManifestChange, Part
from aftermerge.outside.durable import new_file
from aftermerge.ports import Clock, Keeps
from aftermerge.usage.store.names import CODES, DAY, FILE, identifier, literal, parquet
from aftermerge.usage.store.times import moment

if TYPE_CHECKING:
    import duckdb

_GENERATION_DIGITS = 8


@dataclass(slots=True, eq=False)
class Writer:
    """Writes into `folder`, the store's, what `manifest` will list. `zone` is where a day without an hour begins.

    Rows for which `exposes` holds, where it is given, come first in their day: who was exposed is then read from a
    small piece of each file.
    """

    folder: Path
    keeps: Keeps
    connection: "duckdb.DuckDBPyConnection"
    clock: Clock
    zone: str
    manifest: Manifest
    exposes: str | None = None
    _written: int = field(default=0)

    @property
    def layout(self) -> Layout:
        return self.manifest.layout

    def adopt(self, layout: Layout) -> None:
        """Write by a layout that is not listed yet."""
        self.manifest = replace(self.manifest, layout=layout)

    def change(self, change: ManifestChange) -> None:
        """Let it count, all of it at once.

        Raises:
            LedgerError: another has become the writer of this table.
        """
        if not self.keeps.change_manifest(change):
            what = f"another job has begun to write the store of `{self.layout.table}`; what this one wrote is left out"
            raise LedgerError(what, then="run `aftermerge sync` again")
        found = self.keeps.manifest(self.layout.table)
        if found is not None:
            self.manifest = found

    def part(self, day: date, select: str, codes: int | None = None) -> Part | None:
        """A new part of these rows, sorted; None where there are none. `codes` is the next unit's, if not as listed."""
        part = self._blank(day, self.layout.next_codes.get("unit", 0) if codes is None else codes)
        path = self.folder / part.path
        with new_file(path) as draft:
            if not self._copy(f"{select} ORDER BY {self._order}", draft):
                draft.touch()
                part = replace(part, rows=0)
            else:
                part = self._seen(part, draft)
        if not part.rows:
            path.unlink(missing_ok=True)
            return None
        return part

    def codes(self, kind: CodeKind, select: str) -> CodeFile | None:
        """A new file of codes; None where there are none."""
        file = CodeFile(self.layout.table, kind, self._new_id(), 0, 0, self.clock())
        path = self.folder / file.path
        with new_file(path) as draft:
            rows = self._copy(f"{select} ORDER BY code", draft)
            file = replace(file, rows=rows, bytes=draft.stat().st_size)
        if not rows:
            path.unlink(missing_ok=True)
            return None
        return file

    def paths(self, files: Iterable[Part | CodeFile]) -> list[Path]:
        return [self.folder / file.path for file in files]

    def one(self, query: str) -> tuple[Any, ...]:
        """The first row of a query."""
        return self.rows(query)[0]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query, few enough to be held.

        Raises:
            OutsideError: the engine gave up, for want of room for instance.
        """
        with engine_words(self.layout.table):
            found: list[tuple[Any, ...]] = self.connection.execute(query).fetchall()
            return found

    def run(self, statement: str) -> None:
        """
        Raises:
            OutsideError: the engine gave up, for want of room for instance.
        """
        with engine_words(self.layout.table):
            self.connection.execute(statement)

    @property
    def _order(self) -> str:
        of_unit = f"{CODES['unit']} NULLS LAST, {identifier(self.layout.time)}"
        return f"({self.exposes}) IS NOT TRUE, {of_unit}" if self.exposes else of_unit

    def _copy(self, select: str, to: Path) -> int:
        statement = f"COPY ({select}) TO {literal(str(to))} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
        return int(self.one(statement)[0])

    def _blank(self, day: date, codes: int) -> Part:
        now = self.clock()
        return Part(self.layout.table, day, self._new_id(), 0, 0, now, now, (), codes, now)

    def _seen(self, part: Part, file: Path) -> Part:
        """What the file holds, as the file says."""
        at = moment(identifier(self.layout.time), self.layout.types[self.layout.time], self.zone)
        query = f"SELECT count(*), min({at}), max({at}), list(DISTINCT {FILE}) FROM {parquet([file])}"
        rows, first, last, files = self.one(query)
        return replace(
            part,
            rows=rows,
            bytes=file.stat().st_size,
            first_at=_utc(first),
            last_at=_utc(last),
            files=tuple(sorted(files)),
        )

    def _new_id(self) -> str:
        self._written += 1
        return f"{self.layout.generation:0{_GENERATION_DIGITS}d}-{self._written:04d}"


@contextmanager
def engine_words(table: str) -> Iterator[None]:
    """Around what the engine is asked to do: what goes wrong is told in words.

    Raises:
        OutsideError: the engine gave up.
    """
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        then = "give it more `memory` under [usage], or make room under .aftermerge/tmp"
        raise OutsideError(f"the store of `{table}` can't be written: memory is used up", then=then) from error
    except duckdb.Error as error:
        first_line = str(error).strip().splitlines()[0]
        raise OutsideError(f"the store of `{table}` can't be written: {first_line}") from error


def generation_of(file: Path) -> int | None:
    """Which generation of writers gave a file its name; None for a file that none did."""
    digits = file.stem.removeprefix("unit-").removeprefix("account-").partition("-")[0]
    return int(digits) if len(digits) >= _GENERATION_DIGITS and digits.isdigit() else None


def of_day(day: date) -> str:
    """A condition for the rows of a day."""
    return f"{DAY} = DATE '{day.isoformat()}'"


def _utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC)
