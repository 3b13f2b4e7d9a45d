"""Where a bet stands: how far it has come round the loop, with what that rests on."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from aftermerge.model.amendment import Amendment
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Release, Rule
from aftermerge.model.feedback import Ask, Feedback
from aftermerge.model.frozen import FrozenClaim
from aftermerge.model.helpfulness import Helpfulness
from aftermerge.model.reach import Reach
from aftermerge.model.readout import Readout
from aftermerge.model.waiting import Told, reached_at, waits

Stage = Literal["framed", "merged", "released", "measured", "told"]


@dataclass(frozen=True, slots=True)
class LinkedChange:
    """A change that serves the bet, and the rule by which that was found."""

    change: Change
    rule: Rule


@dataclass(frozen=True, slots=True)
class Stamp:
    """A step of the loop, and the day (UTC) on which it was done."""

    step: Literal["framed", "first merged", "released", "measured"]
    on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """`asks` are the customers who want the bet's problem solved, `voices` the first of their words.

    `withdrawn` is the release that took the last of its changes back. `amended` is what was changed of the claim since
    it was frozen. `told` are the answers that were given, of all bets, `helpfulness` what those say who had them.
    """

    bet: Bet
    stage: Stage
    changes: tuple[LinkedChange, ...]
    release: Release | None
    readouts: tuple[Readout, ...]
    asks: tuple[Ask, ...]
    voices: tuple[Feedback, ...]
    withdrawn: Release | None = None
    frozen: FrozenClaim | None = None
    amended: tuple[Amendment, ...] = ()
    told: Told = frozenset()
    helpfulness: Helpfulness | None = None

    @property
    def stamps(self) -> tuple[Stamp, ...]:
        """The steps that are known; measured is the last day over which the claim was read."""
        merged, window = self._merged_at, self._measured_over
        found = (
            Stamp("framed", self.bet.begun_at.date()) if self.bet.begun_at else None,
            Stamp("first merged", merged.date()) if merged else None,
            Stamp("released", self.release.released_at.date()) if self.release else None,
            Stamp("measured", window[1]) if window else None,
        )
        return tuple(stamp for stamp in found if stamp)

    @property
    def merge_to_release_seconds(self) -> float | None:
        """From the first change's merge until the first release; a team's waiting, and nobody's own."""
        if self._merged_at is None or self.release is None:
            return None
        return (self.release.released_at - self._merged_at).total_seconds()

    @property
    def _merged_at(self) -> datetime | None:
        return min((item.change.merged_at for item in self.changes), default=None)

    @property
    def _measured_over(self) -> tuple[date, date] | None:
        read = (r.window for r in self.readouts if r.role == "primary" and r.verdict not in (None, "too_early"))
        return next(read, None)

    @property
    def waiting(self) -> tuple[Ask, ...]:
        """Who asked before it reached users, and has not heard what became of it."""
        since = reached_at(Reach(self.release, self.withdrawn)) if self.release else None
        return tuple(ask for ask in self.asks if waits(ask, since, self.told, self.bet.slug))

    @property
    def is_told(self) -> bool:
        """Somebody asked before it reached users, none of them waits, and it was not taken back."""
        if self.release is None or self.withdrawn is not None or self.waiting:
            return False
        return any(ask.asked_at <= self.release.released_at for ask in self.asks)
