"""A word to the owner of a bet, when something is known that they will want to know."""

from dataclasses import dataclass
from typing import Literal

from aftermerge.model.standing import Standing

NudgeKind = Literal["exposed", "verdict", "waits"]


@dataclass(frozen=True, slots=True)
class Nudge:
    """Exposed: it has reached users. Verdict: it is known what it did. Waits: a week later somebody still waits."""

    kind: NudgeKind
    standing: Standing

    @property
    def name(self) -> str:
        """By which it is told once: “nudge verdict faster-export”."""
        return f"nudge {self.kind} {self.standing.bet.slug}"
