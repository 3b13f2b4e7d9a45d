"""Which files hold usage tables, and which of them are read row by row."""

from pathlib import PurePosixPath

from aftermerge.model.table import EventsTable, UsageTable
from aftermerge.settings.document import refuse

__all__ = ["DUCKDB", "is_kept", "is_read_as_rows", "refuse_unreadable"]

DUCKDB = "duckdb"
"""The engine that reads files; what other engines call a table is their own affair."""

_IN_PLACE = ".parquet"
_ROWS = (".csv", ".tsv", ".jsonl", ".ndjson")
_GLOB = frozenset("*?[")


def is_read_as_rows(table: UsageTable) -> bool:
    """Text, and whatever is packed, is cleaned at sync, row by row; Parquet is read where it stands.

    What is taken into the local store is not read any more.
    """
    return table.engine == DUCKDB and not is_kept(table) and not _is_in_place(table.table)


def is_kept(table: UsageTable) -> bool:
    """Whether its files are taken into the local store."""
    return isinstance(table, EventsTable) and table.is_stored


def refuse_unreadable(path: str, *, is_stored: bool = False) -> None:
    """Raise pydantic's error on a file that is neither text nor Parquet by its suffix, and on a glob of text files.

    Where files are taken into the local store, there may be several of text too, and none that is packed Parquet.
    """
    if _is_in_place(path):
        return
    bare = PurePosixPath(path.lower().removesuffix(".gz"))
    if bare.suffix not in (*_ROWS, _IN_PLACE):
        then = "name a .csv, .tsv, .jsonl or .ndjson file, plain or with .gz behind, or .parquet files"
        raise refuse(f"`{path}` can't be read as a table: its suffix is unknown", then=then)
    if is_stored and bare.suffix == _IN_PLACE:
        raise refuse(f"`{path}` is packed twice", then="unpack it: Parquet is packed already")
    if not is_stored and not _GLOB.isdisjoint(path):
        then = "name one file, convert them to Parquet and write `*.parquet`, or keep them here: `stored = true`"
        raise refuse(f"`{path}` names several files, which is for Parquet only", then=then)


def _is_in_place(path: str) -> bool:
    return path.lower().endswith(_IN_PLACE)
