"""The local store's manifest: changed by one writer at a time, read as it is at one moment."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Table, func, select

from aftermerge.ledger.tables.measure import kept_codes, kept_part, kept_table, taken_file
from aftermerge.ledger.tables.shelf import Record, Shelf
from aftermerge.ledger.tables.storable import Noun, record, storable
from aftermerge.model.kept import CodeFile, Layout, Manifest, ManifestChange, Part, TakenFile

_LAYOUTS = Shelf(kept_table, ("table",))
_PARTS = Shelf(kept_part, ("table", "id"))
_CODES = Shelf(kept_codes, ("table", "id"))
_TAKEN = Shelf(taken_file, ("table", "number"))


def tables(connection: Connection) -> Sequence[str]:
    return list(connection.scalars(select(kept_table.c["table"]).order_by(kept_table.c["table"])))


def rows(connection: Connection, table: str) -> int:
    """How many rows its parts have together."""
    total = select(func.coalesce(func.sum(kept_part.c.rows), 0)).where(kept_part.c["table"] == table)
    return int(connection.scalar(total) or 0)


def manifest(connection: Connection, table: str) -> Manifest | None:
    for row in _rows_of(connection, kept_table, table):
        return Manifest(
            Layout(**row),
            tuple(Part(**part) for part in _rows_of(connection, kept_part, table, "day", "id")),
            tuple(CodeFile(**codes) for codes in _rows_of(connection, kept_codes, table, "id")),
            tuple(TakenFile(**taken) for taken in _rows_of(connection, taken_file, table, "number")),
        )
    return None


def claim(connection: Connection, layout: Layout) -> Manifest:
    known = manifest(connection, layout.table)
    if known is None:
        first = replace(layout, generation=1)
        _LAYOUTS.insert(connection, [_record(first)])
        return Manifest(first)
    claimed = replace(known.layout, generation=known.layout.generation + 1)
    _LAYOUTS.update(connection, [_record(claimed)])
    return replace(known, layout=claimed)


def change(connection: Connection, change: ManifestChange) -> bool:
    """Whether the writer still was the last one that claimed the table."""
    table = change.layout.table
    generation = connection.scalar(select(kept_table.c.generation).where(kept_table.c["table"] == table))
    if generation != change.layout.generation:
        return False
    _LAYOUTS.update(connection, [_record(change.layout)])
    _PARTS.delete(connection, [(table, name) for name in change.without_parts])
    _CODES.delete(connection, [(table, name) for name in change.without_codes])
    _TAKEN.delete(connection, [(table, number) for number in change.without_taken])
    _PARTS.insert(connection, _records(change.parts))
    _CODES.insert(connection, _records(change.codes))
    _TAKEN.insert(connection, _records(change.taken))
    return True


def _rows_of(connection: Connection, kept: Table, table: str, *order: str) -> Sequence[dict[str, Any]]:
    query = select(kept).where(kept.c["table"] == table).order_by(*(kept.c[name] for name in order))
    return [{str(name): value for name, value in row.items()} for row in connection.execute(query).mappings()]


def _record(noun: Noun) -> Record:
    return record(storable(noun))


def _records(nouns: Iterable[Noun]) -> list[Record]:
    return [_record(noun) for noun in nouns]
