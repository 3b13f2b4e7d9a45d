"""Which bet says nearly the same, and which words a text holds."""

import re
from collections.abc import Collection, Sequence

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


def words_of(text: str) -> frozenset[str]:
    """Those of three signs and more, in whatever case."""
    return frozenset(_WORD.findall(text.casefold()))


def found_share(asked: Collection[str], text: str) -> float:
    """The share of the words asked for that a text holds, or that one of its words begins with."""
    held = words_of(text)
    return sum(any(word.startswith(one) for word in held) for one in asked) / len(asked) if asked else 0.0


def _likeness(one: Bet, other: Bet) -> float:
    mine, theirs = words_of(f"{one.asked} {one.helps}"), words_of(f"{other.asked} {other.helps}")
    return len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0
