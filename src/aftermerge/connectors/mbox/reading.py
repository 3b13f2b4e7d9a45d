"""The mails of an mbox file, one by one, each up to a limit."""

import email
import mailbox
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

from aftermerge.errors import DataError, Place

__all__ = ["MAIL_BYTES", "Mails", "mails"]

MAIL_BYTES = 10 * 10**6
"""Of a larger mail only the beginning is read: its text stands before its attachments."""


@dataclass(frozen=True, slots=True)
class Mails:
    """An open mailbox. Nothing is written to it."""

    box: mailbox.mbox
    most_bytes: int

    def __len__(self) -> int:
        return len(self.box)

    def __iter__(self) -> Iterator[tuple[int, Message]]:
        for place in range(len(self.box)):
            yield place, self.at(place)

    def at(self, place: int) -> Message:
        with self.box.get_file(place) as content:  # type: ignore[arg-type]
            return email.message_from_bytes(content.read(self.most_bytes))

    def is_cut(self, place: int) -> bool:
        """Whether only the beginning of a mail is read."""
        with self.box.get_file(place) as content:  # type: ignore[arg-type]
            return len(content.read(self.most_bytes + 1)) > self.most_bytes


@contextmanager
def mails(file: Path, most_bytes: int = MAIL_BYTES) -> Iterator[Mails]:
    """Open a mailbox.

    Raises:
        DataError: it is missing, a folder or unreadable, or no mailbox.
    """
    where = Place(str(file))
    if not file.is_file():
        raise DataError("there is no such file", where=where, then="correct its path; a mailbox is one .mbox file")
    try:
        box = mailbox.mbox(file, create=False)
        count = len(box)
    except OSError as error:
        then = "let the user who runs this read it"
        raise DataError(f"it can't be read: {error.strerror or error}", where=where, then=then) from error
    try:
        if not count:
            raise DataError("no mail is in it", where=where, then="export the mailbox in the mbox format")
        yield Mails(box, most_bytes)
    finally:
        box.close()
