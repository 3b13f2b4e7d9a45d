"""Taking files in: opened, told apart, coded, sorted by day, written, listed."""

# ruff: noqa: S608 - names and texts are quoted by `names`

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from aftermerge.errors import AftermergeError, DataError, Place
from aftermerge.model.batch import Rejected
from aftermerge.model.customer import Tombstone
from aftermerge.model.kept import Layout, ManifestChange, Part, TakenFile, TakenIn
from aftermerge.model.table import EventsTable
from aftermerge.usage.store import codes, text, twins
from aftermerge.usage.store.files import Found
from aftermerge.usage.store.inputs import Input, Opening, with_spelling
from aftermerge.usage.store.names import AT, CODES, DAY, FILE, REASON, ROW, identifier, literal, parquet
from aftermerge.usage.store.reasons import UNREADABLE, ordered
from aftermerge.usage.store.writer import Writer, of_day

_TOGETHER_BYTES = 256 * 2**20
_TOGETHER_FILES = 20
_UNPACKED = 4
"""Text takes about so much more room than Parquet, and what is packed as much again."""
_SHOWN = 1_000
_AHEAD = timedelta(days=1)
_FETCHED = 10_000

Step = Callable[[float], None]
"""Called with the share of the files that is done."""


def together(files: Sequence[Found]) -> Iterator[tuple[Found, ...]]:
    """Files that are taken in one step: few enough that a step is not lost lightly, and its rows find room."""
    group: list[Found] = []
    size = 0
    for file in files:
        if group and (size + weight(file) > _TOGETHER_BYTES or len(group) == _TOGETHER_FILES):
            yield tuple(group)
            group, size = [], 0
        group.append(file)
        size += weight(file)
    if group:
        yield tuple(group)


def weight(file: Found) -> int:
    """How much a file asks for, in bytes of Parquet."""
    is_text, is_packed = text.suffix_of(file.path) != ".parquet", file.path.suffix.lower() == ".gz"
    return file.bytes * (_UNPACKED if is_packed else 1) // (1 if is_packed or not is_text else _UNPACKED)


