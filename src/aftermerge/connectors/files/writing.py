"""Files of our own, written so that a crash leaves the old or the new, and so that trouble is told in words."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aftermerge.errors import OutsideError, Place

__all__ = ["cannot_write", "replace_durably", "writing"]


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """Around all that makes `file`.

    Raises:
        OutsideError: the system refused; the reason is its own.
    """
    try:
        yield
    except OSError as error:
        raise cannot_write(file, error.strerror or str(error)) from error


def cannot_write(file: Path, reason: str) -> OutsideError:
    """The error to raise when a file of ours can't be written."""
    then = f"make room, or let the user who runs this write to {file.parent}; then sync again"
    return OutsideError(f"it can't be written: {reason}", where=Place(str(file)), then=then)


def replace_durably(draft: Path, file: Path) -> None:
    """Put a finished draft in a file's place, so that a crash leaves the one or the other."""
    with draft.open("rb+") as written:
        os.fsync(written.fileno())
    draft.replace(file)
