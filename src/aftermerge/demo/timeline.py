"""Harbor's calendar: everything is dated by its age, in days before today."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TIMEZONE = "Europe/London"

HISTORY_DAYS = 200
"""How long the repository has existed."""

USAGE_DAYS = 231
"""How long events and tickets have been kept: whole weeks, so that a weekly season leaves whole-week windows exact."""

SERIES_DAYS = 730
"""How long the harbours have counted by day."""

# fmt: off
RELEASE_AGES = (
    196, 191, 184, 178, 173, 166, 161, 154, 148, 143, 136, 131, 124, 118, 113, 106, 101,
    94, 88, 83, 76, 71, 64, 58, 53, 46, 41, 34, 28, 23, 17, 12, 8, 4,
)
# fmt: on
"""Oftener than once a week on average, and never three days apart or less, so that a weekend can be skipped."""

CANDIDATE_AGES = (103, 43)
"""Prereleases, each two days before the release that it became."""

_RELEASE_HOUR = 15
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """Turns an age into a day or a moment. `today` has not begun: the data end with yesterday."""

    today: date

    def day(self, age: int) -> date:
        return self.today - timedelta(days=age)

    def workday(self, age: int) -> date:
        """That day, or the Friday before it: nobody at Harbor ships at the weekend."""
        day = self.day(age)
        return day - timedelta(days=max(0, day.weekday() - _SATURDAY + 1))

    def at(self, age: int, hour: int, minute: int = 0) -> datetime:
        """A moment of that workday (aware, UTC)."""
        return datetime.combine(self.workday(age), time(hour, minute), tzinfo=UTC)

    def released_at(self, age: int) -> datetime:
        return self.at(age, _RELEASE_HOUR)

    def midnight(self, day: date) -> datetime:
        """When that day began in Harbor's time zone (aware, UTC)."""
        return datetime.combine(day, time(), tzinfo=ZoneInfo(TIMEZONE)).astimezone(UTC)

    @property
    def usage_ends_at(self) -> datetime:
        return self.midnight(self.today)

    @property
    def usage_starts_at(self) -> datetime:
        return self.usage_ends_at - timedelta(days=USAGE_DAYS)


def version(index: int) -> str:
    """The tag of the release at this place of `RELEASE_AGES`."""
    return f"v1.{index}"


def version_of(age: int) -> str:
    """The tag of the release of this age."""
    return version(RELEASE_AGES.index(age))
