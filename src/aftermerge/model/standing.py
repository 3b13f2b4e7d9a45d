"""Where a bet stands: how far it has come round the loop, with what that rests on."""

from dataclasses import dataclass
from typing import Literal

from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Release, Rule
from aftermerge.model.feedback import Ask, Feedback
from aftermerge.model.readout import Readout

Stage = Literal["framed", "merged", "released", "measured", "told"]


@dataclass(frozen=True, slots=True)
class LinkedChange:
    """A change that serves the bet, and the rule by which that was found."""

    change: Change
    rule: Rule


@dataclass(frozen=True, slots=True)
class Standing:
    """`asks` are the customers who want the bet's problem solved, `voices` the first of their words.

    `withdrawn` is the release that took the last of its changes back.
    """

    bet: Bet
    stage: Stage
    changes: tuple[LinkedChange, ...]
    release: Release | None
    readouts: tuple[Readout, ...]
    asks: tuple[Ask, ...]
    voices: tuple[Feedback, ...]
    withdrawn: Release | None = None

    @property
    def waiting(self) -> tuple[Ask, ...]:
        """Who has not had an answer since the release, and may have one."""
        return tuple(ask for ask in self.asks if ask.may_contact and not self._has_heard(ask))

    def _has_heard(self, ask: Ask) -> bool:
        released_at = self.release.released_at if self.release else None
        return ask.answered_at is not None and (released_at is None or ask.answered_at >= released_at)
