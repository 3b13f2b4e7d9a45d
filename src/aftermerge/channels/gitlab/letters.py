"""Answers to customers where they asked at GitLab: in an issue."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from aftermerge.channels.answers import Sent
from aftermerge.channels.delivering import Letters, Place
from aftermerge.channels.gitlab.client import api_of
from aftermerge.channels.gitlab.thread import harmless
from aftermerge.channels.text import as_markdown
from aftermerge.channels.wording import Wording, going_on
from aftermerge.outside.http import Api, Http, Raw
from aftermerge.outside.http.reading import boolean, rows, text, whole
from aftermerge.ports import Correspondence, Delivery, Letter

__all__ = ["connect", "opened"]

_THREAD = re.compile(r"(?P<project>[\w.-]+(?:/[\w.-]+)+)#(?P<issue>\d+)", re.ASCII)
_RIGHT = "give it the scope `api`, and the one whose it is the role Reporter"
_OLDEST_FIRST: Mapping[str, str | int | None] = {"sort": "asc", "order_by": "created_at", "per_page": 100}


@dataclass(frozen=True, slots=True)
class IssueThread:
    """Fits `delivering.Place`. `mark` is hidden in the content."""

    http: Http
    project: str
    number: int
    mark: str
    content: str

    @property
    def name(self) -> str:
        return f"{self.project}#{self.number}"

    def put(self) -> Sent:
        return self.http.send("POST", f"{self._path}/notes", {"body": self.content}, what=self._what)

    def address(self, created: object) -> str | None:
        """A note does not tell its own: it stands below that of its issue."""
        id_ = whole(created, "id")
        site = self.http.api.base_url.removesuffix("/api/v4")
        return None if id_ is None else f"{site}/{self.project}/-/issues/{self.number}#note_{id_}"

    def refusal(self, answer: Raw) -> str:
        """GitLab does not say why it forbids it: the issue does."""
        found = self.http.find(self._path, what=self.name) if answer.status == 403 else None
        is_locked = found is not None and boolean(found.body, "discussion_locked")
        return f"{self.name} is locked, so that nobody may comment" if is_locked else ""

    def find(self) -> Delivery | None:
        page: str | None = "1"
        while page is not None:
            answer = self.http.find(f"{self._path}/notes", {**_OLDEST_FIRST, "page": page}, what=self._what)
            if answer is None:
                return None
            for body in rows(answer.body):
                if self.mark in (text(body, "body") or ""):
                    return Delivery("sent", self.address(body))
            page = answer.headers.get("x-next-page", "").strip() or None
        return None

    @property
    def _path(self) -> str:
        return f"/projects/{quote(self.project, safe='')}/issues/{self.number}"

    @property
    def _what(self) -> str:
        return f"notes on {self.name}"


@contextmanager
def connect(config: Mapping[str, object], environ: Mapping[str, str], source: str) -> Iterator[Correspondence]:
    """The answers of a `[[source]]` table of kind gitlab, for one job.

    Raises:
        SettingsError: the address or the token can't be used.
    """
    with opened(api_of(config, environ, source)) as letters:
        yield letters


@contextmanager
def opened(api: Api) -> Iterator[Correspondence]:
    """A connection."""
    api.token.needed("GitLab, for answers,")
    with api.open() as http, going_on():
        wording = Wording("GitLab", api.token, _RIGHT, frozenset({400, 422}))
        yield Letters(wording, "issue", lambda letter: _place(http, letter))


def _place(http: Http, letter: Letter) -> Place | None:
    found = _THREAD.fullmatch(letter.thread or "")
    if found is None:
        return None
    mark = f"<!-- aftermerge: {letter.reference} -->"
    content = f"{harmless(as_markdown(letter.text))}\n\n{mark}"
    return IssueThread(http, found["project"], int(found["issue"]), mark, content)
