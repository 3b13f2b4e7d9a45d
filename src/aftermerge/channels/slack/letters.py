"""Answers to customers where they asked in Slack: a message in their thread."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from aftermerge.channels.answers import Sent, read_json
from aftermerge.channels.delivering import Letters, Place
from aftermerge.channels.slack.web import RIGHT, SlackWeb, metadata, slack_api
from aftermerge.channels.text import as_mrkdwn
from aftermerge.channels.wording import Wording, going_on
from aftermerge.outside.http import Api, Raw
from aftermerge.outside.http.reading import text
from aftermerge.outside.keys import Keys
from aftermerge.ports import Correspondence, Delivery, Letter

__all__ = ["connect", "opened"]

_THREAD = re.compile(r"(?P<channel>[A-Z0-9]{2,40})-(?P<ts>\d+\.\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class SlackThread:
    """Fits `delivering.Place`."""

    web: SlackWeb
    channel: str
    ts: str
    reference: str
    content: str

    @property
    def name(self) -> str:
        return f"thread {self.ts} in {self.channel}"

    def put(self) -> Sent:
        body = {
            "channel": self.channel,
            "thread_ts": self.ts,
            "text": self.content,
            "metadata": metadata(self.reference),
            "parse": "none",
            "link_names": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        return self.web.write("chat.postMessage", body, what=self.name)

    def address(self, created: object) -> str | None:
        return None

    def refusal(self, answer: Raw) -> str:
        return f"{self.name}: {text(read_json(answer), 'message')}" if answer.status == 422 else ""

    def find(self) -> Delivery | None:
        asked = {"channel": self.channel, "ts": self.ts, "include_all_metadata": "true"}
        for page in self.web.pages("conversations.replies", asked, what=self.name):
            if isinstance(page, Raw):
                return None if page.status == 404 else Delivery("unknown", reason=self.refusal(page))
            found = self.web.found_in(page, self.reference)
            if found:
                return found
        return None


@contextmanager
def connect(config: Mapping[str, object], environ: Mapping[str, str], source: str) -> Iterator[Correspondence]:
    """The answers of a `[[source]]` table of kind slack_export, for one job.

    Raises:
        SettingsError: the address or the token can't be used.
    """
    with opened(slack_api(Keys(source, config), environ)) as letters:
        yield letters


@contextmanager
def opened(api: Api) -> Iterator[Correspondence]:
    """A connection."""
    api.token.needed("Slack, for answers,")
    with api.open() as http, going_on():
        wording = Wording("Slack", api.token, RIGHT, frozenset({422}))
        web = SlackWeb(http, wording)
        yield Letters(wording, "thread", lambda letter: _place(web, letter))


def _place(web: SlackWeb, letter: Letter) -> Place | None:
    found = _THREAD.fullmatch(letter.thread or "")
    if found is None:
        return None
    return SlackThread(web, found["channel"], found["ts"], letter.reference, as_mrkdwn(letter.text))
