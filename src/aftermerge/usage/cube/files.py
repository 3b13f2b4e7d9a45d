"""The files of an events table: which they are, and from when to when their events go."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path

from aftermerge.usage.cube.shelf import read_sealed, write_sealed


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it stands there. Whoever writes to it, or puts another in its place, changes one of these."""

    path: str
    bytes: int
    modified_ns: int
    changed_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class EventsFile:
    """A file with the times of its first and last event (UTC, without a zone); None where it holds no event."""

    state: FileState
    rows: int
    first_at: datetime | None
    last_at: datetime | None


def states_of(paths: Iterable[str]) -> tuple[FileState, ...] | None:
    """Each file's state; None where one of them can't be seen, as one that lies elsewhere."""
    found = []
    for path in paths:
        try:
            stat = Path(path).stat()
        except OSError:
            return None
        found.append(FileState(path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino))
    return tuple(found)


def remembered(
    path: Path, states: Sequence[FileState], look: Callable[[Sequence[FileState]], Sequence[EventsFile] | None]
) -> tuple[EventsFile, ...] | None:
    """The files in these states: those that were seen before as they were, and those that it takes to `look` at.

    What was seen stands in the file `path`. None where one of them does not tell its reach.
    """
    known = _read(path)
    new = [state for state in states if state not in known]
    seen = look(new) if new else ()
    if seen is None:
        return None
    known |= {file.state: file for file in seen}
    files = tuple(known[state] for state in states)
    if new:
        write_sealed(path, json.dumps([_told(file) for file in files]).encode())
    return files


def _read(path: Path) -> dict[FileState, EventsFile]:
    content = read_sealed(path)
    files = [_file(*row) for row in json.loads(content)] if content is not None else []
    return {file.state: file for file in files}


def _told(file: EventsFile) -> list[object]:
    times = [at and at.isoformat() for at in (file.first_at, file.last_at)]
    return [astuple(file.state), file.rows, *times]


def _file(state: Sequence[str | int], rows: int, first_at: str | None, last_at: str | None) -> EventsFile:
    times = (at and datetime.fromisoformat(at) for at in (first_at, last_at))
    return EventsFile(FileState(*state), rows, *times)  # type: ignore[arg-type]  # as `_told` has put them
