"""What stamps tell of a station where work waits for hands: how many slots it has, when each piece was begun.

Only arrivals and departures are seen, (pieces,) in days; a piece that is still there departs at infinity. Whoever works
does so without pause while somebody waits. Blind spot: hands that work elsewhere count as fewer hands, and work that
comes back unseen as more effort.
"""

from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aftermerge.errors import StatisticsError

Floats = NDArray[np.float64]

SLOT_PRIOR = np.array([0.30, 0.25, 0.15, 0.10, 0.07, 0.05, 0.04, 0.03, 0.01])
"""Of one slot, two, and so on: teams are small."""
_TEMPER = 0.4
"""Efforts vary other than exponentially, and urgent work overtakes: the likelihood is taken for less than it says."""
_TRAIN_SHARE = 0.15
"""From this share of departures in company on, a train carries them; by chance no two leave at the same time."""


def begun(arrivals: ArrayLike, departures: ArrayLike, slots: int) -> Floats:
    """When each piece was begun by one of the slots, (pieces,); NaN for one that still waits.

    Of those that wait, the one that leaves first is taken first. For one slot this is exact, whatever the order of
    service; for more it is one history that fits. A piece that left while all slots were taken had no effort.
    """
    came, left = _checked(arrivals, departures)
    found = np.full(len(came), np.nan)
    waiting: list[tuple[float, int]] = []
    busy: list[float] = []

    def take(at: float) -> None:
        while waiting:
            leaves, piece = heappop(waiting)
            found[piece] = min(at, leaves)
            if leaves > at:
                heappush(busy, leaves)
                return

    for piece in np.argsort(came, kind="stable"):
        while busy and busy[0] <= came[piece]:
            take(heappop(busy))
        heappush(waiting, (float(left[piece]), int(piece)))
        if len(busy) < slots:
            take(float(came[piece]))
    while waiting and busy and np.isfinite(busy[0]):
        take(heappop(busy))
    return found


def slot_chances(arrivals: ArrayLike, departures: ArrayLike, until: float) -> Floats:
    """How likely one slot is, two, …, (9,), given what left while how many were there.

    With c slots and N pieces, pieces leave at a rate that is proportional to min(N, c): the likelihood of a point
    process (Daley and Vere-Jones 2003, 7.1), its rate profiled out, tempered, times `SLOT_PRIOR`.
    """
    came, left = _checked(arrivals, departures)
    gone = left[left <= until]
    times = np.concatenate([came, gone])
    steps = np.concatenate([np.ones(len(came)), -np.ones(len(gone))])
    order = np.lexsort((-steps, times))
    times, steps = times[order], steps[order]
    there = np.cumsum(steps)
    lasts = np.diff(np.append(times, max(until, times[-1]) if len(times) else until))
    at_leaving = (there - steps)[steps < 0]
    log = np.array([_log_likelihood(there, lasts, at_leaving, slots) for slots in range(1, len(SLOT_PRIOR) + 1)])
    weight = np.exp(_TEMPER * (log - log.max())) * SLOT_PRIOR
    return np.asarray(weight / weight.sum())


@dataclass(frozen=True, eq=False, slots=True)
class Ready:
    """When each piece was ready at the latest that is known, and the `train` that carried it; None without trains."""

    at: Floats
    train: Floats | None


def ready(arrivals: ArrayLike, departures: ArrayLike) -> Ready:
    """Where pieces leave in company, a train carries them, and the wait for it is no want of hands.

    A piece may have been ready ever since the train before left without it.
    """
    came, left = _checked(arrivals, departures)
    gone = np.isfinite(left)
    trains, carried = np.unique(left[gone], return_counts=True)
    if not gone.any() or carried[carried > 1].sum() < _TRAIN_SHARE * gone.sum():
        return Ready(left, None)
    before = np.append(-np.inf, trains)[np.searchsorted(trains, np.where(gone, left, trains[-1]))]
    earliest = np.minimum(np.maximum(came, before), left)
    soon = earliest + 0.5 * np.minimum(np.where(gone, left, np.inf) - earliest, 1.0)
    return Ready(np.where(gone, soon, np.inf), trains)


def little_residual(arrivals: ArrayLike, departures: ArrayLike, since: float, until: float) -> float | None:
    """(L − λW) / L over a span of days (Little 1961); None while nothing was there.

    L is the mean number there, λ the arrivals a day, W the mean stay of those that left. It is near zero where as much
    leaves as arrives.
    """
    came, left = _checked(arrivals, departures)
    stay = np.minimum(left, until) - np.maximum(came, since)
    there = float(stay[stay > 0].sum()) / (until - since)
    arrived = int(((came >= since) & (came < until)).sum())
    gone = (left >= since) & (left < until)
    if there <= 0 or not gone.any():
        return None
    return (there - arrived / (until - since) * float((left - came)[gone].mean())) / there


def _log_likelihood(there: Floats, lasts: Floats, at_leaving: Floats, slots: int) -> float:
    exposure = float((np.minimum(there, slots) * lasts).sum())
    if not len(at_leaving) or exposure <= 0:
        return 0.0
    busy = np.maximum(np.minimum(at_leaving, slots), 1)
    return float(np.log(busy).sum() + len(at_leaving) * np.log(len(at_leaving) / exposure))


def _checked(arrivals: ArrayLike, departures: ArrayLike) -> tuple[Floats, Floats]:
    came, left = np.asarray(arrivals, dtype=np.float64).ravel(), np.asarray(departures, dtype=np.float64).ravel()
    if came.shape != left.shape or not np.isfinite(came).all() or (left < came).any() or np.isnan(left).any():
        raise StatisticsError("each piece arrives, and leaves after that or never (infinity)")
    return came, left
