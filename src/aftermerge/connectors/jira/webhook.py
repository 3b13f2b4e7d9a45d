"""What Jira's webhooks send, those of a server among them."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from aftermerge.connectors.jira.convert import Reading, further_words, heard, person_ref
from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.outside.http.reading import rows, table, text

__all__ = ["heard_in"]


def heard_in(body: Mapping[str, object], source: str) -> Sequence[Item | NotHeard]:
    """What reporters say in one body: an event of an issue or a comment, an issue, or a page of issues.

    A body does not say who is a customer unless it comes from Jira Cloud: whoever is not known to be the team is heard.
    """
    event, issue, comment = text(body, "webhookEvent") or "", table(body, "issue"), table(body, "comment")
    if event.endswith("_deleted"):
        return [NotHeard("it was deleted")]
    if rows(body, "issues"):
        return [_issue(row, source) for row in rows(body, "issues")]
    if event.startswith("comment_"):
        return [further_words(issue, comment, _reading(issue, source))]
    if not issue:
        return [NotHeard("no issue is in it")]
    made = _issue(issue, source)
    return [made, *_reporters_comment(issue, comment, source)]


def _issue(issue: Mapping[str, object], source: str) -> Item | NotHeard:
    comments = sorted(rows(issue, "fields", "comment", "comments"), key=lambda comment: str(comment.get("created")))
    return heard(issue, comments, _reading(issue, source))


def _reporters_comment(
    issue: Mapping[str, object], comment: Mapping[str, object], source: str
) -> Sequence[Item | NotHeard]:
    """What the reporter adds to the issue is feedback of its own."""
    author = person_ref(table(comment, "author"))
    is_reporters = author is not None and author == person_ref(table(issue, "fields", "reporter"))
    return [further_words(issue, comment, _reading(issue, source))] if is_reporters else []


def _reading(issue: Mapping[str, object], source: str) -> Reading:
    return Reading(source, "but the team", _site(issue))


def _site(issue: Mapping[str, object]) -> str | None:
    """Where Jira stands, of the issue's own address."""
    url = urlsplit(text(issue, "self") or "")
    is_address = url.scheme in ("http", "https") and url.netloc
    return f"{url.scheme}://{url.netloc}{url.path.split('/rest/')[0]}" if is_address else None
