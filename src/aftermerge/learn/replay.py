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
    """Where each loop, (loops,), waits for one of the slots, by rank, and takes it for some effort (days).

    `delay` passes before it asks for one. Where a train carries what is ready, it waits for the next after that.
    """

    name: LoopStage
    slots: int
    effort: Floats
    rank: Floats
    delay: Floats
    train: Floats | None = None

    @property
    def relieved(self) -> "Station":
        """With half as many slots again, at least one more."""
        return replace(self, slots=self.slots + ceil(self.slots / 2))


def replay(heard: Floats, stations: Sequence[Station]) -> Floats:
    """When each loop is through all stations, (loops,), in the days of `heard`."""
    import simpy

    env = simpy.Environment(float(heard.min()))
    slots = [simpy.PriorityResource(env, station.slots) for station in stations]
    told = np.full(len(heard), np.nan)

    def go(loop: int) -> Generator[Any, Any, None]:
        yield env.timeout(float(heard[loop]) - env.now)
        for station, at in zip(stations, slots, strict=True):
            yield env.timeout(float(station.delay[loop]))
            with at.request(priority=float(station.rank[loop])) as asked:  # type: ignore[arg-type]
                yield asked
                yield env.timeout(float(station.effort[loop]))
            if station.train is not None:
                yield env.timeout(_until_train(station.train, env.now))
        told[loop] = env.now

    for loop in np.argsort(heard, kind="stable"):
        env.process(go(int(loop)))
    env.run()
    return told


def relieve(stations: Sequence[Station], name: LoopStage) -> list[Station]:
    return [station.relieved if station.name == name else station for station in stations]


def _until_train(train: Floats, now: float) -> float:
    """Days until the next; after the last one that is known, none."""
    place = int(np.searchsorted(train, now))
    return float(train[place]) - now if place < len(train) else 0.0
