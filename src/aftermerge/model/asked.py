"""The uncomfortable questions about a bet, answered from data before anything is built."""

from dataclasses import dataclass
from typing import Literal

from aftermerge.model.bet import Bet

Outcome = Literal["pass", "warn", "missing"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One question, what the data say, and the next step where there is one."""

    name: str
    question: str
    outcome: Outcome
    told: str
    then: str | None = None


@dataclass(frozen=True, slots=True)
class AskedBet:
    """A bet with its answers, in the order in which they are asked."""

    bet: Bet
    answers: tuple[Answer, ...]

    @property
    def wants_attention(self) -> bool:
        return any(answer.outcome != "pass" for answer in self.answers)
