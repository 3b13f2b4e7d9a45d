"""The connector: a Jira's issues in the order of their changes, by JQL, with their comments."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aftermerge.connectors.cursors.since import Since, cursor_of, read_cursor, read_since
from aftermerge.connectors.jira.config import JiraConfig, read_config
from aftermerge.connectors.jira.convert import Reading, heard
from aftermerge.connectors.told.item import Item, NotHeard, batch_of
from aftermerge.model.batch import Batch
from aftermerge.outside.http import Api, Http
from aftermerge.outside.http.reading import moment, rows, text, whole
from aftermerge.ports import SourceContext

__all__ = ["JiraSource", "connect", "jql_since"]

_API = "/rest/api/3"
_PAGE_ISSUES = 50
_PAGE_COMMENTS = 100
_FIELDS = ("summary", "description", "reporter", "creator", "assignee", "created", "updated", "comment", "versions")
Params = Mapping[str, str | int | None]

_WIDEST_ZONE = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class JiraSource:
    """One Jira as a source."""

    name: str
    config: JiraConfig
    api: Api

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        """The issues that changed after the cursor, a batch for each page of the search.

        Raises:
            SettingsError: the token is missing, has expired or may not read the issues.
            OutsideError: Jira does not answer.
        """
        self.config.token.needed(self.api.service)
        since = read_since(read_cursor(cursor, self._settings).get("issues"), self.config.since)
        with self.api.open() as http:
            zone = text(http.get(f"{_API}/myself", what="user of this token").body, "timeZone")
            jql = jql_since(self.config.jql, since.asked_from, zone)
            yield from self._batches(http, jql, since)

    def _batches(self, http: Http, jql: str, since: Since) -> Iterator[Batch]:
        for page in self._pages(http, jql):
            new = [(row, *version) for row in page if (version := _version(row)) and since.is_new(*version)]
            since = since.after((ref, time) for _, ref, time in new)
            if new:
                made = [self._heard(http, issue) for issue, _, _ in new]
                items = [item for item in made if isinstance(item, Item)]
                yield batch_of(items, cursor_of({"issues": since.saved()}, self._settings))

    def _pages(self, http: Http, jql: str) -> Iterator[Sequence[Mapping[str, object]]]:
        custom = (self.config.account_field, self.config.rating_field)
        fields = ",".join((*_FIELDS, "project", *(field for field in custom if field)))
        token: str | None = None
        while True:
            asked: Params = {"jql": jql, "fields": fields, "maxResults": _PAGE_ISSUES, "nextPageToken": token}
            page = http.get(f"{_API}/search/jql", asked, what="issues").body
            yield rows(page, "issues")
            token, before = text(page, "nextPageToken"), token
            if token is None or token == before:
                return

    def _heard(self, http: Http, issue: Mapping[str, object]) -> Item | NotHeard:
        reading = Reading(
            source=self.name,
            reporters=self.config.reporters,
            site=self.config.site,
            account_field=self.config.account_field,
            rating_field=self.config.rating_field,
        )
        made = heard(issue, (), reading)
        return made if isinstance(made, NotHeard) else heard(issue, _comments(http, issue), reading)

    @property
    def _settings(self) -> tuple[object, ...]:
        read = self.config
        return read.base_url, read.jql, read.reporters, read.account_field, read.rating_field, read.since


def connect(config: Mapping[str, object], context: SourceContext, name: str) -> JiraSource:
    """The source of a `[[source]]` table of kind jira.

    Raises:
        SettingsError: a key is unknown or can't be used.
    """
    read = read_config(config, context.environ, name)
    shown = read.token.basic(read.email) if read.email else read.token.bearer()
    return JiraSource(name, read, Api("Jira", read.base_url, read.token, shown))


def jql_since(jql: str | None, start: datetime | None, zone: str | None) -> str:
    """The question for what changed since then. JQL knows minutes, in the zone of who asks.

    It reaches back further than needed rather than not far enough: where the zone is not known, and in the hour that a
    change of clocks repeats. What was read before is told apart afterwards.
    """
    changed = f'updated >= "{_minute(start, zone)}"' if start else 'updated >= "1970-01-02"'
    return f"{f'({jql}) AND ' if jql else ''}{changed} ORDER BY updated ASC, key ASC"


def _minute(start: datetime, zone: str | None) -> str:
    try:
        local = start.astimezone(ZoneInfo(zone or ""))
    except (KeyError, ValueError, OSError):
        local = start - _WIDEST_ZONE
    if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
        local -= timedelta(hours=1)
    return f"{local:%Y-%m-%d %H:%M}"


def _comments(http: Http, issue: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    """All of an issue's comments, oldest first: a search shows some of them."""
    shown = rows(issue, "fields", "comment", "comments")
    if len(shown) >= (whole(issue, "fields", "comment", "total") or 0):
        return sorted(shown, key=lambda comment: str(comment.get("created")))
    comments: list[Mapping[str, object]] = []
    key = text(issue, "key")
    while True:
        asked: Params = {"startAt": len(comments), "maxResults": _PAGE_COMMENTS, "orderBy": "created"}
        answer = http.find(f"{_API}/issue/{key}/comment", asked, what=f"comments of {key}")
        page = rows(answer.body, "comments") if answer else []
        comments += page
        if not page or answer is None or len(comments) >= (whole(answer.body, "total") or 0):
            return comments


def _version(issue: Mapping[str, object]) -> tuple[str, datetime] | None:
    ref, time = text(issue, "id"), moment(issue, "fields", "updated")
    return (ref, time) if ref and time else None
