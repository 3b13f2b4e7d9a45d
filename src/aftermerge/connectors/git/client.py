"""The connector: changes since the cursor, then the releases if anything about them is different."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from pathlib import Path

from aftermerge.connectors.git.branch import find_branch
from aftermerge.connectors.git.changes import read_changes
from aftermerge.connectors.git.config import GitConfig, read_config
from aftermerge.connectors.git.deployments import Deployment, read_deployments
from aftermerge.connectors.git.mainline import Mainline, read_mainline
from aftermerge.connectors.git.process import Git
from aftermerge.connectors.git.releases import by_deployments, by_merges, by_tags
from aftermerge.connectors.git.shallow import shallow_commits
from aftermerge.model.batch import Batch, Noun, Rejected
from aftermerge.model.change import Release
from aftermerge.ports import SourceContext

__all__ = ["GitSource", "connect"]

_BATCH_CHANGES = 2_000


@dataclass(frozen=True, slots=True)
class _Cursor:
    """`commit` is the last change handed over, `cut` where a shallow clone ended, `releases` a digest of them all."""

    commit: str | None = None
    cut: str = ""
    releases: str = ""

    def __str__(self) -> str:
        return json.dumps({"commit": self.commit, "cut": self.cut, "releases": self.releases})


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is to be read, from which cursor on; `restart` when what was read before no longer holds."""

    mainline: Mainline | None
    start: _Cursor
    restart: bool = False


@dataclass(frozen=True, slots=True)
class GitSource:
    """A git repository as a source of changes and releases. It only reads."""

    name: str
    git: Git
    root: Path
    config: GitConfig
    timezone: tzinfo
    batch_changes: int = _BATCH_CHANGES

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        """Changes after the cursor, oldest first; then all releases, when they differ.

        After a force push, or when a shallow clone was deepened, everything is read again. The first batch after a
        force push restarts the source; a shallow clone can't tell a rewritten history from one cut off.

        Raises:
            DataError: there is no repository, or nothing was committed yet.
            SettingsError: the branch is not there.
            OutsideError: git is not installed, or failed.
        """
        head = find_branch(self.git, self.config.branch).commit
        cut = shallow_commits(self.git)
        begun = self._begin(head, _read_cursor(cursor), cut)
        reached = begun.start
        for batch in self._changes(begun, cut):
            reached = _read_cursor(batch.cursor)
            yield batch
        yield from self._releases(head, replace(reached, commit=head), complete=not cut)

    def _begin(self, head: str, start: _Cursor, cut: frozenset[str]) -> _Reading:
        cut_digest = _digest(*sorted(cut))
        mainline = read_mainline(self.git, head, start.commit)
        if mainline and start.cut == cut_digest:
            return _Reading(mainline, start)
        restart = mainline is None and not cut
        # A restart takes the releases along, so that what the digest says of them no longer holds.
        again = _Cursor(cut=cut_digest, releases="" if restart else start.releases)
        return _Reading(read_mainline(self.git, head, None), again, restart)

    def _changes(self, begun: _Reading, cut: frozenset[str]) -> Iterator[Batch]:
        if begun.mainline is None:
            return
        done, total = 0, len(begun.mainline.ids)
        for changes in read_changes(self.git, self.name, begun.mainline, cut, self.batch_changes):
            cursor, restart = str(replace(begun.start, commit=changes[-1].id)), begun.restart and not done
            done += len(changes)
            yield Batch(cursor, changes=changes, restart=restart, done=done, total=total)

    def _releases(self, head: str, reached: _Cursor, *, complete: bool) -> Iterator[Batch]:
        releases, rejected = self._read_releases(head)
        digest = _digest(*map(repr, releases), *map(repr, rejected))
        if digest != reached.releases:
            cursor = str(replace(reached, releases=digest))
            # A shallow clone lacks old tags: what it doesn't show is not gone.
            whole: frozenset[Noun] = frozenset(("releases",)) if complete else frozenset()
            yield Batch(cursor, releases=releases, whole=whole, rejected=rejected)

    def _read_releases(self, head: str) -> tuple[tuple[Release, ...], tuple[Rejected, ...]]:
        if self.config.releases == "none":
            return (), ()
        mainline = list(self.git.lines("rev-list", "--first-parent", "--reverse", head))
        if self.config.releases == "merges":
            return by_merges(self.git, self.name, mainline), ()
        if self.config.releases == "tags":
            return by_tags(self.git, self.name, mainline, self.config.tag_pattern), ()
        return self._read_deployments(mainline)

    def _read_deployments(self, mainline: list[str]) -> tuple[tuple[Release, ...], tuple[Rejected, ...]]:
        file = self.root / (self.config.deployments or "")
        deployments, rejected = read_deployments(file, self.config.environments, self.timezone)
        releases, unknown = by_deployments(self.git, self.name, mainline, deployments)
        return releases, (*rejected, *(_unknown(file, deployment) for deployment in unknown))


def connect(config: Mapping[str, object], context: SourceContext, name: str) -> GitSource:
    """The source of a `[[source]]` table of kind git.

    Raises:
        SettingsError: a key is unknown or can't be used.
    """
    checked = read_config(config, name)
    return GitSource(name, Git(context.root / checked.path), context.root, checked, context.timezone)


def _read_cursor(text: str | None) -> _Cursor:
    return _Cursor(**json.loads(text)) if text else _Cursor()


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32] if parts else ""


def _unknown(file: Path, deployment: Deployment) -> Rejected:
    reason = "the repository has no such commit (fetch it, or correct the row)"
    return Rejected(str(file), deployment.row, "commit", reason, deployment.commit)
