"""The person who asks: as git knows them here, and what they said of themself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aftermerge.model.thanks import OwnName


@dataclass(frozen=True, slots=True)
class Person:
    """`email` is git's `user.email`. `team` is the one that they say is theirs, `aftermerge.team` in their own git.

    `names` are those that they linked; `references` are, by source, what that source may call them. `addresses` are
    those under which they commit.
    """

    email: str
    team: str | None = None
    names: tuple[OwnName, ...] = ()
    references: Mapping[str, frozenset[str]] = field(default_factory=dict)
    addresses: tuple[str, ...] = ()

    def is_called(self, name: str) -> bool:
        """Whether a file that says this name means them."""
        return as_git_knows(name) in {self.email, *(as_git_knows(own.name) for own in self.names)}


def as_git_knows(name: str) -> str:
    """An address or a handle is the same in whatever case."""
    return name.strip().casefold()
