"""A period of days: a week, a month, or whatever two days hold."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from aftermerge.errors import InputError

_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Period:
    """Days in `timezone`, both inclusive; None is open."""

    timezone: tzinfo
    since: date | None = None
    until: date | None = None

    def holds(self, day: date | None) -> bool:
        """A day that has not come yet belongs to every period that is open at its end."""
        if day is None:
            return self.until is None
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)


def last_week(today: date, timezone: tzinfo) -> Period:
    """The last full one, Monday to Sunday."""
    monday = today - timedelta(days=today.weekday() + 7)
    return Period(timezone, monday, monday + timedelta(days=6))


def last_month(today: date, timezone: tzinfo) -> Period:
    """The last full one."""
    end = today.replace(day=1) - timedelta(days=1)
    return Period(timezone, end.replace(day=1), end)


def period_of(text: str, today: date, timezone: tzinfo) -> Period:
    """`week` and `month`, the last full ones; `2026-W10`, an ISO week; `2026-03`, a month.

    Raises:
        InputError: it is none of these, or there is no such week or month.
    """
    if text in ("week", "month"):
        return last_week(today, timezone) if text == "week" else last_month(today, timezone)
    try:
        if week := _WEEK.fullmatch(text):
            monday = date.fromisocalendar(int(week[1]), int(week[2]), 1)
            return Period(timezone, monday, monday + timedelta(days=6))
        if month := _MONTH.fullmatch(text):
            first = date(int(month[1]), int(month[2]), 1)
            return Period(timezone, first, first.replace(day=monthrange(first.year, first.month)[1]))
    except (ValueError, OverflowError) as error:
        raise _no_period(text) from error
    raise _no_period(text)


def _no_period(text: str) -> InputError:
    return InputError(f"`{text}` is no period", then="write week, month, a week such as 2026-W10, or a month: 2026-03")
