"""A table as any file gives it: a header, then rows of texts, each with the place where it stands."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from aftermerge.errors import DataError, Place, nearest
from aftermerge.model.batch import Rejected

__all__ = ["Broken", "Row", "Table", "is_damaged", "printable"]

_RAW_CHARACTERS = 2_000
_UNDECODED = re.compile("[\ud800-\udfff]")
_UNSTORABLE = re.compile("[\ud800-\udfff\0]")


def is_damaged(text: str) -> bool:
    """Whether bytes in it could not be decoded."""
    return not text.isascii() and bool(_UNDECODED.search(text))


def printable(text: str) -> str:
    """A text that can be stored anywhere: undecodable bytes and NULs become U+FFFD."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


class Row(NamedTuple):
    """Cells in the header's order. `line` counts from 1: a physical line, or a row of a Parquet file."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that is no row."""

    line: int
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Table:
    """One file, opened. `rows` can be gone through once; `progress` gives (done, total) in bytes or rows."""

    file: Path
    header: tuple[str, ...]
    rows: Iterator[Row | Broken]
    progress: Callable[[], tuple[int, int]]

    def place(self, column: str) -> int:
        """Where a column stands in the header; its capitals matter only where two columns differ by them.

        Raises:
            DataError: there is none of that name.
        """
        if column in self.header:
            return self.header.index(column)
        alike = [place for place, name in enumerate(self.header) if name.casefold() == column.casefold()]
        if len(alike) == 1:
            return alike[0]
        where = Place(str(self.file), 1)
        raise DataError(f"there is no column `{column}`", where=where, then=nearest(column, self.header))

    def rejected(self, row: Row | Broken, reason: str, column: str | None = None) -> Rejected:
        """A row that can't be used, for the list of them."""
        raw = row.raw if isinstance(row, Broken) else ",".join(row.cells)
        return Rejected(str(self.file), row.line, column, reason, printable(raw[:_RAW_CHARACTERS]))
