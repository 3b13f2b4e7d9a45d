"""One comment a conversation, one status a commit: looked up before it is written, by however many, however often."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from aftermerge.channels.answers import UNSEEN, Sent, is_done, is_final, is_gone, read_json
from aftermerge.channels.wording import Wording
from aftermerge.outside.http import Raw
from aftermerge.ports import Posted

__all__ = ["STATUS", "Board", "Said", "Shown", "Thread", "keep_comment", "keep_status"]

STATUS = "aftermerge/bet-ask"
"""What our one status on a commit is called."""
_LOOKS = 4

Shown = Literal["same", "other", "none"]


@dataclass(frozen=True, slots=True)
class Said:
    """A comment."""

    id: int
    body: str
    url: str | None


class Thread(Protocol):
    """A conversation, and what our comment in it is to say. `name` is “harbor/app#12”."""

    @property
    def name(self) -> str: ...

    @property
    def content(self) -> str: ...

    def ours(self) -> Sequence[Said] | None:
        """Oldest first; None where there is no such conversation. Others may write our mark, and stay untouched."""
        ...

    def create(self) -> Sent: ...

    def edit(self, said: Said) -> Sent: ...

    def delete(self, said: Said) -> Sent: ...

    def address(self, created: object) -> str | None:
        """Where the comment stands that the service says it made."""
        ...

    def is_locked(self, refusal: Raw) -> bool:
        """Whether it refuses because nobody may write here."""
        ...


class Board(Protocol):
    """A commit, and what our status on it is to be. `name` is “commit 1a2b3c in harbor/app”."""

    @property
    def name(self) -> str: ...

    @property
    def repository(self) -> str: ...

    def shown(self) -> Shown | None:
        """What stands there; None where there is no such commit."""
        ...

    def set(self) -> Sent: ...


def keep_comment(thread: Thread, wording: Wording) -> Posted:
    """The oldest of ours is kept. What may have been written is looked for, not written again.

    Raises:
        SettingsError, OutsideError: this is refused, and others would be like it.
    """
    what = f"comment on {thread.name}"
    made: Posted | None = None
    sent: Sent | None = None
    for _ in range(_LOOKS):
        ours = thread.ours()
        if ours is None:
            return Posted("refused", reason=wording.missing(thread.name))
        if not ours and made:
            return made  # the service does not list it yet
        outcome = _keep(thread, ours) if ours else _create(thread)
        if isinstance(outcome, Posted) and outcome.outcome != "created":
            return replace(made, removed=outcome.removed) if made else outcome
        # A comment that was just made is looked for once more: another job may have made one at the same time.
        made = outcome if isinstance(outcome, Posted) else made
        sent = None if isinstance(outcome, Posted) else outcome
        if isinstance(sent, Raw) and is_final(sent) and not (ours and is_gone(sent)):
            refusal = wording.refused(thread.name, sent, is_locked=thread.is_locked(sent))
            return _or_raise(refusal, what, sent, wording)
    raise wording.unwritten(what, sent or UNSEEN)


def keep_status(board: Board, wording: Wording) -> Posted:
    """The latest of our statuses on a commit is the one that is shown. Raises as `keep_comment` does."""
    what = f"set a status in {board.repository}"
    sent: Sent = UNSEEN
    for _ in range(_LOOKS):
        shown = board.shown()
        if shown is None:
            return Posted("refused", reason=wording.missing(board.name))
        if shown == "same":
            return Posted("unchanged")
        sent = board.set()
        if is_done(sent):
            return Posted("updated" if shown == "other" else "created")
        if isinstance(sent, Raw) and is_final(sent):
            return _or_raise(wording.refused(board.name, sent, is_locked=False), what, sent, wording)
    raise wording.unwritten(what, sent)


def _create(thread: Thread) -> Posted | Sent:
    sent = thread.create()
    return Posted("created", thread.address(read_json(sent))) if isinstance(sent, Raw) and is_done(sent) else sent


def _keep(thread: Thread, ours: Sequence[Said]) -> Posted | Sent:
    """The oldest says what it is to say, and those after it are gone; or what came in the way of that."""
    oldest, *newer = ours
    for copy in newer:
        gone = thread.delete(copy)
        if not is_done(gone) and not is_gone(gone):
            return gone
    if _same(oldest.body, thread.content):
        return Posted("unchanged", oldest.url, len(newer))
    sent = thread.edit(oldest)
    return Posted("updated", oldest.url, len(newer)) if is_done(sent) else sent


def _or_raise(refusal: Posted | None, what: str, sent: Sent, wording: Wording) -> Posted:
    if refusal is None:
        raise wording.unwritten(what, sent)
    return refusal


def _same(there: str, wanted: str) -> bool:
    """A service may keep other line ends, and no space at the end."""
    return there.replace("\r\n", "\n").strip() == wanted.strip()
