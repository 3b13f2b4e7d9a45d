"""Forgetting a unit: its rows go, and its text goes from the codes. No byte of it stays in a file of the store."""

# ruff: noqa: S608 - names and texts are quoted by `names`

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from aftermerge.model.kept import CodeFile, CodeKind, ManifestChange, Part
from aftermerge.usage.store.names import CODES, PATH, is_address, listed, parquet
from aftermerge.usage.store.taking import rewritten
from aftermerge.usage.store.writer import Writer


def codes_of(writer: Writer, texts: Collection[str]) -> Mapping[CodeKind, list[int]]:
    """The codes that these texts have, as units; as accounts mail addresses only: another's account may bear the number
    of a unit."""
    found = {}
    for kind in CODES:
        named = listed(texts if kind == "unit" else filter(is_address, texts))
        query = f"SELECT code FROM {kind}_codes WHERE list_contains({named}, text) ORDER BY code"
        found[kind] = [int(row[0]) for row in writer.rows(query)]
    return found


def forget(writer: Writer, texts: Collection[str]) -> int:
    """Rewrite all parts with rows of these units, and the files of their codes, in one step; how many rows went.

    A code that is free is not given to another.
    """
    of = {kind: found for kind, found in codes_of(writer, texts).items() if found}
    touched = _touched(writer, of)
    parts = [rewritten(writer, writer.layout, [part], f"NOT ({_is_of(of)})") for part in touched]
    new = [_without(writer, kind, found) for kind, found in of.items()]
    change = ManifestChange(
        writer.layout,
        tuple(part for part in parts if part),
        tuple(file for file in new if file),
        without_parts=frozenset(part.id for part in touched),
        without_codes=frozenset(file.id for file in writer.manifest.codes if file.kind in of),
    )
    writer.change(change)
    return sum(part.rows for part in touched) - sum(part.rows for part in change.parts)


def _without(writer: Writer, kind: CodeKind, found: Iterable[int]) -> CodeFile | None:
    return writer.codes(kind, f"SELECT code, text FROM {kind}_codes WHERE code NOT IN ({_numbers(found)})")


def _touched(writer: Writer, of: Mapping[CodeKind, list[int]]) -> list[Part]:
    if not of or not writer.manifest.parts:
        return []
    relation = parquet(writer.paths(writer.manifest.parts), f"filename = '{PATH}'")
    names = {Path(str(row[0])) for row in writer.rows(f"SELECT DISTINCT {PATH} FROM {relation} WHERE {_is_of(of)}")}
    return [part for part in writer.manifest.parts if writer.folder / part.path in names]


def _is_of(of: Mapping[CodeKind, list[int]]) -> str:
    """Whether a row is one of theirs; never null."""
    return " OR ".join(f"coalesce({CODES[kind]} IN ({_numbers(found)}), false)" for kind, found in of.items())


def _numbers(found: Iterable[int]) -> str:
    return ", ".join(map(str, found))
