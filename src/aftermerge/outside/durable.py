"""Files that are there wholly or not at all, and stay through a crash."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from aftermerge.errors import OutsideError, Place

__all__ = ["cannot_write", "flush_folder", "new_file", "replace_durably", "writing"]


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A path to write to; what stands there when the block ends gets its name, flushed to the disk with its folder.

    Raises:
        OutsideError: it can't be written.
    """
    draft = path.with_name(f".{path.name}.tmp")
    with writing(path):
        _make(path.parent)
        try:
            yield draft
            replace_durably(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        flush_folder(path.parent)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Around all that changes `path`.

    Raises:
        OutsideError: the system refused; the reason is its own.
    """
    try:
        yield
    except OSError as error:
        raise cannot_write(path, error.strerror or str(error)) from error


def cannot_write(path: Path, reason: str) -> OutsideError:
    """The error to raise when a file of ours can't be written."""
    then = f"make room, or let the user who runs this write to {path.parent}; then sync again"
    return OutsideError(f"it can't be written: {reason}", where=Place(str(path)), then=then)


def replace_durably(draft: Path, path: Path) -> None:
    """Put a finished draft in a file's place, so that a crash leaves the one or the other."""
    with draft.open("rb+") as written:
        os.fsync(written.fileno())
    draft.replace(path)


def flush_folder(folder: Path) -> None:
    """Let a file's new name outlive a crash."""
    with suppress(OSError):  # not every system can open a folder
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _make(folder: Path) -> None:
    """A new folder is an entry of the one above it, which is flushed too."""
    if folder.exists():
        return
    _make(folder.parent)
    folder.mkdir(exist_ok=True)
    flush_folder(folder.parent)
