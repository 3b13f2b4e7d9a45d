"""On which line of a TOML text a key stands: the standard reader keeps no lines."""

import re
from collections.abc import Iterator, Mapping, Sequence

KeyPath = tuple[str | int, ...]
"""A way into the document: `("source", 0, "kind")` is the key `kind` of the first `[[source]]`."""

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""+'
    r"|'''.*?'''+"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[^\"'#\[\]{}\n]+"
    r"|.",
    re.DOTALL,
)
_PART = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')"""
_KEY = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")
_PARTS = re.compile(_PART)


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """The line, from 1, of the key or table at `path`, else of the nearest one above it; None for the document."""
    lines = key_lines(text)
    for length in range(len(path), 0, -1):
        found = lines.get(tuple(path[:length]))
        if found is not None:
            return found
    return None


def key_lines(text: str) -> Mapping[KeyPath, int]:
    """The line on which each key and table is first named. `text` is valid TOML."""
    lines: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    for line, statement in _statements(text):
        if statement.startswith("["):
            table = _header(statement, counts)
            _note(lines, table, line)
        elif match := _KEY.match(statement):
            _note(lines, table + _names(match[1]), line)
    return lines


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each header or assignment with the line that it begins on; values over many lines are one statement."""
    line = start = 1
    depth = 0
    parts: list[str] = []
    for piece in _TOKEN.findall(text + "\n"):
        line += piece.count("\n")
        depth += (piece in ("[", "{")) - (piece in ("]", "}"))
        if piece == "\n" and depth == 0:
            yield start, "".join(parts).strip()
            parts, start = [], line
        elif not piece.startswith("#"):
            parts.append(piece)


def _header(statement: str, counts: dict[KeyPath, int]) -> KeyPath:
    names = _names(statement)
    if statement.startswith("[["):
        inside = _indexed(names[:-1], counts) + names[-1:]
        counts[inside] = counts.get(inside, -1) + 1
        return (*inside, counts[inside])
    return _indexed(names, counts)


def _indexed(names: KeyPath, counts: Mapping[KeyPath, int]) -> KeyPath:
    """`[source.columns]` belongs to the latest `[[source]]`."""
    path: KeyPath = ()
    for name in names:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    return path


def _names(written: str) -> KeyPath:
    return tuple(part.strip("\"'") for part in _PARTS.findall(written))


def _note(lines: dict[KeyPath, int], path: KeyPath, line: int) -> None:
    for length in range(1, len(path) + 1):
        lines.setdefault(path[:length], line)
