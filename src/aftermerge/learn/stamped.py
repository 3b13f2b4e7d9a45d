"""Loops as numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from aftermerge.model.loop import DAY, STAGES, Loop

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Stamped:
    """Stamps of loops, (loops, stages) in days, NaN where unknown; the days that each one's metric asks for, (loops,);
    and the last day that is seen.
    """

    known: Floats
    windows: Floats
    until: float

    @property
    def fixed(self) -> Floats:
        """What is a delay by design, (loops, intervals)."""
        fixed = np.zeros((len(self.known), self.known.shape[1] - 1))
        fixed[:, STAGES.index("exposed")] = self.windows
        return fixed

    @property
    def loops(self) -> int:
        """Those of which two stamps or more are known."""
        return int((np.isfinite(self.known).sum(axis=1) > 1).sum())

    @property
    def missing(self) -> float:
        """The share of stamps that are not known, of the stages up to the last one that each loop is known to have."""
        seen = np.isfinite(self.known)
        due = seen[:, ::-1].cumsum(axis=1)[:, ::-1] > 0
        return float(1 - seen.sum() / due.sum()) if due.any() else 0.0

    def known_share(self, first: int, last: int) -> float:
        """Of the loops that are known to have reached the stage at `last`, those of which both stages are known."""
        seen = np.isfinite(self.known)
        passed = seen[:, last:].any(axis=1)
        return float((seen[:, first] & seen[:, last])[passed].mean()) if passed.any() else 0.0


def stamped(loops: Sequence[Loop], now: datetime) -> Stamped:
    """Days before `now` are negative; what was taken back is left out, as its loop ended otherwise.

    Where nobody is to be told, telling took no time.
    """
    counted = [loop for loop in loops if loop.done is None or loop.done.stage != "deployed"]
    known = np.full((len(counted), len(STAGES)), np.nan)
    for row, loop in enumerate(counted):
        for stamp in loop.stamps:
            known[row, STAGES.index(stamp.stage)] = (stamp.at - now) / DAY
        if loop.done and loop.done.stage == "measured":
            known[row, STAGES.index("told")] = (loop.done.at - now) / DAY
    return Stamped(in_turn(known), np.array([float(loop.window_days) for loop in counted]), 0.0)


def in_turn(known: Floats) -> Floats:
    """Each stamp no earlier than those before it; what is not known stays so."""
    latest = np.maximum.accumulate(np.where(np.isnan(known), -np.inf, known), axis=1)
    return np.where(np.isnan(known), np.nan, latest)
