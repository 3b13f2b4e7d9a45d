"""JSON lines: an object a line. The header is every key that occurs, in order of appearance."""

import json
from collections.abc import Iterator

from aftermerge.connectors.csv.opening import Line, Opened, opened
from aftermerge.connectors.csv.table import Broken, Row, Table
from aftermerge.errors import DataError, Place

__all__ = ["cell", "read_json_lines"]


def read_json_lines(source: Opened) -> Table:
    """The table in a file of JSON lines. The file is gone through once more, for the keys.

    Raises:
        DataError: no line of it is a JSON object.
    """
    with opened(source.file) as first:
        header = tuple(
            {key: None for record in map(_record, first.lines()) if isinstance(record, dict) for key in record}
        )
    if not header:
        where = Place(str(source.file), 1)
        raise DataError("no line is a JSON object", where=where, then='write lines such as {"time": "…", "text": "…"}')
    return Table(source.file, header, _rows(source.lines(), header), source.progress)


def cell(value: object) -> str:
    """A JSON value as a text: null is blank, objects and lists stay JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _rows(lines: Iterator[Line], header: tuple[str, ...]) -> Iterator[Row | Broken]:
    for line in lines:
        if line.text is not None and not line.text.strip():
            continue
        record = _record(line)
        if isinstance(record, str):
            yield Broken(line.number, record, line.text or "")
        else:
            yield _row(line, record, header)


def _row(line: Line, record: dict[str, object], header: tuple[str, ...]) -> Row | Broken:
    cells = [cell(record.get(key)) for key in header]
    if any("\0" in text for text in cells):
        return Broken(line.number, "a NUL character", line.text or "")
    return Row(line.number, cells)


def _record(line: Line) -> dict[str, object] | str:
    """The object on a line, or why there is none."""
    if line.text is None:
        return "the line is too long"
    try:
        record = json.loads(line.text)
    except (ValueError, RecursionError):
        return "not JSON"
    return record if isinstance(record, dict) else "not a JSON object"
