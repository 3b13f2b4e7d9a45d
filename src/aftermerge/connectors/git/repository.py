"""The repository that a workspace stands in: its versions of bets, and what `init` and `doctor` ask of it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Literal

from aftermerge.connectors.git import blame, branch, own, releases
from aftermerge.connectors.git.changes import moment
from aftermerge.connectors.git.process import Git
from aftermerge.connectors.git.shallow import shallow_commits
from aftermerge.errors import DataError
from aftermerge.model.file_version import FileVersion
from aftermerge.model.trail import LineOrigin

__all__ = ["GitRepository", "MergeStyle", "find_repository"]

MergeStyle = Literal["merges", "linear or squash", "mixed", "empty"]

_LOOKED_AT_COMMITS = 500


@dataclass(frozen=True, slots=True)
class _Step:
    """A commit that gave a file another text; `blob` is that text's hash, empty where the file was deleted."""

    commit: str
    time: datetime
    message: str
    blob: str
    is_new: bool
    is_merge: bool


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

    def versions_of_file(self, path: str) -> Iterator[FileVersion]:
        """The committed versions of a file, newest first; none when it never was.

        What stood on the checked-out line counts, and how a merged branch arrived there. Renames are followed,
        copies are not: a bet begun as a copy of another is as old as the copy. Where the file was deleted, the
        text is empty.
        """
        steps = self._steps(self._from_top(path))
        texts = self._texts([step.blob for step in steps if step.blob])
        for step in steps:
            yield FileVersion(step.time, next(texts) if step.blob else "", step.message)

    def commit(self, name: str) -> str | None:
        """The full hash of the commit that a hash, tag or branch names; None when it names none."""
        return self._git.maybe("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")

    def origin_of_line(self, path: str, line: int) -> LineOrigin:
        """Which commit gave a line of the working tree its text, through renames, moves and changes of white space.

        Raises:
            DataError: git does not know the file, or it has no such line.
        """
        return blame.origin_of_line(self._git, path, line)

    def landed_with(self, commit: str) -> str | None:
        """The step of the main line with which a commit reached it; None when it has not."""
        main = self._main()
        return blame.landed_with(self._git, commit, main.commit) if main else None

    def changed_since(self, base: str, folder: str) -> list[str]:
        """The files of a folder that are new or other than where the working tree parted from `base`, sorted.

        Raises:
            DataError: `base` is not known here, or where they parted is not.
        """
        commit = self.commit(base)
        parted = commit and self._git.maybe("merge-base", commit, "HEAD")
        if not parted:
            what = f"where this parted from `{base}` is not known here"
            raise DataError(what, then="fetch the whole history: `fetch-depth: 0`, or `git fetch --unshallow`")
        changed = self._git.ask("diff", *_NAMES, parted, "--", folder)
        new = self._git.ask("ls-files", "-z", "--others", "--exclude-standard", "--", folder)
        return sorted({path for path in f"{changed}\0{new}".split("\0") if path})

    def setting(self, name: str) -> str | None:
        """What git is set to here, such as `user.email`; None where it is not set."""
        return self._git.maybe("config", "--get", name) or None

    def knows(self, address: str) -> bool:
        """Whether a commit that can be seen here was written under that address."""
        author = ("--fixed-strings", "--regexp-ignore-case", f"--author=<{address}>")
        return bool(self._git.maybe("log", "--all", "--max-count=1", "--format=%H", *author))

    def written_by(self, addresses: Collection[str], changes: Collection[str]) -> frozenset[str]:
        """Of these steps of the main line, those that hold a commit which one of the addresses wrote."""
        return own.written_by(self._git, addresses, changes)

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

    def _steps(self, path: str) -> list[_Step]:
        """The commits that gave a file another text, under all its names, newest first."""
        steps: list[_Step] = []
        until, name = "HEAD", path
        while until:
            found, until, name = self._steps_until_renamed(name, until)
            steps += found
        return steps

    def _steps_until_renamed(self, path: str, until: str) -> tuple[list[_Step], str, str]:
        """The steps under one name, and from which commit to go on under which older one."""
        steps: list[_Step] = []
        for step in self._steps_of_line(path, until):
            steps.append(step)
            before = self._renamed_from(path, step.commit) if step.is_new and not step.is_merge else None
            if before:
                return steps, f"{step.commit}^", before
        return steps, "", path

    def _steps_of_line(self, path: str, until: str) -> Iterator[_Step]:
        """Steps of the line itself, and after each merge among them those of the branch that it brought in.

        What a branch did that its merge did not take over never stood on the line.
        """
        line = {step.commit for step in self._log(path, "--first-parent", until)}
        brought_in = False
        # In topological order a merge is followed by the commits that it alone brought in.
        for step in self._log(path, "--full-history", "--topo-order", until):
            if step.commit in line:
                brought_in = step.is_merge
            if step.commit in line or brought_in:
                yield step

    def _log(self, path: str, *which: str) -> Iterator[_Step]:
        answer = self._git.maybe("log", *_RAW, "--format=%x00%H %ct %P%x00%B%x00", *which, "--", _literal(path)) or ""
        fields = iter(answer.split("\0")[1:])
        for commit, message, raw in zip(fields, fields, fields, strict=True):
            if raw.strip():
                yield _step(commit.split(), message.strip(), raw)

    def _texts(self, blobs: list[str]) -> Iterator[str]:
        """The text of each blob, read as it is asked for."""
        if not blobs:
            return
        # After each blob we ask for a name that is none: the refusal marks its end, as no text holds its own hash.
        given = (line for blob in blobs for line in (blob, f"{blob}.end"))
        lines = self._git.lines("cat-file", "--batch=%(objectname)", given=given)
        for blob in blobs:
            next(lines)
            yield "\n".join(takewhile(f"{blob}.end missing".__ne__, lines))

    def _renamed_from(self, path: str, commit: str) -> str | None:
        fields = self._git.fields("log", *_DIFF, *_RENAMES, commit)
        for _, old, new in zip(fields, fields, fields, strict=False):
            if new == path:
                return old
        return None


# Without --name-status or --raw, --diff-merges would show the patches.
_DIFF = ("--diff-merges=first-parent", "--no-ext-diff", "--no-textconv", "--no-color")
_RAW = (*_DIFF, "--raw", "--no-abbrev", "--no-renames", "--no-follow")
_NAMES = ("--name-only", "-z", "--relative", "--no-renames", "--no-ext-diff", "--no-textconv", "--diff-filter=d")
_RENAMES = ("--name-status", "--max-count=1", "-z", "-M", "--diff-filter=R", "--format=")


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


def _step(commit: list[str], message: str, raw: str) -> _Step:
    """A commit's hash, time and parents, and git's raw line of what it did to the file."""
    hash_, seconds, *parents = commit
    blob, status = raw.split()[3:5]
    return _Step(hash_, moment(seconds), message, "" if status == "D" else blob, status == "A", len(parents) > 1)


def _style(merged: float) -> MergeStyle:
    if merged >= 0.5:
        return "merges"
    return "mixed" if merged >= 0.1 else "linear or squash"
