"""What units did between moments of theirs: each event is looked at once, however many windows it falls into.

The moments of a unit part its time into slots. Events are added up by slot; what happened from one moment until before
another is then the difference of two running totals. So the cost is that of the events and of the windows, not that of
the pairs of both (a summed-area table of one dimension: Crow 1984).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from types import MappingProxyType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from aftermerge.usage.sweep.sweep import GRIDS, How, Interval, Track
from aftermerge.usage.sweep.timeline import Slots, Timeline, Whole, taken

Numbers = NDArray[np.float64]

FLAGS = 62
"""How many bits of one whole number tell which tracks count an event."""
_EXACT, _LARGEST_SUM = 2**53, 2.0**62
_SUMS: Mapping[How, type] = MappingProxyType({"count": np.uint32, "whole": np.int64, "real": np.float64})
_PARTS: Mapping[How, int] = MappingProxyType({"count": 1, "whole": 2, "real": GRIDS})
_BLOCK = 65_536
_LARGE = 1e300
"""As in a query's grids, which leave out what is larger."""


class InexactError(ArithmeticError):
    """Numbers that do not add up exactly, or are not finite: differences of totals would tell nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Some events: whose each was, from 0, and when (microseconds), (events,).

    `counted` has a bit a track that is counted, `FLAGS` of them in each array; `added` has of each other track which
    events it adds, and their values.
    """

    unit: NDArray[np.integer[Any]]
    at: Whole
    counted: Sequence[NDArray[np.signedinteger[Any]]]
    added: Mapping[Track, tuple[NDArray[np.bool_], Numbers]]


@dataclass(frozen=True, slots=True, eq=False)
class RunningSums:
    """Sums by slot: `counts` is (tracks that are counted, slots), all others are (slots,).

    A track of real numbers has several: one a grid, by its magic number (see `exact`), in steps of that grid. One of
    whole numbers has the sum and that of magnitudes; `reach` is what the latter come to in all.
    """

    timeline: Timeline
    counted: Sequence[Track]
    counts: NDArray[np.uint32]
    grids: Mapping[Track, Sequence[float]]
    added: Mapping[Track, Sequence[Whole]]
    reach: dict[Track, float]

    @classmethod
    def of(cls, timeline: Timeline, tracks: Sequence[Track], grids: Mapping[Track, Sequence[float]]) -> Self:
        slots = len(timeline.at) + 1
        counted = [track for track in tracks if track.how == "count"]
        added = {track: _zeros(_PARTS[track.how], slots) for track in tracks if track.how != "count"}
        return cls(timeline, counted, np.zeros((len(counted), slots), dtype=np.uint32), grids, added, {})

    def add(self, batch: Batch) -> None:
        """
        Raises:
            InexactError: a number is not finite, or too large, or they add up to more than int64 holds.
        """
        slots = self.timeline.slots_of(batch.unit, batch.at)
        for n, flags in enumerate(batch.counted):
            self._count(flags, slots, n * FLAGS)
        for track, (present, values) in batch.added.items():
            self._add(track, slots[present], values[present])

    def of_windows(self, intervals: Iterable[Interval], places: Mapping[str, Slots]) -> dict[str, NDArray[Any]]:
        """Each interval's sums by its name, (windows,); `places` are where each window's moments stand.

        The sums themselves are lost by it.

        Raises:
            InexactError: whole numbers of one window could add up to more than float64 tells apart, as a query does.
        """
        asked: dict[Track, list[Interval]] = {}
        for interval in intervals:
            asked.setdefault(interval.track, []).append(interval)
        found: dict[str, NDArray[Any]] = {}
        for track, own in asked.items():
            totals, combined, kind = self._running(track), self._combined(track), _SUMS[track.how]
            for each in own:
                found[each.name] = _between(totals, places[each.since], places[each.until], combined, kind)
        return found

    def _running(self, track: Track) -> list[NDArray[Any]]:
        """Totals of all slots up to each, (slots,), where the sums stood: there may be as many slots as events.

        Where a count wraps around, the difference of two is still right.
        """
        sums = [self.counts[self.counted.index(track)]] if track.how == "count" else self.added[track]
        return [np.cumsum(each, out=each) for each in sums]

    def _combined(self, track: Track) -> Callable[..., NDArray[Any]]:
        """What gives a window's sum from its parts."""
        if track.how == "real":
            return partial(_real, list(map(np.spacing, self.grids[track])))
        return _whole if track.how == "whole" else _counted

    def _count(self, flags: NDArray[np.signedinteger[Any]], slots: Slots, first: int) -> None:
        """Most events have one flag: they are all counted at once, then those that have a second one, and so on."""
        counts = self.counts.reshape(-1)
        while len(flags):
            has_any = flags != 0
            flags, slots = flags[has_any], slots[has_any]
            lowest = flags & -flags
            track = np.bitwise_count(lowest - 1).astype(np.intp) + first
            np.add.at(counts, track * self.counts.shape[1] + slots, np.uint32(1))
            flags = flags ^ lowest

    def _add(self, track: Track, slots: Slots, values: Numbers) -> None:
        if not np.all(np.abs(values) < _LARGE):
            raise InexactError
        if track.how == "whole":
            self.reach[track] = self.reach.get(track, 0.0) + float(np.abs(values).sum())
            if self.reach[track] >= _LARGEST_SUM:
                raise InexactError
            for sums, each in zip(self.added[track], (values, np.abs(values)), strict=True):
                np.add.at(sums, slots, each.astype(np.int64))
            return
        left = values
        for magic, sums in zip(self.grids[track], self.added[track], strict=True):
            gridded = (left + magic) - magic
            steps = gridded / np.spacing(magic)
            if not np.all(np.abs(steps) < _EXACT):
                raise InexactError
            np.add.at(sums, slots, steps.astype(np.int64))
            left = left - gridded


def slot_bytes(tracks: Iterable[Track]) -> int:
    """What the sums of one slot take."""
    return sum(4 if track.how == "count" else 8 * _PARTS[track.how] for track in tracks)


def sum_bytes(track: Track) -> int:
    """What the sum of one window takes."""
    return np.dtype(_SUMS[track.how]).itemsize


def _zeros(parts: int, slots: int) -> list[Whole]:
    return [np.zeros(slots, dtype=np.int64) for _ in range(parts)]


def _between(
    totals: Sequence[NDArray[Any]], since: Slots, until: Slots, combined: Callable[..., NDArray[Any]], kind: type
) -> NDArray[Any]:
    """What is left of the totals between two slots each, (windows,); some at a time, which stay in the cache."""
    found: NDArray[Any] = np.empty(len(since), dtype=kind)
    for first in range(0, len(since), _BLOCK):
        block = slice(first, first + _BLOCK)
        found[block] = combined(*(taken(total, until[block]) - taken(total, since[block]) for total in totals))
    return found


def _counted(counts: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return counts


def _whole(sums: Whole, magnitudes: Whole) -> Whole:
    if magnitudes.max(initial=0) >= _EXACT:
        raise InexactError
    return sums


def _real(steps: Sequence[float], *sums: Whole) -> Numbers:
    """The coarsest grid first, as a query adds them up."""
    return reduce(np.add, map(np.multiply, sums, steps))
