"""Which bet says nearly the same as this one?"""

import re
from collections.abc import Sequence

from aftermerge.model.bet import Bet

ALIKE = 0.5
_WORD = re.compile(r"\w{3,}")


def likest(bet: Bet, others: Sequence[Bet]) -> Bet | None:
    """The bet that shares most words, where that is half or more of all (Jaccard); or that has the same problem and
    the same metric.
    """
    ranked = max(others, key=lambda other: (_likeness(bet, other), other.slug), default=None)
    if ranked is not None and _likeness(bet, ranked) >= ALIKE:
        return ranked
    same = (o for o in others if o.problem and (o.problem, o.metric) == (bet.problem, bet.metric))
    return next(same, None)


def _likeness(one: Bet, other: Bet) -> float:
    mine, theirs = _words(one), _words(other)
    return len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0


def _words(bet: Bet) -> frozenset[str]:
    return frozenset(_WORD.findall(f"{bet.asked} {bet.helps}".casefold()))
