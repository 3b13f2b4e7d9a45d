"""A pull request's conversation, and a commit's statuses, at GitHub."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aftermerge.channels.answers import Sent, is_done, read_json
from aftermerge.channels.keeping import STATUS, Said, Shown
from aftermerge.outside.http import Http, Raw
from aftermerge.outside.http.reading import at, reference, rows, text, whole

__all__ = ["PullRequestThread", "StatusBoard", "names"]


@dataclass(frozen=True, slots=True)
class PullRequestThread:
    """Fits `keeping.Thread`. `us` is by which names we are known; what we wrote adds to it."""

    http: Http
    repository: str
    number: int
    mark: str
    content: str
    us: set[str]

    @property
    def name(self) -> str:
        return f"{self.repository}#{self.number}"

    def ours(self) -> Sequence[Said] | None:
        found: list[Said] = []
        link: str | None = f"{self._path}?per_page=100"
        while link is not None:
            answer = self.http.find(link, what=self._what)
            if answer is None:
                return None
            found += self._marked(rows(answer.body))
            link = answer.next_link
        return sorted(found, key=lambda said: said.id)

    def create(self) -> Sent:
        sent = self.http.send("POST", self._path, {"body": self.content}, what=self._what)
        if isinstance(sent, Raw) and is_done(sent):
            # GitHub says in whose name it wrote, which settles who we are.
            self.us.update(names(at(read_json(sent), "user")))
        return sent

    def edit(self, said: Said) -> Sent:
        return self._of(said, "PATCH", {"body": self.content})

    def delete(self, said: Said) -> Sent:
        return self._of(said, "DELETE", None)

    def address(self, created: object) -> str | None:
        return text(created, "html_url")

    def is_locked(self, refusal: Raw) -> bool:
        return refusal.status == 403 and "locked" in (text(read_json(refusal), "message") or "").lower()

    def _marked(self, listed: Sequence[object]) -> Iterator[Said]:
        for body in listed:
            id_, said = whole(body, "id"), (text(body, "body") or "").lstrip()
            if id_ is not None and said.startswith(self.mark) and self.us & names(at(body, "user")):
                yield Said(id_, said, text(body, "html_url"))

    def _of(self, said: Said, method: str, body: object) -> Sent:
        return self.http.send(method, f"/repos/{self.repository}/issues/comments/{said.id}", body, what=self._what)

    @property
    def _path(self) -> str:
        return f"/repos/{self.repository}/issues/{self.number}/comments"

    @property
    def _what(self) -> str:
        return f"comments on {self.name}"


@dataclass(frozen=True, slots=True)
class StatusBoard:
    """Fits `keeping.Board`."""

    http: Http
    repository: str
    sha: str
    wanted: Mapping[str, str | None]

    @property
    def name(self) -> str:
        return f"commit {self.sha[:10]} in {self.repository}"

    def shown(self) -> Shown | None:
        """Newest first, as they are listed."""
        path = f"/repos/{self.repository}/commits/{self.sha}/statuses?per_page=100"
        found = self.http.find(path, what=self.name)
        if found is None:
            return None
        latest = next((one for one in rows(found.body) if text(one, "context") == STATUS), None)
        if latest is None:
            return "none"
        return "same" if all(at(latest, key) == value for key, value in self.wanted.items()) else "other"

    def set(self) -> Sent:
        body = {**self.wanted, "context": STATUS}
        return self.http.send("POST", f"/repos/{self.repository}/statuses/{self.sha}", body, what=self.name)


def names(user: object) -> set[str]:
    """By login and by number: of an app, the two APIs spell the login differently at times."""
    number, login = reference(user, "databaseId") or reference(user, "id"), text(user, "login")
    return {name for name in (login and login.lower(), number and f"#{number}") if name}
