"""A bet before it is synced: asked about with what the ledger knows, and not kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aftermerge.bet.parse import cited
from aftermerge.hear.attribute import problems_cited
from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Link, Release
from aftermerge.model.feedback import Feedback
from aftermerge.model.metric import Metric
from aftermerge.model.problem import Attribution
from aftermerge.model.readout import Readout
from aftermerge.ports import Ledger


@dataclass(frozen=True, slots=True)
class Proposed:
    """Fits `ports.Knowledge`: the ledger's own, with the bets and metrics of a working tree in place of its."""

    ledger: Ledger
    tree: Batch

    def bets(self) -> Sequence[Bet]:
        return self.tree.bets

    def metrics(self) -> Sequence[Metric]:
        return self.tree.metrics

    def feedback(self, problem: str | None = None) -> Sequence[Feedback]:
        """What a bet cites speaks of its problem, as it will once the bet is synced."""
        known = self.ledger.feedback(problem)
        cites = problems_cited(self.tree.bets, {bet.slug: cited(bet) for bet in self.tree.bets})
        wanted = [id_ for id_, of in cites.items() if problem is not None and of == problem]
        new = (row for row in self.ledger.feedback_by_id(wanted) if row.problem is None)
        return sorted([*known, *new], key=lambda row: row.time)

    def attributions(self, problem: str | None = None) -> Sequence[Attribution]:
        return self.ledger.attributions(problem)

    def changes(self) -> Sequence[Change]:
        return self.ledger.changes()

    def releases(self) -> Sequence[Release]:
        return self.ledger.releases()

    def links(self) -> Sequence[Link]:
        return self.ledger.links()

    def readouts(self) -> tuple[datetime | None, Sequence[Readout]]:
        return self.ledger.readouts()
