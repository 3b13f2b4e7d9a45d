"""Which stage holds the others up, and what would its relief gain?

Each station where work waits for hands is told from its stamps: how many pieces it holds at a time, and the effort of
each. The one whose queue takes most of a loop's days comes first. The history is then run again with half as many slots
more at one station, and all else as it was. What is not known, stamps and slots, is drawn anew for each replay, and
efforts are drawn over loops, so that the spread of replays is the uncertainty. Ranking by the replayed gain instead was
tried: it named the right station less often, since a station with few loops and an unsure number of slots sometimes
replays far worse than it ever was. Assumes that a station's hands are its own. Blind spot: a group that works in two
stations at once counts as two, work that serves no bet shows only as slowness, and what comes back from review as
effort.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from aftermerge.learn.replay import Station, replay, replay_relieved
from aftermerge.learn.stamped import Stamped
from aftermerge.learn.stations import Worked, drawn, ends
from aftermerge.model.constraint import STATIONS, Constraint, Range, Relief
from aftermerge.model.loop import LoopStage
from aftermerge.stats.stamps import Lengths, lengths

Floats = NDArray[np.float64]

DRAWS = 20
LEAST_LOOPS = 20
"""With fewer loops one of them decides."""
LEAST_KNOWN = 0.1
"""A station is judged from this share of loops of which both its ends are known."""
MOST_MISSING = 0.6
LEAST_CHANCE = 0.5
"""In at least this share of replays the same station must have the longest queue."""
LEAST_GAIN = 0.02
"""Where relief of the longest queue makes loops shorter by less, nobody is short of hands."""


@dataclass(frozen=True, eq=False, slots=True)
class _Draw:
    """One replay: its stations, the mean from heard to told, and what each station's relief gains, (stations,)."""

    worked: Sequence[Worked]
    lead_days: float
    shorter: Floats
    more: Floats


def constraint_of(stamped: Stamped, rng: np.random.Generator, draws: int = DRAWS) -> Constraint:
    """The stations, ranked by their queues; abstains where that can't be told."""
    told = _too_little(stamped)
    if told:
        return _abstaining(stamped, told)
    takes = lengths(stamped.known, stamped.fixed)
    found = [one for one in (_draw(stamped, takes, rng) for _ in range(draws)) if one is not None]
    if not found:
        return _abstaining(stamped, f"too few loops are known to have come through `{_rarest(stamped)}`")
    return _judged(stamped, found)


def _too_little(stamped: Stamped) -> str:
    if stamped.loops < LEAST_LOOPS:
        are = "loop is" if stamped.loops == 1 else "loops are"
        return f"{stamped.loops} {are} known by two stamps or more; {LEAST_LOOPS} are the least"
    if stamped.missing > MOST_MISSING:
        return f"{stamped.missing:.0%} of the stamps are missing"
    return ""


def _rarest(stamped: Stamped) -> LoopStage:
    """The station that fewest are known to have left."""
    return min(STATIONS, key=lambda name: int(np.isfinite(stamped.known[:, ends(name)[1]]).sum()))


def _abstaining(stamped: Stamped, told: str) -> Constraint:
    return Constraint(None, stamped.loops, stamped.missing, (), None, 0.0, None, told)


def _draw(stamped: Stamped, takes: Lengths | None, rng: np.random.Generator) -> _Draw | None:
    history = drawn(stamped, takes, rng)
    if history is None:
        return None
    heard, worked = history
    stations = _redrawn([one.station for one in worked], rng)
    times = replay(heard, stations)
    runs = [replay_relieved(heard, stations, times, place) for place in range(len(stations))]
    lead, told = float((times[-1] - heard).mean()), max(int((times[-1] <= stamped.until).sum()), 1)
    shorter = np.array([1 - float((run - heard).mean()) / lead for run in runs])
    more = np.array([float((run <= stamped.until).sum()) / told - 1 for run in runs])
    return _Draw(worked, lead, shorter, more)


def _redrawn(stations: Sequence[Station], rng: np.random.Generator) -> list[Station]:
    """Each loop takes all efforts of a loop that is drawn with replacement."""
    place = rng.integers(0, len(stations[0].effort), len(stations[0].effort))
    return [replace(station, effort=station.effort[place]) for station in stations]


def _judged(stamped: Stamped, found: Sequence[_Draw]) -> Constraint:
    queues = np.array([[one.queue_days for one in draw.worked] for draw in found])
    order = np.argsort(-queues.mean(axis=0), kind="stable")
    leader = STATIONS[int(order[0])]
    chance = float((queues.argmax(axis=1) == order[0]).mean())
    lead = float(np.median([draw.lead_days for draw in found]))
    reliefs = tuple(_relief(stamped, found, int(place)) for place in order)
    told = _doubt(stamped, leader, chance, reliefs[0].shorter.middle)
    return Constraint(None, stamped.loops, stamped.missing, reliefs, None if told else leader, chance, lead, told)


def _doubt(stamped: Stamped, leader: LoopStage, chance: float, gain: float) -> str:
    if gain < LEAST_GAIN:
        return (
            f"nobody is short of hands: more of them at `{leader}` would make loops less than {LEAST_GAIN:.0%} shorter"
        )
    known = stamped.known_share(*ends(leader))
    if known < LEAST_KNOWN:
        return f"`{leader}` would come first, and its stamps are known of {known:.0%} of loops"
    if chance < LEAST_CHANCE:
        return f"`{leader}` has the longest queue in {chance:.0%} of replays only"
    return ""


def _relief(stamped: Stamped, found: Sequence[_Draw], place: int) -> Relief:
    worked = [draw.worked[place] for draw in found]
    return Relief(
        station=STATIONS[place],
        slots=_range([one.station.slots for one in worked]),
        busy=_range([one.busy for one in worked]),
        queue_days=_range([one.queue_days for one in worked]),
        effort_days=_range([one.effort_days for one in worked]),
        shorter=_range([draw.shorter[place] for draw in found]),
        more=_range([draw.more[place] for draw in found]),
        known=stamped.known_share(*ends(STATIONS[place])),
    )


def _range(values: Sequence[float]) -> Range:
    low, high = np.quantile(values, (0.05, 0.95))
    return Range(float(np.mean(values)), float(low), float(high))
