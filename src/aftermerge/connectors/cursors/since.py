"""How far a source was read whose records come in the order in which they were last changed."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aftermerge.outside.keys import Keys

__all__ = ["OVERLAP", "Since", "cursor_of", "read_cursor", "read_since", "read_start"]

OVERLAP = timedelta(minutes=2)
"""Services show a change some time after they dated it, so the last minutes are always asked for again."""


@dataclass(frozen=True, slots=True)
class Since:
    """`time` is the latest change that was read; `seen` are the records of OVERLAP before it, and their times."""

    time: datetime | None = None
    seen: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def asked_from(self) -> datetime | None:
        """From when on changes are asked for; None: from the beginning."""
        return None if self.time is None else self.time - OVERLAP

    def is_new(self, ref: str, changed: datetime) -> bool:
        """Whether this version of a record was not read before."""
        return self.asked_from is None or (changed >= self.asked_from and self.seen.get(ref) != changed)

    def after(self, read: Iterable[tuple[str, datetime]]) -> "Since":
        """How far it is once these versions are read, too."""
        seen = {**self.seen, **dict(read)}
        if not seen:
            return self
        latest = max(seen.values())
        return Since(latest, {ref: time for ref, time in seen.items() if time >= latest - OVERLAP})

    def saved(self) -> dict[str, str]:
        """For the cursor."""
        return {ref: time.isoformat() for ref, time in self.seen.items()}


def read_since(saved: object, start: datetime | None = None) -> Since:
    """As it was saved; where nothing was, from `start` on."""
    if isinstance(saved, Mapping) and saved:
        return Since().after((ref, datetime.fromisoformat(time)) for ref, time in saved.items())
    return Since(None if start is None else start + OVERLAP)


def cursor_of(state: Mapping[str, object], settings: object) -> str:
    """A state as a cursor that holds for these settings alone."""
    return json.dumps({**state, "settings": _fingerprint(settings)})


def read_cursor(cursor: str | None, settings: object) -> Mapping[str, object]:
    """The state in a cursor; empty where there is none, or the source was read with other settings."""
    state = json.loads(cursor) if cursor else {}
    return state if state.get("settings") == _fingerprint(settings) else {}


def read_start(keys: Keys) -> datetime | None:
    """The key `since`: from which day on a source is read.

    Raises:
        SettingsError: it is no day.
    """
    given = keys.text("since")
    try:
        time = None if given is None else datetime.fromisoformat(given)
    except ValueError:
        what = f"`since` of source `{keys.source}` is no day"
        raise keys.wrong("since", what, 'write it like "2026-01-31"') from None
    return time if time is None or time.tzinfo else time.replace(tzinfo=UTC)


def _fingerprint(settings: object) -> str:
    return hashlib.sha256(repr(settings).encode()).hexdigest()[:16]
