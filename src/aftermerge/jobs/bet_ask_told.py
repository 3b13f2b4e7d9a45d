"""`bet ask` on a pull request that adds or changes a bet: one comment with the answers, and a status for a check.

Blind spot: where a later commit takes the last of its bets away again, the comment stays as it was.
"""

from dataclasses import dataclass

from aftermerge.bootstrap import OpenWorkspace
from aftermerge.errors import BetError, SettingsError
from aftermerge.jobs.bet_ask import ask_changed
from aftermerge.model.asked import AskedBet
from aftermerge.outside.ci import OpenRequest
from aftermerge.ports import Comments, Posted, Repository, StatusState
from aftermerge.render.asked_comment import asked_comment, asked_summary, unreadable_comment
from aftermerge.settings import Source

MARKER = "aftermerge: questions"
"""By which the comment is found again; it does not show, and is not the verdict's."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is to stand on a pull request: a comment, none where no bet changes, and the status of its last commit."""

    comment: str | None
    state: StatusState
    summary: str


@dataclass(frozen=True, slots=True)
class AskedThere:
    """What was asked, and what became of telling it. `error` is why the bets can't be read, `untold` why nothing is."""

    request: OpenRequest
    asked: tuple[AskedBet, ...]
    words: Words
    comment: Posted | None = None
    status: Posted | None = None
    error: BetError | None = None
    untold: str = ""


def ask_on(workspace: OpenWorkspace, request: OpenRequest, *, must_pass: bool, send: bool = True) -> AskedThere:
    """Ask about the bets that a pull request adds or changes, and tell the answers there, in one place.

    A warning or a missing answer lets the status succeed, unless it `must_pass`; a bet that can't be read never does.

    Raises:
        InputError: what it changes is not known here; the token may not write.
        OutsideError: the data or the service do not answer.
    """
    error: BetError | None = None
    asked: tuple[AskedBet, ...] = ()
    try:
        asked = ask_changed(workspace, _base(workspace.repository, request))
    except BetError as mistake:
        error = mistake
    words = _unreadable(error) if error else _answered(asked, must_pass=must_pass)
    found = AskedThere(request, asked, words, error=error)
    return _told(found, workspace) if send else found


def _base(repository: Repository, request: OpenRequest) -> str:
    """Where the commit that would merge it is checked out, its first parent: that is newer than what the event says."""
    return "HEAD^1" if repository.commit("HEAD^2") == request.head else request.base


def _unreadable(error: BetError) -> Words:
    return Words(unreadable_comment(error), "failure", "a bet can't be read")


def _answered(asked: tuple[AskedBet, ...], *, must_pass: bool) -> Words:
    is_open = must_pass and any(item.wants_attention for item in asked)
    return Words(asked_comment(asked) if asked else None, "failure" if is_open else "success", asked_summary(asked))


def _told(found: AskedThere, workspace: OpenWorkspace) -> AskedThere:
    request = found.request
    usual = Source(request.kind, request.kind, {"base_url": request.base_url})
    try:
        with workspace.channel_to(request.repository, usual, trusted=not request.from_fork) as comments:
            return _tell(found, comments)
    except SettingsError as error:
        if not request.from_fork:
            raise
        return AskedThere(request, found.asked, found.words, error=found.error, untold=error.what)


def _tell(found: AskedThere, comments: Comments) -> AskedThere:
    request, words = found.request, found.words
    said = words.comment and comments.put_comment(request.repository, request.number, MARKER, words.comment)
    url = said.url if said else None
    status = comments.put_status(request.repository, request.head, words.state, words.summary, url)
    return AskedThere(request, found.asked, words, said or None, status, found.error)
