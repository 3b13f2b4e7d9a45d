"""The files of an events table: which they are, and from when to when their events go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


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
