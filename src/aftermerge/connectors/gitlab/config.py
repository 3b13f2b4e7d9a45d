"""The keys of a `[[source]]` of kind gitlab."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aftermerge.connectors.cursors.since import read_start
from aftermerge.connectors.cursors.ways import read_environments, read_flag, refuse_other_ways
from aftermerge.outside.http import Token, read_base_url, read_token
from aftermerge.outside.keys import Keys

__all__ = ["GitLabConfig", "ReadAs", "read_config"]

ReadAs = Literal["feedback", "pull_requests", "releases", "deployments"]

_PUBLIC = "https://gitlab.com"
_READ_AS: tuple[ReadAs, ...] = ("feedback", "pull_requests", "releases", "deployments")
_COMMON = ("kind", "name", "project", "as", "base_url", "token_env", "since")
_OWN: Mapping[str, tuple[str, ...]] = {
    "feedback": ("labels", "team", "members", "comments"),
    "pull_requests": ("comment",),
    "releases": (),
    "deployments": ("environments",),
}
KEYS = frozenset((*_COMMON, *(key for own in _OWN.values() for key in own))) - {"kind"}
"""All that may stand in such a source, however it is read."""
_PROJECT = re.compile(r"[\w.-]+(/[\w.-]+)+", re.ASCII)


@dataclass(frozen=True, slots=True)
class GitLabConfig:
    """`projects` are `group/project`. `labels`: only what bears all of them. `since`: from when on; None: all there is.

    `team` are usernames in small letters; with `members` those who belong to the project are the team, too.
    `comment`: whether verdicts are told on the merge requests. `environments` are those whose deployments count.
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
    comment: bool = False
    environments: tuple[str, ...] = ("production",)

    @property
    def settings(self) -> tuple[object, ...]:
        """What is read anew when it changes; the projects each have a place of their own."""
        people = (sorted(self.team), self.members)
        return self.read_as, self.base_url, self.labels, people, self.comments, self.since

    @property
    def api_url(self) -> str:
        return self.base_url if self.base_url.endswith("/api/v4") else f"{self.base_url}/api/v4"


def read_config(given: Mapping[str, object], environ: Mapping[str, str], source: str) -> GitLabConfig:
    """Check the keys.

    Raises:
        SettingsError: a key is unknown or missing, or a value can't be used.
    """
    keys = Keys(source, given)
    read_as = keys.one_of("as", _READ_AS, "feedback")
    refuse_other_ways(keys, read_as, _COMMON, _OWN)
    return GitLabConfig(
        projects=_projects(keys),
        token=read_token(keys, environ, "GITLAB_TOKEN"),
        base_url=read_base_url(keys, _PUBLIC),
        read_as=read_as,
        labels=keys.texts("labels"),
        team=frozenset(name.lower().removeprefix("@") for name in keys.texts("team")),
        members=read_flag(keys, "members"),
        comments=read_flag(keys, "comments"),
        since=read_start(keys),
        comment=read_flag(keys, "comment", default=False),
        environments=read_environments(keys),
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
