"""Reading JSON that others wrote: what is not there, or is something else, is None."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

__all__ = ["at", "boolean", "moment", "reference", "rows", "table", "text", "texts", "whole"]

_EPOCH_MILLISECONDS = 10**11


def at(body: object, *way: str) -> object:
    """What stands at the end of a way through objects."""
    for step in way:
        if not isinstance(body, Mapping):
            return None
        body = body.get(step)
    return body


def text(body: object, *way: str) -> str | None:
    """A text with more in it than space, as it stands."""
    value = at(body, *way)
    return value if isinstance(value, str) and value.strip() else None


def whole(body: object, *way: str) -> int | None:
    """A whole number."""
    value = at(body, *way)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def reference(body: object, *way: str) -> str | None:
    """An id, which services write as a number or as a text."""
    number = whole(body, *way)
    return text(body, *way) if number is None else str(number)


def boolean(body: object, *way: str) -> bool:
    """Whether it is true: what is missing is not."""
    return at(body, *way) is True


def table(body: object, *way: str) -> Mapping[str, object]:
    """An object; empty where there is none."""
    value = at(body, *way)
    return value if isinstance(value, Mapping) else {}


def rows(body: object, *way: str) -> Sequence[Mapping[str, object]]:
    """The objects of a list."""
    value = at(body, *way)
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def texts(body: object, *way: str) -> Sequence[str]:
    """The texts of a list."""
    value = at(body, *way)
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def moment(body: object, *way: str) -> datetime | None:
    """A time in UTC: ISO 8601 or `2017-09-15 16:50:55 UTC`, without a zone in UTC; or epoch (milli)seconds."""
    value = at(body, *way)
    try:
        if isinstance(value, str):
            time = datetime.fromisoformat(value.strip().replace(" UTC", "+00:00"))
            return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if value >= _EPOCH_MILLISECONDS else value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None
