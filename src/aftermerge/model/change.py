"""A change that was merged, the release that carried it, and the bet that it serves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Rule = Literal["pull_request", "message", "branch", "paths", "hand"]
ReleaseKind = Literal["tag", "merge", "deployment", "file"]


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the main line: a merge with all it brought in, a squash, or a plain commit.

    `message` is its whole message, followed by those of the commits that it merged. Times are aware (UTC); `begun_at`
    is when the first of those commits was written, where that is known.
    """

    id: str
    source: str
    merged_at: datetime
    title: str
    message: str
    branch: str | None = None
    paths: tuple[str, ...] = ()
    begun_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A change serves a bet, found by a rule."""

    change: str
    bet: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Release:
    """A moment at which changes reached users. `changes` are the ids first carried by it."""

    id: str
    source: str
    kind: ReleaseKind
    released_at: datetime
    prerelease: bool = False
    commit: str | None = None
    notes: str = ""
    changes: tuple[str, ...] = ()


def stable(releases: Iterable[Release]) -> list[Release]:
    """Releases meant for all users, oldest first."""
    return sorted((r for r in releases if not r.prerelease), key=lambda r: (r.released_at, r.id))


def carried_by(releases: Iterable[Release]) -> dict[str, Release]:
    """The stable release with which each change reached all users.

    What a prerelease carried first reached all users with the next stable release of the same source.
    """
    coming: dict[str, Release] = {}
    carried: dict[str, Release] = {}
    for release in sorted(releases, key=lambda r: (r.released_at, r.id), reverse=True):
        if not release.prerelease:
            coming[release.source] = release
        if release.source in coming:
            carried.update(dict.fromkeys(release.changes, coming[release.source]))
    return carried
