"""A Slack in which is written: channels with their threads, people by address, and whom a message rings for."""

import re
import threading
from dataclasses import dataclass, field
from typing import Any

from support.fake_api import FakeApi, Replied, Request

__all__ = ["FakeSlack"]

_RINGS = re.compile(r"<(?:@|!)[^>]*>")
_LINKS = re.compile(r"<(https?://[^|>]+)")

Body = dict[str, Any]


@dataclass(slots=True)
class FakeSlack:
    """`channels` are names by id, `people` ids by address. A message that starts a thread bears its own ts.

    `rung` are the marks in what was written that call somebody; `deleted`, `locked` are threads, `away` channels
    in which the app is not.
    """

    api: FakeApi
    token: str = "t0ken-s3cret"  # noqa: S105
    channels: dict[str, str] = field(default_factory=dict)
    archived: set[str] = field(default_factory=set)
    away: set[str] = field(default_factory=set)
    people: dict[str, str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    locked: set[str] = field(default_factory=set)
    scopes_missing: dict[str, str] = field(default_factory=dict)
    said: dict[str, list[Body]] = field(default_factory=dict)
    page: int = 3
    made: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        for method, name, handler in (
            ("POST", "chat.postMessage", self._post),
            ("GET", "conversations.replies", self._replies),
            ("GET", "conversations.history", self._history),
            ("GET", "conversations.list", self._list),
            ("POST", "conversations.open", self._open),
            ("GET", "users.lookupByEmail", self._look_up),
        ):
            self.api.route(method, f"/{name}", handler)
        self.api.gate = self._gate

    @property
    def rung(self) -> list[str]:
        return [mark for listed in self.said.values() for one in listed for mark in _RINGS.findall(str(one))]

    @property
    def linked(self) -> list[str]:
        return [url for listed in self.said.values() for one in listed for url in _LINKS.findall(one["text"])]

    def say(self, channel: str, text: str, thread: str | None = None, **more: Any) -> str:
        """A message; its ts."""
        with self.lock:
            self.made += 1
            ts = f"{1_770_000_000 + self.made}.000100"
            body = {"type": "message", "ts": ts, "text": text, **({"thread_ts": thread} if thread else {}), **more}
            self.said.setdefault(channel, []).append(body)
            return ts

    def texts(self, channel: str, thread: str | None = None) -> list[str]:
        """What was written in a thread after its first message; or in the channel itself."""
        return [one["text"] for one in self.said.get(channel, []) if one.get("thread_ts") == thread]

    def _gate(self, request: Request) -> Replied | None:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return _no("invalid_auth")
        needed = self.scopes_missing.get(request.path.removeprefix("/"))
        return _no("missing_scope", needed=needed) if needed else None

    def _post(self, request: Request) -> Replied:
        given: Any = request.json
        channel, thread = given["channel"], given.get("thread_ts")
        refused = self._refused(channel, thread) or _unfit(given)
        if refused:
            return _no(refused)
        kept = {key: given[key] for key in ("blocks", "metadata") if key in given}
        ts = self.say(channel, given.get("text", ""), thread, **kept)
        return 200, {}, {"ok": True, "channel": channel, "ts": ts, "message": self.said[channel][-1]}

    def _refused(self, channel: str, thread: str | None) -> str | None:
        if channel not in self.channels:
            return "channel_not_found"
        if channel in self.archived:
            return "is_archived"
        if channel in self.away:
            return "not_in_channel"
        if thread in self.deleted:
            return "cannot_reply_to_message"
        return "restricted_action_thread_locked" if thread in self.locked else None

    def _replies(self, request: Request) -> Replied:
        channel, thread = request.query["channel"], request.query["ts"]
        if channel not in self.channels:
            return _no("channel_not_found")
        if thread in self.deleted:
            return _no("thread_not_found")
        return self._paged(request, [one for one in self.said.get(channel, []) if thread in _threads(one)])

    def _history(self, request: Request) -> Replied:
        channel = request.query["channel"]
        if channel not in self.channels:
            return _no("channel_not_found")
        return self._paged(request, [one for one in self.said.get(channel, []) if "thread_ts" not in one][::-1])

    def _paged(self, request: Request, listed: list[Body]) -> Replied:
        """Metadata are told to one who asks for them."""
        start = int(request.query.get("cursor") or 0)
        end = start + min(self.page, int(request.query["limit"]))
        hidden = {"metadata"} if request.query.get("include_all_metadata") != "true" else set()
        page = [{key: value for key, value in one.items() if key not in hidden} for one in listed[start:end]]
        following = str(end) if end < len(listed) else ""
        return 200, {}, {"ok": True, "messages": page, "response_metadata": {"next_cursor": following}}

    def _list(self, request: Request) -> Replied:
        named = [{"id": id_, "name": name} for id_, name in self.channels.items() if id_ not in self.archived]
        start = int(request.query.get("cursor") or 0)
        following = str(start + self.page) if start + self.page < len(named) else ""
        page = named[start : start + self.page]
        return 200, {}, {"ok": True, "channels": page, "response_metadata": {"next_cursor": following}}

    def _open(self, request: Request) -> Replied:
        given: Any = request.json
        direct = f"D{given['users'][1:]}"
        self.channels.setdefault(direct, "")
        return 200, {}, {"ok": True, "channel": {"id": direct}}

    def _look_up(self, request: Request) -> Replied:
        user = self.people.get(request.query["email"])
        return (200, {}, {"ok": True, "user": {"id": user}}) if user else _no("users_not_found")


def _threads(said: Body) -> tuple[str, ...]:
    return said["ts"], said.get("thread_ts", "")


def _unfit(given: Body) -> str | None:
    blocks = given.get("blocks", [])
    if len(blocks) > 50 or any(len(block.get("text", {}).get("text", "")) > 3_000 for block in blocks):
        return "invalid_blocks"
    return "msg_too_long" if len(given.get("text", "")) > 40_000 else None


def _no(error: str, **more: Any) -> Replied:
    return 200, {}, {"ok": False, "error": error, **more}
