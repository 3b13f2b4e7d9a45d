"""What Front sends: an event of a conversation, with the message that it is about."""

from collections.abc import Mapping, Sequence

from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.connectors.told.people import reference_of
from aftermerge.connectors.told.plain import plain
from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback
from aftermerge.outside.http.reading import at, boolean, moment, rows, table, text

__all__ = ["heard_in"]

_UNHEARD = {
    "outbound": "the team's own message",
    "out_reply": "the team's own message",
    "comment": "a comment among the team",
    "mention": "a comment among the team",
}


def heard_in(body: Mapping[str, object], source: str) -> Sequence[Item | NotHeard]:
    """The message of an `inbound` event. What the team wrote, and what was done to a conversation, is not heard."""
    kind = text(body, "type") or ""
    if kind != "inbound":
        return [NotHeard(_UNHEARD.get(kind, f"a change of the conversation ({kind or 'unnamed'})"))]
    message = table(body, "target", "data") or table(body, "conversation", "last_message")
    identifier, time = text(message, "id"), moment(message, "created_at") or moment(body, "emitted_at")
    said = _said(message)
    if not boolean(message, "is_inbound"):
        return [NotHeard("the team's own message")]
    if identifier is None or time is None or not said:
        return [NotHeard("the message has no id, time or words in it")]
    sender = next((row for row in rows(message, "recipients") if at(row, "role") == "from"), {})
    name, handle = text(sender, "name"), text(sender, "handle")
    author = _contact(sender) or (reference_of(handle) if handle else None)
    subject = text(body, "conversation", "subject")
    feedback = Feedback(
        source=source,
        external_id=identifier,
        time=time,
        text="\n\n".join(part.strip() for part in (subject, said) if part),
        author=author,
        thread=text(body, "conversation", "id"),
    )
    customer = Customer(source, author, name, handle) if author and (name or handle) else None
    return [Item(feedback, customer, tuple(part for part in (name, handle) if part))]


def _said(message: Mapping[str, object]) -> str:
    words = text(message, "text")
    return words.strip() if words else plain(text(message, "body") or "")


def _contact(sender: Mapping[str, object]) -> str | None:
    """The last part of the contact's address: `crd_62euuy`."""
    address = text(sender, "_links", "related", "contact")
    return address.rstrip("/").rpartition("/")[2] if address else None
