"""Which of their columns is which of ours: as configured, else by the names that common exports use."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from aftermerge.errors import DataError, Place, SettingsError, nearest

__all__ = ["DEPLOYMENT", "FEEDBACK", "RELEASE", "find_columns", "plain"]

_TIMES = ("time", "date", "created_at", "timestamp", "at", "created", "submitted_at", "review_date")
_ASKED_TIMES = (
    *_TIMES, "created_date", "date_created", "created_on", "created_at_utc", "review_submit_date_and_time",
    "submit_date_utc", "submit_date", "conversation_started_at", "conversation_created_at", "started_at",
    "published_at", "posted_at", "received_at", "review_last_update_date_and_time", "updated", "updated_at",
)  # fmt: skip

# A field takes the first of its names that is there and that no field above it has taken; capitals, blanks and
# punctuation in a name don't count, so that `user_name`, `userName` and `User name` are one.
FEEDBACK: Mapping[str, Sequence[str]] = {
    "id": (
        "id", "review_id", "response_id", "survey_response_id", "ticket_id", "post_id", "external_id", "number",
        "uuid", "conversation_id",
    ),
    "time": _ASKED_TIMES,
    "text": (
        "text", "body", "comment", "review", "message", "content", "review_text", "description", "feedback", "details",
        "post_details", "first_message", "message_body", "comments", "conversation",
    ),
    "title": ("title", "subject", "headline", "summary", "review_title", "post_title", "ticket_subject"),
    "url": (
        "html_url", "url", "link", "permalink", "review_link", "review_url", "post_url", "ticket_url",
        "conversation_url", "link.href",
    ),
    "rating": ("rating", "score", "stars", "star_rating", "nps_score", "im:rating"),
    "author": (
        "author_id", "user_id", "customer_id", "person_id", "requester_id", "contact_id", "reviewer_id", "author",
        "customer", "user", "requester", "person", "contact",
    ),
    "name": (
        "user_name", "author_name", "reviewer_nickname", "nickname", "reviewer_name", "reviewer", "person_name",
        "customer_name", "requester_name", "contact_name", "full_name", "created_by", "author", "customer", "user",
        "requester", "person", "name",
    ),
    "email": (
        "email", "author_email", "person_email", "user_email", "customer_email", "requester_email", "contact_email",
        "email_address", "created_by_email", "voter_email",
    ),
    "account": (
        "account_id", "account", "company_id", "organization_id", "organisation_id", "company", "organisation",
        "organization", "company_name", "account_name", "organization_name",
    ),
    "account_value": (
        "account_value", "mrr", "arr", "company_spend", "company_monthly_spend", "monthly_spend", "company_mrr",
        "account_mrr", "customer_mrr", "author_mrr", "annual_spend", "revenue",
    ),
    "thread": ("thread_id", "thread", "conversation_id"),
    "version": ("version", "app_version", "review_created_version", "app_version_name", "im:version"),
    "language": ("language", "lang", "locale", "review_language", "reviewer_language"),
    "problem": ("problem",),
    "reply": (
        "reply", "developer_reply", "reply_content", "response", "developer_response", "developer_reply_text",
        "reply_text", "developer_response.body", "official_response", "admin_response",
    ),
    "replied_at": (
        "replied_at", "reply_date", "reply_time", "response_date", "answered_at", "responded_at",
        "developer_reply_date_and_time", "developer_response.modified", "developer_response_date",
    ),
    "replied_by": ("replied_by", "responded_by", "answered_by"),
    "updated_at": (
        "updated_at", "last_updated", "last_update", "updated", "updated_at_utc", "updated_date", "date_updated",
        "modified_at", "last_modified", "edited_at", "review_last_update_date_and_time",
    ),
    "may_contact": ("may_contact",),
    "may_quote": ("may_quote",),
}  # fmt: skip

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

# A bare `name` may be that of a product or a board, and would then be taken out of all texts.
_NEEDS_BESIDE = {("name", "name"): "email"}


def find_columns(
    header: Sequence[str], known: Mapping[str, Sequence[str]], given: Mapping[str, str], file: Path
) -> dict[str, int]:
    """The place of each of our fields in the header, as far as it is there. A column is used once.

    Raises:
        SettingsError: `given` names a field that we don't have.
        DataError: it names a column that the file doesn't have.
    """
    places = {field: _given(header, known, field, column, file) for field, column in given.items()}
    there = {plain(name): place for place, name in reversed(list(enumerate(header)))}
    for field, names in known.items():
        free = (there[plain(name)] for name in names if plain(name) in there and _fits(field, name, there))
        place = next((place for place in free if place not in places.values()), None)
        if field not in places and place is not None:
            places[field] = place
    return places


def plain(name: str) -> str:
    """A column's name without capitals, blanks and punctuation."""
    return re.sub(r"[\W_]", "", name.lower())


def _fits(field: str, name: str, there: Mapping[str, int]) -> bool:
    beside = _NEEDS_BESIDE.get((field, name))
    return beside is None or beside in there


def _given(header: Sequence[str], known: Mapping[str, Sequence[str]], field: str, column: str, file: Path) -> int:
    if field not in known:
        what = f"`columns` has an unknown field `{field}`"
        raise SettingsError(what, then=nearest(field, tuple(known)), key=("columns", field))
    if column not in header:
        what = f"there is no column `{column}`"
        raise DataError(what, where=Place(str(file), 1), then=nearest(column, tuple(header)))
    return header.index(column)
