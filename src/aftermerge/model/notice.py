"""Something that the team is told once: the review of a period, a word to the owner of a bet."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Notice:
    """`name` says what and where, and is told once: “review 2026-03-02 2026-03-08 slack:#product”.

    `sending`: it was begun at `at`, and is not known to have arrived. `refused`: it did not, for sure, and may be tried
    again. `unknown`: nobody but a human can say whether it did. `url` is where it stands.
    """

    name: str
    state: Literal["sending", "sent", "refused", "unknown"]
    at: datetime
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Milestone:
    """When a bet was first seen to have reached a stage of its loop, and by what that is known."""

    bet: str
    stage: str
    at: datetime
    source: str
