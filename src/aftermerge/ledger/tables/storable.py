"""A row as every database can hold it."""

import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, fields, replace
from datetime import UTC, datetime
from math import isnan
from typing import Any, ClassVar, Protocol, TypeVar

from aftermerge.errors import LedgerError


class Noun(Protocol):
    """A dataclass of `model`."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


Row = TypeVar("Row", bound=Noun)

# PostgreSQL refuses NUL, and neither database can encode half a surrogate pair (git hands them over for odd paths).
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class _Cleaned:
    name: str
    value: object


def storable(row: Row) -> Row:
    """The same row with `�` for characters that a database can't hold, times in UTC, and no NaN.

    Raises:
        LedgerError: a time has no zone.
    """
    cleaned = [part for name in row.__dataclass_fields__ if (part := _cleaned(row, name)) is not None]
    return replace(row, **{part.name: part.value for part in cleaned}) if cleaned else row


def _cleaned(row: Noun, name: str) -> _Cleaned | None:
    value = getattr(row, name)
    if isinstance(value, str):
        return _Cleaned(name, storable_text(value)) if _UNKEEPABLE.search(value) else None
    if isinstance(value, datetime):
        return None if value.tzinfo is UTC else _Cleaned(name, _in_utc(value, row, name))
    if isinstance(value, Mapping):
        cleaned = {storable_text(key): part for key, part in value.items()}
        return _Cleaned(name, cleaned) if any(map(_UNKEEPABLE.search, value)) else None
    if isinstance(value, tuple):
        return _Cleaned(name, tuple(map(_word, value))) if any(map(_is_unkeepable, value)) else None
    if isinstance(value, float) and isnan(value):
        return _Cleaned(name, None)
    return None


def _is_unkeepable(part: object) -> bool:
    return isinstance(part, str) and bool(_UNKEEPABLE.search(part))


def _word(part: object) -> object:
    return storable_text(part) if isinstance(part, str) else part


def storable_text(value: str) -> str:
    """`�` for each character that a database can't hold."""
    return _UNKEEPABLE.sub("\N{REPLACEMENT CHARACTER}", value)


def _in_utc(value: datetime, row: Noun, name: str) -> datetime:
    if value.tzinfo is None:
        raise LedgerError(
            f"`{name}` of a {type(row).__name__.lower()} has no time zone: {value.isoformat()}",
            then="a connector hands over aware times; mend the one that read this",
        )
    return value.astimezone(UTC)


def record(row: Noun) -> dict[str, object]:
    """A row by field name."""
    return {part.name: getattr(row, part.name) for part in fields(row)}
