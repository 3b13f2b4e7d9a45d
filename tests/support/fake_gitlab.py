"""A GitLab with one project: its members, issues and notes, a few to a page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from support.fake_api import FakeApi, Replied, Request

__all__ = ["START", "FakeGitLab", "at"]

START = datetime(2026, 1, 1, tzinfo=UTC)

Body = dict[str, Any]


@dataclass(slots=True)
class FakeGitLab:
    """`minutes` are counted from START. `meanwhile` is called before each page of issues is answered."""

    api: FakeApi
    project: str = "harbor/app/web"
    page: int = 3
    members: dict[str, int] = field(default_factory=dict)
    issues: dict[int, Body] = field(default_factory=dict)
    notes: dict[int, list[Body]] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    meanwhile: Callable[[Request], None] = lambda request: None

    def __post_init__(self) -> None:
        base = f"/api/v4/projects/{quote(self.project, safe='')}"
        self.api.route("GET", f"{base}/members/all", self._list_members)
        self.api.route("GET", f"{base}/issues", self._list_issues)
        self.api.route("GET", rf"{base}/issues/(\d+)/notes", self._list_notes)

    def issue(self, number: int, minutes: float, username: str | None = "ana", **more: Any) -> Body:
        """Opened, or changed, at that minute."""
        known = self.issues.get(number, {"created_at": at(minutes), "user_notes_count": 0, "labels": []})
        self.issues[number] = {
            **known,
            "iid": number,
            "title": f"Title {number}",
            "description": f"Body {number}",
            "author": _author(username),
            "web_url": f"https://gitlab.test/{self.project}/-/issues/{number}",
            "updated_at": at(minutes),
            "moved_to_id": None,
            **more,
        }
        return self.issues[number]

    def note(self, number: int, minutes: float, username: str | None = "ana", **more: Any) -> Body:
        """It changes its issue."""
        listed = self.notes.setdefault(number, [])
        id_ = number * 1000 + len(listed)
        times = {"created_at": at(minutes), "updated_at": at(minutes)}
        listed.append({"id": id_, "body": f"Note {id_}", "author": _author(username), "system": False, **times, **more})
        self.issues[number] |= {"user_notes_count": len(listed), "updated_at": at(minutes)}
        return listed[-1]

    def _list_members(self, request: Request) -> Replied:
        return self._paged(request, [{"username": name, "access_level": level} for name, level in self.members.items()])

    def _list_issues(self, request: Request) -> Replied:
        self.meanwhile(request)
        assert (request.query["order_by"], request.query["sort"]) == ("updated_at", "asc")
        since = datetime.fromisoformat(request.query.get("updated_after", "1970-01-01T00:00:00Z"))
        wanted = set(filter(None, request.query.get("labels", "").split(",")))
        listed = sorted(self.issues.values(), key=lambda issue: (issue["updated_at"], issue["iid"]))
        asked = [
            issue
            for issue in listed
            if datetime.fromisoformat(issue["updated_at"]) >= since and wanted <= set(issue["labels"])
        ]
        return self._paged(request, asked)

    def _list_notes(self, request: Request) -> Replied:
        number = int(request.groups[0])
        if number in self.gone:
            return 404, {}, {"message": "404 Not found"}
        return self._paged(request, self.notes.get(number, []))

    def _paged(self, request: Request, listed: list[Body]) -> Replied:
        number = int(request.query.get("page", 1))
        end = number * self.page
        return 200, {"X-Next-Page": str(number + 1) if end < len(listed) else ""}, listed[end - self.page : end]


def at(minutes: float) -> str:
    return (START + timedelta(minutes=minutes)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _author(username: str | None) -> Body | None:
    return {"username": username, "name": f"{username.title()} Lind", "id": 1} if username else None
