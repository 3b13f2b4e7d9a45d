"""A ticket and its comments become what the requester said, and what the team answered."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.connectors.told.plain import plain
from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback
from aftermerge.outside.http.reading import boolean, moment, reference, text, whole

__all__ = ["People", "TicketComment", "comment_of", "heard", "people_of", "rating_of"]

People = Mapping[str, Mapping[str, object]]
"""Users by their id."""

TicketComment = Mapping[str, object]

_TEAM = frozenset({"agent", "admin"})
_PERSONS = ("requester_id", "submitter_id", "assignee_id")
_MORE_PERSONS = ("collaborator_ids", "follower_ids", "email_cc_ids")
_RATED = {"good": 5.0, "bad": 1.0}


def people_of(users: Iterable[Mapping[str, object]]) -> People:
    return {ref: user for user in users if (ref := reference(user, "id"))}


def heard(
    ticket: Mapping[str, object], comments: Sequence[TicketComment], people: People, source: str, site: str
) -> Item | NotHeard:
    """What the requester of a ticket said. `comments` are its own, oldest first; `site` is where Zendesk stands."""
    ref, author, time = reference(ticket, "id"), reference(ticket, "requester_id"), moment(ticket, "created_at")
    if ref is None or time is None:
        return NotHeard("it is no ticket")
    why_not = _why_not(ticket, author, people)
    if why_not or author is None:
        return NotHeard(why_not or "the ticket has no requester")
    public = [comment for comment in comments if boolean(comment, "public")]
    said = next((comment for comment in public if reference(comment, "author_id") == author), None)
    if said is None or not comment_of(said):
        return NotHeard("its requester has said nothing in public")
    answer = next((comment for comment in public if _is_team(comment, people)), {})
    feedback = Feedback(
        source=source,
        external_id=ref,
        time=time,
        text="\n\n".join(part for part in (text(ticket, "subject"), comment_of(said)) if part),
        url=f"{site}/agent/tickets/{ref}" if site else None,
        rating=rating_of(ticket),
        author=author,
        account=reference(ticket, "organization_id") or reference(people.get(author), "organization_id"),
        thread=ref,
        reply=comment_of(answer),
        replied_at=_time_of(answer),
        replied_by=reference(answer, "author_id"),
        updated_at=moment(ticket, "updated_at"),
    )
    return Item(feedback, _customer(source, author, people), _names(ticket, comments, people))


def comment_of(comment: TicketComment) -> str | None:
    """A comment's words."""
    html = text(comment, "html_body")
    return text(comment, "plain_body") or (plain(html) if html else None) or text(comment, "body")


def rating_of(ticket: Mapping[str, object]) -> float | None:
    """`good` is 5 and `bad` is 1, as stars are elsewhere; None where it was not given."""
    score = text(ticket, "satisfaction_rating", "score")
    if score is None:
        stars = whole(ticket, "satisfaction_rating", "score")
        return None if stars is None else float(stars)
    return _RATED.get(score.split("_")[0])


def _why_not(ticket: Mapping[str, object], author: str | None, people: People) -> str | None:
    if text(ticket, "status") == "deleted":
        return "the ticket was deleted"
    if author is not None and _role(people, author) in _TEAM:
        return "the team itself asks"
    return None


def _is_team(comment: TicketComment, people: People) -> bool:
    """Whether the team wrote it: who is not known counts as copied in."""
    by = reference(comment, "author_id")
    return by is not None and _role(people, by) in _TEAM


def _role(people: People, ref: str) -> str | None:
    return text(people.get(ref), "role")


def _time_of(comment: TicketComment) -> datetime | None:
    return moment(comment, "created_at")


def _customer(source: str, ref: str, people: People) -> Customer:
    user = people.get(ref)
    return Customer(source, ref, text(user, "name"), text(user, "email"))


def _names(ticket: Mapping[str, object], comments: Sequence[TicketComment], people: People) -> tuple[str, ...]:
    refs = [reference(ticket, key) for key in _PERSONS]
    for key in _MORE_PERSONS:
        listed = ticket.get(key)
        refs += [str(ref) for ref in listed] if isinstance(listed, list) else []
    refs += [reference(comment, "author_id") for comment in comments]
    names = (text(people.get(ref), "name") for ref in refs if ref is not None)
    return tuple(dict.fromkeys(name for name in names if name))
