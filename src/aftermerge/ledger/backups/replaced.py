"""What outlives a ledger that a backup replaces: who was forgotten, and how far its readers have come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from aftermerge.ledger import forgetting
from aftermerge.ledger.hear import feedback, heard, tombstones
from aftermerge.model.customer import Tombstone


@dataclass(frozen=True, slots=True)
class Replaced:
    """`heard` are the ids of all that was heard in it, up to `revision`."""

    tombstones: Sequence[Tombstone]
    revision: int
    heard: frozenset[str]

    @classmethod
    def read(cls, connection: Connection) -> "Replaced":
        """From a ledger that is about to be emptied."""
        stones, revision = tombstones.read(connection), heard.latest(connection)
        return cls(stones, revision, frozenset(heard.logged(connection)))

    def carry_over(self, connection: Connection, now: datetime) -> int:
        """Into what was restored; how many pieces of feedback had to be forgotten again.

        To an index that followed the old ledger all is new or gone, under a revision that neither ledger had.
        """
        tombstones.add(connection, self.tombstones)
        buried = forgetting.bury_again(connection, now)
        if self.revision:
            now_there = set(feedback.ids(connection))
            revision = max(self.revision, heard.latest(connection)) + 1
            heard.mark_as(connection, revision, sorted(now_there), sorted(self.heard - now_there))
        return buried
