"""What is needed to learn, as the ledger remembers it."""

from collections.abc import Sequence
from typing import Protocol

from aftermerge.model.notice import Milestone, Notice
from aftermerge.model.thanks import OwnName, Thanks


class Learns(Protocol):
    """What the team was told, thanks, names. Every method is one transaction."""

    def notices(self) -> Sequence[Notice]:
        """By name."""
        ...

    def replace_notice(self, before: Notice | None, after: Notice) -> bool:
        """Write a notice, if the ledger has it exactly as `before`; None: if it has none of that name."""
        ...

    def milestones(self) -> Sequence[Milestone]:
        """By bet and stage."""
        ...

    def mark_milestones(self, milestones: Sequence[Milestone]) -> int:
        """Keep the first of each bet and stage; how many were new."""
        ...

    def thanks(self, person: str) -> Sequence[Thanks]:
        """Those that `person` gave or received, and those that were published: all that they may read. Newest first."""
        ...

    def published_thanks(self) -> Sequence[Thanks]:
        """Those that their receivers published, oldest first by when they did; never by person."""
        ...

    def replace_thanks(self, before: Thanks | None, after: Thanks | None) -> bool:
        """Write a thank-you, or remove it, if the ledger has it exactly as `before`."""
        ...

    def own_names(self, person: str) -> Sequence[OwnName]:
        """What that person said of themself, by source and name."""
        ...

    def link_own_name(self, name: OwnName) -> bool:
        """Whether it is new."""
        ...

    def unlink_own_name(self, name: OwnName) -> bool:
        """Whether it was there."""
        ...
