"""A repository's pull requests that were merged. They are listed newest change first, back to what was read before."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aftermerge.connectors.cursors.since import Since
from aftermerge.connectors.github.discussions import Reach
from aftermerge.connectors.told.thread import web_address
from aftermerge.model.pull_request import PullRequest
from aftermerge.outside.http import Answer, Http
from aftermerge.outside.http.reading import at, moment, rows, text, whole

__all__ = ["PullRequests", "pull_request"]

_PAGE = 100
# All of them, since one that is opened again would leave a list of closed ones, and pull another past us.
_ORDER: Mapping[str, str | int | None] = {"state": "all", "sort": "updated", "direction": "desc", "per_page": _PAGE}

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PullRequests:
    """The pull requests of one repository. In their `Reach`, `after` is the number of the page that comes next."""

    http: Http
    repo: str
    source: str

    def read(self, reach: Reach) -> Iterator[tuple[Sequence[PullRequest], Reach]]:
        """What changed, newest first, page by page; what changes meanwhile is new the next time."""
        page, more = int(reach.after or 1), True
        while more:
            answer = self._page(page)
            listed = rows(answer.body)
            wanted = [body for body in listed if _is_within(body, reach.since)]
            more = answer.next_link is not None and len(wanted) == len(listed) > 0
            new = [(body, seen) for body in wanted if (seen := _version(body)) and reach.since.is_new(*seen)]
            reach = replace(reach, read=reach.read.after(seen for _, seen in new))
            page += 1
            if more:
                reach = replace(reach, after=str(page))
            if new or reach.after is not None:
                yield self._merged(body for body, _ in new), reach if more else _arrived(reach)

    def _page(self, page: int) -> Answer:
        what = f"pull requests of {self.repo}"
        return self.http.get(f"/repos/{self.repo}/pulls", {**_ORDER, "page": page}, what=what)

    def _merged(self, bodies: Iterable[Body]) -> Sequence[PullRequest]:
        made = (pull_request(body, self.repo, self.source) for body in bodies)
        return [one for one in made if one is not None]


def pull_request(body: object, repo: str, source: str) -> PullRequest | None:
    """What the list tells of one; None while it has not been merged. Who wrote, reviewed or merged it is not read."""
    number, merged_at, commit = whole(body, "number"), moment(body, "merged_at"), text(body, "merge_commit_sha")
    if number is None or merged_at is None or commit is None:
        return None
    return PullRequest(
        source=source,
        repository=repo,
        number=number,
        merge_commit=commit,
        merged_at=merged_at,
        title=text(body, "title") or "",
        body=text(body, "body") or "",
        url=web_address(text(body, "html_url")) or "",
        branch=text(body, "head", "ref"),
    )


def _version(body: Body) -> tuple[str, datetime] | None:
    """Its number, what it looks like, and its time, which is in whole seconds: two changes may share one."""
    changed = moment(body, "updated_at")
    looks = json.dumps([at(body, key) for key in ("title", "body", "merged_at", "merge_commit_sha")])
    digest = hashlib.sha256(looks.encode("ascii")).hexdigest()[:8]
    return None if changed is None else (f"{whole(body, 'number')}:{digest}", changed)


def _is_within(body: Body, since: Since) -> bool:
    """Whether a place in the list is not older than what was read before."""
    changed, start = moment(body, "updated_at"), since.asked_from
    return changed is None or start is None or changed >= start


def _arrived(reach: Reach) -> Reach:
    return Reach(reach.since.after((ref, time) for ref, time in reach.read.seen.items()))
