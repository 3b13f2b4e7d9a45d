"""What Zendesk's event subscriptions send, and tickets as the API writes them."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.connectors.zendesk.convert import People, comment_of, heard, people_of
from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback
from aftermerge.outside.http.reading import boolean, moment, reference, rows, table, text

__all__ = ["heard_in"]

_EVENT = "zen:event-type:ticket."


def heard_in(body: Mapping[str, object], source: str) -> Sequence[Item | NotHeard]:
    """What customers say in one body: an event of a ticket, a ticket, or a page of tickets."""
    kind = text(body, "type") or ""
    if kind.startswith(_EVENT):
        return [_event(kind.removeprefix(_EVENT), body, source)]
    tickets = rows(body, "tickets") or [ticket for ticket in (table(body, "ticket"),) if ticket]
    if not tickets:
        return [NotHeard("no ticket is in it")]
    people = people_of(rows(body, "users"))
    return [heard(ticket, _comments(ticket, body), people, source, _site(ticket)) for ticket in tickets]


def _event(kind: str, body: Mapping[str, object], source: str) -> Item | NotHeard:
    ticket, comment = table(body, "detail"), table(body, "event", "comment")
    if kind == "created":
        return heard(ticket, _comments(ticket, {}), {}, source, _site(ticket))
    if kind != "comment_added":
        return NotHeard("nobody speaks in the event")
    if not boolean(comment, "is_public"):
        return NotHeard("a private note")
    if boolean(comment, "author", "is_staff"):
        return _answered(ticket, comment, body, source)
    return _said_more(ticket, comment, body, source)


def _answered(
    ticket: Mapping[str, object], comment: Mapping[str, object], body: Mapping[str, object], source: str
) -> Item | NotHeard:
    """The ticket with the team's answer."""
    by = reference(comment, "author", "id")
    answer = {"public": True, "author_id": by, "plain_body": text(comment, "body"), "created_at": body.get("time")}
    people: People = {by: {"role": "agent", "name": text(comment, "author", "name")}} if by else {}
    return heard(ticket, [*_comments(ticket, {}), answer], people, source, _site(ticket))


def _said_more(
    ticket: Mapping[str, object], comment: Mapping[str, object], body: Mapping[str, object], source: str
) -> Item | NotHeard:
    """A customer's further words are feedback of their own in the same thread, so that nothing replaces the first."""
    thread, ref, time = reference(ticket, "id"), reference(comment, "id"), moment(body, "time")
    said, author, name = comment_of(comment), reference(comment, "author", "id"), text(comment, "author", "name")
    if not (thread and ref and time and said):
        return NotHeard("the comment has no words, id or time")
    feedback = Feedback(
        source=source,
        external_id=f"{thread}-{ref}",
        time=time,
        text=said,
        url=f"{_site(ticket)}/agent/tickets/{thread}" if _site(ticket) else None,
        author=author,
        account=reference(ticket, "organization_id"),
        thread=thread,
        updated_at=time,
    )
    return Item(feedback, Customer(source, author, name) if author else None, (name,) if name else ())


def _comments(ticket: Mapping[str, object], body: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    """Its comments where they came along, else its description: the first comment, by who submitted it."""
    given = rows(ticket, "comments") or rows(body, "comments")
    by = reference(ticket, "submitter_id") or reference(ticket, "requester_id")
    is_public = ticket.get("is_public") is not False
    first = {"public": is_public, "author_id": by, "plain_body": text(ticket, "description")}
    return given or [first]


def _site(ticket: Mapping[str, object]) -> str:
    """Where Zendesk stands, of the ticket's own address; empty where it has none."""
    url = urlsplit(text(ticket, "url") or "")
    return f"{url.scheme}://{url.netloc}" if url.scheme in ("http", "https") and url.netloc else ""
