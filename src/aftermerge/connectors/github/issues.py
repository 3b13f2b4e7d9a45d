"""A repository's issues with their comments, in the order in which they were last changed."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aftermerge.connectors.cursors.changed import Made, Page, read_changed
from aftermerge.connectors.cursors.since import Since
from aftermerge.connectors.github.config import GitHubConfig
from aftermerge.connectors.github.convert import comment, issue
from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.connectors.told.thread import Post, conversation
from aftermerge.outside.http import Http
from aftermerge.outside.http.reading import at, moment, rows, whole

__all__ = ["Issues"]

_PAGE = 100
_ORDER: Mapping[str, str | int | None] = {"state": "all", "sort": "updated", "direction": "asc", "per_page": _PAGE}

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Issues:
    """The issues of one repository."""

    http: Http
    repo: str
    config: GitHubConfig
    source: str

    def read(self, start: Since) -> Iterator[tuple[Made, Since]]:
        """What is new since then, page by page, and how far it has come by the end of each."""
        return read_changed(self._page, _version, self._thread, start)

    def _page(self, since: datetime | None, link: str | None) -> Page:
        given = {**_ORDER, "labels": ",".join(self.config.labels) or None, "since": _written(since)}
        path = link or f"/repos/{self.repo}/issues"
        answer = self.http.get(path, None if link else given, what=f"issues of {self.repo}")
        return Page(rows(answer.body), answer.next_link)

    def _thread(self, body: Body) -> Sequence[Item | NotHeard]:
        opening = issue(body, self.repo, self.config.team)
        if isinstance(opening, NotHeard):
            return [opening]
        if not self.config.comments or not whole(body, "comments"):
            return conversation([opening], self.source)
        comments = self._comments(opening, whole(body, "number"))
        if comments is None:
            return [NotHeard("it was deleted while it was read")]
        return conversation([opening, *comments], self.source)

    def _comments(self, opening: Post, number: int | None) -> list[Post | NotHeard] | None:
        """All comments on an issue; None when the issue is gone since it was listed."""
        found: list[Post | NotHeard] = []
        link: str | None = f"/repos/{self.repo}/issues/{number}/comments?per_page={_PAGE}"
        while link is not None:
            answer = self.http.find(link, what=f"comments on {opening.thread}")
            if answer is None:
                return None
            found += [comment(body, opening.thread, self.config.team) for body in rows(answer.body)]
            link = answer.next_link
        return found


def _version(body: Body) -> tuple[str, datetime] | None:
    """An issue's number, what it looks like, and its time, which is in whole seconds: two changes may share one."""
    changed = moment(body, "updated_at")
    looks = json.dumps([at(body, key) for key in ("title", "body", "comments")])
    digest = hashlib.sha256(looks.encode("ascii")).hexdigest()[:8]
    return None if changed is None else (f"{whole(body, 'number')}:{digest}", changed)


def _written(time: datetime | None) -> str | None:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}" if time else None
