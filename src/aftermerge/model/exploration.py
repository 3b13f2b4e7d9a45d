"""An exploration: a question with a box of time around it, which ends with what was learned."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

ExplorationState = Literal["open", "kept", "late", "raided", "lapsed"]


@dataclass(frozen=True, slots=True)
class Exploration:
    """One file under `explorations/`, by whose name it is known.

    The box is the days from `since` to `until`, both inclusive. `protected_by` is the team that keeps other work away,
    `raided_by` what took the time after all. `leads_to` is the slug of a bet, or `no`, which is as good. `who` are
    those who explore, as git knows them, where they wish to say so.
    """

    slug: str
    question: str
    since: date
    until: date
    protected_by: str | None = None
    outcome: str | None = None
    raided_by: str | None = None
    leads_to: str | None = None
    who: tuple[str, ...] = ()
    notes: str = field(default="", repr=False)
    file: str = ""

    @property
    def bet(self) -> str | None:
        """The slug of the bet that came of it."""
        return None if self.leads_to == "no" else self.leads_to


@dataclass(frozen=True, slots=True)
class ExploredQuestion:
    """An exploration and how it stands.

    Kept: an outcome was committed by the end of the box; late: only later, or not yet committed; lapsed: the box is
    over and has none. `ends` is the end that counts: one that was moved after it had passed stays where it was.
    `outcome_on` is the day on which the outcome was committed. `slack_days` are declared by the team that protects it.
    """

    exploration: Exploration
    state: ExplorationState
    ends: date
    outcome_on: date | None = None
    slack_days: tuple[str, ...] = ()
