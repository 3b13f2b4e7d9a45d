"""Files that are there wholly or not at all, and stay through a crash."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from aftermerge.errors import OutsideError, Place

__all__ = ["new_file", "writing"]


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
            _flush(draft)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        _flush_folder(path.parent)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Around all that changes `path`.

    Raises:
        OutsideError: the system refused; the reason is its own.
    """
    try:
        yield
    except OSError as error:
        then = f"make room, or let the user who runs this write to {path.parent}; then sync again"
        raise OutsideError(
            f"it can't be written: {error.strerror or error}", where=Place(str(path)), then=then
        ) from error


def _make(folder: Path) -> None:
    """A new folder is an entry of the one above it, which is flushed too."""
    if folder.exists():
        return
    _make(folder.parent)
    folder.mkdir(exist_ok=True)
    _flush_folder(folder.parent)


def _flush(file: Path) -> None:
    with file.open("rb+") as written:
        os.fsync(written.fileno())


def _flush_folder(folder: Path) -> None:
    with suppress(OSError):  # not every system can open a folder
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
