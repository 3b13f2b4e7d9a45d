"""Who waits to hear what became of what they asked for: one rule for every face."""

from collections.abc import Collection, Iterable
from datetime import datetime

from aftermerge.model.feedback import Ask
from aftermerge.model.message import Message, MessageState
from aftermerge.model.reach import Reach

Told = Collection[tuple[str, str]]
"""Bet and asker of each answer after which nobody waits any more."""

_TOLD: frozenset[MessageState] = frozenset({"sent", "waived", "unknown"})


def waits(ask: Ask, reached_at: datetime | None, told: Told, bet: str) -> bool:
    """Asked before the bet reached users, may have an answer, and has had none since: in their thread or from us.

    Before it reaches them, and once it was taken back, there is nothing to tell: `reached_at` is None.
    """
    if reached_at is None or not ask.may_contact or ask.asked_at > reached_at:
        return False
    is_answered = ask.answered_at is not None and ask.answered_at >= reached_at
    return not is_answered and (bet, ask.asker) not in told


def reached_at(reach: Reach | None) -> datetime | None:
    """Since when users have it; None where they don't."""
    return reach.release.released_at if reach and not reach.withdrawn else None


def told_by(messages: Iterable[Message]) -> Told:
    """An answer that may have arrived counts, since it is never sent again by itself."""
    return frozenset((m.bet, m.asker) for m in messages if m.kind == "answer" and m.state in _TOLD)
