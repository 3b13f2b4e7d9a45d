"""A pull request's conversation, and our comment in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aftermerge.outside.http import Http, Raw, Unreached
from aftermerge.outside.http.reading import at, reference, rows, text, whole
from aftermerge.ports import Posted

__all__ = ["Said", "Thread", "is_done", "is_final", "is_gone", "names"]

_GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Said:
    """A comment."""

    id: int
    body: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Thread:
    """A pull request, and what our comment on it is to say: `mark`, then the rest of `content`."""

    http: Http
    repository: str
    number: int
    mark: str
    content: str

    @property
    def name(self) -> str:
        return f"{self.repository}#{self.number}"

    def ours(self, us: set[str]) -> Sequence[Said] | None:
        """Oldest first; None where there is no such pull request. Others may write our mark, and stay untouched."""
        found: list[Said] = []
        link: str | None = f"{self._path}?per_page=100"
        while link is not None:
            answer = self.http.find(link, what=self._what)
            if answer is None:
                return None
            found += self._marked(rows(answer.body), us)
            link = answer.next_link
        return sorted(found, key=lambda said: said.id)

    def create(self) -> Raw | Unreached:
        return self.http.send("POST", self._path, {"body": self.content}, what=self._what)

    def keep(self, ours: Sequence[Said]) -> Posted | Raw | Unreached:
        """The oldest says what it is to say, and those after it are gone; or what came in the way of that."""
        oldest, *newer = ours
        for copy in newer:
            gone = self._of(copy, "DELETE", None)
            if not is_done(gone) and not is_gone(gone):
                return gone
        if _same(oldest.body, self.content):
            return Posted("unchanged", oldest.url, len(newer))
        sent = self._of(oldest, "PATCH", {"body": self.content})
        return Posted("updated", oldest.url, len(newer)) if is_done(sent) else sent

    def _marked(self, listed: Sequence[object], us: set[str]) -> Iterator[Said]:
        for body in listed:
            id_, said = whole(body, "id"), (text(body, "body") or "").lstrip()
            if id_ is not None and said.startswith(self.mark) and us & names(at(body, "user")):
                yield Said(id_, said, text(body, "html_url"))

    def _of(self, said: Said, method: str, body: object) -> Raw | Unreached:
        return self.http.send(method, f"/repos/{self.repository}/issues/comments/{said.id}", body, what=self._what)

    @property
    def _path(self) -> str:
        return f"/repos/{self.repository}/issues/{self.number}/comments"

    @property
    def _what(self) -> str:
        return f"comments on {self.name}"


def is_done(sent: Raw | Unreached) -> bool:
    return isinstance(sent, Raw) and 200 <= sent.status < 300


def is_gone(sent: Raw | Unreached) -> bool:
    """It was deleted meanwhile."""
    return isinstance(sent, Raw) and sent.status in _GONE


def is_final(sent: Raw | Unreached) -> bool:
    """Whether it is known that it was done or refused; after any other answer it may have been done."""
    return isinstance(sent, Raw) and sent.status < 500


def names(user: object) -> set[str]:
    """By login and by number: of an app, the two APIs spell the login differently at times."""
    number, login = reference(user, "databaseId") or reference(user, "id"), text(user, "login")
    return {name for name in (login and login.lower(), number and f"#{number}") if name}


def _same(there: str, wanted: str) -> bool:
    """GitHub may keep other line ends, and no space at the end."""
    return there.replace("\r\n", "\n").strip() == wanted.strip()
