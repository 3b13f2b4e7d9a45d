"""Answers to customers where they asked at Zendesk: a public comment on their ticket."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from aftermerge.channels.answers import Sent, is_done, read_json
from aftermerge.channels.delivering import Letters, Place
from aftermerge.channels.text import as_html
from aftermerge.channels.wording import Wording, going_on
from aftermerge.outside.http import Api, Http, Raw
from aftermerge.outside.http.reading import at, boolean, rows, table, text
from aftermerge.outside.keys import Keys
from aftermerge.outside.zendesk import zendesk_api
from aftermerge.ports import Correspondence, Delivery, Letter

__all__ = ["connect", "opened"]

_TICKET = re.compile(r"\d+", re.ASCII)
_RIGHT = "let whose token it is comment on tickets in public, and read audits"
_PAGE = 100


@dataclass(frozen=True, slots=True)
class Ticket:
    """Fits `delivering.Place`. The reference stands in what Zendesk calls the update's custom metadata."""

    http: Http
    id: str
    reference: str
    content: str

    @property
    def name(self) -> str:
        return f"ticket {self.id}"

    def put(self) -> Sent:
        comment = {"html_body": self.content, "public": True}
        update = {"ticket": {"comment": comment, "metadata": {"aftermerge": self.reference}}}
        return _in_public(self.http.send("PUT", f"{self._path}.json", update, what=self.name))

    def address(self, created: object) -> str | None:
        return f"{self.http.api.base_url}/agent/tickets/{self.id}"

    def refusal(self, answer: Raw) -> str:
        if answer.status != 422:
            return ""
        said = " ".join(_details(at(read_json(answer), "details")))
        if "closed" in said.lower():
            return f"{self.name} is closed, and takes no more comments"
        return f"Zendesk can't take it for {self.name}{f' ({said})' if said else ''}"

    def find(self) -> Delivery | None:
        path, after, more = f"{self._path}/audits.json", None, True
        while more:
            answer = self.http.find(path, {"page[size]": _PAGE, "page[after]": after}, what=f"audits of {self.name}")
            if answer is None:
                return None
            if any(self._is_ours(audit) for audit in rows(answer.body, "audits")):
                return Delivery("sent", self.address(None))
            after = text(answer.body, "meta", "after_cursor")
            more = boolean(answer.body, "meta", "has_more") and after is not None
        return None

    def _is_ours(self, audit: Mapping[str, object]) -> bool:
        return text(audit, "metadata", "custom", "aftermerge") == self.reference and not _is_a_note(audit)

    @property
    def _path(self) -> str:
        return f"/api/v2/tickets/{self.id}"


@contextmanager
def connect(config: Mapping[str, object], environ: Mapping[str, str], source: str) -> Iterator[Correspondence]:
    """The answers of a `[[source]]` table of kind zendesk, for one job.

    Raises:
        SettingsError: the address or the token can't be used.
    """
    with opened(zendesk_api(Keys(source, config), environ)) as letters:
        yield letters


@contextmanager
def opened(api: Api) -> Iterator[Correspondence]:
    """A connection."""
    api.token.needed("Zendesk, for answers,")
    with api.open() as http, going_on():
        yield Letters(Wording("Zendesk", api.token, _RIGHT, frozenset({400})), "ticket", lambda one: _place(http, one))


def _place(http: Http, letter: Letter) -> Place | None:
    ticket = letter.thread or ""
    return Ticket(http, ticket, letter.reference, as_html(letter.text)) if _TICKET.fullmatch(ticket) else None


def _in_public(sent: Sent) -> Sent:
    """What a light agent writes is taken, and stays among the team: then the customer was told nothing."""
    if not isinstance(sent, Raw) or not is_done(sent) or not _is_a_note(table(read_json(sent), "audit")):
        return sent
    return Raw(403, sent.headers, json.dumps({"message": "it became a note that only the team sees"}).encode())


def _is_a_note(audit: Mapping[str, object]) -> bool:
    said = [event for event in rows(audit, "events") if text(event, "type") == "Comment"]
    return bool(said) and not any(boolean(event, "public") for event in said)


def _details(value: object) -> Iterator[str]:
    """What is wrong with each field."""
    for problems in value.values() if isinstance(value, dict) else ():
        yield from filter(None, (text(problem, "description") for problem in rows({"all": problems}, "all")))