@dataclass(slots=True, eq=False)
class Taking:
    """One step: some files, until they are listed in the manifest or refused.

    `first_day` is the first that is kept, `newest` the last that was there before; `reject` is told of each row that
    can't be used.
    """

    writer: Writer
    table: EventsTable
    tombstones: Sequence[Tombstone]
    first_day: date | None
    newest: date | None
    reject: Callable[[Rejected], None]
    layout: Layout = field(init=False)
    report: TakenIn = field(init=False)

    def __post_init__(self) -> None:
        self.layout = self.writer.layout
        self.report = TakenIn(self.table.name)

    def take(self, files: Sequence[Found], step: Step) -> TakenIn:
        """What was done.

        Raises:
            OutsideError: a file can't be written; nothing of this step counts then.
            LedgerError: another has become the writer.
        """
        inputs = self._usable(self._opened(files))
        step(0.2)
        if inputs:
            self._take(inputs, step)
        for one in inputs:
            self._tell(Rejected(row.file, row.row, row.column, row.reason, row.raw) for row in one.broken)
        self._clear(files)
        return self.report

    def _opened(self, files: Sequence[Found]) -> list[Input]:
        opened = []
        for found in files:
            latest = f"TIMESTAMP {literal((self.writer.clock() + _AHEAD).strftime('%Y-%m-%d %H:%M:%S'))}"
            opening = Opening(self.writer.connection, self.table, self.layout, self.writer.zone, latest)
            try:
                one = opening.open(found, self.layout.next_file)
            except DataError as error:
                self._refuse(error)
                continue
            if not self.layout.types:
                self.layout = with_spelling(self.layout, one)
            types = {**self.layout.types, **one.types}
            self.layout = replace(self.layout, types=types, next_file=self.layout.next_file + 1)
            opened.append(one)
        return opened

    def _usable(self, inputs: Sequence[Input]) -> list[Input]:
        """Without files of which no row has a time that can be read; the rows that can't be used are told."""
        if not inputs:
            return []
        counts = self._counts(inputs)
        usable = [one for one in inputs if not self._is_timeless(one, counts)]
        for one in usable:
            self._tell(self._rejected(one, {place: n for (number, place), n in counts.items() if number == one.number}))
        return usable

    def _counts(self, inputs: Sequence[Input]) -> Mapping[tuple[int, int], int]:
        source = " UNION ALL BY NAME ".join(one.select({}) for one in inputs)
        query = f"SELECT {FILE}, {REASON}, count(*) FROM ({source}) GROUP BY ALL"
        return {(number, place): count for number, place, count in self.writer.rows(query)}

    def _is_timeless(self, one: Input, counts: Mapping[tuple[int, int], int]) -> bool:
        mine = {place: count for (number, place), count in counts.items() if number == one.number}
        unreadable = next(place for place, reason in enumerate(one.reasons, 1) if reason.words == UNREADABLE)
        if set(mine) != {unreadable}:
            return False
        name = str(one.reasons[unreadable - 1].column)
        (example,) = self.writer.one(f"SELECT any_value({identifier(name)}) FROM {one.relation}")
        what = f"column `{name}` holds no times, but such as `{example}`"
        where = Place(one.found.name, column=name)
        self._refuse(
            DataError(what, where=where, then="name the column of times in `time`, or write times as timestamps")
        )
        return True

    def _rejected(self, one: Input, counts: Mapping[int, int]) -> Iterator[Rejected]:
        if not any(counts.get(place) for place in range(1, len(one.reasons) + 1)):
            return
        reason = f"{ordered(one.reasons)} AS {REASON}"
        if one.raw is None:
            looked = f"SELECT {one.row} AS {ROW}, {reason}, to_json(r) AS raw FROM {one.relation} AS r"
        else:
            as_read = f"(SELECT rowid + 1 AS at_row, to_json(r) AS raw FROM {one.raw} AS r)"
            looked = f"SELECT {ROW}, {reason}, raw FROM {one.relation} JOIN {as_read} ON at_row = {ROW}"
        found = self.writer.connection.execute(f"SELECT * FROM ({looked}) WHERE {REASON} > 0 ORDER BY {ROW}")
        while rows := found.fetchmany(_FETCHED):
            for row, place, text_of in rows:
                reason = one.reasons[place - 1]
                yield Rejected(one.found.name, int(row), reason.column, reason.words, str(text_of))

    def _take(self, inputs: Sequence[Input], step: Step) -> None:
        before = self.writer.layout
        source = " UNION ALL BY NAME ".join(one.select(self.layout.types) for one in inputs)
        self.writer.run(f"CREATE OR REPLACE TEMP VIEW source AS {source}")
        self.layout = codes.extend(self.writer, self.layout, "source", self.tombstones)
        step(0.3)
        self._fill()
        self._drop_twins()
        codes.lose_new(self.writer, before, "fresh")
        step(0.5)
        days = self._days()
        parts = [*self._written(days, step), *self._without_replaced(inputs)]
        rows_of = dict(self.writer.rows(f"SELECT {FILE}, count(*) FROM fresh GROUP BY 1"))
        change = ManifestChange(
            self.layout,
            tuple(part for part in parts if part is not None),
            codes.write(self.writer, before, self.layout),
            tuple(self._taken(one, rows_of) for one in inputs),
            self._touched_by_replaced(inputs),
            without_taken=frozenset(one.found.replaces.number for one in inputs if one.found.replaces),
        )
        replaced = self._rows_of_replaced(change)
        self.writer.change(change)
        late = sum(count for day, count in days if self.newest is not None and day < self.newest)
        rows = sum(count for _, count in days)
        self.report += TakenIn(self.table.name, len(inputs), rows, late=late, replaced=replaced)

    def _fill(self) -> None:
        """The rows of all files that are good, with their codes and days, in the table `fresh`."""
        columns = [str(row[0]) for row in self.writer.rows("DESCRIBE source")]
        coded, joins, complete = codes.joins(self.layout, columns)
        day = f"CAST(s.{AT} AS DATE)"
        kept = f" AND {day} >= DATE '{self.first_day.isoformat()}'" if self.first_day else ""
        present = f"{REASON} = 0 AND {complete}"
        self.writer.run("DROP TABLE IF EXISTS fresh")
        self.writer.run(
            f"CREATE TEMP TABLE fresh AS SELECT s.* EXCLUDE ({AT}, {REASON}), {day} AS {DAY}, {coded}"
            f" FROM source AS s {joins} WHERE {present}{kept} ORDER BY {DAY}"  # so that a day is read from one place
        )
        if self.first_day:
            old = f"SELECT count(*) FROM source WHERE {REASON} = 0 AND CAST({AT} AS DATE) < DATE '{self.first_day}'"
            self.report += TakenIn(self.table.name, expired=int(self.writer.one(old)[0]))

    def _drop_twins(self) -> None:
        if self.layout.event_id is None:
            return
        touched = {day for day, _ in self._days()}
        kept = [part for part in self.writer.manifest.parts if part.day in touched]
        dropped = twins.drop(self.writer, "fresh", self.layout.event_id, self.writer.paths(kept))
        self.report += TakenIn(self.table.name, duplicates=dropped)

    def _days(self) -> list[tuple[date, int]]:
        found = self.writer.rows(f"SELECT {DAY}, count(*) FROM fresh GROUP BY 1 ORDER BY 1")
        return [(day, count) for day, count in found]

    def _written(self, days: Sequence[tuple[date, int]], step: Step) -> Iterator[Part | None]:
        there = {str(row[0]) for row in self.writer.rows("DESCRIBE fresh")}
        self.writer.adopt(self.layout)
        columns = ", ".join(as_kept(self.layout, there))
        for place, (day, _) in enumerate(days):
            yield self.writer.part(
                day, f"SELECT {columns} FROM fresh WHERE {of_day(day)}", self.layout.next_codes["unit"]
            )
            step(0.5 + 0.5 * (place + 1) / len(days))

    def _without_replaced(self, inputs: Sequence[Input]) -> Iterator[Part | None]:
        """Where a file changed and events have no ids, what came from it before goes."""
        gone = self._replaced(inputs)
        for part in self.writer.manifest.parts:
            if gone & set(part.files) and not set(part.files) <= gone:
                numbers = ", ".join(map(str, sorted(gone)))
                yield rewritten(self.writer, self.layout, [part], f"{FILE} NOT IN ({numbers})")

    def _touched_by_replaced(self, inputs: Sequence[Input]) -> frozenset[str]:
        gone = self._replaced(inputs)
        return frozenset(part.id for part in self.writer.manifest.parts if gone & set(part.files))

    def _replaced(self, inputs: Sequence[Input]) -> set[int]:
        if self.layout.event_id is not None:
            return set()
        return {one.found.replaces.number for one in inputs if one.found.replaces}

    def _rows_of_replaced(self, change: ManifestChange) -> int:
        left = sum(part.rows for part in self.writer.manifest.parts if part.id in change.without_parts)
        rows = sum(part.rows for part in change.parts)
        return left + sum(file.rows for file in change.taken) - rows

    def _taken(self, one: Input, rows_of: Mapping[Any, int]) -> TakenFile:
        found, now = one.found, self.writer.clock()
        rows = rows_of.get(one.number, 0)
        return TakenFile(
            self.table.name, one.number, found.name, found.digest, found.bytes, found.modified_ns, rows, now
        )

    def _tell(self, rows: Iterator[Rejected]) -> None:
        for row in rows:
            self.reject(row)
            shown = (row,) if len(self.report.shown) < _SHOWN else ()
            self.report += TakenIn(self.table.name, rejected=1, shown=shown)

    def _refuse(self, error: AftermergeError) -> None:
        self.report += TakenIn(self.table.name, refused=(error,))

    def _clear(self, files: Sequence[Found]) -> None:
        self.writer.run("DROP VIEW IF EXISTS source")
        self.writer.run("DROP TABLE IF EXISTS fresh")
        first = self.layout.next_file - len(files)
        for number in range(max(first - len(files), 0), self.layout.next_file + 1):
            for relation in (f"raw_{number}", f"ready_{number}"):
                self.writer.run(f"DROP TABLE IF EXISTS {relation}")


def as_kept(layout: Layout, there: set[str]) -> list[str]:
    """All columns of the layout, as they are kept, from a relation that has only some of them; then codes and file."""
    own = [
        f"CAST({identifier(name) if name in there else 'NULL'} AS {kind}) AS {identifier(name)}"
        for name, kind in layout.types.items()
    ]
    return [*own, *(CODES[kind] for kind in codes.kinds(layout)), FILE]


def rewritten(writer: Writer, layout: Layout, parts: Sequence[Part], condition: str = "true") -> Part | None:
    """One new part with the rows of others of the same day for which a condition holds; None where it does for none."""
    relation = parquet(writer.paths(parts))
    there = {str(row[0]) for row in writer.rows(f"DESCRIBE SELECT * FROM {relation}")}
    select = f"SELECT {', '.join(as_kept(layout, there))} FROM {relation} WHERE {condition}"
    writer.adopt(layout)
    return writer.part(parts[0].day, select, max(part.codes for part in parts))
