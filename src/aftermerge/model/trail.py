"""From a line of code to what it changed for customers: as far as the trail can be followed."""

from dataclasses import dataclass

from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Rule
from aftermerge.model.feedback import Feedback
from aftermerge.model.readout import Readout


@dataclass(frozen=True, slots=True)
class LineOrigin:
    """The commit that last gave a line its text, under the name that the file had there. No commit: not committed."""

    commit: str | None
    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Served:
    """A bet that the change serves: how many customers asked for it, the first of their words, and what came of it."""

    bet: Bet
    rule: Rule
    customers: int
    voices: tuple[Feedback, ...]
    readouts: tuple[Readout, ...]


@dataclass(frozen=True, slots=True)
class Trail:
    """What stands behind `asked`, a commit or `path:line`. `ends` says where the trail breaks off, and why."""

    asked: str
    origin: LineOrigin | None = None
    commit: str | None = None
    change: Change | None = None
    releases: tuple[str, ...] = ()
    served: tuple[Served, ...] = ()
    ends: str | None = None
