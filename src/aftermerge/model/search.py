"""A question to what was heard, and its answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What to look for. No words: everything that the filters leave.

    `words` may hold "phrases", prefixes* and typos. Ratings and times are inclusive from, exclusive until.
    """

    words: str = ""
    source: str | None = None
    account: str | None = None
    version: str | None = None
    problem: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    least_rating: float | None = None
    most_rating: float | None = None
    order: Literal["best", "newest"] = "best"
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """A piece of feedback that answers, by id. `score` compares hits of one query only."""

    feedback: str
    score: float


@dataclass(frozen=True, slots=True)
class Hits:
    """The best or the newest of `total` that answer. `corrected`: words that were found only by allowing for typos."""

    hits: tuple[Hit, ...]
    total: int
    corrected: tuple[str, ...] = ()
