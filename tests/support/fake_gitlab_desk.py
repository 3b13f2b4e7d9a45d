"""A GitLab in which issues are answered."""

import re
from dataclasses import dataclass, field
from typing import Any

from support.fake_api import FakeApi, Replied, Request

__all__ = ["FakeGitLabDesk"]

_ISSUE = r"/api/v4/projects/harbor%2Fapp/issues/(\d+)"


@dataclass(slots=True)
class FakeGitLabDesk:
    """Of harbor/app. `said` are the notes of each issue, by its number."""

    api: FakeApi
    said: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    locked: set[int] = field(default_factory=set)
    commands: list[str] = field(default_factory=list)
    page: int = 3

    def __post_init__(self) -> None:
        self.api.route("GET", _ISSUE, self._one)
        self.api.route("GET", f"{_ISSUE}/notes", self._list)
        self.api.route("POST", f"{_ISSUE}/notes", self._add)

    def say(self, number: int, body: str) -> dict[str, Any]:
        note = {"id": 900_000 + 100 * number + len(self.said[number]), "body": body, "system": False}
        self.said[number].append(note)
        return note

    def texts(self, number: int) -> list[str]:
        return [note["body"] for note in self.said.get(number, [])]

    def _one(self, request: Request) -> Replied:
        number = int(request.groups[0])
        is_locked = number in self.locked or None
        return (200, {}, {"iid": number, "discussion_locked": is_locked}) if number in self.said else _NOT_FOUND

    def _list(self, request: Request) -> Replied:
        number, page = int(request.groups[0]), int(request.query["page"])
        if number not in self.said:
            return _NOT_FOUND
        listed, end = self.said[number], page * self.page
        return 200, {"X-Next-Page": str(page + 1) if end < len(listed) else ""}, listed[end - self.page : end]

    def _add(self, request: Request) -> Replied:
        number = int(request.groups[0])
        given: Any = request.json
        if number not in self.said:
            return _NOT_FOUND
        if number in self.locked:
            return 403, {}, {"message": "403 Forbidden"}
        self.commands += re.findall(r"^/\w+", given["body"], re.MULTILINE)
        return 201, {}, self.say(number, given["body"])


_NOT_FOUND: Replied = (404, {}, {"message": "404 Not found"})
