"""A JSON document: one list of objects, or an object with such a list in it."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from aftermerge.connectors.csv.json_lines import Record, header_of, row_of
from aftermerge.connectors.csv.opening import LINE_CHARACTERS, Opened, reading
from aftermerge.connectors.csv.table import Broken, Row, Table
from aftermerge.errors import DataError, Place

__all__ = ["read_document"]

_DOCUMENT_BYTES = 256 * 10**6
"""A larger document is asked for as JSON lines, which are read one by one."""

_LISTS = (
    "items", "entry", "feed", "reviews", "responses", "survey_responses", "tickets", "conversations", "posts",
    "messages", "feedback", "issues", "results", "records", "rows", "data",
)  # fmt: skip


def read_document(source: Opened, shape: Callable[[Record], Record], most_bytes: int = _DOCUMENT_BYTES) -> Table | None:
    """The table in a JSON document; None where it is no single document. Its lines are the places in the list.

    Raises:
        DataError: it is too large, or no list of objects is in it.
    """
    document = _document(source, most_bytes)
    if document is None:
        return None
    found = _list_in(document)
    if found is None or not any(isinstance(item, dict) for item in found):
        then = 'give a list of objects, such as [{"time": "…", "text": "…"}], or an object that holds one'
        raise DataError("no list of objects is in it", where=Place(str(source.file)), then=then)
    records = [shape(item) if isinstance(item, dict) else item for item in found]
    header = header_of(record for record in records if isinstance(record, dict))
    done = _Counter()
    return Table(source.file, header, _rows(records, header, done), lambda: (done.rows, len(records)))


class _Counter:
    """How many rows were taken."""

    rows = 0


def _document(source: Opened, most_bytes: int) -> object | None:
    with reading(source.file):
        content = source.stream.read(most_bytes + 1)
    if len(content) > most_bytes:
        what = f"the document is larger than {most_bytes:,} bytes"
        raise DataError(what, where=Place(str(source.file)), then="convert it to JSON lines (.jsonl)")
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        document: object = json.loads(
            content.decode(encoding, "surrogateescape" if encoding != "utf-16" else "replace")
        )
    except (ValueError, RecursionError):
        return None
    return document


def _list_in(document: object) -> Sequence[object] | None:
    """The list itself; else the one under a name that exports use; else the only list of objects that there is."""
    if isinstance(document, list):
        return document
    if not isinstance(document, dict):
        return None
    for name in _LISTS:
        held = document.get(name)
        if isinstance(held, list):
            return held
        inner = _list_in(held) if isinstance(held, dict) else None
        if inner is not None:
            return inner
        if name == "entry" and isinstance(held, dict):
            return [held]  # a feed of one
    return _only_list(document)


def _only_list(document: Mapping[str, object]) -> Sequence[object] | None:
    lists = [held for held in document.values() if isinstance(held, list) and any(isinstance(i, dict) for i in held)]
    return lists[0] if len(lists) == 1 else None


def _rows(records: Sequence[object], header: tuple[str, ...], done: _Counter) -> Iterator[Row | Broken]:
    for number, record in enumerate(records, 1):
        done.rows = number
        if not isinstance(record, dict):
            yield Broken(number, "not a JSON object", json.dumps(record)[:LINE_CHARACTERS])
        else:
            yield row_of(number, record, header)
