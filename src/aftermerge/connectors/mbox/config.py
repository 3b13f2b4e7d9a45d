"""The keys of a `[[source]]` of kind mbox."""

from collections.abc import Mapping
from dataclasses import dataclass

from aftermerge.outside.keys import Keys

__all__ = ["MailboxConfig", "read_config"]


@dataclass(frozen=True, slots=True)
class MailboxConfig:
    """`path` is relative to the workspace. `team`: the team's mail domains, or whole addresses."""

    path: str
    team: tuple[str, ...]

    def is_team(self, address: str) -> bool:
        marks = {address.casefold(), address.casefold().rpartition("@")[2]}
        return any(mark.casefold().removeprefix("@") in marks for mark in self.team)


def read_config(given: Mapping[str, object], source: str) -> MailboxConfig:
    """Check the keys. Who the team is can't be guessed, and must be said.

    Raises:
        SettingsError: a key is unknown or missing, or a value is of the wrong kind.
    """
    keys = Keys(source, given)
    keys.refuse_unknown("kind", "name", "path", "team")
    path, team = keys.text("path"), keys.texts("team")
    if path is None:
        raise keys.wrong("path", f"source `{source}` names no mailbox", "set `path` to an .mbox file")
    if not team:
        then = 'set `team` to your mail domain, for instance ["harbor.example"]'
        raise keys.wrong("team", f"source `{source}` does not say who the team is", then)
    return MailboxConfig(path, team)
