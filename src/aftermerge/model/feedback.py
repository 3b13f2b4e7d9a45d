"""What a customer said, in their own words."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Feedback:
    """One thing that one customer said once.

    A connector hands over `text` and `reply` as they were written; what the ledger keeps here is redacted, and the
    words themselves stand apart as a `Verbatim`. Times are aware (UTC). `author`, `account` and `replied_by` are the
    source's own references, not names. `thread` is the conversation that it stands in, where an answer would go.
    `account_value` is what the account was worth when it spoke, in the source's own currency. `problem` is the problem
    that it speaks of, once someone has said so. `replied_at` is when the team answered it. `updated_at` is its
    version: an older one never replaces a newer.
    """

    source: str
    external_id: str
    time: datetime
    text: str
    url: str | None = None
    rating: float | None = None
    author: str | None = None
    account: str | None = None
    account_value: float | None = None
    thread: str | None = None
    version: str | None = None
    language: str | None = None
    problem: str | None = None
    reply: str | None = None
    replied_at: datetime | None = None
    replied_by: str | None = None
    updated_at: datetime | None = None
    may_contact: bool = True
    may_quote: bool = False

    @property
    def id(self) -> str:
        return f"{self.source}:{self.external_id}"

    @property
    def asker(self) -> str:
        """Who asked, as far as we can tell them apart: the author, or this feedback alone."""
        return f"{self.source}:{self.author}" if self.author else self.id


@dataclass(frozen=True, slots=True)
class Verbatim:
    """The words as they were written, before redaction. `feedback` is the id of what keeps them redacted.

    Kept apart: reading one needs a right to it, and is journalled.
    """

    feedback: str
    text: str
    reply: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What changed in what was heard: feedback that is new or differs, ids that are gone, and up to which revision."""

    revision: int
    rows: tuple[Feedback, ...]
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A customer and a problem: somebody who wants this solved, and whether they have heard back."""

    asker: str
    problem: str
    feedback: str
    """The id of the first feedback in which they asked."""
    channel: str
    asked_at: datetime
    answered_at: datetime | None
    """When the team last answered them, in any feedback about this problem."""
    may_contact: bool
