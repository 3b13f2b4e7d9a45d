"""What a connector hands over: domain rows, how far it has read, and what it could not use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Release
from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback, Verbatim
from aftermerge.model.metric import Metric
from aftermerge.model.pull_request import PullRequest

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
    ledger has of its changes and releases goes with this batch. `names` are the persons whom the record of a piece of
    feedback (by id) names: they are redacted in it, and not kept. `verbatims` come of redaction. `done` and `total`
    are for the progress bar.
    """

    cursor: str
    feedback: tuple[Feedback, ...] = ()
    verbatims: tuple[Verbatim, ...] = ()
    customers: tuple[Customer, ...] = ()
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    releases: tuple[Release, ...] = ()
    pull_requests: tuple[PullRequest, ...] = ()
    bets: tuple[Bet, ...] = ()
    metrics: tuple[Metric, ...] = ()
    whole: frozenset[Noun] = frozenset()
    restart: bool = False
    rejected: tuple[Rejected, ...] = ()
    done: int | None = None
    total: int | None = None
