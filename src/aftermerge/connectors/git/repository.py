"""The repository that a workspace stands in: its dates for bets, and what `init` and `doctor` ask of it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from aftermerge.connectors.git import branch, releases
from aftermerge.connectors.git.changes import moment
from aftermerge.connectors.git.process import Git
from aftermerge.connectors.git.shallow import shallow_commits
from aftermerge.errors import DataError

__all__ = ["GitRepository", "MergeStyle", "find_repository"]

MergeStyle = Literal["merges", "linear or squash", "mixed", "empty"]

_LOOKED_AT_COMMITS = 500


@dataclass(frozen=True, slots=True)
class GitRepository:
    """A repository, opened at a folder in it. Paths that it is asked about are relative to that folder."""

    path: Path

    def root(self) -> Path:
        """The top folder of the working tree; of a bare repository, its own."""
        top = self._git.maybe("rev-parse", "--show-toplevel")
        return Path(top or self._git.ask("rev-parse", "--absolute-git-dir"))

    def default_branch(self) -> str | None:
        """The name of the main branch, without `origin/`; None while nothing was committed."""
        found = self._main()
        return found.name if found else None

    def branches(self) -> list[str]:
        """Local and remote branches by name, without `origin/`."""
        return branch.branches(self._git)

    def tags(self) -> list[str]:
        """Every tag, oldest first."""
        return releases.tag_names(self._git)

    def remotes(self) -> dict[str, str]:
        """The address of each remote."""
        found = self._git.maybe("config", "--get-regexp", r"^remote\..*\.url$") or ""
        pairs = (line.partition(" ") for line in found.splitlines())
        return {key.removeprefix("remote.").removesuffix(".url"): address for key, _, address in pairs}

    def commit_count(self) -> int:
        """How many commits the main branch reaches; 0 while nothing was committed."""
        found = self._main()
        return int(self._git.ask("rev-list", "--count", found.commit)) if found else 0

    def is_shallow(self) -> bool:
        """Whether history is cut off, so that older changes and releases can't be seen."""
        return bool(shallow_commits(self._git))

    def merge_style(self) -> MergeStyle:
        """How work reaches the main branch, by its last 500 steps: 'merges' when at least half of them are merges."""
        found = self._main()
        if found is None:
            return "empty"
        last = f"--max-count={_LOOKED_AT_COMMITS}"
        steps = self._git.ask("rev-list", "--first-parent", "--parents", last, found.commit)
        merges = [len(line.split(" ")) > 2 for line in steps.splitlines()]
        return _style(sum(merges) / len(merges))

    def has(self, path: str) -> bool:
        """Whether a file or folder stands in the working tree or in the last commit."""
        if (self.path / path).exists():
            return True
        return self._git.maybe("cat-file", "-e", f"HEAD:./{path}") is not None

    def first_commit_of_file(self, path: str) -> datetime | None:
        """When a file was first committed under any name (aware, UTC); None when it never was.

        Renames are followed, copies are not: a bet begun as a copy of another is as old as the copy.
        """
        names = self._names(self._from_top(path))
        return names[-1][1] if names else None

    def first_commit_of_text(self, path: str, text: str) -> datetime | None:
        """When `text` first stood in a file under any of its names (aware, UTC); None when it never was committed."""
        names = [_literal(name) for name, _ in self._names(self._from_top(path))]
        if not names:
            return None
        found = self._git.ask("log", *_HISTORY, "-M", f"-S{text}", "--format=%x00%ct", "HEAD", "--", *names)
        return moment(_last_line(found)) if found else None

    @property
    def _git(self) -> Git:
        return Git(self.path)

    def _main(self) -> branch.Branch | None:
        self._git.ask("rev-parse", "--git-dir")
        try:
            return branch.default_branch(self._git)
        except DataError:
            return None

    def _from_top(self, path: str) -> str:
        return self._git.ask("rev-parse", "--show-prefix") + Path(path).as_posix()

    def _names(self, path: str) -> list[tuple[str, datetime]]:
        """The names that a file has had, newest first, and when it was first committed under each."""
        names: list[tuple[str, datetime]] = []
        commit: str | None = "HEAD"
        while commit and (added := self._added(path, commit)):
            names.append((path, moment(added[1])))
            before = self._renamed_from(path, added[0])
            commit = f"{added[0]}^" if before else None
            path = before or path
        return names

    def _added(self, path: str, until: str) -> tuple[str, str] | None:
        """The oldest commit that added a file under this name, and its time in epoch seconds."""
        added = self._git.maybe(
            "log", *_HISTORY, "--no-renames", "--diff-filter=A", "--format=%x00%H %ct", until, "--", _literal(path)
        )
        if not added:
            return None
        commit, _, seconds = _last_line(added).partition(" ")
        return commit, seconds

    def _renamed_from(self, path: str, commit: str) -> str | None:
        fields = self._git.fields("log", *_HISTORY, "--max-count=1", "-z", "-M", "--diff-filter=R", "--format=", commit)
        for _, old, new in zip(fields, fields, fields, strict=False):
            if new == path:
                return old
        return None


# Without --name-status, --diff-merges would show the patches.
_HISTORY = ("--diff-merges=first-parent", "--name-status", "--no-ext-diff", "--no-textconv", "--no-color")


def find_repository(start: Path) -> GitRepository | None:
    """The repository that a folder stands in, opened at that folder; None when it stands in none.

    Raises:
        OutsideError: git is not installed, or won't read the folder.
    """
    try:
        Git(start).ask("rev-parse", "--git-dir")
    except DataError:
        return None
    return GitRepository(start)


def _literal(path: str) -> str:
    return f":(top,literal){path}"


def _last_line(answer: str) -> str:
    """Of answers that each begin with a NUL and end in the names of files, the last without the names."""
    return answer.rpartition("\0")[2].partition("\n")[0]


def _style(merged: float) -> MergeStyle:
    if merged >= 0.5:
        return "merges"
    return "mixed" if merged >= 0.1 else "linear or squash"
