"""Harbor's git repository, made by one `git fast-import` stream."""

import os
import subprocess
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aftermerge.demo.history import Commit
from aftermerge.errors import OutsideError

COMMITTER = "Harbor team <team@harbor.example>"

_TIMEOUT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Mark:
    """A commit of the main line by its number in the stream."""

    at: datetime
    number: int


def write_repository(root: Path, commits: Iterable[Commit]) -> None:
    """Make a repository with these commits and check out its files.

    Raises:
        OutsideError: git is missing or did not do it.
    """
    _git(root, "init", "--quiet", "--template=", "--initial-branch=main")
    _git(root, "fast-import", "--quiet", "--done", stdin=b"".join(stream(commits)))
    _git(root, "reset", "--quiet", "--hard", "main")


def stream(commits: Iterable[Commit]) -> Iterator[bytes]:
    """The main line as a fast-import stream, its tags included."""
    mark, main = 0, [Mark(datetime.min.replace(tzinfo=UTC), 0)]
    for commit in commits:
        parents = [main[-1].number]
        for inner in commit.branch:
            mark += 1
            yield from _commit(inner, mark, [_forked(main, inner.at) if inner is commit.branch[0] else mark - 1])
        parents += [mark] if commit.branch else []
        mark += 1
        main.append(Mark(commit.at, mark))
        yield from _commit(commit, mark, parents)
        if commit.tag:
            yield from _tag(commit, commit.tag, mark)
    yield b"done\n"


def _forked(main: list[Mark], at: datetime) -> int:
    """Where the main line stood at that moment."""
    return main[bisect_right(main, at, key=lambda mark: mark.at) - 1].number


def _commit(commit: Commit, mark: int, parents: list[int]) -> Iterator[bytes]:
    author = f"Harbor {commit.team} team <{commit.team}@harbor.example>" if commit.team != "harbor" else COMMITTER
    yield f"commit refs/heads/main\nmark :{mark}\n".encode()
    yield f"author {author} {_when(commit.at)}\ncommitter {COMMITTER} {_when(commit.at)}\n".encode()
    yield _data(commit.message)
    for word, parent in zip(("from", "merge"), parents, strict=False):
        yield f"{word} :{parent}\n".encode() if parent else b""
    for path, text in commit.files.items():
        yield f"M 100644 inline {path}\n".encode() + _data(text)
    yield b"\n"


def _tag(commit: Commit, name: str, mark: int) -> Iterator[bytes]:
    """Every other release has an annotated tag with its notes, as it happens in long-lived repositories."""
    if mark % 2:
        yield f"reset refs/tags/{name}\nfrom :{mark}\n\n".encode()
    else:
        yield f"tag {name}\nfrom :{mark}\ntagger {COMMITTER} {_when(commit.at)}\n".encode() + _data(commit.notes)


def _data(text: str) -> bytes:
    raw = text.encode()
    return b"data %d\n%s\n" % (len(raw), raw)


def _when(moment: datetime) -> str:
    return f"{int(moment.timestamp())} +0000"


def _git(root: Path, *words: str, stdin: bytes = b"") -> None:
    command = ["git", "-c", "core.autocrlf=false", "-C", str(root), *words]
    try:
        done = subprocess.run(
            command, input=stdin, env=_environment(), capture_output=True, timeout=_TIMEOUT_SECONDS, check=False
        )
    except FileNotFoundError as error:
        raise OutsideError("git is not installed", then="install git; the demo is a git repository") from error
    except subprocess.TimeoutExpired as error:
        raise OutsideError(f"`git {words[0]}` took more than {_TIMEOUT_SECONDS} s", then="try again") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise OutsideError(f"`git {words[0]}` failed: {said}", then="see that git works in that folder, then try again")


def _environment() -> dict[str, str]:
    """The user's own, without what would point git at another repository or at the user's hooks."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {"LC_ALL": "C", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
