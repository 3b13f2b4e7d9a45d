"""Which of their columns is which of ours: as configured, else by the names that common exports use."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from aftermerge.errors import DataError, Place, SettingsError, nearest

__all__ = ["DEPLOYMENT", "FEEDBACK", "RELEASE", "find_columns"]

_TIMES = ("time", "date", "created_at", "timestamp", "at", "created", "submitted_at", "review_date")

FEEDBACK: Mapping[str, Sequence[str]] = {
    "id": ("id", "review_id", "ticket_id", "external_id", "number", "uuid"),
    "time": _TIMES,
    "text": ("text", "body", "comment", "review", "message", "content", "review_text", "description", "feedback"),
    "title": ("title", "subject", "headline", "summary", "review_title"),
    "url": ("html_url", "url", "link", "permalink"),
    "rating": ("rating", "score", "stars", "star_rating"),
    "author": ("author", "customer", "customer_id", "user_id", "author_id", "user", "user_name", "requester"),
    "account": ("account", "account_id", "company", "organisation", "organization"),
    "version": ("version", "app_version", "review_created_version"),
    "language": ("language", "lang", "locale", "review_language"),
    "problem": ("problem",),
    "reply": ("reply", "developer_reply", "reply_content", "response", "developer_response", "developer_reply_text"),
    "replied_at": ("replied_at", "reply_date", "reply_time", "response_date", "answered_at"),
    "may_contact": ("may_contact",),
    "may_quote": ("may_quote",),
}

RELEASE: Mapping[str, Sequence[str]] = {
    "version": ("version", "tag", "tag_name", "name", "id"),
    "time": ("released_at", "release_date", "published_at", *_TIMES),
    "notes": ("notes", "release_notes", "release", "changelog", "body"),
    "commit": ("commit", "sha"),
}

DEPLOYMENT: Mapping[str, Sequence[str]] = {
    "version": ("version", "tag", "release", "id"),
    "time": ("deployed_at", "finished_at", *_TIMES),
    "commit": ("commit", "sha", "revision"),
    "notes": ("notes", "description"),
}


def find_columns(
    header: Sequence[str], known: Mapping[str, Sequence[str]], given: Mapping[str, str], file: Path
) -> dict[str, int]:
    """The place of each of our fields in the header, as far as it is there. A column is used once.

    Raises:
        SettingsError: `given` names a field that we don't have.
        DataError: it names a column that the file doesn't have.
    """
    places = {field: _given(header, known, field, column, file) for field, column in given.items()}
    plain = {_plain(name): place for place, name in reversed(list(enumerate(header)))}
    for field, names in known.items():
        free = (plain[_plain(name)] for name in names if _plain(name) in plain)
        place = next((place for place in free if place not in places.values()), None)
        if field not in places and place is not None:
            places[field] = place
    return places


def _given(header: Sequence[str], known: Mapping[str, Sequence[str]], field: str, column: str, file: Path) -> int:
    if field not in known:
        what = f"`columns` has an unknown field `{field}`"
        raise SettingsError(what, then=nearest(field, tuple(known)), key=("columns", field))
    if column not in header:
        what = f"there is no column `{column}`"
        raise DataError(what, where=Place(str(file), 1), then=nearest(column, tuple(header)))
    return header.index(column)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
