"""From which day to which a change is read."""

from dataclasses import dataclass
from datetime import date, timedelta

from aftermerge.errors import StatisticsError
from aftermerge.measure.calendar import WEEK, Calendar, Knot
from aftermerge.measure.case import Case
from aftermerge.model.plan import Series
from aftermerge.model.readout import Needs
from aftermerge.stats.integrated_gls import LEAST_DAYS_BEFORE

STALE_DAYS = 14
"""Data that ended longer ago than this is not on its way."""


@dataclass(frozen=True, slots=True)
class Span:
    """The index of the first day of the change, and how many days after it there are and are wanted.

    `skip` days after it, until the case's own change followed those of its knot, belong to neither side. `last` is the
    last day of the data.
    """

    day: date
    switch: int
    days: int
    wanted: int
    skip: int
    last: date
    is_stale: bool

    @property
    def is_complete(self) -> bool:
        return self.days >= self.wanted

    @property
    def wait(self) -> Needs | None:
        return None if self.is_complete or self.is_stale else Needs(self.wanted - max(self.days, 0), None)

    @property
    def window(self) -> tuple[date, date]:
        return self.day + timedelta(days=self.skip + 1), self.day + timedelta(days=self.days)

    @property
    def after(self) -> slice:
        """The days after the change, as indices of the series."""
        return slice(self.switch + 1, self.switch + 1 + self.days)

    def refuse_outside(self) -> None:
        """
        Raises:
            StatisticsError: the data does not hold the days that are needed.
        """
        if self.is_stale and not self.is_complete:
            missing = self.wanted - max(self.days, 0)
            raise StatisticsError(f"the data ends on {self.last}, {missing} days before the window does")
        if self.days < 1:
            raise StatisticsError(f"the data ends on {self.last}, before the first day after the change")
        if self.switch < LEAST_DAYS_BEFORE:
            had = max(self.switch, 0)
            raise StatisticsError(f"{had} days of data before the change; {LEAST_DAYS_BEFORE} are the least")

    def refuse_thin(self, recorded: int) -> None:
        """
        Raises:
            StatisticsError: too few of the days after the change were recorded.
        """
        wanted = self.days - self.skip
        if recorded < min(wanted, 5) or recorded < wanted / 2:
            told = f"{recorded} of the {wanted} days after the change have a value, and one that is no outage"
            raise StatisticsError(told)


def span_of(case: Case, series: Series, knot: Knot, calendar: Calendar, today: date) -> Span:
    switch = (knot.day - series.first_day).days
    wanted = calendar.window_days(case, knot)
    days = min(wanted, len(series.values) - switch - 1)
    last = series.first_day + timedelta(days=len(series.values) - 1)
    late = ((calendar.day_of(case) or knot.day) - knot.day).days
    skip = late if wanted - late >= WEEK else 0
    return Span(knot.day, switch, days, wanted, skip, last, (today - last).days > STALE_DAYS)
