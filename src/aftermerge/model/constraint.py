"""Which stage holds all others up, and what more hands there would bring."""

from dataclasses import dataclass
from datetime import datetime

from aftermerge.model.loop import LoopStage

STATIONS: tuple[LoopStage, ...] = ("framed", "building", "deployed", "measured", "told")
"""Where hands are needed. Building is one with merging; a rollout and a customer's answer take no hands."""
STATION_OF: dict[LoopStage, LoopStage] = {name: name for name in STATIONS} | {"merged": "building"}


@dataclass(frozen=True, slots=True)
class Range:
    """A middle, and an interval that holds 90 of 100 replays."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Relief:
    """A station, and what half as many slots again (at least one more) would bring.

    `slots` are pieces of work at a time, `busy` the share of their time that work takes, `queue_days` the wait of one
    loop for a slot. `shorter` is the share by which heard to told shrinks, `more` by which more loops are told by now.
    `known` is the share of loops that passed it of which both ends are known.
    """

    station: LoopStage
    slots: Range
    busy: Range
    queue_days: Range
    effort_days: Range
    shorter: Range
    more: Range
    known: float


@dataclass(frozen=True, slots=True)
class Constraint:
    """`reliefs` are ranked by their queues, the longest first. `constraint` is None where `abstains` says why.

    `chance` is the share of replays in which its queue is the longest. `missing` is the share of stamps that should be
    there and are not. `lead_days` is the mean from heard to told, with open loops as they would go on.
    """

    as_of: datetime | None
    loops: int
    missing: float
    reliefs: tuple[Relief, ...]
    constraint: LoopStage | None
    chance: float
    lead_days: float | None
    abstains: str = ""
    next_steps: tuple[str, ...] = ()
