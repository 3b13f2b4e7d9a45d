"""A merge request's conversation, and a commit's statuses, at GitLab."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from aftermerge.channels.answers import Sent
from aftermerge.channels.keeping import STATUS, Said, Shown
from aftermerge.outside.http import Http, Raw
from aftermerge.outside.http.reading import at, boolean, reference, rows, text, whole

__all__ = ["MergeRequestThread", "StatusBoard", "harmless"]

_OLDEST_FIRST: Mapping[str, str | int | None] = {"sort": "asc", "order_by": "created_at", "per_page": 100}
_COMMAND = re.compile(r"^([ \t]*)/", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class MergeRequestThread:
    """Fits `keeping.Thread`. `us` is the number of the user who writes."""

    http: Http
    project: str
    number: int
    mark: str
    content: str
    us: str

    @property
    def name(self) -> str:
        return f"{self.project}!{self.number}"

    def ours(self) -> Sequence[Said] | None:
        found: list[Said] = []
        page: str | None = "1"
        while page is not None:
            answer = self.http.find(f"{self._path}/notes", {**_OLDEST_FIRST, "page": page}, what=self._what)
            if answer is None:
                return None
            found += self._marked(rows(answer.body))
            page = answer.headers.get("x-next-page", "").strip() or None
        return sorted(found, key=lambda said: said.id)

    def create(self) -> Sent:
        return self.http.send("POST", f"{self._path}/notes", {"body": self.content}, what=self._what)

    def edit(self, said: Said) -> Sent:
        return self.http.send("PUT", f"{self._path}/notes/{said.id}", {"body": self.content}, what=self._what)

    def delete(self, said: Said) -> Sent:
        return self.http.send("DELETE", f"{self._path}/notes/{said.id}", None, what=self._what)

    def address(self, created: object) -> str | None:
        """A note does not tell its own: it stands below that of its merge request."""
        id_ = whole(created, "id")
        site = self.http.api.base_url.removesuffix("/api/v4")
        return None if id_ is None else f"{site}/{self.project}/-/merge_requests/{self.number}#note_{id_}"

    def is_locked(self, refusal: Raw) -> bool:
        """GitLab does not say why it forbids it: the merge request does."""
        if refusal.status != 403:
            return False
        found = self.http.find(self._path, what=self.name)
        return found is not None and boolean(found.body, "discussion_locked")

    def _marked(self, listed: Sequence[object]) -> Iterator[Said]:
        for body in listed:
            id_, said = whole(body, "id"), (text(body, "body") or "").lstrip()
            is_ours = reference(body, "author", "id") == self.us and not boolean(body, "system")
            if id_ is not None and said.startswith(self.mark) and is_ours:
                yield Said(id_, said, self.address(body))

    @property
    def _path(self) -> str:
        return f"/projects/{quote(self.project, safe='')}/merge_requests/{self.number}"

    @property
    def _what(self) -> str:
        return f"notes on {self.name}"


@dataclass(frozen=True, slots=True)
class StatusBoard:
    """Fits `keeping.Board`. What is asked for as `state` is shown as `status`."""

    http: Http
    repository: str
    sha: str
    state: str
    wanted: Mapping[str, str | None]

    @property
    def name(self) -> str:
        return f"commit {self.sha[:10]} in {self.repository}"

    def shown(self) -> Shown | None:
        path = f"{self._path}/repository/commits/{self.sha}/statuses"
        found = self.http.find(path, {"name": STATUS, "per_page": 100}, what=self.name)
        if found is None:
            return None
        named = [one for one in rows(found.body) if text(one, "name") == STATUS]
        if not named:
            return "none"
        latest = max(named, key=lambda one: whole(one, "id") or 0)
        wanted = {**self.wanted, "status": self.state}
        return "same" if all(at(latest, key) == value for key, value in wanted.items()) else "other"

    def set(self) -> Sent:
        body = {**self.wanted, "state": self.state, "name": STATUS}
        return self.http.send("POST", f"{self._path}/statuses/{self.sha}", body, what=self.name)

    @property
    def _path(self) -> str:
        return f"/projects/{quote(self.repository, safe='')}"


def harmless(body: str) -> str:
    """A line that begins with a slash would be a command: `/close`."""
    return _COMMAND.sub(r"\1\\/", body)
