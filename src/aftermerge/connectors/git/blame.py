"""Who gave a line its text, and how a commit reached the main line."""

from pathlib import Path

from aftermerge.connectors.git.process import Git
from aftermerge.errors import DataError, OutsideError, Place
from aftermerge.model.trail import LineOrigin

__all__ = ["landed_with", "origin_of_line"]

_IGNORED = ".git-blame-ignore-revs"
_NOT_COMMITTED = "0" * 40


def origin_of_line(git: Git, path: str, line: int) -> LineOrigin:
    """
    Raises:
        DataError: git does not know the file, or it has no such line.
    """
    top = Path(git.ask("rev-parse", "--show-toplevel"))
    ignored = ("--ignore-revs-file", str(top / _IGNORED)) if (top / _IGNORED).exists() else ()
    try:
        told = git.ask("blame", "--line-porcelain", "-w", "-M", "-C", *ignored, "-L", f"{line},{line}", "--", path)
    except OutsideError as error:
        then = "give a file that git knows, from where you are, and one of its lines"
        raise DataError(
            f"git can't say where it comes from: {error.what}", where=Place(path, line), then=then
        ) from error
    return _origin(told)


def _origin(porcelain: str) -> LineOrigin:
    """The first line is `commit old-line new-line count`; the text's own line begins with a tab."""
    head, *rest = porcelain.split("\n")
    commit, before, *_ = head.split(" ")
    name = next((line.removeprefix("filename ") for line in rest if line.startswith("filename ")), "")
    text = next((line[1:] for line in rest if line.startswith("\t")), "")
    return LineOrigin(None if commit == _NOT_COMMITTED else commit, name, int(before), text)


def landed_with(git: Git, commit: str, main: str) -> str | None:
    """The first step of the main line that contains a commit; itself when it stands on that line."""
    steps = git.ask("rev-list", "--first-parent", main).split("\n")
    if commit in steps:
        return commit
    after = set(git.lines("rev-list", "--ancestry-path", f"{commit}..{main}"))
    return next((step for step in reversed(steps) if step in after), None)
