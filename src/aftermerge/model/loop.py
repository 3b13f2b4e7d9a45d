"""A loop: how a bet came round from the first customer who was heard to the first who says whether it helped."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal

LoopStage = Literal["heard", "framed", "building", "merged", "deployed", "exposed", "measured", "told", "confirmed"]
STAGES: tuple[LoopStage, ...] = (
    "heard",
    "framed",
    "building",
    "merged",
    "deployed",
    "exposed",
    "measured",
    "told",
    "confirmed",
)
Kind = Literal["queue", "work", "rollout", "window", "customer"]
KINDS: dict[LoopStage, Kind] = {
    "framed": "queue",
    "building": "queue",
    "merged": "work",
    "deployed": "queue",
    "exposed": "rollout",
    "measured": "window",
    "told": "queue",
    "confirmed": "customer",
}
"""What an interval is, by the stage with which it ends: a rollout, a window and a customer's answer take no hands."""
AFTER_USERS: tuple[LoopStage, ...] = ("exposed", "measured", "told", "confirmed")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LoopStamp:
    """When a stage was first reached, and by what that is known: `feedback zendesk:8841`, `commit 1a2b3c4d`."""

    stage: LoopStage
    at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class Loop:
    """One bet's stamps that are known, in the order of the stages.

    `window_days` is the wait that its metric asks for. `done` is what ends the team's part: those who asked were told;
    or it was measured, and nobody waits to be told; or it was taken back.
    """

    bet: str
    stamps: tuple[LoopStamp, ...]
    window_days: int = 0
    done: LoopStamp | None = None

    def stamp(self, stage: LoopStage) -> LoopStamp | None:
        return next((stamp for stamp in self.stamps if stamp.stage == stage), None)

    def at(self, stage: LoopStage) -> datetime | None:
        found = self.stamp(stage)
        return found.at if found else None

    @property
    def days(self) -> dict[LoopStage, float]:
        """How long each interval took, by the stage with which it ends, where both its ends are known.

        What came before its turn (a bet framed before anybody was heard) waited for nothing.
        """
        ends = [(last, self.at(first), self.at(last)) for first, last in pairwise(STAGES)]
        return {last: max(end - start, timedelta()) / DAY for last, start, end in ends if start and end}

    @property
    def now_in(self) -> LoopStage | None:
        """The stage that it waits for; None where it waits for none, or nothing is known.

        A stamp that is missing before the change reached users is not waited for: what came after it is known.
        """
        known = {stamp.stage for stamp in self.stamps}
        if not known or (self.done and (self.done.stage != "told" or "confirmed" in known)):
            return None
        if known & set(AFTER_USERS):
            return next((stage for stage in AFTER_USERS[1:] if stage not in known), None)
        return STAGES[STAGES.index(self.stamps[-1].stage) + 1]

    @property
    def waits_since(self) -> datetime | None:
        """Since when it is in the stage that it waits for."""
        if self.now_in is None:
            return None
        before = STAGES[: STAGES.index(self.now_in)]
        return max((stamp.at for stamp in self.stamps if stamp.stage in before), default=None)


def in_order(stamps: Iterable[LoopStamp]) -> tuple[LoopStamp, ...]:
    """In the order of the stages."""
    return tuple(sorted(stamps, key=lambda stamp: STAGES.index(stamp.stage)))


@dataclass(frozen=True, slots=True)
class Wait:
    """An interval, by the stage with which it ends: how many loops came through, and its days.

    `open_days` are the ages of those that are in it now, longest first, and `oldest` the bet that waits longest.
    """

    stage: LoopStage
    kind: Kind
    done: int
    p50: float | None
    p85: float | None
    open_days: tuple[float, ...] = ()
    oldest: str | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """Loops that were framed, and loops that were done, in the week that begins on a Monday."""

    monday: date
    framed: int
    done: int


@dataclass(frozen=True, slots=True)
class Handoffs:
    """How often responsibility moved to another team's code, in how many loops, and how long it lay (days)."""

    count: int
    loops: int
    p50: float | None = None
    p85: float | None = None


@dataclass(frozen=True, slots=True)
class Loops:
    """All loops, and where they wait.

    `window_share` is the share of the days from exposed to measured that the metrics' windows ask for by design.
    `residual` is (L − λW) / L from framed to done (Little 1961): far from zero, what is done does not stand for what is
    open. `handoffs` is None where no team is known.
    """

    as_of: datetime
    loops: tuple[Loop, ...]
    waits: tuple[Wait, ...]
    weeks: tuple[Week, ...]
    window_share: float | None
    residual: float | None
    handoffs: Handoffs | None
    next_steps: tuple[str, ...] = ()

    @property
    def is_steady(self) -> bool:
        return self.residual is None or abs(self.residual) <= STEADY


STEADY = 0.25
"""Beyond this, Little's law leaves too much unexplained for means to be trusted."""
