"""Saved bodies, taken out of whatever they were saved in."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from aftermerge.connectors.files.archive import Archive, Member

__all__ = ["Body", "Unreadable", "bodies", "is_saved"]

_BODY_BYTES = 10 * 10**6
_SUFFIXES = (".json", ".jsonl", ".ndjson")
_HELD = ("body", "payload")
_STRING = r'"(?:[^"\\]++|\\.)*+"'
_TRAILING = re.compile(rf"({_STRING})|,(?=\s*[}}\]])", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Body:
    """One body: the file that it stands in, its place there from 1, and when that file was written."""

    file: str
    place: int
    saved_at: datetime
    content: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What should have been a body."""

    file: str
    place: int
    reason: str
    raw: str = ""


def is_saved(name: str) -> bool:
    """Whether a file may hold bodies, by its name; what an archiver or a system leaves beside them may not."""
    way = PurePosixPath(name.removesuffix(".gz"))
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in way.parts)
    return way.suffix.lower() in _SUFFIXES and not hidden


def bodies(path: Path, *, most_bytes: int = _BODY_BYTES) -> Iterator[Body | Unreadable]:
    """Every body in a file, an archive or a folder, in the order of names.

    Raises:
        DataError: the whole can't be read.
    """
    archive = Archive(path)
    alone = archive.names() if path.is_file() else []
    wanted: Callable[[str], bool] = (lambda name: True) if len(alone) == 1 else is_saved
    for member in archive.read(wanted):
        if member.content is None:
            yield Unreadable(member.name, 1, "the file is too large")
        else:
            yield from _in_member(member, member.content, most_bytes)


def _in_member(member: Member, content: bytes, most_bytes: int) -> Iterator[Body | Unreadable]:
    text = content.decode("utf-8-sig", "replace")
    place = 0
    for document, raw in _documents(text):
        for found in _unwrapped(document):
            place += 1
            if isinstance(found, dict) and len(raw) > most_bytes and found is document:
                yield Unreadable(member.name, place, f"the body is larger than {most_bytes:,} bytes", raw[:200])
            elif isinstance(found, dict):
                yield Body(member.name, place, member.modified_at, found)
            else:
                yield Unreadable(member.name, place, "not JSON" if found is None else "not a JSON object", raw[:2_000])


def _documents(text: str) -> Iterator[tuple[object, str]]:
    """The whole, where it is one document; else each line. What can't be read is None."""
    whole = _read(text)
    if whole is not None:
        yield whole, text
        return
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and any(_read(line) is not None for line in lines):
        yield from ((_read(line), line) for line in lines)
    else:
        yield None, text


def _read(text: str) -> object | None:
    """JSON; commas too many, which templates of bodies leave, are passed over."""
    for attempt in (text, None):
        try:
            found: object = json.loads(_TRAILING.sub(lambda m: m[1] or "", text) if attempt is None else attempt)
        except (ValueError, RecursionError):
            continue
        return found
    return None


def _unwrapped(document: object) -> Iterator[object]:
    """A list's members, a catalogue's `examples`, what was saved beside its `headers`; else the document."""
    if isinstance(document, list):
        for item in document:
            yield from _unwrapped(item)
        return
    if isinstance(document, dict):
        examples = document.get("examples")
        if isinstance(examples, list) and "description" in document:
            yield from examples
            return
        if "headers" in document:
            yield next((_held(document[key]) for key in _HELD if key in document), document)
            return
    yield document


def _held(body: object) -> object:
    return _read(body) if isinstance(body, str) else body
