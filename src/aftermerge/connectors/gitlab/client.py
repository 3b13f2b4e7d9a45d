"""The connector: what customers write in the issues of one or more GitLab projects."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from aftermerge.connectors.changed import Made, Page, read_changed
from aftermerge.connectors.gitlab.config import GitLabConfig, read_config
from aftermerge.connectors.gitlab.convert import Team, issue, note, writer
from aftermerge.connectors.item import Item, NotHeard, batch_of
from aftermerge.connectors.since import Since, cursor_of, read_cursor, read_since
from aftermerge.connectors.thread import Post, conversation
from aftermerge.model.batch import Batch
from aftermerge.outside.http import Answer, Api, Http
from aftermerge.outside.http.reading import at, moment, rows, text, whole
from aftermerge.ports import SourceContext

__all__ = ["GitLabSource", "connect"]

_PAGE = 100
_REPORTER = 20
"""From this access level on one belongs to the team; guests may be customers."""
_ORDER: Mapping[str, str | int | None] = {"scope": "all", "order_by": "updated_at", "sort": "asc", "per_page": _PAGE}
_NOTES: Mapping[str, str | int | None] = {"order_by": "created_at", "sort": "asc", "per_page": _PAGE}

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class GitLabSource:
    """Projects of one GitLab as a source."""

    name: str
    config: GitLabConfig
    api: Api

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        """What changed after the cursor, a batch for each page that GitLab gives.

        Raises:
            SettingsError: the token is missing, has expired or may not read this, or a project is not there.
            OutsideError: GitLab does not answer.
        """
        state = dict(read_cursor(cursor, self.config.settings))
        with self.api.open() as http:
            for project in self.config.projects:
                issues = _Issues(http, project, self.config, _members(http, project, self.config), self.name)
                for made, since in issues.read(read_since(state.get(project), self.config.since)):
                    state[project] = since.saved()
                    items = [one for one in made if isinstance(one, Item)]
                    yield batch_of(items, cursor_of(state, self.config.settings))


@dataclass(frozen=True, slots=True)
class _Issues:
    """The issues of one project, with their notes."""

    http: Http
    project: str
    config: GitLabConfig
    team: Team
    source: str

    def read(self, start: Since) -> Iterator[tuple[Made, Since]]:
        return read_changed(self._page, _version, self._thread, start)

    def _page(self, since: datetime | None, page: str | None) -> Page:
        after = f"{since:%Y-%m-%dT%H:%M:%S.%fZ}" if since else None
        given = {**_ORDER, "labels": ",".join(self.config.labels) or None, "updated_after": after, "page": page}
        answer = self.http.get(_path(self.project, "issues"), given, what=f"issues of {self.project}")
        return Page(rows(answer.body), _next_page(answer))

    def _thread(self, body: Body) -> Sequence[Item | NotHeard]:
        by = writer(at(body, "author"), text(body, "service_desk_reply_to"))
        opening = issue(body, self.project, by, self.team)
        if isinstance(opening, NotHeard):
            return [opening]
        if not self.config.comments or not whole(body, "user_notes_count"):
            return conversation([opening], self.source)
        notes = self._notes(opening, whole(body, "iid"))
        if notes is None:
            return [NotHeard("it was deleted while it was read")]
        return conversation([opening, *notes], self.source)

    def _notes(self, opening: Post, number: int | None) -> list[Post | NotHeard] | None:
        """All notes on an issue; None when the issue is gone since it was listed."""
        found: list[Post | NotHeard] = []
        page: str | None = "1"
        while page is not None:
            path, what = _path(self.project, f"issues/{number}/notes"), f"notes on {opening.thread}"
            answer = self.http.find(path, {**_NOTES, "page": page}, what=what)
            if answer is None:
                return None
            found += [self._note(body, opening) for body in rows(answer.body)]
            page = _next_page(answer)
        return found

    def _note(self, body: Body, opening: Post) -> Post | NotHeard:
        return note(body, opening.thread, opening.url, writer(at(body, "author")), self.team)


def _members(http: Http, project: str, config: GitLabConfig) -> Team:
    """The team: who is named, and who belongs to the project as more than a guest."""
    found = set(config.team)
    page: str | None = "1" if config.members else None
    while page is not None:
        given: Mapping[str, str | int | None] = {"per_page": _PAGE, "page": page}
        answer = http.get(_path(project, "members/all"), given, what=f"members of {project}")
        members = [one for one in rows(answer.body) if (whole(one, "access_level") or 0) >= _REPORTER]
        found.update((text(one, "username") or "").lower() for one in members)
        page = _next_page(answer)
    return frozenset(found - {""})


def _path(project: str, below: str) -> str:
    return f"/projects/{quote(project, safe='')}/{below}"


def _next_page(answer: Answer) -> str | None:
    return answer.headers.get("x-next-page", "").strip() or None


def _version(body: Body) -> tuple[str, datetime] | None:
    """An issue's number, what it looks like, and its time: two changes may share one."""
    changed = moment(body, "updated_at")
    looks = json.dumps([at(body, key) for key in ("title", "description", "user_notes_count")])
    digest = hashlib.sha256(looks.encode("ascii")).hexdigest()[:8]
    return None if changed is None else (f"{whole(body, 'iid')}:{digest}", changed)


def connect(config: Mapping[str, object], context: SourceContext, name: str) -> GitLabSource:
    """The source of a `[[source]]` table of kind gitlab.

    Raises:
        SettingsError: a key is unknown or can't be used.
    """
    read = read_config(config, context.environ, name)
    headers = {"PRIVATE-TOKEN": read.token.value} if read.token.value else {}
    return GitLabSource(name, read, Api("GitLab", read.api_url, read.token, headers))
