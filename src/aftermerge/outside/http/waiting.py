"""How long to wait before asking again, from what the service answered. Pure: the time is an argument."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["pause", "pause_when_limited", "quota_pause"]

_FAILED = frozenset({408, 500, 502, 503, 504})
_QUOTAS = ("x-ratelimit", "ratelimit", "x-rate-limit", "x-ratelimit-requests")
_LIMITED_SECONDS = 60.0
"""What services ask for that limit us and do not say how long."""
_EARLIEST_EPOCH = 1e9
_EARLIEST_EPOCH_MILLISECONDS = 1e11
_SAID_OF_LIMITS = (b"rate limit", b"abuse detection")


def pause(status: int, headers: Mapping[str, str], content: bytes, attempt: int, now: datetime) -> float | None:
    """Seconds to wait before the same question is asked again; None when its answer will not change.

    `attempt` counts from 0. What the service asks for comes before what we would do.
    """
    if status in _FAILED:
        return _retry_after(headers, now) or backoff(attempt)
    return pause_when_limited(status, headers, content, attempt, now)


def pause_when_limited(
    status: int, headers: Mapping[str, str], content: bytes, attempt: int, now: datetime
) -> float | None:
    """As `pause`, and None too where it failed otherwise: then what was asked for may have been done."""
    return limited_pause(headers, attempt, now) if _is_limited(status, headers, content) else None


def backoff(attempt: int) -> float:
    """1, 2, 4, 8 … seconds."""
    return float(2**attempt)


def limited_pause(headers: Mapping[str, str], attempt: int, now: datetime) -> float:
    """Seconds until a limit is over: what `Retry-After` or the quota says, else a minute, then two, then four."""
    asked = _retry_after(headers, now)
    if asked is None:
        asked = quota_pause(headers, now)
    return _LIMITED_SECONDS * backoff(attempt) if asked is None else max(1.0, asked)


def quota_pause(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds until a quota that is used up begins anew; None when it is not used up, or nothing is said."""
    for name in _QUOTAS:
        if headers.get(f"{name}-remaining", "").strip() == "0":
            reset = _reset(headers.get(f"{name}-reset", ""), now)
            return None if reset is None else max(0.0, reset)
    return None


def _is_limited(status: int, headers: Mapping[str, str], content: bytes) -> bool:
    if status == 429:
        return True
    if status != 403:
        return False
    said = content[:4096].lower()
    return "retry-after" in headers or quota_used_up(headers) or any(words in said for words in _SAID_OF_LIMITS)


def quota_used_up(headers: Mapping[str, str]) -> bool:
    return any(headers.get(f"{name}-remaining", "").strip() == "0" for name in _QUOTAS)


def _retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """`Retry-After` as seconds or as a date."""
    given = headers.get("retry-after", "").strip()
    seconds = _seconds(given)
    if seconds is not None:
        return seconds
    try:
        date = parsedate_to_datetime(given)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return max(0.0, (_aware(date) - now).total_seconds())


def _reset(given: str, now: datetime) -> float | None:
    """Seconds from now: of an epoch, in seconds or milliseconds, of a number of seconds, or of an ISO 8601 time."""
    number = _seconds(given)
    if number is None:
        return _until(given, now)
    if number >= _EARLIEST_EPOCH_MILLISECONDS:
        return number / 1000 - now.timestamp()
    return number - now.timestamp() if number >= _EARLIEST_EPOCH else number


def _until(given: str, now: datetime) -> float | None:
    try:
        return (_aware(datetime.fromisoformat(given)) - now).total_seconds()
    except ValueError:
        return None


def _seconds(given: str) -> float | None:
    """A plain number, of a length that a time can have."""
    bare = given.strip()
    return float(bare) if len(bare) <= 20 and bare.replace(".", "", 1).isascii() and _is_number(bare) else None


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _aware(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)
