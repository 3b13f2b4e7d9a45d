"""A conversation becomes what the contact wrote until the team first answered, and that answer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.connectors.told.plain import plain
from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback
from aftermerge.outside.http.reading import at, boolean, moment, reference, rows, table, text

__all__ = ["CONTACTS", "Account", "account_in", "conversation_in", "further_words", "heard", "opener", "parts"]

CONTACTS = frozenset({"user", "lead", "contact"})
_SEEN_BY_CONTACTS = frozenset({"comment", "open", "close", "assignment"})
"""Parts whose words go to the contact; a note and whatever we do not know stay with the team."""


@dataclass(frozen=True, slots=True)
class Account:
    """The company that a contact writes for, and what it spends a month."""

    ref: str
    value: float | None = None


@dataclass(frozen=True, slots=True)
class _Message:
    """Something that contact, admin or bot wrote to each other."""

    kind: str
    author: str | None
    time: datetime | None
    words: str


def heard(
    conversation: Mapping[str, object], account: Account | None, source: str, site: str | None
) -> Item | NotHeard:
    """What the contact of a conversation said. `site` is the address before a conversation's id, where it is known."""
    ref, time = reference(conversation, "id"), moment(conversation, "created_at")
    if ref is None or time is None:
        return NotHeard("it is no conversation")
    said, answer = _said_and_answer(_messages(conversation))
    if not said:
        return NotHeard("no contact says anything in it")
    contact = opener(conversation)
    return Item(
        Feedback(
            source=source,
            external_id=ref,
            time=said[0].time or time,
            text="\n\n".join(message.words for message in said),
            url=_url(conversation, ref, site),
            rating=_rating(conversation),
            author=reference(contact, "id") or said[0].author,
            account=account.ref if account else None,
            account_value=account.value if account else None,
            thread=ref,
            reply=answer.words if answer else None,
            replied_at=answer.time if answer else None,
            replied_by=answer.author if answer else None,
            updated_at=moment(conversation, "updated_at"),
        ),
        _customer(contact, source),
        _names(conversation),
    )


def further_words(conversation: Mapping[str, object], part: Mapping[str, object], source: str) -> Item | NotHeard:
    """One part of a conversation as feedback of its own in that thread: what a contact wrote after it had begun."""
    thread, ref, time = reference(conversation, "id"), reference(part, "id"), moment(part, "created_at")
    words = _words(part)
    if thread is None or ref is None or time is None or words is None:
        return NotHeard("no contact says anything in it")
    contact = opener(conversation)
    feedback = Feedback(
        source=source,
        external_id=f"{thread}-{ref}",
        time=time,
        text=words,
        url=_url(conversation, thread, None),
        author=reference(part, "author", "id") or reference(contact, "id"),
        thread=thread,
        updated_at=moment(part, "updated_at") or time,
    )
    return Item(feedback, _customer(table(part, "author") or contact, source), _names(conversation))


def _opening(conversation: Mapping[str, object]) -> Mapping[str, object]:
    """The message that began it; its key depends on the API's version."""
    return table(conversation, "source") or table(conversation, "conversation_message")


def parts(conversation: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    return rows(conversation, "conversation_parts", "conversation_parts")


def opener(conversation: Mapping[str, object]) -> Mapping[str, object]:
    """The contact, with a name and an address where the conversation has them."""
    begun = table(_opening(conversation), "author")
    listed = rows(conversation, "contacts", "contacts") or rows(conversation, "contacts")
    known = table(conversation, "user") or (begun if text(begun, "type") in CONTACTS else {})
    return {**next(iter(listed), {}), **{key: value for key, value in known.items() if value}}


def _customer(contact: Mapping[str, object], source: str) -> Customer | None:
    ref = reference(contact, "id")
    return Customer(source, ref, text(contact, "name"), text(contact, "email")) if ref else None


def _names(conversation: Mapping[str, object]) -> tuple[str, ...]:
    """Everybody whom the conversation names."""
    persons = [opener(conversation), table(conversation, "assignee"), table(_opening(conversation), "author")]
    persons += [table(part, "author") for part in parts(conversation)]
    persons += [table(part, "assigned_to") for part in parts(conversation)]
    persons += rows(conversation, "teammates", "teammates") or rows(conversation, "teammates")
    return tuple(dict.fromkeys(name for person in persons if (name := text(person, "name"))))


def account_in(contact: Mapping[str, object]) -> str | None:
    """The company of a contact: the first, where it has several."""
    listed = rows(contact, "companies", "data") or rows(contact, "companies", "companies")
    return next((ref for company in listed if (ref := reference(company, "id"))), None)


def conversation_in(body: Mapping[str, object]) -> Mapping[str, object]:
    """The conversation of a webhook's body; empty where it speaks of something else."""
    item = table(body, "data", "item") or table(body, "item") or body
    return item if text(item, "type") == "conversation" else {}


def _messages(conversation: Mapping[str, object]) -> Iterator[_Message]:
    """What was written to each other, oldest first; notes of the team and redacted parts are left out."""
    begun = _opening(conversation)
    yield from _message(begun, moment(begun, "created_at") or moment(conversation, "created_at"))
    for part in parts(conversation):
        # The opening stands among the parts, too, in some bodies.
        if reference(part, "id") != reference(begun, "id") or reference(part, "id") is None:
            yield from _message(part, moment(part, "created_at"))


def _message(part: Mapping[str, object], time: datetime | None) -> Iterator[_Message]:
    words = _words(part)
    kind = text(part, "author", "type")
    if words and kind and (kind in CONTACTS or text(part, "part_type") in {*_SEEN_BY_CONTACTS, None}):
        yield _Message(kind, reference(part, "author", "id"), time, words)


def _words(part: Mapping[str, object]) -> str | None:
    """The subject, where it has one, and the body."""
    if boolean(part, "redacted") or not text(part, "body"):
        return None
    written = (plain(html) for key in ("subject", "body") if (html := text(part, key)))
    return "\n\n".join(words for words in written if words) or None


def _said_and_answer(written: Iterable[_Message]) -> tuple[Sequence[_Message], _Message | None]:
    """The contact's words up to the team's first answer to them, and that answer. A bot's words are neither."""
    said: list[_Message] = []
    for message in written:
        if message.kind in CONTACTS:
            said.append(message)
        elif said and message.kind == "admin":
            return said, message
    return said, None


def _rating(conversation: Mapping[str, object]) -> float | None:
    rating = at(conversation, "conversation_rating", "rating")
    return float(rating) if isinstance(rating, int | float) and not isinstance(rating, bool) else None


def _url(conversation: Mapping[str, object], ref: str, site: str | None) -> str | None:
    return text(conversation, "links", "conversation_web") or (f"{site}/{ref}" if site else None)
