"""A problem as it stands: who suffers from it, since when, and whether it is getting better."""

from dataclasses import dataclass
from datetime import date

from aftermerge.model.feedback import Feedback
from aftermerge.model.helpfulness import Helpfulness
from aftermerge.model.readout import Readout


@dataclass(frozen=True, slots=True)
class ProblemFacts:
    """`customers` counts distinct askers. `by_week` is how many pieces of feedback came in each of the last weeks,
    oldest first. `value` is what the accounts behind it are worth, by the newest that each said, in the source's
    currency; None where none is known. `attracted` were attributed by likeness and wait for a person. `solved_by` is
    the readout by which its rate fell; a ticket that was closed solves nothing. `helpfulness` is what those say who
    were told of its bets.
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
    helpfulness: Helpfulness | None = None

    @property
    def is_reopened(self) -> bool:
        """A customer says that it did not help, whatever was measured."""
        return self.helpfulness is not None and self.helpfulness.is_denied

    @property
    def is_solved(self) -> bool:
        """Fewer complain, by measurement, or those who asked say so; and none of them says the contrary."""
        says_so = self.helpfulness is not None and self.helpfulness.is_affirmed
        return (self.solved_by is not None or says_so) and not self.is_reopened
