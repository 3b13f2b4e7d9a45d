"""An Intercom in which conversations are answered."""

from dataclasses import dataclass, field
from typing import Any

from support.fake_api import FakeApi, Replied, Request

__all__ = ["ADMIN", "FakeIntercomDesk"]

ADMIN = "814860"


@dataclass(slots=True)
class FakeIntercomDesk:
    """`said` are the parts of each conversation, by its id."""

    api: FakeApi
    said: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        app = {"type": "app", "id_code": "abc"}
        self.api.answer("/me", {"type": "admin", "id": ADMIN, "name": "Mira Lind", "app": app})
        self.api.route("GET", r"/conversations/(\w+)", self._one)
        self.api.route("POST", r"/conversations/(\w+)/reply", self._reply)

    def begin(self, id_: str) -> None:
        self.said[id_] = []

    def texts(self, id_: str) -> list[str]:
        return [part["body"] for part in self.said.get(id_, []) if part["part_type"] == "comment"]

    def say(self, id_: str, body: str, by: dict[str, str] | None = None, part_type: str = "comment") -> int:
        author = by or {"type": "user", "id": "c7"}
        self.said[id_].append({"id": str(len(self.said[id_])), "part_type": part_type, "body": body, "author": author})
        return len(self.said[id_])

    def _one(self, request: Request) -> Replied:
        id_ = request.groups[0]
        return (200, {}, self._body(id_)) if id_ in self.said else _NOT_FOUND

    def _reply(self, request: Request) -> Replied:
        id_ = request.groups[0]
        given: Any = request.json
        if id_ not in self.said:
            return _NOT_FOUND
        if (given["type"], given["admin_id"]) != ("admin", ADMIN):
            return (
                400,
                {},
                {"type": "error.list", "errors": [{"code": "parameter_invalid", "message": "no such admin"}]},
            )
        self.say(id_, given["body"], {"type": "admin", "id": ADMIN}, given["message_type"])
        return 200, {}, self._body(id_)

    def _body(self, id_: str) -> dict[str, Any]:
        parts = {"type": "conversation_part.list", "conversation_parts": self.said[id_], "total_count": 1}
        return {"type": "conversation", "id": id_, "conversation_parts": parts}


_NOT_FOUND: Replied = (
    404,
    {},
    {"type": "error.list", "errors": [{"code": "not_found", "message": "Resource Not Found"}]},
)
