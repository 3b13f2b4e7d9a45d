"""A customer's request, or an issue or comment of somebody outside the workspace, becomes what they said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback
from aftermerge.outside.http.reading import at, moment, reference, table, text

__all__ = ["HEARD", "heard_in_comment", "heard_in_issue", "heard_in_need"]

Record = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Said:
    """Whose words stand where."""

    words: str
    url: str | None
    thread: str | None
    customer: Customer


def heard_in_need(need: Record, source: str) -> Item | NotHeard:
    """A customer's request: its own words, else those of the comment that it was made of.

    Who asked is the person outside the workspace where the request names one, else the customer as a whole.
    """
    words = text(need, "body") or text(need, "comment", "body")
    if words is None:
        return NotHeard("the request has no words")
    person = _outsider(need, "comment", "externalUser") or _outsider(need, "attachment", "externalUserCreator")
    company = reference(need, "customer", "id") or reference(need, "customerId")
    if person is None and company is None:
        return NotHeard("the request is nobody's")
    asker = _person(source, person) if person else Customer(source, company or "", text(need, "customer", "name"))
    url = text(need, "attachment", "url") or text(need, "comment", "url") or text(need, "url")
    thread = text(need, "issue", "identifier") or reference(need, "issueId")
    said = _Said(words, url or text(need, "issue", "url"), thread, asker)
    return _item(need, reference(need, "id"), said, company, _revenue(need))


def heard_in_issue(issue: Record, source: str) -> Item | NotHeard:
    """An issue that somebody outside the workspace filed."""
    person = _outsider(issue, "externalUserCreator")
    if person is None:
        return NotHeard("nobody outside the workspace filed the issue")
    ref = text(issue, "identifier") or reference(issue, "id")
    words = "\n\n".join(part for part in (text(issue, "title"), text(issue, "description")) if part)
    return _item(issue, ref, _Said(words, text(issue, "url"), ref, _person(source, person)))


def heard_in_comment(comment: Record, source: str) -> Item | NotHeard:
    """A comment of somebody outside the workspace."""
    person, words = _outsider(comment, "externalUser"), text(comment, "body")
    if person is None:
        return NotHeard("nobody outside the workspace wrote the comment")
    if words is None:
        return NotHeard("the comment has no words")
    thread = text(comment, "issue", "identifier") or reference(comment, "issueId")
    said = _Said(words, text(comment, "url"), thread, _person(source, person))
    return _item(comment, reference(comment, "id"), said)


HEARD: Mapping[str, Callable[[Record, str], Item | NotHeard]] = {
    "needs": heard_in_need,
    "issues": heard_in_issue,
    "comments": heard_in_comment,
}


def _item(
    record: Record, ref: str | None, said: _Said, account: str | None = None, value: float | None = None
) -> Item | NotHeard:
    time = moment(record, "createdAt")
    if ref is None or time is None:
        return NotHeard("it has no id or no time")
    feedback = Feedback(
        source=said.customer.source,
        external_id=ref,
        time=time,
        text=said.words,
        url=said.url,
        author=said.customer.ref,
        account=account,
        account_value=value,
        thread=said.thread,
        updated_at=moment(record, "updatedAt"),
    )
    return Item(feedback, said.customer, _names(record, account, said.customer))


def _outsider(record: Record, *way: str) -> Record | None:
    """Somebody outside the workspace; webhooks may give their id alone."""
    *before, last = way
    person = table(record, *way)
    ref = reference(person, "id") or reference(table(record, *before), f"{last}Id")
    return {**person, "id": ref} if ref else None


def _person(source: str, person: Record) -> Customer:
    ref = reference(person, "id") or ""
    return Customer(source, ref, text(person, "name") or text(person, "displayName"), text(person, "email"))


def _revenue(need: Record) -> float | None:
    revenue = at(need, "customer", "revenue")
    return float(revenue) if isinstance(revenue, int | float) and not isinstance(revenue, bool) else None


def _names(record: Record, account: str | None, customer: Customer) -> tuple[str, ...]:
    """The persons that a record names. A company is none."""
    ways = (
        ("creator", "name"),
        ("user", "name"),
        ("assignee", "name"),
        ("externalUser", "displayName"),
        ("externalUserCreator", "displayName"),
        ("comment", "user", "name"),
        ("comment", "externalUser", "displayName"),
        ("attachment", "externalUserCreator", "displayName"),
        ("issue", "assignee", "name"),
        ("issue", "creator", "name"),
    )
    own = None if customer.ref == account else customer.name
    return tuple(dict.fromkeys(name for name in (own, *(text(record, *way) for way in ways)) if name))
