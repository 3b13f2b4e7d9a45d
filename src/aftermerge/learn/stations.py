"""One way in which a history of loops may have gone, as stations that can be run again."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aftermerge.learn.replay import Station
from aftermerge.learn.stamped import Stamped
from aftermerge.model.constraint import STATIONS
from aftermerge.model.loop import STAGES, LoopStage
from aftermerge.stats.queues import begun, ready, slot_chances
from aftermerge.stats.stamps import Lengths, filled

Floats = NDArray[np.float64]

_FROM: dict[LoopStage, LoopStage] = {
    "framed": "heard",
    "building": "framed",
    "deployed": "merged",
    "measured": "exposed",
    "told": "measured",
}
_TO: dict[LoopStage, LoopStage] = {name: name for name in STATIONS} | {"building": "merged"}
_FEWEST = 3
"""Fewer departures tell nothing of a station."""


@dataclass(frozen=True, eq=False, slots=True)
class Worked:
    """A station, with the share of its slots' time that work took, and the mean wait of a loop for a slot (days)."""

    station: Station
    busy: float
    queue_days: float

    @property
    def effort_days(self) -> float:
        return float(self.station.effort.mean())


def drawn(stamped: Stamped, found: Lengths | None, rng: np.random.Generator) -> tuple[Floats, list[Worked]] | None:
    """When each loop was heard, and its stations; None where one of them can't be told of.

    What is missing is filled in by the lengths that were found, how many slots there are is drawn by its chances, and
    loops that are still open take the efforts of others.
    """
    until = stamped.until
    rows = filled(stamped.known, stamped.fixed, found, until, rng)
    rows = np.maximum.accumulate(np.where(np.isnan(rows), np.inf, rows), axis=1)
    is_there = rows[:, 0] <= until
    rows, windows = rows[is_there], stamped.windows[is_there]
    parts = [_worked(name, rows, _delay(name, rows, windows, rng), until, rng) for name in STATIONS]
    worked = [one for one in parts if one is not None]
    return (rows[:, 0], worked) if len(worked) == len(STATIONS) else None


def ends(name: LoopStage) -> tuple[int, int]:
    """The places of the stages between which a station lies."""
    return STAGES.index(_FROM[name]), STAGES.index(_TO[name])


def _delay(name: LoopStage, rows: Floats, windows: Floats, rng: np.random.Generator) -> Floats:
    """What passes before a slot is asked for: to be measured, the rollout and the metric's window."""
    if name != "measured":
        return np.zeros(len(rows))
    deployed, exposed, measured = (rows[:, STAGES.index(stage)] for stage in ("deployed", "exposed", "measured"))
    seen = np.isfinite(exposed)
    rollout = rng.choice(exposed[seen] - deployed[seen], len(rows)) if seen.any() else np.zeros(len(rows))
    rollout[seen] = exposed[seen] - deployed[seen]
    window = windows.copy()
    window[seen] = np.minimum(windows[seen], measured[seen] - exposed[seen])
    return rollout + window


def _worked(name: LoopStage, rows: Floats, delay: Floats, until: float, rng: np.random.Generator) -> Worked | None:
    first, last = ends(name)
    came = rows[:, STAGES.index("deployed")] + delay if name == "measured" else rows[:, first]
    there = np.isfinite(came) & (came <= until)
    visits = _visits(came[there], rows[there, last], until, rng, may_be_carried=name == "deployed")
    if visits is None:
        return None
    effort = rng.choice(visits.efforts, len(rows))
    effort[np.flatnonzero(there)[visits.done]] = visits.efforts
    station = Station(name, visits.slots, effort, delay, visits.train)
    return Worked(station, visits.busy, float((visits.began - visits.came).sum()) / len(rows))


@dataclass(frozen=True, eq=False, slots=True)
class _Visits:
    """All who came to a station; `began` is `until` for those who still wait."""

    slots: int
    came: Floats
    began: Floats
    left: Floats
    train: Floats | None
    until: float

    @property
    def done(self) -> NDArray[np.bool_]:
        return np.isfinite(self.left) & (self.began < self.until)

    @property
    def efforts(self) -> Floats:
        return np.asarray((self.left - self.began)[self.done])

    @property
    def busy(self) -> float:
        taken = float((np.minimum(self.left, self.until) - self.began).clip(0).sum())
        return taken / (self.slots * max(self.until - float(self.came.min()), 1e-9))


def _visits(
    came: Floats, left: Floats, until: float, rng: np.random.Generator, *, may_be_carried: bool
) -> _Visits | None:
    left, train = np.maximum(left, came), None
    if may_be_carried:
        carried = ready(came, left)
        left, train = carried.at, carried.train
    if np.isfinite(left).sum() < _FEWEST:
        return None
    chances = slot_chances(came, left, until)
    slots = int(rng.choice(len(chances), p=chances)) + 1
    starts = begun(came, left, slots)
    found = _Visits(slots, came, np.minimum(np.where(np.isnan(starts), until, starts), until), left, train, until)
    return found if found.done.sum() >= _FEWEST else None
