"""Delimited text: quoted fields may run over lines; a broken line costs itself alone."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from aftermerge.connectors.csv.opening import LINE_CHARACTERS, Line, Opened
from aftermerge.connectors.csv.table import Broken, Row, Table
from aftermerge.errors import DataError, Place

__all__ = ["read_delimited", "split"]

# Possessive: a quoted field that is not closed must fail at once instead of giving back its last "".
_QUOTED = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')
# Beneath the longest field that the csv module takes.
_FAST_CHARACTERS = 100_000
_SNIFFED = (",", ";", "\t", "|")


def read_delimited(opened: Opened, delimiter: str | None) -> Table:
    """The table in a delimited file; its delimiter is looked for in the header when it is not given.

    Raises:
        DataError: there is no header, or it names a column twice.
    """
    lines = _Lines(opened.lines())
    first = next((line for line in lines if line.text is None or line.text.strip()), None)
    if first is None or first.text is None or "\0" in first.text:
        raise DataError("there is no header", where=Place(str(opened.file), 1), then="save the file as UTF-8 text")
    used = delimiter or max(_SNIFFED, key=first.text.count)
    record = _read_record(first, lines, used)
    if isinstance(record, Broken):
        raise DataError(f"the header is broken: {record.reason}", where=Place(str(opened.file), first.number))
    header = _names(record.cells, opened)
    return Table(opened.file, header, _rows(lines, used, len(header)), opened.progress)


def split(text: str, delimiter: str) -> list[str] | int:
    """The fields of a record; the place of a quote that is opened and not closed.

    Raises:
        ValueError: something follows a closing quote.
    """
    if '"' not in text:
        return text.split(delimiter)
    return _split_fast(text, delimiter) or _split_quoted(text, delimiter)


def _split_fast(text: str, delimiter: str) -> list[str] | None:
    """A well-formed line by the standard library's reader; None for one that it refuses or is not made for."""
    if len(text) > _FAST_CHARACTERS or "\n" in text or "\r" in text:
        return None
    try:
        return next(csv.reader((text,), delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def _split_quoted(text: str, delimiter: str) -> list[str] | int:
    fields, start = [], 0
    while True:
        if not text.startswith('"', start):
            end = text.find(delimiter, start)
            end = len(text) if end < 0 else end
            fields.append(text[start:end])
        else:
            quoted = _QUOTED.match(text, start)
            if quoted is None:
                return start
            end = quoted.end()
            fields.append(quoted[0][1:-1].replace('""', '"'))
            if end < len(text) and text[end] != delimiter:
                raise ValueError("a closing quote is not followed by the delimiter")
        if end >= len(text):
            return fields
        start = end + 1


@dataclass(slots=True)
class _Lines:
    """Lines that can be put back."""

    source: Iterator[Line]
    back: deque[Line] = field(default_factory=deque)

    def __iter__(self) -> Iterator[Line]:
        return self

    def __next__(self) -> Line:
        return self.back.popleft() if self.back else next(self.source)

    def put_back(self, lines: list[Line]) -> None:
        self.back.extendleft(reversed(lines))


def _rows(lines: _Lines, delimiter: str, width: int) -> Iterator[Row | Broken]:
    for line in lines:
        if line.text is None:
            yield Broken(line.number, f"a line of more than {LINE_CHARACTERS:,} characters", "")
        elif line.text or width == 1:
            yield _row(line, lines, delimiter, width)


def _row(line: Line, lines: _Lines, delimiter: str, width: int) -> Row | Broken:
    text = line.text or ""
    if "\0" in text:
        return Broken(line.number, "a NUL byte", text)
    cells = _split_fast(text, delimiter) if '"' in text else text.split(delimiter)
    if cells is not None:
        return Row(line.number, cells) if len(cells) == width else _misfit(line, len(cells), width)
    taken: list[Line] = []
    record = _read_record(line, lines, delimiter, taken)
    if isinstance(record, Row) and len(record.cells) != width:
        record = _misfit(line, len(record.cells), width)
    if isinstance(record, Broken):
        lines.put_back(taken)
    return record


def _misfit(line: Line, found: int, width: int) -> Broken:
    return Broken(line.number, f"{found} fields where the header has {width}", line.text or "")


def _read_record(line: Line, lines: _Lines, delimiter: str, taken: list[Line] | None = None) -> Row | Broken:
    """One record, with the further lines that it runs over, which go into `taken`."""
    taken = [] if taken is None else taken
    text = line.text or ""
    try:
        while isinstance(fields := split(text, delimiter), int):
            longer = _go_on(text, fields, lines, taken)
            if longer is None:
                return Broken(line.number, "a quote is opened and never closed", line.text or "")
            text = longer
    except ValueError as error:
        return Broken(line.number, str(error), line.text or "")
    return Row(line.number, fields)


def _go_on(text: str, opening: int, lines: _Lines, taken: list[Line]) -> str | None:
    """The record up to the next line in which the open quote may close; None when there is none within reach."""
    parts, size = [text], len(text)
    inside = text.count('"', opening) % 2
    for line in lines:
        taken.append(line)
        if line.text is None or "\0" in line.text or size > LINE_CHARACTERS:
            return None
        parts.append(line.text)
        size += len(line.text) + 1
        inside ^= line.text.count('"') % 2
        if not inside:
            return "\n".join(parts)
    return None


def _names(cells: list[str], opened: Opened) -> tuple[str, ...]:
    """The header's names; a column without one is called after its place."""
    names = tuple(cell.strip() or f"column_{place}" for place, cell in enumerate(cells, 1))
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        what = f"the header names `{twice}` twice"
        raise DataError(what, where=Place(str(opened.file), 1, twice), then="rename one of the two")
    return names
