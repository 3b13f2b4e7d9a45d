"""A file to take in, as SQL: its columns as the store keeps them, and for each row the reason why it can't be kept."""

# ruff: noqa: S608 - names and texts are quoted by `names`

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from aftermerge.errors import DataError, Place, nearest
from aftermerge.model.batch import Rejected
from aftermerge.model.kept import Layout
from aftermerge.model.table import EventsTable
from aftermerge.usage.store import text
from aftermerge.usage.store.files import Found
from aftermerge.usage.store.names import AT, FILE, OF_THE_ENGINE, PREFIX, REASON, ROW, identifier, parquet
from aftermerge.usage.store.reasons import Reason, ordered, reasons_of_time
from aftermerge.usage.store.times import TIMES, moment, written

if TYPE_CHECKING:
    import duckdb

_MISFITTING = 0.05
"""A file of text is refused where more of a column than this is not what the store has there."""
_AS_BEFORE = "write it as it was before, or take these files in under another name"
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "UTINYINT",
            "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """An opened file. `values` are its columns by name, as SQL over `relation`, and `types` what they hold.

    `row` is the row's number in the file, `at` its moment. `raw` are its rows as they were read, numbered alike, where
    `relation` holds what was made of them. `broken` are lines that are no rows.
    """

    found: Found
    number: int
    relation: str
    row: str
    values: Mapping[str, str]
    types: Mapping[str, str]
    at: str
    reasons: tuple[Reason, ...] = ()
    broken: tuple[Rejected, ...] = field(default=())
    raw: str | None = None

    def select(self, types: Mapping[str, str]) -> str:
        """Its rows, with the columns of the store that it has, as the store keeps them."""
        names = [name for name in types if name in self.values]
        columns = [f"CAST({self.values[name]} AS {types[name]}) AS {identifier(name)}" for name in names]
        own = [
            f"{self.at} AS {AT}",
            f"{self.number} AS {FILE}",
            f"{self.row} AS {ROW}",
            f"{ordered(self.reasons)} AS {REASON}",
        ]
        return f"SELECT {', '.join((*columns, *own))} FROM {self.relation}"


@dataclass(frozen=True, slots=True)
class Opening:
    """How files are opened: by the table's settings and the layout of its store, at a moment given as SQL."""

    connection: "duckdb.DuckDBPyConnection"
    table: EventsTable
    layout: Layout
    zone: str
    latest: str

    def open(self, found: Found, number: int) -> Input:
        """
        Raises:
            DataError: the file can't be read, lacks a column, or holds something else in one than the store.
        """
        is_text = text.suffix_of(found.path) != ".parquet"
        return self._text(found, number) if is_text else self._parquet(found, number)

    def _parquet(self, found: Found, number: int) -> Input:
        import duckdb

        relation = parquet([found.path], "file_row_number = true")
        try:
            described = self.connection.execute(f"DESCRIBE SELECT * FROM {parquet([found.path])}").fetchall()
        except duckdb.Error as error:
            first_line = str(error).strip().splitlines()[0]
            raise DataError(f"it can't be read: {first_line}", where=Place(found.name)) from error
        types = {str(name): str(kind) for name, kind, *_ in described}
        spelled = self._spelled(types, found)
        time = self._time(spelled)
        kind = types[spelled[time]]
        if kind.split("(")[0] not in TIMES:
            raise self._misfit(found, time, f"holds {kind}, not times", "store times as timestamps")
        column = identifier(spelled[time])
        at = moment(column, kind, self.zone)
        values = {name: identifier(own) for name, own in spelled.items()}
        kept = {name: types[own] for name, own in spelled.items()}
        if kind != "DATE":
            values[time], kept[time] = at, "TIMESTAMP"
        reasons = reasons_of_time(time, f"{column} IS NULL", at, self.latest)
        return Input(found, number, relation, "file_row_number + 1", values, self._merged(found, kept), at, reasons)

    def _text(self, found: Found, number: int) -> Input:
        raw, relation = f"raw_{number}", f"ready_{number}"
        columns, broken = text.load(self.connection, found.path, found.name, raw)
        spelled = self._spelled(dict.fromkeys(columns, "VARCHAR"), found)
        time, at = self._time(spelled), AT
        self._make_ready(raw, relation, spelled, time)
        texts = {name: identifier(own) for name, own in spelled.items()}
        kinds, values, misfits = self._kinds(found, relation, spelled, texts)
        if self.layout.types.get(time, "TIMESTAMP") != "TIMESTAMP":
            raise self._misfit(found, time, "holds times, where the store has days", "write days here too")
        values[time], kinds[time] = at, "TIMESTAMP"
        whole = f"coalesce({', '.join(texts.values())}) IS NULL"
        reasons = (
            Reason(None, whole, "not a row"),
            *reasons_of_time(time, f"{texts[time]} IS NULL", at, self.latest),
            *(Reason(name, f"{texts[name]} IS NULL", "blank") for name in self._told_apart(spelled)),
            *misfits,
        )
        return Input(found, number, relation, ROW, values, kinds, at, reasons, tuple(broken), raw)

    def _make_ready(self, raw: str, relation: str, spelled: Mapping[str, str], time: str) -> None:
        """Each value once: written out wherever it is asked for, a few files would take all memory."""
        unblanked = {own: text.unblank(identifier(own)) for own in spelled.values()}
        at = written(unblanked[spelled[time]], self.zone)
        columns = [f"{value} AS {identifier(own)}" for own, value in unblanked.items()]
        select = f"SELECT rowid + 1 AS {ROW}, {at} AS {AT}, {', '.join(columns)} FROM {raw}"
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {relation} AS {select}")

    def _kinds(
        self, found: Found, relation: str, spelled: Mapping[str, str], texts: Mapping[str, str]
    ) -> tuple[dict[str, str], dict[str, str], list[Reason]]:
        """What the columns of a file of text hold, their values, and why a row would not fit."""
        names = {self._spelling(name, spelled) for name in self._words()}
        free = [name for name in spelled if name not in names and name != self._time(spelled)]
        found_kinds = text.tallies(self.connection, relation, [spelled[name] for name in free])
        kinds, values, misfits = {name: "VARCHAR" for name in names if name in spelled}, dict(texts), []
        for name in [*free, *kinds]:
            tally = found_kinds.get(spelled[name])
            kind = self._kind(found, name, tally.kind if tally else "VARCHAR")
            if kind is None:  # nothing says what it holds
                del values[name]
                continue
            kinds[name] = kind
            if kind != "VARCHAR":
                values[name] = text.fits(texts[name], kind, self.zone)
                self._refuse_misfits(found, relation, name, texts[name], values[name], kind)
                misfits.append(Reason(name, f"{texts[name]} IS NOT NULL AND {values[name]} IS NULL", text.misfit(kind)))
        return kinds, values, misfits

    def _kind(self, found: Found, name: str, new: str | None) -> str | None:
        """What a column of a file of text is read as; None where neither it nor the store says."""
        known = self.layout.types.get(name)
        both_numbers = new is not None and known is not None and {new, known.split("(")[0]} <= set(_NUMBERS)
        return self._wider(found, name, str(known), str(new)) if both_numbers else known or new

    def _refuse_misfits(self, found: Found, relation: str, name: str, given: str, value: str, kind: str) -> None:
        counts = f"count({given}), count({value})"
        example = f"any_value({given}) FILTER ({value} IS NULL AND {given} IS NOT NULL)"
        row = self.connection.execute(f"SELECT {counts}, {example} FROM {relation}").fetchone()
        if row is not None and row[0] - row[1] > _MISFITTING * row[0]:
            then = "correct the file, or take it in under another name"
            raise self._misfit(found, name, f"holds text such as `{row[2]}`, where the store has {kind}", then)

    def _merged(self, found: Found, types: Mapping[str, str]) -> Mapping[str, str]:
        """What the store will hold: numbers may become wider, and text takes all; what is neither must be the same."""
        return {name: self._wider(found, name, self.layout.types.get(name, kind), kind) for name, kind in types.items()}

    def _wider(self, found: Found, name: str, known: str, new: str) -> str:
        if known in (new, "VARCHAR"):
            return known
        if known.split("(", maxsplit=1)[0] in _NUMBERS and new.split("(", maxsplit=1)[0] in _NUMBERS:
            both = f"DESCRIBE SELECT CAST(NULL AS {known}) AS v UNION ALL SELECT CAST(NULL AS {new})"
            row = self.connection.execute(both).fetchone()
            wider = str(row[1]) if row else known
            is_name = name in (self.layout.unit, self.layout.account, self.layout.event_id)
            if is_name and not wider.endswith(("INT", "INTEGER")):  # 1 and 1.0 would be two
                raise self._misfit(found, name, f"holds {new}, where the store has {known}", _AS_BEFORE)
            return wider
        raise self._misfit(found, name, f"holds {new}, where the store has {known}", _AS_BEFORE)

    def _spelled(self, types: Mapping[str, str], found: Found) -> dict[str, str]:
        """By the names that the store has for them, the file's columns; capitals make no difference."""
        self._refuse_ours(types, found)
        known = {name.casefold(): name for name in self.layout.types}
        spelled = {known.get(own.casefold(), own): own for own in types}
        for name in (self.layout.time, self.layout.unit, self.table.column(self.table.event), self.layout.event_id):
            if name is not None and self._spelling(name, spelled) not in spelled:
                raise DataError(f"there is no column `{name}`", where=Place(found.name), then=nearest(name, [*types]))
        return spelled

    def _told_apart(self, spelled: Mapping[str, str]) -> list[str]:
        """What a row of text must say."""
        return [self._spelling(name, spelled) for name in (self.layout.unit, self.table.column(self.table.event))]

    def _words(self) -> list[str]:
        """Columns that hold words, whatever these look like in one file."""
        given = (self.table.event, self.table.flag, self.table.variant)
        named = (self.layout.unit, self.layout.account, self.layout.event_id, *map(self.table.column, given))
        return [name for name in named if name is not None]

    def _time(self, spelled: Mapping[str, str]) -> str:
        return self._spelling(self.layout.time, spelled)

    @staticmethod
    def _spelling(name: str, spelled: Mapping[str, str]) -> str:
        return next((known for known in spelled if known.casefold() == name.casefold()), name)

    def _refuse_ours(self, names: Iterable[str], found: Found) -> None:
        for name in names:
            if name.casefold().startswith(PREFIX) or name.casefold() in OF_THE_ENGINE:
                raise self._misfit(found, name, "has a name that the store keeps for itself", "rename it")

    @staticmethod
    def _misfit(found: Found, name: str, what: str, then: str) -> DataError:
        return DataError(f"column `{name}` {what}", where=Place(found.name, column=name), then=then)


def with_spelling(layout: Layout, opened: Input) -> Layout:
    """A new layout, with its columns spelled as the first file spells them."""

    def spelled(name: str) -> str:
        return next((known for known in opened.types if known.casefold() == name.casefold()), name)

    return replace(
        layout,
        unit=spelled(layout.unit),
        time=spelled(layout.time),
        account=spelled(layout.account) if layout.account else None,
        event_id=spelled(layout.event_id) if layout.event_id else None,
    )
