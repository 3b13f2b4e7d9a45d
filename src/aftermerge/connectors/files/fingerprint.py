"""Whether a file or folder is still what it was."""

import hashlib
import os
from pathlib import Path

from aftermerge.errors import DataError, Place

__all__ = ["fingerprint"]

_LOOKED_AT_BYTES = 64 * 1024


def fingerprint(path: Path, settings: str) -> str:
    """A file's size, time and both ends, or a folder's names, sizes and times; and the settings that it is read with.

    Raises:
        DataError: it can't be read.
    """
    try:
        return _of_folder(path, settings) if path.is_dir() else _of_file(path, settings)
    except OSError as error:
        then = "let the user who runs this read it, or correct its path"
        raise DataError(f"it can't be read: {error.strerror or error}", where=Place(str(path)), then=then) from error


def _of_file(file: Path, settings: str) -> str:
    with file.open("rb") as content:
        status = file.stat()
        digest = hashlib.sha256(f"{status.st_size}:{status.st_mtime_ns}:{settings}".encode())
        digest.update(content.read(_LOOKED_AT_BYTES))
        content.seek(-min(_LOOKED_AT_BYTES, status.st_size), os.SEEK_END)
        digest.update(content.read())
    return digest.hexdigest()


def _of_folder(folder: Path, settings: str) -> str:
    digest = hashlib.sha256(settings.encode())
    for file in sorted(folder.rglob("*")):
        status = file.lstat()
        digest.update(f"\0{file.relative_to(folder).as_posix()}:{status.st_size}:{status.st_mtime_ns}".encode())
    return digest.hexdigest()
