"""A bet that cites feedback says of which problem that feedback speaks."""

from collections.abc import Mapping, Sequence

from aftermerge.model.bet import Bet
from aftermerge.ports import Ledger


def attribute_cited(ledger: Ledger, cited: Mapping[str, Sequence[str]]) -> int:
    """From feedback ids by the slug of the bet that cites them; how many pieces of feedback that changed.

    What is cited but has not been heard yet waits for the sync that brings it.
    """
    problems = problems_cited(ledger.bets(), cited)
    heard = {feedback.id for feedback in ledger.feedback()} if problems else set()
    return ledger.attribute({id_: problem for id_, problem in problems.items() if id_ in heard})


def problems_cited(bets: Sequence[Bet], cited: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Where two bets cite the same words, the one begun first says."""
    framed = sorted(bets, key=lambda bet: (bet.begun_at is None, bet.begun_at, bet.slug), reverse=True)
    return {id_: bet.problem for bet in framed if bet.problem for id_ in cited.get(bet.slug, ())}
