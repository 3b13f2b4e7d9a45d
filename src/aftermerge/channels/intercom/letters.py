"""Answers to customers where they asked at Intercom: a reply in their conversation."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from aftermerge.channels.answers import Sent
from aftermerge.channels.delivering import Letters, Place
from aftermerge.channels.text import as_html
from aftermerge.channels.wording import Wording, going_on
from aftermerge.errors import OutsideError
from aftermerge.outside.http import Api, Http, Raw
from aftermerge.outside.http.reading import reference, rows, text
from aftermerge.outside.intercom import intercom_api
from aftermerge.outside.keys import Keys
from aftermerge.ports import Correspondence, Delivery, Letter

__all__ = ["connect", "opened"]

_CONVERSATION = re.compile(r"\w+", re.ASCII)
_RIGHT = "let it read and write conversations"


@dataclass(slots=True)
class _Admin:
    """Whose token it is: in their name is answered."""

    http: Http
    known: list[str] = field(default_factory=list)

    def id(self) -> str:
        if not self.known:
            found = reference(self.http.get("/me", what="the name behind the token").body, "id")
            if found is None:
                raise OutsideError("Intercom does not tell whose the token is", then="run it again later")
            self.known.append(found)
        return self.known[0]


@dataclass(frozen=True, slots=True)
class Conversation:
    """Fits `delivering.Place`. Intercom keeps nothing hidden with a reply: `mark` is its last line."""

    http: Http
    admin: _Admin
    id: str
    mark: str
    content: str

    @property
    def name(self) -> str:
        return f"conversation {self.id}"

    def put(self) -> Sent:
        body = {
            "message_type": "comment",
            "type": "admin",
            "admin_id": self.admin.id(),
            "body": f"{self.content}\n<p>{self.mark}</p>",
        }
        return self.http.send("POST", f"{self._path}/reply", body, what=self.name)

    def address(self, created: object) -> str | None:
        return text(created, "links", "conversation_web")

    def refusal(self, answer: Raw) -> str:
        return ""

    def find(self) -> Delivery | None:
        answer = self.http.find(self._path, what=self.name)
        parts = rows(answer.body, "conversation_parts", "conversation_parts") if answer else []
        is_there = any(self.mark in (text(part, "body") or "") for part in parts)
        return Delivery("sent", self.address(answer.body)) if answer and is_there else None

    @property
    def _path(self) -> str:
        return f"/conversations/{self.id}"


@contextmanager
def connect(config: Mapping[str, object], environ: Mapping[str, str], source: str) -> Iterator[Correspondence]:
    """The answers of a `[[source]]` table of kind intercom, for one job.

    Raises:
        SettingsError: the address or the token can't be used.
    """
    with opened(intercom_api(Keys(source, config), environ)) as letters:
        yield letters


@contextmanager
def opened(api: Api) -> Iterator[Correspondence]:
    """A connection."""
    api.token.needed("Intercom, for answers,")
    with api.open() as http, going_on():
        admin, wording = _Admin(http), Wording("Intercom", api.token, _RIGHT, frozenset({400, 422}))
        yield Letters(wording, "conversation", lambda letter: _place(http, admin, letter))


def _place(http: Http, admin: _Admin, letter: Letter) -> Place | None:
    thread = letter.thread or ""
    if not _CONVERSATION.fullmatch(thread):
        return None
    return Conversation(http, admin, thread, f"ref: {letter.reference}", as_html(letter.text))
