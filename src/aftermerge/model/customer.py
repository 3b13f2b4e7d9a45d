"""Who spoke, as far as a source says; and what is left of one who was forgotten."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from aftermerge.model.feedback import Feedback, Verbatim


@dataclass(frozen=True, slots=True)
class Customer:
    """One who spoke. `ref` is the source's own reference, as in `Feedback.author`; `name` and `email` are personal."""

    source: str
    ref: str
    name: str | None = None
    email: str | None = None

    @property
    def id(self) -> str:
        """As `Feedback.asker` has it."""
        return f"{self.source}:{self.ref}"


def digest_of(identifier: str) -> str:
    """SHA-256 of an id, in hexadecimal. One who knows the id can make it; from it the id can only be guessed."""
    return sha256(identifier.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A customer or a piece of feedback that was forgotten: only the SHA-256 of its id, so that it never comes back."""

    digest: str
    forgotten_at: datetime

    def is_of(self, identifier: str) -> bool:
        """Whether this is what is left of that id."""
        return self.digest == digest_of(identifier)


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that the ledger holds about one customer, for them to have."""

    customer: str
    known: Customer | None
    feedback: tuple[Feedback, ...]
    verbatims: tuple[Verbatim, ...]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed: how many pieces of feedback lost their words, and the ids that they had."""

    customer: str
    feedback: tuple[str, ...]
