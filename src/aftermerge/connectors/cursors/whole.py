"""A cursor for what is read whole, or not at all: is it still what was read?"""

import json
from collections import Counter
from typing import Protocol, runtime_checkable

__all__ = ["TellsUnheard", "is_read", "read_whole"]


@runtime_checkable
class TellsUnheard(Protocol):
    """A connector that counts what it left out because no customer speaks in it, by reason, while it is pulled."""

    @property
    def unheard(self) -> Counter[str]: ...


def read_whole(fingerprint: str) -> str:
    """The cursor behind the last batch."""
    return json.dumps({"fingerprint": fingerprint, "complete": True})


def is_read(cursor: str | None, fingerprint: str) -> bool:
    """Whether what has this fingerprint was read to its end. A cursor of another kind says that nothing was."""
    try:
        known = json.loads(cursor) if cursor else {}
    except ValueError:
        return False
    return isinstance(known, dict) and known.get("fingerprint") == fingerprint and known.get("complete") is True
