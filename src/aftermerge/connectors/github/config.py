"""The keys of a `[[source]]` of kind github."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from aftermerge.connectors.cursors.since import read_start
from aftermerge.connectors.cursors.ways import read_environments, read_flag, refuse_other_ways
from aftermerge.connectors.github.convert import ASSOCIATIONS, Team
from aftermerge.outside.github import ACCESS_KEYS, github_api
from aftermerge.outside.http import Api
from aftermerge.outside.keys import Keys

__all__ = ["GitHubConfig", "ReadAs", "read_config"]

ReadAs = Literal["feedback", "pull_requests", "releases", "deployments"]

_READ_AS: tuple[ReadAs, ...] = ("feedback", "pull_requests", "releases", "deployments")
_COMMON = ("kind", "name", "repo", "as", "since", *ACCESS_KEYS)
_OWN: Mapping[str, tuple[str, ...]] = {
    "feedback": ("labels", "team", "team_associations", "issues", "comments", "discussions"),
    "pull_requests": ("comment",),
    "releases": (),
    "deployments": ("environments",),
}
KEYS = frozenset((*_COMMON, *(key for own in _OWN.values() for key in own))) - {"kind"}
"""All that may stand in such a source, however it is read."""
_REPO = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class GitHubConfig:
    """`repos` are `owner/name`. `labels`: only what bears all of them. `since`: from when on; None: all there is.

    `comment`: whether verdicts are told on the pull requests. `environments` are those whose deployments count.
    """

    repos: tuple[str, ...]
    api: Api
    read_as: ReadAs = "feedback"
    labels: tuple[str, ...] = ()
    team: Team = field(default_factory=Team)
    issues: bool = True
    comments: bool = True
    discussions: bool = True
    since: datetime | None = None
    comment: bool = False
    environments: tuple[str, ...] = ("production",)

    @property
    def settings(self) -> tuple[object, ...]:
        """What is read anew when it changes; the repositories each have a place of their own."""
        people = (sorted(self.team.logins), sorted(self.team.associations))
        return self.api.base_url, self.labels, people, self.comments, self.since

    @property
    def graphql_url(self) -> str:
        """Beside the REST API: on an Enterprise server that one has a version in its path, this one has none."""
        return f"{self.api.base_url.removesuffix('/v3')}/graphql"


def read_config(given: Mapping[str, object], environ: Mapping[str, str], source: str) -> GitHubConfig:
    """Check the keys.

    Raises:
        SettingsError: a key is unknown or missing, or a value can't be used.
    """
    keys = Keys(source, given)
    read_as = keys.one_of("as", _READ_AS, "feedback")
    refuse_other_ways(keys, read_as, _COMMON, _OWN)
    return GitHubConfig(
        repos=_repos(keys),
        api=github_api(keys, environ),
        read_as=read_as,
        labels=keys.texts("labels"),
        team=_team(keys),
        issues=read_flag(keys, "issues"),
        comments=read_flag(keys, "comments"),
        discussions=read_flag(keys, "discussions"),
        since=read_start(keys),
        comment=read_flag(keys, "comment", default=False),
        environments=read_environments(keys),
    )


def _repos(keys: Keys) -> tuple[str, ...]:
    given = keys.given.get("repo")
    repos = (given,) if isinstance(given, str) else keys.texts("repo")
    if not repos:
        raise keys.wrong("repo", f"source `{keys.source}` names no repository", 'set `repo` to "owner/name"')
    for repo in repos:
        if not _REPO.fullmatch(repo) or {"..", "."} & set(repo.split("/")):
            what = f"`{repo}` of source `{keys.source}` is no repository"
            raise keys.wrong("repo", what, 'write "owner/name", or a list of such')
    return tuple(dict.fromkeys(repos))


def _team(keys: Keys) -> Team:
    logins = frozenset(login.lower().removeprefix("@") for login in keys.texts("team"))
    associations = frozenset(word.upper() for word in keys.texts("team_associations", tuple(ASSOCIATIONS)))
    return Team(logins, associations)
