"""What came of something that was sent: done, refused, or nobody knows."""

import json

from aftermerge.outside.http import Raw, Unreached

__all__ = ["UNSEEN", "Sent", "is_done", "is_final", "is_gone", "read_json"]

Sent = Raw | Unreached
UNSEEN = Unreached("what was written is not shown")

_GONE = frozenset({404, 410})


def is_done(sent: Sent) -> bool:
    return isinstance(sent, Raw) and 200 <= sent.status < 300


def is_gone(sent: Sent) -> bool:
    """It was deleted meanwhile."""
    return isinstance(sent, Raw) and sent.status in _GONE


def is_final(sent: Sent) -> bool:
    """Whether it is known that it was done or refused; after any other answer it may have been done."""
    return isinstance(sent, Raw) and sent.status < 500


def read_json(sent: Raw) -> object:
    try:
        return json.loads(sent.content)
    except (ValueError, RecursionError):
        return None
