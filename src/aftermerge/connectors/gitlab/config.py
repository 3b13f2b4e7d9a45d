"""The keys of a `[[source]]` of kind gitlab."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aftermerge.connectors.since import read_start
from aftermerge.outside.http import Token, read_base_url, read_token
from aftermerge.outside.keys import Keys

__all__ = ["GitLabConfig", "ReadAs", "read_config"]

ReadAs = Literal["feedback"]

_PUBLIC = "https://gitlab.com"
_READ_AS: tuple[ReadAs, ...] = ("feedback",)
_PROJECT = re.compile(r"[\w.-]+(/[\w.-]+)+", re.ASCII)


@dataclass(frozen=True, slots=True)
class GitLabConfig:
    """`projects` are `group/project`. `labels`: only what bears all of them. `since`: from when on; None: all there is.

    `team` are usernames in small letters; with `members` those who belong to the project are the team, too.
    """

    projects: tuple[str, ...]
    token: Token
    base_url: str = _PUBLIC
    read_as: ReadAs = "feedback"
    labels: tuple[str, ...] = ()
    team: frozenset[str] = frozenset()
    members: bool = True
    comments: bool = True
    since: datetime | None = None

    @property
    def settings(self) -> tuple[object, ...]:
        """What is read anew when it changes; the projects each have a place of their own."""
        return self.base_url, self.labels, sorted(self.team), self.members, self.comments, self.since

    @property
    def api_url(self) -> str:
        return self.base_url if self.base_url.endswith("/api/v4") else f"{self.base_url}/api/v4"


def read_config(given: Mapping[str, object], environ: Mapping[str, str], source: str) -> GitLabConfig:
    """Check the keys.

    Raises:
        SettingsError: a key is unknown or missing, or a value can't be used.
    """
    keys = Keys(source, given)
    keys.refuse_unknown(
        *("kind", "name", "project", "as", "base_url", "token_env", "labels", "team", "members", "comments", "since")
    )
    return GitLabConfig(
        projects=_projects(keys),
        token=read_token(keys, environ, "GITLAB_TOKEN"),
        base_url=read_base_url(keys, _PUBLIC),
        read_as=keys.one_of("as", _READ_AS, "feedback"),
        labels=keys.texts("labels"),
        team=frozenset(name.lower().removeprefix("@") for name in keys.texts("team")),
        members=_flag(keys, "members"),
        comments=_flag(keys, "comments"),
        since=read_start(keys),
    )


def _projects(keys: Keys) -> tuple[str, ...]:
    given = keys.given.get("project")
    projects = (given,) if isinstance(given, str) else keys.texts("project")
    if not projects:
        raise keys.wrong("project", f"source `{keys.source}` names no project", 'set `project` to "group/project"')
    for project in projects:
        if not _PROJECT.fullmatch(project):
            what = f"`{project}` of source `{keys.source}` is no project"
            raise keys.wrong("project", what, 'write "group/project", or a list of such')
    return tuple(dict.fromkeys(projects))


def _flag(keys: Keys, key: str) -> bool:
    value = keys.given.get(key, True)
    if isinstance(value, bool):
        return value
    raise keys.wrong(key, f"`{key}` of source `{keys.source}` is neither true nor false", "write true or false")
