"""How far a file was read, and whether it is still the same file."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from aftermerge.connectors.csv.opening import reading

__all__ = ["CsvCursor", "fingerprint", "read_cursor"]

_LOOKED_AT_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class CsvCursor:
    """`row` rows of the file with this fingerprint were handed over; `complete` when that is all."""

    fingerprint: str = ""
    row: int = 0
    complete: bool = False

    def __str__(self) -> str:
        return json.dumps(asdict(self))


def read_cursor(text: str | None) -> CsvCursor:
    """A cursor from the ledger, or the beginning."""
    return CsvCursor(**json.loads(text)) if text else CsvCursor()


def fingerprint(file: Path, settings: str) -> str:
    """The file's size, time and both ends, and the settings that it is read with.

    Raises:
        DataError: the file can't be read.
    """
    with reading(file), file.open("rb") as content:
        status = file.stat()
        digest = hashlib.sha256(f"{status.st_size}:{status.st_mtime_ns}:{settings}".encode())
        digest.update(content.read(_LOOKED_AT_BYTES))
        content.seek(-min(_LOOKED_AT_BYTES, status.st_size), os.SEEK_END)
        digest.update(content.read())
    return digest.hexdigest()
