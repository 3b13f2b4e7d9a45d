"""A review: what a period's work changed for customers, what it taught, and who still waits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from aftermerge.model.bet import Bet
from aftermerge.model.change import Release
from aftermerge.model.feedback import Feedback
from aftermerge.model.message import Helped
from aftermerge.model.metric import Metric
from aftermerge.model.portfolio import Portfolio
from aftermerge.model.readout import Readout
from aftermerge.model.thanks import Thanks


@dataclass(frozen=True, slots=True)
class ReadMetric:
    """A readout beside the metric that it reads."""

    readout: Readout
    metric: Metric


@dataclass(frozen=True, slots=True)
class ReviewedBet:
    """`asked` customers asked for it; `waiting` of them have had no answer since it reached users.

    `is_built` says whether a change is linked to it, `withdrawn` which release took it back. `helped` counts what
    customers themselves said when they had it; it is set beside the claim, and never mixed with it.
    """

    bet: Bet
    release: Release | None
    claim: ReadMetric | None
    others: tuple[ReadMetric, ...]
    asked: int
    waiting: int
    quote: Feedback | None
    is_built: bool
    withdrawn: Release | None = None
    helped: Mapping[Helped, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wait:
    """How many customers wait to hear what became of a bet, whenever it shipped."""

    bet: Bet
    customers: int


@dataclass(frozen=True, slots=True)
class Review:
    """`no_claim_share` is the share of shipped changes that serve no bet, maintenance apart; None where none shipped.

    `portfolio` takes the bets' claims together, None where they are too few. `waits` is as of now, the most first.
    `constraint` says in a line where the loop is slowest, where that is known. `thanks` were published in the period.
    """

    workspace: str
    as_of: datetime | None
    since: date | None
    until: date | None
    bets: tuple[ReviewedBet, ...]
    releases: tuple[ReadMetric, ...]
    no_claim_share: float | None
    next_steps: tuple[str, ...] = ()
    portfolio: Portfolio | None = None
    waits: tuple[Wait, ...] = ()
    constraint: str | None = None
    thanks: tuple[Thanks, ...] = ()
