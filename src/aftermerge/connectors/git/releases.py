"""When changes reached users: by tags, by merges or by deployments."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase

from aftermerge.connectors.git.changes import moment
from aftermerge.connectors.git.deployments import Deployment
from aftermerge.connectors.git.mainline import positions
from aftermerge.connectors.git.process import Git
from aftermerge.model.change import Release, ReleaseKind
from aftermerge.model.version import is_prerelease, is_version

__all__ = ["by_deployments", "by_merges", "by_tags", "tag_names"]

_TAG_FIELDS = ("refname:strip=2", "objecttype", "creatordate:unix", "*committerdate:unix", "contents")
_TAG_FORMAT = "--format=" + "".join(f"%({field})%00" for field in _TAG_FIELDS)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A release before it is known what it carries."""

    id: str
    kind: ReleaseKind
    time: datetime
    commit: str
    prerelease: bool = False
    notes: str = ""


def by_tags(git: Git, source: str, mainline: Sequence[str], pattern: str) -> tuple[Release, ...]:
    """A release for each tag that fits the pattern; for the pattern `*`, for each that holds a version number."""
    found = [mark for mark in _tags(git) if _counts(mark.id, pattern)]
    commits = _commits(git, [f"refs/tags/{mark.id}" for mark in found])
    marks = [replace(mark, commit=commit) for mark, commit in zip(found, commits, strict=True) if commit]
    return _share_out(git, source, mainline, marks)


def by_merges(git: Git, source: str, mainline: Sequence[str]) -> tuple[Release, ...]:
    """Each change is a release of itself, at once."""
    if not mainline:
        return ()
    log = git.lines("log", "--first-parent", "--topo-order", "--reverse", "--format=%H %ct", mainline[-1])
    return tuple(
        Release(id=commit[:12], source=source, kind="merge", released_at=moment(time), commit=commit, changes=(commit,))
        for commit, time in (line.split(" ") for line in log)
    )


def by_deployments(
    git: Git, source: str, mainline: Sequence[str], deployments: Sequence[Deployment]
) -> tuple[tuple[Release, ...], tuple[Deployment, ...]]:
    """A release for each deployment; and the deployments of commits that the repository doesn't have."""
    commits = _commits(git, [deployment.commit for deployment in deployments])
    pairs = sorted(zip(deployments, commits, strict=True), key=lambda pair: (pair[0].time, pair[0].row))
    marks = [_deployed(deployment, commit) for deployment, commit in pairs if commit]
    unknown = tuple(deployment for deployment, commit in pairs if not commit)
    return _share_out(git, source, mainline, list(_numbered(marks))), unknown


def tag_names(git: Git) -> list[str]:
    """Every tag's name, by date."""
    return list(git.lines("for-each-ref", "--sort=creatordate", "--format=%(refname:strip=2)", "refs/tags"))


def _counts(name: str, pattern: str) -> bool:
    return is_version(name) if pattern == "*" else fnmatchcase(name, pattern)


def _tags(git: Git) -> Iterator[_Mark]:
    fields = git.fields("for-each-ref", _TAG_FORMAT, "refs/tags")
    for name, kind, created, committed, contents in zip(fields, fields, fields, fields, fields, strict=False):
        tag = name.lstrip("\n")
        notes = contents.partition("-----BEGIN PGP")[0].strip() if kind == "tag" else ""
        yield _Mark(tag, "tag", moment(created or committed), "", is_prerelease(tag), notes)


def _commits(git: Git, names: Sequence[str]) -> list[str | None]:
    """The commit that each name stands for; None where there is none, as for a tag on a file."""
    if not names:
        return []
    answers = git.lines("cat-file", "--batch-check", given=[f"{name}^{{commit}}" for name in names])
    return [_commit_in(answer) for answer in answers]


def _commit_in(answer: str) -> str | None:
    words = answer.split(" ")
    return words[0] if words[1:2] == ["commit"] else None


def _deployed(deployment: Deployment, commit: str) -> _Mark:
    name = deployment.version or f"{deployment.time:%Y-%m-%dT%H:%M:%SZ}-{commit[:12]}"
    return _Mark(name, "deployment", deployment.time, commit, is_prerelease(deployment.version or ""))


def _numbered(marks: Iterable[_Mark]) -> Iterator[_Mark]:
    """What was deployed again under the same version gets `-2`, `-3`."""
    taken: set[str] = set()
    for mark in marks:
        name, again = mark.id, 1
        while name in taken:
            again += 1
            name = f"{mark.id}-{again}"
        taken.add(name)
        yield replace(mark, id=name)


def _share_out(git: Git, source: str, mainline: Sequence[str], marks: Iterable[_Mark]) -> tuple[Release, ...]:
    """Give each change to the earliest release that contains it."""
    ordered = sorted(marks, key=lambda mark: mark.time)
    last = positions(git, mainline, (mark.commit for mark in ordered))
    ordered.sort(key=lambda mark: (mark.time, last[mark.commit]))
    releases, carried = [], 0
    for mark in ordered:
        reached = max(carried, last[mark.commit] + 1)
        releases.append(_release(mark, source, mainline[carried:reached]))
        carried = reached
    return tuple(releases)


def _release(mark: _Mark, source: str, changes: Sequence[str]) -> Release:
    return Release(
        id=mark.id,
        source=source,
        kind=mark.kind,
        released_at=mark.time,
        prerelease=mark.prerelease,
        commit=mark.commit,
        notes=mark.notes,
        changes=tuple(changes),
    )
