"""What Aftermerge remembers."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Link, Release
from aftermerge.model.feedback import Feedback
from aftermerge.model.frozen import FrozenClaim
from aftermerge.model.metric import Metric
from aftermerge.model.problem import Attribution
from aftermerge.model.pull_request import PullRequest
from aftermerge.model.readout import Readout
from aftermerge.ports.heard import Heeds
from aftermerge.ports.kept import Keeps
from aftermerge.ports.learned import Learns
from aftermerge.ports.told import Tells


@dataclass(frozen=True, slots=True)
class Stored:
    """What a batch changed: rows that were not there before, rows that differ from before, rows now gone."""

    new: int = 0
    changed: int = 0
    gone: int = 0

    def __add__(self, other: "Stored") -> "Stored":
        return Stored(self.new + other.new, self.changed + other.changed, self.gone + other.gone)


class Knowledge(Protocol):
    """What is known when a question about a bet is answered; none of it is changed by that."""

    def bets(self) -> Sequence[Bet]: ...

    def metrics(self) -> Sequence[Metric]: ...

    def feedback(self, problem: str | None = None) -> Sequence[Feedback]:
        """Oldest first; of one problem or all."""
        ...

    def attributions(self, problem: str | None = None) -> Sequence[Attribution]:
        """Who says of which problem feedback speaks; of one problem or all, by feedback id."""
        ...

    def changes(self) -> Sequence[Change]: ...

    def releases(self) -> Sequence[Release]: ...

    def links(self) -> Sequence[Link]: ...

    def readouts(self) -> tuple[datetime | None, Sequence[Readout]]:
        """The last run's readouts and when it was."""
        ...


class Ledger(Knowledge, Heeds, Tells, Learns, Keeps, Protocol):
    """What Aftermerge remembers. Every method is one transaction."""

    def cursor(self, source: str) -> str | None: ...

    def store(self, source: str, batch: Batch) -> Stored:
        """Rows and cursor together. Storing the same batch twice changes nothing.

        A batch that restarts its source takes the changes and releases of that source along which it does not hold;
        only these count as gone. Links made by hand stay.
        """
        ...

    def sources(self) -> Sequence[str]:
        """The names of the sources that were read, those with a cursor, sorted."""
        ...

    def drop_sources(self, names: Collection[str]) -> Stored:
        """Forget what these sources said: feedback with its problems, changes, releases, and how far they were read.

        The links of those changes go too, unless made by hand or another source has the change. All these rows count
        as gone; bets and metrics stay.
        """
        ...

    def pull_requests(self) -> Sequence[PullRequest]:
        """Those that were merged, oldest first."""
        ...

    def link_by_hand(self, change: str, bets: Sequence[str]) -> Stored:
        """Say which bets a change serves, in place of what the rules found for it; none: it serves no bet.

        Raises:
            UnknownIdError: no change or bet bears that id.
        """
        ...

    def frozen_claims(self) -> Sequence[FrozenClaim]: ...

    def freeze(self, claims: Sequence[FrozenClaim]) -> int:
        """Keep the claims of bets that have none yet; how many that were. What is frozen never changes."""
        ...

    def replace_links(self, links: Sequence[Link]) -> Stored:
        """The links that the rules found. Changes that were linked by hand keep what was said of them."""
        ...

    def replace_readouts(self, as_of: datetime, readouts: Sequence[Readout]) -> None: ...

    def lease(self, name: str, now: datetime, seconds: float) -> AbstractContextManager[None]:
        """Hold a name until the block ends. The term, in `seconds`, is renewed as long as the holder lives.

        Raises:
            LeaseTakenError: another job holds it, its time has not run out, and it is not known to be dead.
        """
        ...
