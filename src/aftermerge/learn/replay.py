"""A history of loops, run again with other numbers of slots."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aftermerge.model.loop import LoopStage

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Station:
    """Where each loop, (loops,), waits its turn for one of the slots, and takes it for some effort (days).

    `delay` passes before it asks for one. Where a train carries what is ready, it waits for the next after that.
    """

    name: LoopStage
    slots: int
    effort: Floats
    delay: Floats
    train: Floats | None = None

    @property
    def relieved(self) -> "Station":
        """With half as many slots again, at least one more."""
        return replace(self, slots=self.slots + ceil(self.slots / 2))


def replay(heard: Floats, stations: Sequence[Station]) -> list[Floats]:
    """When each loop has left each station, (loops,), in the days of `heard`; no loop ever comes back."""
    times, at = [], heard
    for station in stations:
        at = _carried(_served(at + station.delay, station), station.train)
        times.append(at)
    return times


def replay_relieved(heard: Floats, stations: Sequence[Station], times: Sequence[Floats], place: int) -> Floats:
    """When each loop has left the last station, had the one at `place` been relieved; `times` are without that."""
    before = times[place - 1] if place else heard
    return replay(before, [stations[place].relieved, *stations[place + 1 :]])[-1]


def _served(came: Floats, station: Station) -> Floats:
    """Each slot is a process that takes whoever came first of those that nobody has taken."""
    import simpy

    env = simpy.Environment(float(came.min()))
    turn, left = iter(np.argsort(came, kind="stable").tolist()), np.empty(len(came))

    def slot() -> Generator[Any, Any, None]:
        for loop in turn:
            yield env.timeout(max(float(came[loop]) - env.now, 0.0) + float(station.effort[loop]))
            left[loop] = env.now

    for _ in range(station.slots):
        env.process(slot())
    env.run()
    return left


def _carried(ready: Floats, train: Floats | None) -> Floats:
    """By the next train; after the last one that is known, at once."""
    if train is None:
        return ready
    place = np.searchsorted(train, ready)
    return np.where(place < len(train), train[np.minimum(place, len(train) - 1)], ready)
