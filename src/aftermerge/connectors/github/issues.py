"""A repository's issues with their comments, in the order in which they were last changed."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aftermerge.connectors.github.config import GitHubConfig
from aftermerge.connectors.github.convert import conversation
from aftermerge.connectors.github.posts import Post, comment, issue
from aftermerge.connectors.http import Answer, Http
from aftermerge.connectors.http.reading import at, moment, rows, whole
from aftermerge.connectors.item import Item, NotHeard
from aftermerge.connectors.since import Since
from aftermerge.errors import AftermergeError

__all__ = ["Issues"]

_PAGE = 100
_ORDER: Mapping[str, str | int | None] = {"state": "all", "sort": "updated", "direction": "asc", "per_page": _PAGE}

Body = Mapping[str, object]
Made = list[Item | NotHeard]


@dataclass(frozen=True, slots=True)
class Issues:
    """The issues of one repository."""

    http: Http
    repo: str
    config: GitHubConfig
    source: str

    def read(self, start: Since) -> Iterator[tuple[Made, Since]]:
        """What is new since then, page by page, and how far it has come by the end of each.

        Each page is asked for from the time at which the one before it ended, so that an issue that is changed while
        we read, and moves to the end, pulls none of the others past us.
        """
        place, asked, link = start, start.asked_from, None
        while True:
            answer = self._page(asked, link)
            for made, reached in self._read_page(answer, place):
                place = reached
                yield made, place
            if answer.next_link is None:
                return
            moved_on = place.time is not None and (asked is None or place.time > asked)
            asked, link = (place.time, None) if moved_on else (asked, answer.next_link)

    def _page(self, asked: datetime | None, link: str | None) -> Answer:
        what = f"issues of {self.repo}"
        if link is not None:
            return self.http.get(link, what=what)
        since = f"{asked:%Y-%m-%dT%H:%M:%SZ}" if asked else None
        labels = ",".join(self.config.labels) or None
        return self.http.get(f"/repos/{self.repo}/issues", {**_ORDER, "labels": labels, "since": since}, what=what)

    def _read_page(self, answer: Answer, place: Since) -> Iterator[tuple[Made, Since]]:
        """The page; or what there is of it when its comments can't be read to the end, before the error."""
        made: Made = []
        read: list[tuple[str, datetime]] = []
        try:
            for body in rows(answer.body):
                version = _version(body)
                if version is not None and place.is_new(*version):
                    made += self._thread(body)
                    read.append(version)
        except AftermergeError:
            if read:
                yield made, place.after(read)
            raise
        if read:
            yield made, place.after(read)

    def _thread(self, body: Body) -> Sequence[Item | NotHeard]:
        opening = issue(body, self.repo)
        if isinstance(opening, NotHeard):
            return [opening]
        if not self.config.comments or not whole(body, "comments"):
            return conversation([opening], self.config.team, self.source)
        comments = self._comments(opening, whole(body, "number"))
        if comments is None:
            return [NotHeard("it was deleted while it was read")]
        return conversation([opening, *comments], self.config.team, self.source)

    def _comments(self, opening: Post, number: int | None) -> list[Post | NotHeard] | None:
        """All comments on an issue; None when the issue is gone since it was listed."""
        found: list[Post | NotHeard] = []
        link: str | None = f"/repos/{self.repo}/issues/{number}/comments?per_page={_PAGE}"
        while link is not None:
            answer = self.http.find(link, what=f"comments on {opening.thread}")
            if answer is None:
                return None
            found += [comment(body, opening.thread) for body in rows(answer.body)]
            link = answer.next_link
        return found


def _version(body: Body) -> tuple[str, datetime] | None:
    """An issue's number, what it looks like, and its time, which is in whole seconds: two changes may share one."""
    changed = moment(body, "updated_at")
    looks = json.dumps([at(body, key) for key in ("title", "body", "comments")])
    digest = hashlib.sha256(looks.encode("ascii")).hexdigest()[:8]
    return None if changed is None else (f"{whole(body, 'number')}:{digest}", changed)
