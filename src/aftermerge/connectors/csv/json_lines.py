"""JSON lines: an object a line. The header is every key that occurs, in order of appearance."""

import json
from collections.abc import Callable, Iterable, Iterator

from aftermerge.connectors.csv.opening import LINE_CHARACTERS, Line, Opened, opened
from aftermerge.connectors.csv.table import Broken, Row, Table
from aftermerge.errors import DataError, Place

__all__ = ["Record", "cell", "header_of", "read_json_lines", "row_of"]

Record = dict[str, object]


def read_json_lines(source: Opened, shape: Callable[[Record], Record]) -> Table:
    """The table in a file of JSON lines, each object in its `shape`. The file is gone through once more, for the keys.

    Raises:
        DataError: no line of it is a JSON object.
    """
    with opened(source.file) as first:
        records = (_record(line) for line in first.lines())
        header = header_of(shape(record) for record in records if isinstance(record, dict))
    if not header:
        where = Place(str(source.file), 1)
        raise DataError("no line is a JSON object", where=where, then='write lines such as {"time": "…", "text": "…"}')
    return Table(source.file, header, _rows(source.lines(), header, shape), source.progress)


def header_of(records: Iterable[Record]) -> tuple[str, ...]:
    """Every key that occurs, in order of appearance."""
    return tuple({key: None for record in records for key in record})


def cell(value: object) -> str:
    """A JSON value as a text: null is blank, objects and lists stay JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def row_of(number: int, record: Record, header: tuple[str, ...]) -> Row | Broken:
    """An object as a row, its cells in the header's order."""
    cells = [cell(record.get(key)) for key in header]
    if any("\0" in text for text in cells):
        return Broken(number, "a NUL character", json.dumps(record, ensure_ascii=False))
    if sum(map(len, cells)) > LINE_CHARACTERS:
        return Broken(number, "the record is too long", json.dumps(record, ensure_ascii=False)[:LINE_CHARACTERS])
    return Row(number, cells)


def _rows(lines: Iterator[Line], header: tuple[str, ...], shape: Callable[[Record], Record]) -> Iterator[Row | Broken]:
    for line in lines:
        if line.text is not None and not line.text.strip():
            continue
        record = _record(line)
        if isinstance(record, str):
            yield Broken(line.number, record, line.text or "")
        else:
            yield row_of(line.number, shape(record), header)


def _record(line: Line) -> Record | str:
    """The object on a line, or why there is none."""
    if line.text is None:
        return "the line is too long"
    try:
        record = json.loads(line.text)
    except (ValueError, RecursionError):
        return "not JSON"
    return record if isinstance(record, dict) else "not a JSON object"
