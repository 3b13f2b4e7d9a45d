"""Where something is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of something that was to stand outside. `removed` counts copies of it that were taken away there.

    `reason` is why it was refused: this one alone, so that others may be posted.
    """

    outcome: Literal["created", "updated", "unchanged", "refused"]
    url: str | None = None
    removed: int = 0
    reason: str = ""


StatusState = Literal["success", "failure", "error", "pending"]


class Comments(Protocol):
    """Where verdicts are told: on pull requests. Each method may be repeated, and leaves one comment, one status."""

    def put_comment(self, repository: str, number: int, marker: str, body: str) -> Posted:
        """Our one comment that bears this marker says this, in Markdown. Nothing is sent where it does already.

        Raises:
            SettingsError: the token is missing, has expired, or has no right to comment.
            OutsideError: the service does not answer.
        """
        ...

    def put_status(self, repository: str, sha: str, state: StatusState, description: str, url: str | None) -> Posted:
        """Our status on a commit is this one. Nothing is sent where it is already. Raises as `put_comment` does."""
        ...


@dataclass(frozen=True, slots=True)
class Letter:
    """What one customer is to read where they asked.

    `thread` and `url` are their feedback's own, `address` is their mail address where one is known. `text` is Markdown
    without HTML. `reference` can't be guessed, and stands in what is sent so that it is found again. `unsubscribe` is a
    URL with which they stop it.
    """

    reference: str
    subject: str
    text: str
    thread: str | None = None
    url: str | None = None
    address: str | None = None
    unsubscribe: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of an attempt. `unknown`: it may have arrived. `reason` is why it was refused, or is not known."""

    outcome: Literal["sent", "refused", "unknown"]
    url: str | None = None
    reason: str = ""


class Correspondence(Protocol):
    """A way to answer customers where they asked. Both methods raise as `Comments.put_comment` does, when nothing is
    sent for sure and no other letter would be taken either.
    """

    @property
    def can_look_up(self) -> bool:
        """Whether `find` can tell if a letter has arrived."""
        ...

    def send(self, letter: Letter) -> Delivery:
        """One attempt, never repeated by itself where the first may have arrived."""
        ...

    def find(self, letter: Letter) -> Delivery | None:
        """Where a letter stands that was sent before, by its reference; None where it did not arrive."""
        ...


@dataclass(frozen=True, slots=True)
class Bulletin:
    """What the team is to read, in each form that a place may take.

    `to` is a mail address, a Slack channel or, at Slack, the mail address of one person. `blocks` are Slack's.
    """

    reference: str
    to: str
    subject: str
    text: str
    html: str | None = None
    blocks: Sequence[Mapping[str, object]] = ()


class Noticeboard(Protocol):
    """A way to tell the team something. Raises as `Correspondence` does."""

    @property
    def can_look_up(self) -> bool: ...

    def post(self, bulletin: Bulletin) -> Delivery: ...

    def find(self, bulletin: Bulletin) -> Delivery | None: ...
