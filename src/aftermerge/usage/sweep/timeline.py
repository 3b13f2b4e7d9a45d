"""The moments of units part their time into slots."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Slots = NDArray[np.intp]

_LARGEST_KEY = 2**63


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """The moments of all units, by unit and then by time: those of unit u are `at[starts[u] : starts[u + 1]]`.

    `at` is (moments,), in microseconds; `starts` is (units + 1,).
    """

    at: Whole
    starts: Slots

    @classmethod
    def of(cls, unit: NDArray[np.integer[Any]], at: Whole, units: int) -> tuple[Self, Slots]:
        """Of moments in any order, (moments,), of units from 0 to `units` - 1; and where each of them stands."""
        order = _by_unit_and_time(unit, at, units)
        places = np.empty(len(order), dtype=np.intp)
        places[order] = np.arange(len(order))
        starts = np.concatenate([[0], np.cumsum(np.bincount(unit, minlength=units))])
        return cls(at[order], starts.astype(np.intp)), places

    def slots_of(self, unit: NDArray[np.integer[Any]], at: Whole) -> Slots:
        """The slot of each event, (events,): how many moments came before it, those of units before its own included.

        An event at a moment comes after it. The slots at both ends of a unit's time are its neighbours' too.
        """
        if not len(self.at):
            return np.zeros(len(unit), dtype=np.intp)
        unit = unit.astype(np.intp)
        found, end = taken(self.starts, unit), taken(self.starts[1:], unit)
        for step in self._steps:
            ahead = found + (step - 1)
            is_past = taken(self.at, ahead) <= at
            is_past &= ahead < end
            found += is_past * step
        return found

    @property
    def _steps(self) -> list[int]:
        """Powers of two, the largest first: together they reach over the moments of any unit."""
        most = int(np.diff(self.starts).max(initial=0))
        return [1 << power for power in reversed(range(most.bit_length()))]


def taken(values: NDArray[Any], places: NDArray[np.integer[Any]]) -> NDArray[Any]:
    """Clipped at the ends, which is much quicker than an index that is checked."""
    return np.take(values, places, mode="clip")


def _by_unit_and_time(unit: NDArray[np.integer[Any]], at: Whole, units: int) -> Slots:
    """The order of moments. One key is sorted much sooner than two, where one can hold both."""
    first, last = (int(at.min()), int(at.max())) if len(at) else (0, 0)
    if units * (last - first + 1) < _LARGEST_KEY:
        return np.argsort(unit.astype(np.int64) * (last - first + 1) + (at - first), kind="stable")
    return np.lexsort((at, unit))
