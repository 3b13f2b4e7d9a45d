"""A project's issues with their notes, in the order in which they were last changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aftermerge.connectors.cursors.changed import Made, Page, read_changed
from aftermerge.connectors.cursors.since import Since
from aftermerge.connectors.gitlab.config import GitLabConfig
from aftermerge.connectors.gitlab.convert import Team, issue, note, writer
from aftermerge.connectors.gitlab.listing import PAGE, all_rows, changed_page, next_page, path_of, version_by
from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.connectors.told.thread import Post, conversation
from aftermerge.outside.http import Http
from aftermerge.outside.http.reading import at, rows, text, whole

__all__ = ["Issues", "members"]

_REPORTER = 20
"""From this access level on one belongs to the team; guests may be customers."""
_NOTES: Mapping[str, str | int | None] = {"order_by": "created_at", "sort": "asc", "per_page": PAGE}

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Issues:
    """The issues of one project. `team` are those who are no customers."""

    http: Http
    project: str
    config: GitLabConfig
    team: Team
    source: str

    def read(self, start: Since) -> Iterator[tuple[Made, Since]]:
        """What is new since then, page by page, and how far it has come by the end of each."""
        return read_changed(self._page, version_by("title", "description", "user_notes_count"), self._thread, start)

    def _page(self, since: datetime | None, page: str | None) -> Page:
        given = {"scope": "all", "labels": ",".join(self.config.labels) or None}
        return changed_page(self.http, self.project, "issues", given, since, page)

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
            path, what = path_of(self.project, f"issues/{number}/notes"), f"notes on {opening.thread}"
            answer = self.http.find(path, {**_NOTES, "page": page}, what=what)
            if answer is None:
                return None
            found += [self._note(body, opening) for body in rows(answer.body)]
            page = next_page(answer)
        return found

    def _note(self, body: Body, opening: Post) -> Post | NotHeard:
        return note(body, opening.thread, opening.url, writer(at(body, "author")), self.team)


def members(http: Http, project: str, config: GitLabConfig) -> Team:
    """The team: who is named, and who belongs to the project as more than a guest."""
    listed = all_rows(http, project, "members/all", {}, f"members of {project}") if config.members else ()
    belonging = [one for one in listed if (whole(one, "access_level") or 0) >= _REPORTER]
    found = {(text(one, "username") or "").lower() for one in belonging}
    return frozenset({*config.team, *found} - {""})
