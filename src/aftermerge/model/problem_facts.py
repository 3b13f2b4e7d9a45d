"""A problem as it stands: who suffers from it, since when, and whether it is getting better."""

from dataclasses import dataclass
from datetime import date

from aftermerge.model.feedback import Feedback
from aftermerge.model.readout import Readout


@dataclass(frozen=True, slots=True)
class ProblemFacts:
    """`customers` counts distinct askers. `by_week` is how many pieces of feedback came in each of the last weeks,
    oldest first. `value` is what the accounts behind it are worth, by the newest that each said, in the source's
    currency; None where none is known. `attracted` were attributed by likeness and wait for a person. `solved_by` is
    the readout by which its rate fell; a ticket that was closed solves nothing.
    """

    id: str
    title: str
    feedback: int
    customers: int
    since: date
    last: date
    by_week: tuple[int, ...]
    value: float | None
    attracted: int
    bets: tuple[str, ...]
    voices: tuple[Feedback, ...]
    solved_by: Readout | None = None
