"""What a connector hands over: domain rows, how far it has read, and what it could not use."""

from dataclasses import dataclass
from typing import Literal

from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Release
from aftermerge.model.feedback import Feedback
from aftermerge.model.metric import Metric

Noun = Literal["releases", "bets", "metrics"]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that could not be used: lines count from 1 as an editor counts them."""

    file: str
    row: int
    column: str | None
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows to be stored together with the cursor, or not at all.

    `whole` names the nouns of which this batch holds all that the source has: those that the ledger knows from
    this source and that are not in it are gone. `restart`: the source is read again from its beginning, and what the
    ledger has of its changes and releases goes with this batch. `done` and `total` are for the progress bar.
    """

    cursor: str
    feedback: tuple[Feedback, ...] = ()
    changes: tuple[Change, ...] = ()
    releases: tuple[Release, ...] = ()
    bets: tuple[Bet, ...] = ()
    metrics: tuple[Metric, ...] = ()
    whole: frozenset[Noun] = frozenset()
    restart: bool = False
    rejected: tuple[Rejected, ...] = ()
    done: int | None = None
    total: int | None = None
