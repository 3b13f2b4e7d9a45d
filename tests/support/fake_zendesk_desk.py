"""A Zendesk in which tickets are answered."""

from dataclasses import dataclass, field
from typing import Any

from support.fake_api import FakeApi, Replied, Request

__all__ = ["FakeZendeskDesk"]

Body = dict[str, Any]


@dataclass(slots=True)
class FakeZendeskDesk:
    """`tickets` are statuses by number. A `light` agent's comments stay among the team."""

    api: FakeApi
    tickets: dict[int, str] = field(default_factory=dict)
    audits: dict[int, list[Body]] = field(default_factory=dict)
    light: bool = False
    page: int = 3
    made: int = 0

    def __post_init__(self) -> None:
        self.api.route("PUT", r"/api/v2/tickets/(\d+)\.json", self._update)
        self.api.route("GET", r"/api/v2/tickets/(\d+)/audits\.json", self._list)

    def say(self, number: int, html: str, *, public: bool = True, custom: Body | None = None) -> Body:
        """A comment, as an audit of the ticket."""
        self.made += 1
        event = {"id": 10 * self.made, "type": "Comment", "html_body": html, "body": html, "public": public}
        audit = {
            "id": self.made,
            "ticket_id": number,
            "events": [event],
            "metadata": {"custom": custom or {}, "system": {"client": "aftermerge"}},
        }
        self.audits.setdefault(number, []).append(audit)
        return audit

    def texts(self, number: int) -> list[str]:
        """What the requester can read."""
        events = [event for audit in self.audits.get(number, []) for event in audit["events"]]
        return [event["html_body"] for event in events if event["public"]]

    def _update(self, request: Request) -> Replied:
        number, given = int(request.groups[0]), _ticket(request)
        status = self.tickets.get(number)
        if status is None:
            return _NOT_FOUND
        if status == "closed":
            details = {"status": [{"description": "Status: closed prevents ticket update"}]}
            body = {"error": "RecordInvalid", "description": "Record validation errors", "details": details}
            return 422, {}, body
        public = given["comment"]["public"] and not self.light
        audit = self.say(number, given["comment"]["html_body"], public=public, custom=given.get("metadata"))
        return 200, {}, {"ticket": {"id": number, "status": status}, "audit": audit}

    def _list(self, request: Request) -> Replied:
        number = int(request.groups[0])
        if number not in self.tickets:
            return _NOT_FOUND
        listed, start = self.audits.get(number, []), int(request.query.get("page[after]", "0"))
        end = start + min(self.page, int(request.query["page[size]"]))
        more = end < len(listed)
        meta = {"has_more": more, "after_cursor": str(end) if more else None}
        return 200, {}, {"audits": listed[start:end], "meta": meta}


_NOT_FOUND: Replied = (404, {}, {"error": "RecordNotFound", "description": "Not found"})


def _ticket(request: Request) -> Body:
    given: Any = request.json
    return dict(given["ticket"])
