"""The rows of an answer, a column at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aftermerge.errors import DataError
from aftermerge.model.plan import Days

Dates = NDArray[np.datetime64]


@dataclass(frozen=True, eq=False, slots=True)
class Rows:
    """Columns by name, each (rows,); nulls are masked."""

    columns: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def where(self, chosen: NDArray[np.bool_]) -> "Rows":
        """Only the chosen rows, (rows,)."""
        return Rows({name: column[chosen] for name, column in self.columns.items()})

    def between(self, start: int, end: int) -> "Rows":
        """Those from the row `start` until before `end`."""
        return Rows({name: column[start:end] for name, column in self.columns.items()})

    def floats(self, name: str) -> Days:
        """Numbers, NaN where null.

        Raises:
            DataError: a value is infinite or not a number.
        """
        numbers = self.unguarded(name)
        if not np.isfinite(numbers[~np.ma.getmaskarray(self.columns[name])]).all():
            raise DataError("some values are infinite, or too large to add up", then="leave them out by `where`")
        return numbers

    def is_finite(self, name: str) -> bool:
        """Whether all that is not null is a finite number."""
        known = ~np.ma.getmaskarray(self.columns[name])
        return bool(np.isfinite(self.unguarded(name)[known]).all())

    def unguarded(self, name: str) -> Days:
        """Numbers, NaN where null, whatever they are."""
        column = self.columns[name]
        numbers: Days = np.ma.getdata(column).astype(np.float64)
        return np.where(np.ma.getmaskarray(column), np.nan, numbers)

    def sums(self, name: str) -> Days:
        """Sums, 0 where there was nothing to add up."""
        sums = self.floats(name)
        return np.where(np.isnan(sums), 0.0, sums)

    def counts(self, name: str) -> NDArray[np.int64]:
        """Whole numbers, 0 where null."""
        return self.sums(name).astype(np.int64)

    def dates(self, name: str) -> Dates:
        """Days as datetime64[D], NaT where null."""
        return np.ma.filled(self.columns[name].astype("datetime64[D]"), np.datetime64("NaT"))

    def texts(self, name: str) -> list[str | None]:
        """Words, None where null."""
        column = self.columns[name]
        pairs = zip(np.ma.getdata(column), np.ma.getmaskarray(column), strict=True)
        return [None if null else str(word) for word, null in pairs]

    def moments(self, name: str) -> list[datetime | None]:
        """Times as written in the data, without a zone; None where null.

        Raises:
            DataError: one is beyond the year 9999, or before the first.
        """
        times = np.ma.filled(self.columns[name].astype("datetime64[us]"), np.datetime64("NaT"))
        found = [None if np.isnat(time) else time.item() for time in times]
        if any(isinstance(time, int) for time in found):
            raise DataError("some times are beyond the year 9999", then="see in which unit `time` counts")
        return found


@dataclass(frozen=True, slots=True)
class Span:
    """A run of days: the first, and how many."""

    first: date
    length: int

    @classmethod
    def between(cls, first: date, last: date) -> "Span":
        return cls(first, (last - first).days + 1)

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.length - 1)

    def lay(self, days: Dates, values: Days, otherwise: float) -> Days:
        """Values on their days, `otherwise` where there is none, (days,)."""
        laid = np.full(self.length, otherwise)
        at = (days - np.datetime64(self.first, "D")).astype(np.int64)
        inside = (at >= 0) & (at < self.length)
        laid[at[inside]] = values[inside]
        return laid


def aware(time: datetime) -> datetime:
    """A time that the data gives in UTC, with its zone."""
    return time.replace(tzinfo=UTC)


def over(y: Days, volume: Days) -> Days:
    """y / volume, NaN where the volume is 0."""
    quotient: Days = np.divide(y, volume, out=np.full(y.shape, np.nan), where=volume > 0)
    return quotient
