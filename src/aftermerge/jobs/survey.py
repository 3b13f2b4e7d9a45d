"""What a repository already says about its team, found without asking anyone."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from aftermerge.errors import DataError, Place
from aftermerge.model.codeowners import CODEOWNERS_PLACES
from aftermerge.model.version import is_version

ReleaseRule = Literal["tags", "merges"]

_REMOTE = re.compile(r"^(?:\w[\w+.-]*://(?:.*@)?[^/]+/|[^/@:]+@[^/:]+:)(.+?)(?:\.git)?/*$")
_SHALLOW = "this clone is shallow: what came before it can't be dated until `git fetch --unshallow`"
_DATA = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")


class Discovery(Protocol):
    """What `init` asks of the repository that it stands in."""

    def root(self) -> Path: ...

    def default_branch(self) -> str | None: ...

    def tags(self) -> Sequence[str]: ...

    def remotes(self) -> Mapping[str, str]:
        """Addresses by name."""
        ...

    def commit_count(self) -> int: ...

    def is_shallow(self) -> bool: ...

    def merge_style(self) -> str:
        """How branches come together here, in a few words."""
        ...


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found. `repo` is `owner/name` when a remote says so; `teams` are the owners of each team's name."""

    root: Path
    name: str
    repo: str | None
    branch: str | None
    commits: int
    tags: tuple[str, ...]
    version_tags: int
    merge_style: str
    shallow: bool
    mailmap: bool
    codeowners: str | None
    teams: Mapping[str, tuple[str, ...]]
    data_files: tuple[str, ...]

    @property
    def releases(self) -> ReleaseRule:
        """Where releases are best read: from tags once there are two versions to tell apart."""
        return "tags" if self.version_tags >= 2 else "merges"

    def facts(self) -> tuple[str, ...]:
        """What was found, a line a fact."""
        branch = f" on `{self.branch}`" if self.branch else ""
        facts = [
            f"{_counted(self.commits, 'commit')}{branch}",
            f"{_counted(len(self.tags), 'tag')}, {self.version_tags} of them a version",
            f"merge style: {self.merge_style}",
            f"remote: {self.repo}" if self.repo else "no remote that names a repository",
            "a .mailmap" if self.mailmap else "no .mailmap",
            f"{self.codeowners} names {_counted(len(self.teams), 'team')}" if self.codeowners else "no CODEOWNERS",
        ]
        facts += [f"data: {', '.join(self.data_files)}"] if self.data_files else []
        return tuple(facts + ([_SHALLOW] if self.shallow else []))


def survey(repository: Discovery) -> Survey:
    """Look at a repository, its root folder and its CODEOWNERS.

    Raises:
        DataError: CODEOWNERS is there and can't be read.
    """
    root = repository.root()
    tags = tuple(repository.tags())
    repo = _repo(repository.remotes())
    codeowners = next((name for name in CODEOWNERS_PLACES if (root / name).is_file()), None)
    return Survey(
        root=root,
        name=(repo or root.name).rpartition("/")[2] or "workspace",
        repo=repo,
        branch=repository.default_branch(),
        commits=repository.commit_count(),
        tags=tags,
        version_tags=sum(is_version(tag) for tag in tags),
        merge_style=repository.merge_style(),
        shallow=repository.is_shallow(),
        mailmap=(root / ".mailmap").is_file(),
        codeowners=codeowners,
        teams=_teams(_text(root, codeowners)) if codeowners else {},
        data_files=_data_files(root),
    )


def _repo(remotes: Mapping[str, str]) -> str | None:
    """`owner/name` of origin, else of any remote; an address's user and password are dropped."""
    for name in sorted(remotes, key=lambda name: (name != "origin", name)):
        match = _REMOTE.match(remotes[name])
        if match and "/" in match[1]:
            return match[1]
    return None


def _text(root: Path, file: str) -> str:
    try:
        return (root / file).read_text("utf-8", errors="replace")
    except OSError as error:
        then = "let the user who runs this read it, or move it away, then init again"
        raise DataError(f"it can't be read: {error.strerror or error}", where=Place(file), then=then) from error


def _teams(codeowners: str) -> dict[str, tuple[str, ...]]:
    """Owners that are teams (`@org/team`), by the team's name. Single people are no team and are left out."""
    teams: dict[str, tuple[str, ...]] = {}
    for line in codeowners.splitlines():
        for owner in line.partition("#")[0].split()[1:]:
            name = owner.rpartition("/")[2]
            if owner.startswith("@") and "/" in owner and name and owner not in teams.get(name, ()):
                teams[name] = (*teams.get(name, ()), owner)
    return dict(sorted(teams.items()))


def _data_files(root: Path) -> tuple[str, ...]:
    files = sorted(path for path in (root / "data").glob("*") if path.name.removesuffix(".gz").endswith(_DATA))
    return tuple(path.relative_to(root).as_posix() for path in files)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
