"""What units did between moments of theirs: each event is looked at once, however many windows it falls into.

The moments of a unit part its time into slots. Events are added up by slot; what happened from one moment until before
another is then the difference of two running totals. So the cost is that of the events and of the windows, not that of
the pairs of both (a summed-area table of one dimension: Crow 1984).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from aftermerge.usage.sweep import GRIDS, Interval, Track

Whole = NDArray[np.int64]
Slots = NDArray[np.intp]
Present = NDArray[np.bool_]
Numbers = NDArray[np.float64]

_EXACT = 2.0**53
_LARGE = 1e300
"""As in a query's grids, which leave out what is larger."""


class Inexact(Exception):
    """Numbers that do not add up exactly, or are not finite: differences of totals would tell nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Some events: whose each was, from 0, and when (microseconds), (events,); of each track where it adds something.

    A track that adds numbers has its `values`, (events,), which mean something only where it is present.
    """

    unit: NDArray[np.integer[Any]]
    at: Whole
    present: Mapping[Track, Present]
    values: Mapping[Track, Numbers]


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """The moments of all units, by unit and then by time: those of unit u are `at[starts[u] : starts[u + 1]]`.

    `at` is (moments,), in microseconds; `starts` is (units + 1,).
    """

    at: Whole
    starts: NDArray[np.int32]

    @classmethod
    def of(cls, unit: NDArray[np.integer[Any]], at: Whole, units: int) -> tuple[Self, Slots]:
        """Of moments in any order, (moments,), of units from 0 to `units` - 1; and where each of them stands."""
        order = np.lexsort((at, unit))
        places = np.empty(len(order), dtype=np.intp)
        places[order] = np.arange(len(order))
        starts = np.concatenate([[0], np.cumsum(np.bincount(unit, minlength=units))])
        return cls(at[order], starts.astype(np.int32)), places

    def slots_of(self, unit: NDArray[np.integer[Any]], at: Whole) -> Slots:
        """The slot of each event, (events,): how many moments came before it, those of units before its own included.

        An event at a moment comes after it. The slots at both ends of a unit's time are its neighbours' too.
        """
        found, end = self.starts[unit], self.starts[unit + 1]
        for step in self._steps:
            ahead = found + step
            is_past = ahead <= end
            np.minimum(ahead, len(self.at), out=ahead)
            is_past &= self.at[ahead - 1] <= at
            found = np.where(is_past, ahead, found)
        return found.astype(np.intp)

    @property
    def _steps(self) -> list[np.int32]:
        """Powers of two, the largest first: together they reach over the moments of any unit."""
        most = int(np.diff(self.starts).max(initial=0))
        return [np.int32(1 << power) for power in reversed(range(most.bit_length()))]


@dataclass(frozen=True, slots=True, eq=False)
class RunningSums:
    """Sums by slot, (slots,), several for a track of real numbers: one a grid, by its magic number (see `exact`)."""

    timeline: Timeline
    grids: Mapping[Track, Sequence[float]]
    sums: Mapping[Track, Sequence[NDArray[Any]]]

    @classmethod
    def of(cls, timeline: Timeline, tracks: Iterable[Track], grids: Mapping[Track, Sequence[float]]) -> Self:
        slots = len(timeline.at) + 1
        return cls(timeline, grids, {track: _zeros(track, slots) for track in tracks})

    def add(self, batch: Batch) -> None:
        """
        Raises:
            Inexact: a number is not finite, or too large.
        """
        slots = self.timeline.slots_of(batch.unit, batch.at)
        for track, sums in self.sums.items():
            present = batch.present[track]
            if track.how == "count":
                np.add.at(sums[0], slots[present], 1)
            else:
                self._add(track, slots[present], batch.values[track][present])

    def totals(self) -> "Totals":
        """
        Raises:
            Inexact: whole numbers add up to more than float64 tells apart.
        """
        for track, (sums, *_) in self.sums.items():
            if track.how == "whole" and np.abs(sums).sum() >= _EXACT:
                raise Inexact
        return Totals({track: [np.cumsum(each, out=each) for each in sums] for track, sums in self.sums.items()})

    def _add(self, track: Track, slots: Slots, values: Numbers) -> None:
        if not np.all(np.abs(values) < _LARGE):
            raise Inexact
        if track.how == "whole":
            np.add.at(self.sums[track][0], slots, values)
            return
        left = values
        for magic, sums in zip(self.grids[track], self.sums[track], strict=True):
            gridded = (left + magic) - magic
            np.add.at(sums, slots, gridded)
            left = left - gridded


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """Of all slots up to each, (slots,)."""

    running: Mapping[Track, Sequence[NDArray[Any]]]

    def between(self, interval: Interval, since: Slots, until: Slots) -> NDArray[Any]:
        """From the moments at these places until before those, (windows,)."""
        parts = [running[until] - running[since] for running in self.running[interval.track]]
        return reduce(np.add, parts)


def slot_bytes(tracks: Iterable[Track]) -> int:
    """What the sums of one slot take."""
    return sum(8 * (GRIDS if track.how == "real" else 1) for track in tracks)


def _zeros(track: Track, slots: int) -> list[NDArray[Any]]:
    if track.how == "count":
        return [np.zeros(slots, dtype=np.int64)]
    return [np.zeros(slots) for _ in range(GRIDS if track.how == "real" else 1)]
