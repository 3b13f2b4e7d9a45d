"""What Sentry sends: mostly what machines report; a user's own words in three shapes."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.connectors.told.people import reference_of
from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback
from aftermerge.outside.http.reading import moment, reference, table, text

__all__ = ["heard_in"]


def heard_in(body: Mapping[str, object], source: str) -> Sequence[Item | NotHeard]:
    """A user's feedback: an issue of the category `feedback`, an event with a feedback context, or a user report.

    Errors, alerts and what the team does to issues are not heard.
    """
    data = table(body, "data") or body
    for read in (_from_issue, _from_event, _from_report):
        item = read(data, source)
        if item is not None:
            return [item]
    action = text(body, "action")
    return [NotHeard(f"an error that a machine reports ({action or 'alert'})")]


def _from_issue(data: Mapping[str, object], source: str) -> Item | NotHeard | None:
    issue = table(data, "issue")
    if text(issue, "issueCategory") != "feedback":
        return None
    said = table(issue, "metadata")
    url = text(issue, "permalink") or text(issue, "web_url")
    return _item(source, reference(issue, "id"), moment(issue, "firstSeen"), text(said, "message"), said, url, None)


def _from_event(data: Mapping[str, object], source: str) -> Item | NotHeard | None:
    event = table(data, "event") or table(data, "error")
    said = table(event, "contexts", "feedback")
    if not said:
        return None
    time = moment(event, "datetime") or moment(event, "timestamp")
    identifier = reference(event, "issue_id") or reference(event, "event_id")
    return _item(source, identifier, time, text(said, "message"), said, text(event, "web_url"), text(event, "release"))


def _from_report(data: Mapping[str, object], source: str) -> Item | NotHeard | None:
    report = table(data, "report") or table(data, "user_report") or data
    words, time = text(report, "comments"), moment(report, "dateCreated")
    if words is None or time is None:
        return None
    identifier = reference(report, "id") or reference(report, "eventID")
    return _item(source, identifier, time, words, report, text(report, "issue", "permalink"), None)


def _item(
    source: str,
    identifier: str | None,
    time: datetime | None,
    words: str | None,
    who: Mapping[str, object],
    url: str | None,
    version: str | None,
) -> Item | NotHeard:
    if identifier is None or time is None or words is None:
        return NotHeard("the feedback has no id, time or words in it")
    name, email = text(who, "name"), text(who, "contact_email") or text(who, "email")
    known = email or name
    author = reference_of(known) if known else None
    feedback = Feedback(
        source=source,
        external_id=identifier,
        time=time,
        text=words.strip(),
        url=url,
        author=author,
        version=version,
    )
    customer = Customer(source, author, name, email) if author else None
    return Item(feedback, customer, tuple(part for part in (name, email) if part))
