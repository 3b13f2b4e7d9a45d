"""What a Freshdesk automation sends. Which of a ticket's fields are in it, its author chose."""

import re
from collections.abc import Mapping, Sequence

from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.connectors.told.people import reference_of
from aftermerge.connectors.told.plain import plain
from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback
from aftermerge.outside.http.reading import moment, reference, table, text

__all__ = ["heard_in"]

_EVENT = re.compile(r"\{?\s*(\w+)\s*:\s*\{?\s*(\w+)")
# `{note_type:public}` may be the customer's note or the team's: the ticket is heard, the note is taken for an answer
# only where the body says that a reply was sent.
_HEARD = {"ticket_action": ("created",), "note_type": ("public",), "reply_sent": ("sent", "yes", "true")}


def heard_in(body: Mapping[str, object], source: str) -> Sequence[Item | NotHeard]:
    """The ticket of a body that tells of its creation, or of an answer to it.

    A body seldom has a time: `ticket_created_at` where its author put it in, else `received_at`.
    """
    ticket = table(body, "freshdesk_webhook") or body
    verb, what = _event(ticket)
    if what not in _HEARD.get(verb, ()):
        return [NotHeard(_unheard(verb))]
    return [_item(ticket, body, source, answered=verb == "reply_sent")]


def _event(ticket: Mapping[str, object]) -> tuple[str, str]:
    match = _EVENT.search(text(ticket, "triggered_event") or "")
    return (match[1].lower(), match[2].lower()) if match else ("", "")


def _unheard(verb: str) -> str:
    if verb == "note_type":
        return "a note among the team"
    return f"a change of the ticket ({verb})" if verb else "it does not say what happened"


def _item(ticket: Mapping[str, object], body: Mapping[str, object], source: str, *, answered: bool) -> Item | NotHeard:
    identifier, said = reference(ticket, "ticket_id"), _said(ticket)
    time = moment(ticket, "ticket_created_at") or moment(body, "received_at")
    if identifier is None or time is None or not said:
        return NotHeard("the ticket has no id, time or words in it")
    name, email = text(ticket, "requester_name"), text(ticket, "requester_email")
    author = reference(ticket, "requester_id") or (reference_of(email or name or "") if email or name else None)
    reply = plain(text(ticket, "ticket_latest_public_comment") or "") if answered else ""
    feedback = Feedback(
        source=source,
        external_id=identifier,
        time=time,
        text=said,
        url=text(ticket, "ticket_url"),
        author=author,
        account=text(ticket, "company_name") or text(ticket, "ticket_company_name"),
        thread=identifier,
        reply=reply or None,
        replied_at=moment(body, "received_at") if reply else None,
        updated_at=moment(ticket, "ticket_updated_at"),
    )
    customer = Customer(source, author, name, email) if author and (name or email) else None
    return Item(feedback, customer, tuple(part for part in (name, email) if part))


def _said(ticket: Mapping[str, object]) -> str:
    parts = (text(ticket, "ticket_subject"), plain(text(ticket, "ticket_description") or ""))
    return "\n\n".join(part.strip() for part in parts if part)
