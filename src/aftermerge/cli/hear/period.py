"""How a person says since when, and how many stars."""

import re
from datetime import datetime, timedelta, tzinfo

from aftermerge.errors import InputError

__all__ = ["moment_of", "ratings_of"]

_AGO = re.compile(r"(\d{1,5})\s*([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_RATINGS = re.compile(r"(?P<least>\d+(?:\.\d+)?)?(?P<to>-)?(?P<most>\d+(?:\.\d+)?)?")


def moment_of(told: str | None, zone: tzinfo, now: datetime) -> datetime | None:
    """`2026-03-01`, a day with an hour, or how long ago: `14d`, `6w`, `3m`, `1y`.

    Raises:
        InputError: it is none of these.
    """
    if told is None:
        return None
    ago = _AGO.fullmatch(told.strip())
    try:
        if ago:
            return now - timedelta(days=int(ago[1]) * _DAYS[ago[2]])
        at = datetime.fromisoformat(told.strip())
        return at if at.tzinfo else at.replace(tzinfo=zone)
    except (ValueError, OverflowError) as error:
        then = "write a day, 2026-03-01, or how long ago: 14d, 6w, 3m, 1y"
        raise InputError(f"`{told}` is no day", then=then) from error


def ratings_of(told: str | None) -> tuple[float | None, float | None]:
    """The least and the most of `1-2`, `4-`, `-3` or `5`.

    Raises:
        InputError: it is none of these.
    """
    if told is None:
        return None, None
    match = _RATINGS.fullmatch(told.strip())
    if not match or (match["least"] is None and match["most"] is None):
        raise InputError(f"`{told}` is no rating", then="write 1-2, 4-, -3 or 5")
    least, most = (float(match[name]) if match[name] else None for name in ("least", "most"))
    return least, (most if match["to"] else least)
