"""A project's merge requests that were merged, in the order in which they were last changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aftermerge.connectors.cursors.changed import Page, read_changed
from aftermerge.connectors.cursors.since import Since
from aftermerge.connectors.gitlab.listing import changed_page, version_by
from aftermerge.connectors.told.thread import web_address
from aftermerge.model.pull_request import PullRequest
from aftermerge.outside.http import Http
from aftermerge.outside.http.reading import moment, text, whole

__all__ = ["MergeRequests", "merge_request"]

_LOOKS = ("title", "description", "merged_at", "merge_commit_sha", "squash_commit_sha", "sha")
# What has been merged stays so: nothing leaves this list, and what comes to it is the newest change.
_MERGED: Mapping[str, str | int | None] = {"scope": "all", "state": "merged"}


@dataclass(frozen=True, slots=True)
class MergeRequests:
    """The merge requests of one project."""

    http: Http
    project: str
    source: str

    def read(self, start: Since) -> Iterator[tuple[Sequence[PullRequest], Since]]:
        """What is new since then, page by page, and how far it has come by the end of each."""
        return read_changed(self._page, version_by(*_LOOKS), self._merged, start)

    def _page(self, since: datetime | None, page: str | None) -> Page:
        return changed_page(self.http, self.project, "merge_requests", _MERGED, since, page)

    def _merged(self, body: Mapping[str, object]) -> Sequence[PullRequest]:
        found = merge_request(body, self.project, self.source)
        return [found] if found else []


def merge_request(body: object, project: str, source: str) -> PullRequest | None:
    """What the list tells of one; None while it has not been merged. Who wrote, reviewed or merged it is not read."""
    number, merged_at, commit = whole(body, "iid"), moment(body, "merged_at"), _landed(body)
    if number is None or merged_at is None or commit is None:
        return None
    return PullRequest(
        source=source,
        repository=project,
        number=number,
        merge_commit=commit,
        merged_at=merged_at,
        title=text(body, "title") or "",
        body=text(body, "description") or "",
        url=web_address(text(body, "web_url")) or "",
        branch=text(body, "source_branch"),
    )


def _landed(body: object) -> str | None:
    """The commit on the main line: the merge; without one the squash; fast-forwarded, the last of its own commits."""
    return text(body, "merge_commit_sha") or text(body, "squash_commit_sha") or text(body, "sha")
