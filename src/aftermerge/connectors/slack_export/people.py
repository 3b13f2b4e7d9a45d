"""The members of a Slack workspace, and their messages' marks as a reader sees them."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aftermerge.outside.http.reading import boolean, text

__all__ = ["People", "Person", "read_people"]

_MARK = re.compile(r"<((?:[@#!]|[a-z]{2,10}:)[^<>]{1,2000})>")


@dataclass(frozen=True, slots=True)
class Person:
    """A member. `names` are all the names that others call them by."""

    id: str
    names: tuple[str, ...] = ()
    email: str | None = None
    is_bot: bool = False

    @property
    def shown(self) -> str:
        return self.names[0] if self.names else self.id


@dataclass(frozen=True, slots=True)
class People:
    """All of them, and who of them is the team: by mail domain, address or id."""

    known: Mapping[str, Person]
    team: tuple[str, ...]

    def of(self, user: str) -> Person:
        return self.known.get(user, Person(user))

    def is_team(self, person: Person) -> bool:
        address = (person.email or "").casefold()
        marks = {person.id.casefold(), address, address.rpartition("@")[2]}
        return any(mark.casefold().removeprefix("@") in marks for mark in self.team)

    def readable(self, words: str) -> tuple[str, tuple[str, ...]]:
        """A message without Slack's marks, and the names of the persons whom it mentions."""
        mentioned: list[str] = []
        shown = _MARK.sub(lambda match: self._shown(match[1], mentioned), words)
        return html.unescape(shown), tuple(dict.fromkeys(mentioned))

    def _shown(self, mark: str, mentioned: list[str]) -> str:
        target, _, label = mark.partition("|")
        if target.startswith("@"):
            person = self.of(target[1:])
            mentioned.extend(person.names or ((label,) if label else ()))
            return f"@{person.shown if person.names else label or person.id}"
        if target.startswith("#"):
            return f"#{label or target[1:]}"
        if target.startswith("!"):
            return label or f"@{target[1:].partition('^')[0]}"
        return label or target.removeprefix("mailto:")


def read_people(users: Iterable[Mapping[str, object]], team: Sequence[str]) -> People:
    """Of the export's users.json."""
    found = (_person(user) for user in users)
    return People({person.id: person for person in found if person is not None}, tuple(team))


def _person(user: Mapping[str, object]) -> Person | None:
    identifier = text(user, "id")
    if identifier is None:
        return None
    called = (
        text(user, "profile", "display_name"), text(user, "profile", "real_name"), text(user, "real_name"),
        text(user, "name"),
    )  # fmt: skip
    names = tuple(dict.fromkeys(name.strip() for name in called if name))
    return Person(identifier, names, text(user, "profile", "email"), boolean(user, "is_bot"))
