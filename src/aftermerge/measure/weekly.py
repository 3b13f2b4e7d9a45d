"""Segments by day become segments by week about a date."""

import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from aftermerge.measure.calendar import WEEK
from aftermerge.model.plan import Segments

Floats = NDArray[np.float64]

LEAST_DAYS = 4
"""A week of which fewer days were recorded is unknown."""


@dataclass(frozen=True, slots=True)
class Weeks:
    """Whole weeks before a day and after it; the day itself, of which the change had only a part, is in none."""

    switch: date
    before: int
    after: int

    @property
    def first_day(self) -> date:
        return self.switch - timedelta(days=WEEK * self.before)

    @property
    def last_day(self) -> date:
        return self.switch + timedelta(days=WEEK * self.after)

    @property
    def starts(self) -> tuple[date, ...]:
        after = (self.switch + timedelta(days=1 + WEEK * week) for week in range(self.after))
        return (*(self.first_day + timedelta(days=WEEK * week) for week in range(self.before)), *after)

    def holding(self, day: date) -> int:
        """The index of the week in which a day on or after the switch lies."""
        return self.before + max((day - self.switch).days - 1, 0) // WEEK


def weeks_about(segments: Segments, switch: date, last: date, most_before: int, most_after: int) -> Weeks:
    """As many weeks as the data reach, up to the limits; nothing after `last`."""
    end = min(last, last_day(segments))
    before = (switch - segments.first_day).days // WEEK
    return Weeks(switch, max(min(before, most_before), 0), max(min((end - switch).days // WEEK, most_after), 0))


def last_day(segments: Segments) -> date:
    return segments.first_day + timedelta(days=segments.values.shape[1] - 1)


def weekly(segments: Segments, weeks: Weeks) -> Floats:
    """Means a day, or rates, (segments, weeks); NaN where a week was hardly recorded."""
    columns = [_week(segments, (start - segments.first_day).days) for start in weeks.starts]
    return np.column_stack(columns) if columns else np.empty((len(segments.names), 0))


def recorded(values: Floats) -> NDArray[np.bool_]:
    """(segments,): whether a segment is known in every week."""
    return np.asarray(np.isfinite(values).all(axis=1))


def _week(segments: Segments, start: int) -> Floats:
    values = segments.values[:, start : start + WEEK]
    known = np.isfinite(values)
    weights = known.astype(np.float64)
    if segments.volumes is not None:
        weights = np.where(known, segments.volumes[:, start : start + WEEK], 0.0)
    total = weights.sum(axis=1)
    enough = (known.sum(axis=1) >= LEAST_DAYS) & (total > 0)
    sums = (np.where(known, values, 0.0) * weights).sum(axis=1)
    means: Floats = np.divide(sums, total, out=np.full(len(values), math.nan), where=enough)
    return means
