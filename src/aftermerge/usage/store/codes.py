"""Whole numbers for units and accounts: each new text gets the next, and keeps it for ever."""

# ruff: noqa: S608 - names and texts are quoted by `names`

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aftermerge.model.customer import Tombstone
from aftermerge.model.kept import CodeFile, CodeKind, Layout, unit_name
from aftermerge.usage.store.names import CODES, REASON, identifier, listed, literal, parquet
from aftermerge.usage.store.writer import Writer

_MOST_FILES = 8
_TYPE = "UINTEGER"


def kinds(layout: Layout) -> Mapping[CodeKind, str]:
    """What has codes, and its column."""
    of: dict[CodeKind, str] = {"unit": layout.unit}
    return of | {"account": layout.account} if layout.account else of


def load(writer: Writer) -> None:
    """All codes as tables, where they are not there yet."""
    for kind in CODES:
        files = [file for file in writer.manifest.codes if file.kind == kind]
        known = f"SELECT code, text FROM {parquet(writer.paths(files))}"
        none = f"SELECT CAST(NULL AS {_TYPE}) AS code, CAST(NULL AS VARCHAR) AS text LIMIT 0"
        writer.run(f"CREATE TEMP TABLE IF NOT EXISTS {kind}_codes AS {known if files else none}")


def extend(writer: Writer, layout: Layout, source: str, tombstones: Sequence[Tombstone]) -> Layout:
    """Give codes to the texts of `source` that have none, those of forgotten units left out; the layout after that."""
    after = dict(layout.next_codes)
    for kind, column in kinds(layout).items():
        if column not in layout.types:
            continue
        first = after.get(kind, 0)
        writer.run(_extension(kind, column, source, first, tombstones))
        after[kind] = int(writer.one(f"SELECT coalesce(max(code) + 1, {first}) FROM {kind}_codes")[0])
        after[kind] = max(after[kind], first)
    return replace(layout, next_codes=after)


def write(writer: Writer, before: Layout, after: Layout) -> tuple[CodeFile, ...]:
    """Files of the codes that were given since."""
    files = [
        writer.codes(kind, f"SELECT code, text FROM {kind}_codes WHERE code >= {before.next_codes.get(kind, 0)}")
        for kind in CODES
        if after.next_codes.get(kind, 0) > before.next_codes.get(kind, 0)
    ]
    return tuple(file for file in files if file is not None)


def lose(writer: Writer, kind: CodeKind) -> int:
    """Drop those that no row of the store has, from the table of codes; how many they were."""
    parts = writer.manifest.parts
    condition = f" WHERE {_unseen(kind, parquet(writer.paths(parts)))}" if parts else ""
    return int(writer.one(f"DELETE FROM {kind}_codes{condition}")[0])


def lose_new(writer: Writer, before: Layout, rows: str) -> None:
    """Drop those that were given since and that none of the new rows has: theirs are too old, or were there before."""
    for kind in kinds(before):
        is_new = f"code >= {before.next_codes.get(kind, 0)}"
        writer.run(f"DELETE FROM {kind}_codes WHERE {is_new} AND {_unseen(kind, rows)}")


def many(writer: Writer, kind: CodeKind) -> Sequence[CodeFile]:
    """The files of a kind, where they are so many that one is better."""
    files = [file for file in writer.manifest.codes if file.kind == kind]
    return files if len(files) > _MOST_FILES else ()


def joins(layout: Layout, columns: Sequence[str]) -> tuple[str, str, str]:
    """To a source `s`: the columns of codes, the joins that give them, and the condition that no code is wanting."""
    selected, joined, complete = [], [], []
    for kind, column in kinds(layout).items():
        if column not in columns:
            selected.append(f"CAST(NULL AS {_TYPE}) AS {CODES[kind]}")
            continue
        text = f"s.{identifier(column)}"
        selected.append(f"{kind}_codes.code AS {CODES[kind]}")
        joined.append(f"LEFT JOIN {kind}_codes ON CAST({text} AS VARCHAR) = {kind}_codes.text")
        complete.append(f"({text} IS NULL OR {kind}_codes.code IS NOT NULL)")
    return ", ".join(selected), " ".join(joined), " AND ".join(complete) or "true"


def _unseen(kind: CodeKind, rows: str) -> str:
    return f"code NOT IN (SELECT {CODES[kind]} FROM {rows} WHERE {CODES[kind]} IS NOT NULL)"


def _extension(kind: CodeKind, column: str, source: str, first: int, tombstones: Sequence[Tombstone]) -> str:
    named = f"CAST({identifier(column)} AS VARCHAR)"
    new = f"SELECT DISTINCT {named} AS text FROM {source} WHERE {REASON} = 0 AND {named} IS NOT NULL"
    digests = listed(stone.digest for stone in tombstones)
    is_known = f"text IN (SELECT text FROM {kind}_codes)"
    is_forgotten = f"list_contains({digests}, sha256({literal(unit_name(''))} || text))" if tombstones else "false"
    if kind == "account":
        is_forgotten = f"(contains(text, '@') AND {is_forgotten})"
    code = f"CAST({first} + row_number() OVER (ORDER BY text) - 1 AS {_TYPE})"
    return f"INSERT INTO {kind}_codes SELECT {code}, text FROM ({new}) WHERE NOT {is_known} AND NOT {is_forgotten}"
