"""One question and its answer: same-host redirects are followed, and no answer is larger than we can hold."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import httpx

from aftermerge.outside.http.address import is_same_service

__all__ = ["Outcome", "Question", "Raw", "TooLarge", "Unreached", "WentAway", "ask"]

_MOVED = frozenset({301, 302, 303, 307, 308})
_MOVED_UNCHANGED = frozenset({307, 308})
_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class Question:
    """`what` is what is asked for, in words, for what is said when it can't be had."""

    method: str
    url: httpx.URL
    what: str
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)


class Unreached(NamedTuple):
    """The service did not answer, this time."""

    reason: str


class TooLarge(NamedTuple):
    """The answer was cut off at so many bytes."""

    limit: int


class WentAway(NamedTuple):
    """The service sends us to an address that is not its own, or round in circles."""

    address: str


Outcome = Raw | Unreached | TooLarge | WentAway


def posted(body: object) -> bytes:
    """A body as JSON; half a surrogate pair is escaped, as everything beyond ASCII is."""
    return json.dumps(body).encode("ascii")


def ask(client: httpx.Client, question: Question, limit: int) -> Outcome:
    """Ask once, going along with redirects within the service. `limit` is in bytes, decompressed."""
    for _ in range(_REDIRECTS):
        try:
            answer = _ask_there(client, question, limit)
        except httpx.TimeoutException:
            return Unreached("it did not answer in time")
        except httpx.DecodingError:
            return Unreached("its answer is damaged")
        except httpx.TransportError as error:
            return Unreached(str(error) or type(error).__name__)
        if not isinstance(answer, Raw) or answer.status not in _MOVED:
            return answer
        following = _following(question, answer)
        if isinstance(following, WentAway):
            return following
        question = following
    return WentAway(str(question.url))


def _ask_there(client: httpx.Client, question: Question, limit: int) -> Raw | TooLarge:
    typed = {"Content-Type": "application/json"} if question.content is not None else {}
    headers = {**typed, **question.headers}
    with client.stream(question.method, question.url, content=question.content, headers=headers) as response:
        content = bytearray()
        for part in response.iter_bytes():
            content += part
            if len(content) > limit:
                return TooLarge(limit)
        return Raw(response.status_code, response.headers, bytes(content))


def _following(question: Question, answer: Raw) -> Question | WentAway:
    """Where a redirect leads: a question of more than an address is not turned into another one on the way."""
    location = answer.headers.get("location", "")
    try:
        url = question.url.join(location)
    except (httpx.InvalidURL, UnicodeError, ValueError):
        return WentAway(location)
    may_follow = question.method == "GET" or answer.status in _MOVED_UNCHANGED
    return replace(question, url=url) if may_follow and is_same_service(url, question.url) else WentAway(str(url))
