"""What the team is told in Slack: in a channel, or one person alone."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from aftermerge.channels.answers import Sent, read_json
from aftermerge.channels.delivering import checked, deliver
from aftermerge.channels.slack.fitting import fitting
from aftermerge.channels.slack.web import RIGHT, SlackWeb, metadata, slack_api
from aftermerge.channels.wording import Wording, going_on
from aftermerge.outside.http import Api, Raw
from aftermerge.outside.http.reading import rows, text
from aftermerge.outside.keys import Keys
from aftermerge.ports import Bulletin, Delivery, Noticeboard

__all__ = ["SlackBulletins", "connect", "opened"]

_KEYS = ("token_env", "base_url")
_CHANNEL = re.compile(r"[CDG][A-Z0-9]{8,40}", re.ASCII)
_PAGES = 10
"""How far back a message is looked for: 2,000 of a channel."""


@dataclass(frozen=True, slots=True)
class ChannelPlace:
    """Fits `delivering.Place`."""

    web: SlackWeb
    channel: str
    to: str
    reference: str
    content: Mapping[str, object]

    @property
    def name(self) -> str:
        return self.to

    def put(self) -> Sent:
        body = {
            **self.content,
            "channel": self.channel,
            "metadata": metadata(self.reference),
            "unfurl_links": False,
            "unfurl_media": False,
        }
        return self.web.write("chat.postMessage", body, what=self.name)

    def address(self, created: object) -> str | None:
        return None

    def refusal(self, answer: Raw) -> str:
        return f"{self.name}: {text(read_json(answer), 'message')}" if answer.status == 422 else ""

    def find(self) -> Delivery | None:
        asked = {"channel": self.channel, "include_all_metadata": "true"}
        for place, page in enumerate(self.web.pages("conversations.history", asked, what=self.name)):
            if isinstance(page, Raw):
                return Delivery("unknown", reason=self.refusal(page) or f"Slack has no {self.name} any more")
            found = self.web.found_in(page, self.reference)
            if found:
                return found
            if place + 1 == _PAGES:
                return Delivery("unknown", reason=f"{self.name} has too many newer messages to look through")
        return None


@dataclass(frozen=True, slots=True)
class SlackBulletins:
    """Fits `ports.Noticeboard`. `channels` are the ids of those that were asked for, by what they were called."""

    web: SlackWeb
    channels: dict[str, str] = field(default_factory=dict)

    @property
    def can_look_up(self) -> bool:
        return True

    def post(self, bulletin: Bulletin) -> Delivery:
        """
        Raises:
            InputError: it is more than Slack takes.
        """
        place = self._place(bulletin)
        if place is None:
            return Delivery("refused", reason=f"Slack has nobody and no channel that is called {bulletin.to}")
        return deliver(place, self.web.wording)

    def find(self, bulletin: Bulletin) -> Delivery | None:
        place = self._place(bulletin)
        return place.find() if place else None

    def _place(self, bulletin: Bulletin) -> ChannelPlace | None:
        content, to = fitting(checked(bulletin)), bulletin.to.strip()
        channel = self.channels.get(to) or self._channel(to)
        if channel is None:
            return None
        self.channels[to] = channel
        return ChannelPlace(self.web, channel, to, bulletin.reference, content)

    def _channel(self, to: str) -> str | None:
        if _CHANNEL.fullmatch(to):
            return to
        return self._person(to) if "@" in to else self._named(to.removeprefix("#"))

    def _person(self, address: str) -> str | None:
        """The conversation with them alone."""
        found = self.web.read("users.lookupByEmail", {"email": address}, what="the one whose address that is")
        user = None if isinstance(found, Raw) else text(found, "user", "id")
        if user is None:
            return None
        opened = self.web.make("conversations.open", {"users": user}, what="a conversation with one person")
        return None if isinstance(opened, Raw) else text(opened, "channel", "id")

    def _named(self, name: str) -> str | None:
        asked = {"types": "public_channel,private_channel", "exclude_archived": "true"}
        for page in self.web.pages("conversations.list", asked, what="the list of channels"):
            for channel in rows(page, "channels"):
                if text(channel, "name") == name:
                    return text(channel, "id")
        return None


@contextmanager
def connect(config: Mapping[str, object], environ: Mapping[str, str], source: str) -> Iterator[Noticeboard]:
    """Slack as a noticeboard, for one job.

    Raises:
        SettingsError: a key is unknown, or the address or the token can't be used.
    """
    keys = Keys(source, config)
    keys.refuse_unknown(*_KEYS)
    with opened(slack_api(keys, environ)) as bulletins:
        yield bulletins


@contextmanager
def opened(api: Api) -> Iterator[Noticeboard]:
    """A connection."""
    api.token.needed("Slack, for what the team is told,")
    with api.open() as http, going_on():
        yield SlackBulletins(SlackWeb(http, Wording("Slack", api.token, RIGHT, frozenset({422}))))
