"""What the team answered, also where an export packs the answer and its time into one cell."""

import ast
import json
from datetime import datetime
from typing import NamedTuple

from aftermerge.connectors.csv.clean import UnreadableError, moment
from aftermerge.connectors.csv.fields import Fields

__all__ = ["Reply", "reply_of"]

_PACKED_CHARACTERS = 20_000


class Reply(NamedTuple):
    text: str | None
    time: datetime | None


def reply_of(fields: Fields) -> Reply:
    """The answer; of `{'id': 1, 'body': 'Sorry.', 'modified': '2024-01-01T…'}` its body and time."""
    words = fields.words("reply")
    packed = _packed(words) if words.startswith("{") and len(words) <= _PACKED_CHARACTERS else None
    if packed is None or not isinstance(packed.get("body"), str):
        return Reply(words or None, None)
    try:
        time = moment(str(packed.get("modified")), fields.reader.zone)
    except UnreadableError:
        time = None
    return Reply(packed["body"] or None, time)


def _packed(words: str) -> dict[str, str] | None:
    """An object, as JSON or as Python writes it."""
    for read in (json.loads, ast.literal_eval):
        try:
            value = read(words)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        return value if isinstance(value, dict) else None
    return None
