"""The connector: a mailbox as feedback."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aftermerge.connectors.cursors.whole import is_read, read_whole
from aftermerge.connectors.files.fingerprint import fingerprint
from aftermerge.connectors.files.rejects import RejectedFile
from aftermerge.connectors.mbox.config import MailboxConfig, read_config
from aftermerge.connectors.mbox.reading import Mails, mails
from aftermerge.connectors.mbox.threads import Head, head, threads
from aftermerge.connectors.mbox.words import own_words, subject, written
from aftermerge.connectors.told.item import Item, batch_of
from aftermerge.connectors.told.people import reference_of
from aftermerge.model.batch import Batch, Rejected
from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback
from aftermerge.ports import SourceContext

__all__ = ["MailboxSource", "connect"]

_READING = "mbox 1"
_BATCH_ITEMS = 1_000
_FREE = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "me.com",
     "aol.com", "gmx.de", "gmx.net", "web.de", "proton.me", "protonmail.com", "mail.ru", "qq.com", "163.com"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MailboxSource:
    """Read again, and whole, when the mailbox has changed. `unheard` counts mails in which no customer speaks."""

    name: str
    config: MailboxConfig
    context: SourceContext
    unheard: Counter[str] = field(default_factory=Counter)

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        """Batches of threads; nothing when the mailbox was read and is the same.

        Raises:
            DataError: it is missing or unreadable, or no mailbox.
            OutsideError: the list of rejected mails can't be written.
        """
        with (
            mails(self._path) as box,
            RejectedFile(self.context.rejected, self.name, self.config.path) as rejects,
        ):
            now = fingerprint(self._path, f"{_READING}{self.config!r}")
            if is_read(cursor, now):
                return
            rejected: list[Rejected] = []
            kept: list[Item] = []
            found = list(threads(self._heads(box, rejected)))
            for place, (root, thread) in enumerate(found):
                if len(kept) == _BATCH_ITEMS:
                    yield batch_of(kept, "{}", done=place, total=len(found))
                    kept = []
                kept.extend(self._heard(box, root, thread, rejected))
            for row in rejected:
                rejects.add(row)
            rejects.finish()
            yield batch_of(kept, read_whole(now), rejected=rejected, done=len(found), total=len(found))

    @property
    def _path(self) -> Path:
        return self.context.root / self.config.path

    def _heads(self, box: Mails, rejected: list[Rejected]) -> Iterator[Head]:
        for place, message in box:
            found = head(message, place)
            if isinstance(found, str):
                rejected.append(self._rejected(place, found))
            elif found.is_unwanted:
                self.unheard["it lies among spam, drafts or what was thrown away"] += 1
            elif found.is_automatic:
                self.unheard["a machine wrote it"] += 1
            else:
                yield found

    def _heard(self, box: Mails, root: str, thread: Sequence[Head], rejected: list[Rejected]) -> Iterator[Item]:
        """The first mail from outside the team, with the team's first answer to it."""
        first = next((place for place, mail in enumerate(thread) if not self.config.is_team(mail.address)), None)
        for place, mail in enumerate(thread):
            if self.config.is_team(mail.address):
                self.unheard["the team itself writes"] += 1
            elif place != first:
                self.unheard["a later mail of a thread"] += 1
        if first is None:
            return
        answer = next((mail for mail in thread[first + 1 :] if self.config.is_team(mail.address)), None)
        item = self._item(box, root, thread[first], answer)
        if isinstance(item, str):
            rejected.append(self._rejected(thread[first].place, item))
        else:
            yield item

    def _item(self, box: Mails, root: str, mail: Head, answer: Head | None) -> Item | str:
        message = box.at(mail.place)
        if box.is_cut(mail.place) and not message.is_multipart():
            return f"its text is larger than {box.most_bytes:,} bytes"
        title, words = subject(message), own_words(written(message))
        if not title and not words:
            return "there are no words in it"
        author, domain = reference_of(mail.address), mail.address.rpartition("@")[2]
        feedback = Feedback(
            source=self.name,
            external_id=reference_of(mail.id),
            time=mail.time,
            text="\n\n".join(part for part in (title, words) if part),
            author=author,
            account=None if domain in _FREE else domain,
            thread=reference_of(root),
            reply=(own_words(written(box.at(answer.place))) or None) if answer else None,
            replied_at=answer.time if answer else None,
            replied_by=reference_of(answer.address) if answer else None,
        )
        persons = (mail.name, mail.address, *((answer.name, answer.address) if answer else ()))
        customer = Customer(self.name, author, mail.name or None, mail.address)
        return Item(feedback, customer, tuple(dict.fromkeys(part for part in persons if part)))

    def _rejected(self, place: int, reason: str) -> Rejected:
        return Rejected(self.config.path, place + 1, None, reason, "")


def connect(given: Mapping[str, object], context: SourceContext, name: str) -> MailboxSource:
    """The connector's entry point.

    Raises:
        SettingsError: the configuration can't be used.
    """
    return MailboxSource(name, read_config(given, name), context)
