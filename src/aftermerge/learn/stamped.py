"""Loops as numbers."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from aftermerge.learn.constraint import Stamped
from aftermerge.model.loop import DAY, STAGES, Loop

Floats = NDArray[np.float64]


def stamped(loops: Sequence[Loop], now: datetime) -> Stamped:
    """Days before `now` are negative; what was taken back is left out, as its loop ended otherwise."""
    counted = [loop for loop in loops if loop.done is None or loop.done.stage != "deployed"]
    known = np.full((len(counted), len(STAGES)), np.nan)
    for row, loop in enumerate(counted):
        for stamp in loop.stamps:
            known[row, STAGES.index(stamp.stage)] = (stamp.at - now) / DAY
    return Stamped(in_turn(known), np.array([float(loop.window_days) for loop in counted]), 0.0)


def in_turn(known: Floats) -> Floats:
    """Each stamp no earlier than those before it; what is not known stays so."""
    latest = np.maximum.accumulate(np.where(np.isnan(known), -np.inf, known), axis=1)
    return np.where(np.isnan(known), np.nan, latest)
