"""Cells become values: one text in, a value or a reason out. Nothing is guessed."""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

__all__ = [
    "AmbiguousTimeError",
    "UnreadableError",
    "boolean",
    "is_blank",
    "moment",
    "money",
    "number",
    "seconds",
    "whole",
]

_BLANKS = frozenset({"", "N/A", "n/a", "NA", "NaN", "nan", "null", "NULL", "None", "-", "—"})
_TRUE = frozenset({"true", "yes", "1"})
_FALSE = frozenset({"false", "no", "0"})

_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([, \u00a0\u2009\u202f'])\d{3})(?:\1\d{3})*(?:\.\d+)?", re.ASCII)
_CURRENCY = re.compile(r"^(?:[A-Z]{3}|[A-Z]{0,2}[$€£¥₹])\s*|\s*(?:[A-Z]{3}|[$€£¥₹])$")
_DURATION = re.compile(r"(?:(\d+):)?([0-5]?\d):([0-5]\d(?:\.\d+)?)", re.ASCII)
_WHOLE = re.compile(r"[+-]?(?:0|[1-9]\d*)", re.ASCII)

_EPOCH_SECONDS = re.compile(r"\d{9,10}(?:\.\d+)?", re.ASCII)
_EPOCH_MILLISECONDS = re.compile(r"\d{12,13}", re.ASCII)
_DAY_MONTH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class UnreadableError(ValueError):
    """A cell that is not what its column holds; the message is the reason."""


class AmbiguousTimeError(UnreadableError):
    """A date that could be read in two ways."""


def is_blank(text: str) -> bool:
    """Whether a cell says nothing: empty, `N/A`, `NA`, `NaN`, `null`, `None`, `-` or `—`."""
    return text.strip() in _BLANKS


def number(text: str) -> float:
    """`1,234.5`, `1 234`, `12%` (12, the percent kept) or `1:02:03` (seconds).

    Raises:
        UnreadableError: it is none of these, or is infinite.
    """
    bare = text.strip().replace("−", "-")
    if bare.endswith("%"):
        bare = bare[:-1].rstrip()
    value = seconds(bare) if ":" in bare else _decimal(bare)
    if value is None or not math.isfinite(value):
        raise UnreadableError(f"`{_short(text)}` is not a number")
    return value


def money(text: str) -> float:
    """An amount, its currency left off: `$1,200`, `99.50 EUR`.

    Raises:
        UnreadableError: it is none.
    """
    return number(_CURRENCY.sub("", text.strip()))


def whole(text: str) -> int | None:
    """A plain whole number; None for anything else, an identifier such as `007` among it."""
    return int(text) if len(text) < 20 and _WHOLE.fullmatch(text) else None


def seconds(text: str) -> float | None:
    """`h:mm:ss` or `mm:ss` in seconds; None for anything else."""
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    return int(match[1] or 0) * 3600 + int(match[2]) * 60 + float(match[3])


def boolean(text: str) -> bool:
    """`true`, `yes` or `1`; `false`, `no` or `0`, in any case.

    Raises:
        UnreadableError: it is none of these.
    """
    word = text.strip().lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise UnreadableError(f"`{_short(text)}` is neither true nor false")


def moment(text: str, zone: tzinfo, time_format: str | None = None) -> datetime:
    """A time in UTC. One without a zone is in `zone`, one without an hour is midnight.

    Read are ISO 8601, epoch seconds and milliseconds, and dates whose day can't be a month; with a `time_format`
    (as for strptime) that alone.

    Raises:
        AmbiguousTimeError: 03/04/2020 could be in March or in April.
        UnreadableError: it is no time, or not between 1970 and 2100.
    """
    bare = text.strip()
    try:
        time = datetime.strptime(bare, time_format) if time_format else _read_time(bare)  # noqa: DTZ007
        aware = (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)
    except AmbiguousTimeError:
        raise
    except (ValueError, OverflowError):
        wanted = f"a time like {time_format}" if time_format else "a time"
        raise UnreadableError(f"`{_short(text)}` is not {wanted}") from None
    if not 1970 <= aware.year <= 2100:
        raise UnreadableError(f"`{_short(text)}` is not between 1970 and 2100")
    return aware


def _decimal(text: str) -> float | None:
    if _PLAIN.fullmatch(text):
        return float(text)
    if _GROUPED.fullmatch(text):
        return float(re.sub(r"[^\d.+-]", "", text))
    return None


def _read_time(text: str) -> datetime:
    for pattern, read in _FORMS:
        match = pattern.fullmatch(text)
        if match:
            return read(match)
    return datetime.fromisoformat(text.removesuffix(" UTC") + ("+00:00" if text.endswith(" UTC") else ""))


def _day_month(match: re.Match[str]) -> datetime:
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    if first <= 12 and second <= 12 and first != second:
        raise AmbiguousTimeError(f'`{match[0]}` could be two dates; set `time_format`, for instance "%d/%m/%Y"')
    day, month = (first, second) if first > 12 else (second, first)
    return datetime(year, month, day, int(match[4] or 0), int(match[5] or 0), int(match[6] or 0))  # noqa: DTZ001


def _year_first(match: re.Match[str]) -> datetime:
    return datetime(int(match[1]), int(match[2]), int(match[3]))  # noqa: DTZ001


def _epoch_seconds(match: re.Match[str]) -> datetime:
    return _EPOCH + timedelta(seconds=float(match[0]))


def _epoch_milliseconds(match: re.Match[str]) -> datetime:
    return _EPOCH + timedelta(milliseconds=int(match[0]))


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], datetime]], ...] = (
    (_EPOCH_SECONDS, _epoch_seconds),
    (_EPOCH_MILLISECONDS, _epoch_milliseconds),
    (_DAY_MONTH, _day_month),
    (_YEAR_FIRST, _year_first),
)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"
