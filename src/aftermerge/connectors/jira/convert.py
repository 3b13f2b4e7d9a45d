"""An issue and its comments become what the reporter said, and what the team answered in public."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from aftermerge.connectors.jira.document import mentioned, words_of
from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback
from aftermerge.outside.http.reading import at, boolean, moment, reference, rows, table, text

__all__ = ["Reading", "further_words", "heard", "person_ref"]

Record = Mapping[str, object]

_TEAM = frozenset({"atlassian", "app"})


@dataclass(frozen=True, slots=True)
class Reading:
    """How issues are read. `site` is where a person reads them; the fields hold the organizations and the satisfaction.

    `reporters` says whose words are a customer's: those of `customers`, of all `but the team`, or of `all`.
    """

    source: str
    reporters: Literal["customers", "but the team", "all"]
    site: str | None = None
    account_field: str | None = None
    rating_field: str | None = None


def heard(issue: Record, comments: Sequence[Record], reading: Reading) -> Item | NotHeard:
    """What the reporter of an issue said. `comments` are the issue's, oldest first."""
    fields, ref = table(issue, "fields"), text(issue, "key")
    reporter, time = table(fields, "reporter"), moment(fields, "created")
    if ref is None or time is None:
        return NotHeard("the issue has no key or no time")
    why_not = _why_not(reporter, reading.reporters)
    words = "\n\n".join(part for part in (text(fields, "summary"), words_of(fields.get("description"))) if part)
    if why_not or not words:
        return NotHeard(why_not or "the issue has no words")
    answer = next((comment for comment in comments if _is_answer(comment, reporter, issue)), {})
    author = person_ref(reporter)
    feedback = Feedback(
        source=reading.source,
        external_id=ref,
        time=time,
        text=words,
        url=f"{reading.site}/browse/{ref}" if reading.site else None,
        rating=_rating(fields, reading.rating_field),
        author=author,
        account=_account(fields, reading.account_field),
        thread=ref,
        version=next((name for version in rows(fields, "versions") if (name := text(version, "name"))), None),
        reply=words_of(answer.get("body")),
        replied_at=moment(answer, "created"),
        replied_by=person_ref(table(answer, "author")),
        updated_at=moment(fields, "updated"),
    )
    return Item(feedback, _customer(reading.source, reporter), tuple(dict.fromkeys(_names(fields, comments))))


def further_words(issue: Record, comment: Record, reading: Reading) -> Item | NotHeard:
    """A customer's comment as feedback of its own in the issue's thread."""
    thread, ref, time = text(issue, "key"), reference(comment, "id"), moment(comment, "created")
    words, author = words_of(comment.get("body")), table(comment, "author")
    if thread is None or ref is None or time is None or words is None:
        return NotHeard("the comment has no words, issue, id or time")
    why_not = _why_not(author, reading.reporters)
    if why_not or not _is_public(comment, issue):
        return NotHeard(why_not or "the comment is the team's own")
    feedback = Feedback(
        source=reading.source,
        external_id=f"{thread}-{ref}",
        time=time,
        text=words,
        url=f"{reading.site}/browse/{thread}?focusedCommentId={ref}" if reading.site else None,
        author=person_ref(author),
        account=_account(table(issue, "fields"), reading.account_field),
        thread=thread,
        updated_at=moment(comment, "updated") or time,
    )
    names = tuple(dict.fromkeys(_names(table(issue, "fields"), [comment])))
    return Item(feedback, _customer(reading.source, author), names)


def person_ref(person: Record) -> str | None:
    """Jira Cloud knows persons by account, a server by key or name."""
    return text(person, "accountId") or text(person, "key") or text(person, "name")


def _why_not(person: Record, reporters: str) -> str | None:
    """Why somebody is no customer. Only Jira Cloud says what kind of account it is."""
    kind = text(person, "accountType")
    if reporters == "all" or kind == "customer":
        return None
    if kind in _TEAM:
        return "the team itself writes"
    return "nobody says that it is a customer" if reporters == "customers" else None


def _is_answer(comment: Record, reporter: Record, issue: Record) -> bool:
    """Whether the team said it to the reporter."""
    author = table(comment, "author")
    is_team = text(author, "accountType") in {"atlassian", None} and person_ref(author) != person_ref(reporter)
    return is_team and bool(author) and _is_public(comment, issue) and words_of(comment.get("body")) is not None


def _is_public(comment: Record, issue: Record) -> bool:
    """Whether the reporter sees it. Where a service desk does not say so, it counts as the team's own."""
    if table(comment, "visibility"):
        return False
    if "jsdPublic" in comment:
        return boolean(comment, "jsdPublic")
    kept = [rule for rule in rows(comment, "properties") if text(rule, "key") == "sd.public.comment"]
    if kept:
        return not any(boolean(rule, "value", "internal") for rule in kept)
    return text(issue, "fields", "project", "projectTypeKey") != "service_desk"


def _customer(source: str, person: Record) -> Customer | None:
    ref = person_ref(person)
    return Customer(source, ref, text(person, "displayName"), text(person, "emailAddress")) if ref else None


def _account(fields: Record, field: str | None) -> str | None:
    """The organization: the first where there are several."""
    if field is None:
        return None
    listed = rows(fields, field) or [table(fields, field)]
    return next((ref for row in listed if (ref := reference(row, "id"))), None) or reference(fields, field)


def _rating(fields: Record, field: str | None) -> float | None:
    if field is None:
        return None
    given = at(fields, field, "rating") if table(fields, field) else at(fields, field)
    return float(given) if isinstance(given, int | float) and not isinstance(given, bool) else None


def _names(fields: Record, comments: Sequence[Record]) -> Iterator[str]:
    """Everybody whom the issue and these comments name."""
    persons = [table(fields, key) for key in ("reporter", "creator", "assignee")]
    persons += [table(comment, key) for comment in comments for key in ("author", "updateAuthor")]
    yield from (name for person in persons if (name := text(person, "displayName")))
    yield from mentioned(fields.get("description"))
    for comment in comments:
        yield from mentioned(comment.get("body"))
