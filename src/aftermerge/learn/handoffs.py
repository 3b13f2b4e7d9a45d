"""Responsibility that moves between teams: a bet's next change lies in another team's code.

What CODEOWNERS gives to one declared team is that team's; a change in code of several teams, or of none, moves nothing.
Blind spot: what is handed over without a change, and teams that share their code.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from aftermerge.model.change import Change
from aftermerge.model.codeowners import Codeowners
from aftermerge.model.loop import DAY, Handoffs

TeamOf = Callable[[Change], str | None]


@dataclass(frozen=True, slots=True)
class Teams:
    """Declared teams and their owners, as CODEOWNERS has them."""

    owners: Mapping[str, Sequence[str]]
    code: Codeowners

    def of(self, change: Change) -> str | None:
        """The only team whose code it changes."""
        touched = {owner for path in change.paths for owner in self.code.owners_of(path)}
        teams = {name for name, owners in self.owners.items() if touched & {owner.casefold() for owner in owners}}
        return teams.pop() if len(teams) == 1 else None


def handoffs(changes: Mapping[str, Sequence[Change]], team_of: TeamOf) -> Handoffs | None:
    """Over all bets; None where no change is any team's."""
    moved = {bet: list(_moved(of_bet, team_of)) for bet, of_bet in changes.items()}
    if not any(team_of(change) for of_bet in changes.values() for change in of_bet):
        return None
    days = [waited for found in moved.values() for waited in found]
    p50, p85 = (float(value) for value in np.quantile(days, (0.5, 0.85))) if days else (None, None)
    return Handoffs(len(days), sum(bool(found) for found in moved.values()), p50, p85)


def _moved(changes: Sequence[Change], team_of: TeamOf) -> Iterator[float]:
    """For each move, the days between one team's last change and the beginning of the next team's first."""
    owned = [(change, team) for change in sorted(changes, key=lambda one: one.merged_at) if (team := team_of(change))]
    for (before, giver), (after, taker) in pairwise(owned):
        if giver != taker:
            yield max(((after.begun_at or after.merged_at) - before.merged_at) / DAY, 0.0)
