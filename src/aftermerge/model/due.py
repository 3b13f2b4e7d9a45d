"""Somebody who asked for what has reached them, and has not heard of it."""

from dataclasses import dataclass
from datetime import datetime

from aftermerge.model.bet import Bet
from aftermerge.model.feedback import Ask, Feedback
from aftermerge.model.message import Message


@dataclass(frozen=True, slots=True)
class DueAsk:
    """`feedback` is what they said first, `release` what brought it to them; `message` is the answer, once drafted."""

    bet: Bet
    ask: Ask
    feedback: Feedback
    release: str
    reached_at: datetime
    message: Message | None = None

    @property
    def id(self) -> str:
        """Of the answer, too."""
        return f"{self.bet.slug}/{self.feedback.id}"

    def waiting_days(self, now: datetime) -> int:
        """Since they asked."""
        return (now - self.ask.asked_at).days
