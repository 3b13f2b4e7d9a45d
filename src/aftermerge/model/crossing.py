"""Somebody went where the customer is, past the border of their own team."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

CrossingKind = Literal["answered", "changed", "interviewed"]


@dataclass(frozen=True, slots=True)
class Crossing:
    """Evidence on a bet. `evidence` is what shows it: a piece of feedback, a change, an interview.

    `customer` is the id of the feedback of one whom it unblocked, never a name. `into` are the owners, as CODEOWNERS
    has them, of what was changed.
    """

    bet: str
    kind: CrossingKind
    on: date
    evidence: str
    customer: str | None
    into: tuple[str, ...] = ()
