"""Commits of the main line become changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from aftermerge.connectors.git.mainline import Mainline
from aftermerge.connectors.git.process import Git
from aftermerge.connectors.git.words import branch_of, title_of
from aftermerge.model.change import Change

__all__ = ["moment", "read_changes"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORMAT = "--format=%x00%H%x00%ct%x00%at%x00%B"
_LOG = (
    "log",
    "--first-parent",
    "--diff-merges=first-parent",
    "--topo-order",
    "--reverse",
    "-z",
    "--name-only",
    "--no-renames",
    "--no-ext-diff",
    "--no-color",
    _FORMAT,
)
_MESSAGES = ("log", "--no-walk=unsorted", "--stdin", "-z", "--no-color", "--format=%H%x00%at%x00%B")


@dataclass(frozen=True, slots=True)
class _Commit:
    id: str
    committed_seconds: str
    written_seconds: str
    message: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Inner:
    """A commit that a merge brought in."""

    written_seconds: str
    message: str


def read_changes(
    git: Git, source: str, mainline: Mainline, cut: frozenset[str], size: int
) -> Iterator[tuple[Change, ...]]:
    """The changes of a main line, oldest first, in batches of `size`.

    `cut` are the commits at which a shallow clone ends: git shows every file as changed there, so none is.
    """
    commits = _read_log(git, mainline.ids)
    while batch := tuple(islice(commits, size)):
        inner = _brought_in(git, mainline, batch)
        yield tuple(_change(commit, source, inner.get(commit.id, []), commit.id in cut) for commit in batch)


def moment(seconds: str) -> datetime:
    """Epoch seconds as git writes them; a broken date becomes the epoch."""
    try:
        return _EPOCH + timedelta(seconds=int(seconds))
    except (ValueError, OverflowError):
        return _EPOCH


def _change(commit: _Commit, source: str, inner: Sequence[_Inner], is_cut: bool) -> Change:
    return Change(
        id=commit.id,
        source=source,
        merged_at=moment(commit.committed_seconds),
        title=title_of(commit.message),
        message="\n\n".join(text for text in (commit.message, *(part.message for part in inner)) if text),
        branch=branch_of(commit.message.partition("\n")[0]),
        paths=() if is_cut else commit.paths,
        begun_at=_begun(commit, inner),
    )


def _begun(commit: _Commit, inner: Sequence[_Inner]) -> datetime | None:
    """When the first commit was written. A squash bears the time of its merge, which says nothing of its beginning."""
    written = moment(inner[0].written_seconds if inner else commit.written_seconds)
    return written if _EPOCH < written < moment(commit.committed_seconds) else None


def _read_log(git: Git, ids: Sequence[str]) -> Iterator[_Commit]:
    if not ids:
        return
    # Asked by count, not by `^after`: with --first-parent both give the same commits, and this also fits the first run.
    fields = git.fields(*_LOG, f"--max-count={len(ids)}", ids[-1])
    next(fields, None)
    while commit := next(fields, None):
        committed, written, message = next(fields), next(fields), next(fields)
        yield _Commit(commit, committed, written, message.strip(), tuple(sorted(_paths(fields))))


def _paths(fields: Iterator[str]) -> Iterator[str]:
    # Git puts a newline before the first path; the next commit begins with an empty field.
    first = next(fields, "")
    if first:
        yield first.removeprefix("\n")
        yield from iter(lambda: next(fields, ""), "")


def _brought_in(git: Git, mainline: Mainline, batch: Sequence[_Commit]) -> dict[str, list[_Inner]]:
    """The commits that each merge brought in, oldest first, asked for once a batch."""
    wanted = [inner for commit in batch for inner in mainline.brought.get(commit.id, ())]
    if not wanted:
        return {}
    fields = git.fields(*_MESSAGES, given=wanted)
    said = {
        id_: _Inner(seconds, message.strip()) for id_, seconds, message in zip(fields, fields, fields, strict=False)
    }
    return {
        commit.id: [said[inner] for inner in mainline.brought[commit.id]]
        for commit in batch
        if commit.id in mainline.brought
    }
