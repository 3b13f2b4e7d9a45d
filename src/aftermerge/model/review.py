"""A review: what a period's work changed for customers, and who still waits."""

from dataclasses import dataclass
from datetime import date, datetime

from aftermerge.model.bet import Bet
from aftermerge.model.change import Release
from aftermerge.model.feedback import Feedback
from aftermerge.model.metric import Metric
from aftermerge.model.portfolio import Portfolio
from aftermerge.model.readout import Readout


@dataclass(frozen=True, slots=True)
class ReadMetric:
    """A readout beside the metric that it reads."""

    readout: Readout
    metric: Metric


@dataclass(frozen=True, slots=True)
class ReviewedBet:
    """`asked` customers asked for it; `waiting` of them have had no answer since it reached users.

    `is_built` says whether a change is linked to it.
    """

    bet: Bet
    release: Release | None
    claim: ReadMetric | None
    others: tuple[ReadMetric, ...]
    asked: int
    waiting: int
    quote: Feedback | None
    is_built: bool


@dataclass(frozen=True, slots=True)
class Review:
    """`no_claim_share` is the share of shipped changes that serve no bet, maintenance apart; None where none shipped.

    `portfolio` takes the bets' claims together, None where they are too few.
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
