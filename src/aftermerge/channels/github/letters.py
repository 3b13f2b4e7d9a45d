"""Answers to customers where they asked at GitHub: in an issue or a discussion."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from aftermerge.channels.answers import Sent, read_json
from aftermerge.channels.delivering import Letters, Place
from aftermerge.channels.github.client import api_of
from aftermerge.channels.github.discussion import Discussion
from aftermerge.channels.text import as_markdown
from aftermerge.channels.wording import Wording, going_on
from aftermerge.outside.http import Api, Http, Raw
from aftermerge.outside.http.reading import rows, text
from aftermerge.ports import Correspondence, Delivery, Letter

__all__ = ["connect", "opened"]

_THREAD = re.compile(r"(?P<repository>[\w.-]+/[\w.-]+)(?:#(?P<issue>\d+)|/discussions/(?P<discussion>\d+))", re.ASCII)
_RIGHT = "let it write issues and discussions"
_CLOSED = ("locked", "archived", "blocked")


@dataclass(frozen=True, slots=True)
class IssueThread:
    """Fits `delivering.Place`. `mark` is hidden in the content."""

    http: Http
    repository: str
    number: int
    mark: str
    content: str

    @property
    def name(self) -> str:
        return f"{self.repository}#{self.number}"

    def put(self) -> Sent:
        return self.http.send("POST", self._path, {"body": self.content}, what=self._what)

    def address(self, created: object) -> str | None:
        return text(created, "html_url")

    def refusal(self, answer: Raw) -> str:
        said = (text(read_json(answer), "message") or "").lower()
        word = next((word for word in _CLOSED if answer.status == 403 and word in said), None)
        return f"{self.name} is {word}, so that nobody may comment" if word else ""

    def find(self) -> Delivery | None:
        link: str | None = f"{self._path}?per_page=100"
        while link is not None:
            answer = self.http.find(link, what=self._what)
            if answer is None:
                return None
            for body in rows(answer.body):
                if self.mark in (text(body, "body") or ""):
                    return Delivery("sent", text(body, "html_url"))
            link = answer.next_link
        return None

    @property
    def _path(self) -> str:
        return f"/repos/{self.repository}/issues/{self.number}/comments"

    @property
    def _what(self) -> str:
        return f"comments on {self.name}"


@contextmanager
def connect(config: Mapping[str, object], environ: Mapping[str, str], source: str) -> Iterator[Correspondence]:
    """The answers of a `[[source]]` table of kind github, for one job.

    Raises:
        SettingsError: the address, or how we show ourselves there, can't be used.
    """
    with opened(api_of(config, environ, source)) as letters:
        yield letters


@contextmanager
def opened(api: Api) -> Iterator[Correspondence]:
    """A connection."""
    api.token.needed("GitHub, for answers,")
    with api.open() as http, going_on():
        wording = Wording("GitHub", api.token, _RIGHT, frozenset({422}))
        yield Letters(wording, "issue or discussion", lambda letter: _place(http, wording, letter))


def _place(http: Http, wording: Wording, letter: Letter) -> Place | None:
    found = _THREAD.fullmatch(letter.thread or "")
    if found is None:
        return None
    mark = f"<!-- aftermerge: {letter.reference} -->"
    content = f"{as_markdown(letter.text)}\n\n{mark}"
    if found["issue"]:
        return IssueThread(http, found["repository"], int(found["issue"]), mark, content)
    return Discussion(http, wording, found["repository"], int(found["discussion"]), mark, content)
