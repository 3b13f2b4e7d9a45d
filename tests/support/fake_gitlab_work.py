"""A GitLab where work is merged: merge requests with their notes, releases, deployments and statuses."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from support.fake_api import FakeApi, Replied, Request
from support.fake_gitlab import at

__all__ = ["FakeGitLabWork"]

_LONGEST = 1_000_000
_COMMAND = re.compile(r"^/(\w+).*\n?", re.MULTILINE)

Body = dict[str, Any]


@dataclass(slots=True)
class FakeGitLabWork:
    """`minutes` are counted from START. `meanwhile` is called with each request before it is answered.

    `commands` are those that were found in notes: GitLab does them, and takes them out.
    """

    api: FakeApi
    repo: str = "harbor/app"
    page: int = 3
    login: str = "aftermerge"
    pulls: dict[int, Body] = field(default_factory=dict)
    said: dict[int, Body] = field(default_factory=dict)
    locked: set[int] = field(default_factory=set)
    releases: list[Body] = field(default_factory=list)
    deployments: dict[int, Body] = field(default_factory=dict)
    statuses: dict[str, list[Body]] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    meanwhile: Callable[[Request], None] = lambda request: None
    made: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        base = f"/api/v4/projects/{quote(self.repo, safe='')}"
        notes = rf"{base}/merge_requests/(\d+)/notes"
        for method, path, handler in (
            ("GET", "/api/v4/user", lambda request: (200, {}, _user(self.login))),
            ("GET", f"{base}/merge_requests", self._list_pulls),
            ("GET", rf"{base}/merge_requests/(\d+)", self._pull),
            ("GET", f"{base}/releases", self._list_releases),
            ("GET", f"{base}/deployments", self._list_deployments),
            ("GET", notes, self._list_notes),
            ("POST", notes, self._create),
            ("PUT", rf"{notes}/(\d+)", self._edit),
            ("DELETE", rf"{notes}/(\d+)", self._delete),
            ("GET", rf"{base}/repository/commits/(\w+)/statuses", self._list_statuses),
            ("POST", rf"{base}/statuses/(\w+)", self._set_status),
        ):
            self.api.route(method, path, self._hooked(handler))

    def pull(self, number: int, minutes: float, *, merged: bool = True, **more: Any) -> Body:
        """Merged, or changed, at that minute."""
        known = self.pulls.get(number, {"merged_at": at(minutes) if merged else None})
        self.pulls[number] = {
            **known,
            "iid": number,
            "state": "merged" if merged else "opened",
            "title": f"Change {number}",
            "description": f"Bet: bet-{number}\r\n",
            "web_url": f"https://gitlab.test/{self.repo}/-/merge_requests/{number}",
            "sha": f"{number + 10**6:040x}",
            "merge_commit_sha": f"{number:040x}",
            "squash_commit_sha": None,
            "source_branch": f"work-{number}",
            "author": _user("maya"),
            "merge_user": _user("noor"),
            "updated_at": at(minutes),
            **more,
        }
        return self.pulls[number]

    def say(self, number: int, body: str, login: str | None = None, **more: Any) -> int:
        """A note on a merge request, by us unless said otherwise; its id."""
        with self.lock:
            self.made += 1
            id_ = 900_000 + self.made
            author = _user(login or self.login)
            said = {"id": id_, "number": number, "body": body, "author": author, "system": False, **more}
            self.said[id_] = said
            return id_

    def bodies(self, number: int) -> list[str]:
        return [note["body"] for note in list(self.said.values()) if note["number"] == number]

    def release(self, tag: str, minutes: float, commit: str, **more: Any) -> None:
        said = {"name": f"Release {tag}", "description": f"Notes of {tag}", "author": _user("maya")}
        self.releases.append({**said, "tag_name": tag, "released_at": at(minutes), "commit": {"id": commit}, **more})

    def deploy(
        self, number: int, minutes: float, *states: str, environment: str = "production", has_job: bool = True
    ) -> None:
        """A deployment; a state each minute after it."""
        self.deployments[number] = {
            "id": 100 + number,
            "iid": number,
            "sha": f"{number:040x}",
            "status": "created",
            "environment": {"name": environment},
            "user": _user("maya"),
            "created_at": at(minutes),
            "updated_at": at(minutes),
            "deployable": {"finished_at": None, "user": _user("maya")} if has_job else None,
        }
        for later, state in enumerate(states, 1):
            self.now_is(number, minutes + later, state)

    def now_is(self, number: int, minutes: float, state: str) -> None:
        """The state of a deployment; its job ends with it."""
        deployment = self.deployments[number]
        deployment |= {"status": state, "updated_at": at(minutes)}
        if deployment["deployable"]:
            deployment["deployable"]["finished_at"] = at(minutes) if state in ("success", "failed") else None

    def _hooked(self, handler: Callable[[Request], Replied]) -> Callable[[Request], Replied]:
        def answer(request: Request) -> Replied:
            self.meanwhile(request)
            return handler(request)

        return answer

    def _list_pulls(self, request: Request) -> Replied:
        state = request.query["state"]
        return self._changed(request, [one for one in self.pulls.values() if state in ("all", one["state"])])

    def _list_deployments(self, request: Request) -> Replied:
        wanted = (request.query["environment"], request.query["status"])
        listed = self.deployments.values()
        return self._changed(request, [one for one in listed if (one["environment"]["name"], one["status"]) == wanted])

    def _changed(self, request: Request, listed: list[Body]) -> Replied:
        """What changed at that time or later. GitLab wants the order and the filter together."""
        assert (request.query["order_by"], request.query["sort"]) == ("updated_at", "asc")
        since = datetime.fromisoformat(request.query["updated_after"])
        found = [one for one in listed if datetime.fromisoformat(one["updated_at"]) >= since]
        return self._paged(request, sorted(found, key=lambda one: (one["updated_at"], -one["iid"])))

    def _pull(self, request: Request) -> Replied:
        number = int(request.groups[0])
        if number not in self.pulls:
            return _NOT_FOUND
        return 200, {}, {**self.pulls[number], "discussion_locked": number in self.locked or None}

    def _list_releases(self, request: Request) -> Replied:
        is_newest_first = request.query.get("sort", "desc") == "desc"
        return self._paged(request, sorted(self.releases, key=lambda one: one["released_at"], reverse=is_newest_first))

    def _list_notes(self, request: Request) -> Replied:
        number = int(request.groups[0])
        if number not in self.pulls:
            return _NOT_FOUND
        is_newest_first = request.query.get("sort", "desc") == "desc"
        with self.lock:
            listed = sorted(self.said.values(), key=lambda one: one["id"], reverse=is_newest_first)
        return self._paged(request, [one for one in listed if one["number"] == number])

    def _create(self, request: Request) -> Replied:
        number, body = int(request.groups[0]), self._done(request)
        if number not in self.pulls:
            return _NOT_FOUND
        if number in self.locked:
            return 403, {}, {"message": "403 Forbidden"}
        if len(body) > _LONGEST:
            return (
                400,
                {},
                {"message": '400 Bad request - Note {:note=>["is too long (maximum is 1000000 characters)"]}'},
            )
        return 201, {}, self.said[self.say(number, body)]

    def _edit(self, request: Request) -> Replied:
        found = self.said.get(int(request.groups[1]))
        if found is None:
            return _NOT_FOUND
        assert found["author"]["username"] == self.login, "another's note was edited"
        found["body"] = self._done(request)
        return 200, {}, found

    def _delete(self, request: Request) -> Replied:
        found = self.said.pop(int(request.groups[1]), None)
        assert found is None or found["author"]["username"] == self.login, "another's note was deleted"
        return (204, {}, b"") if found else _NOT_FOUND

    def _done(self, request: Request) -> str:
        """The body of a note, without its commands, which are done."""
        given: Any = request.json
        self.commands += _COMMAND.findall(given["body"])
        return _COMMAND.sub("", given["body"]).rstrip()

    def _list_statuses(self, request: Request) -> Replied:
        named = [one for one in self.statuses.get(request.groups[0], []) if one["name"] == request.query["name"]]
        return self._paged(request, named)

    def _set_status(self, request: Request) -> Replied:
        given: Any = request.json
        assert given["state"] in ("pending", "running", "success", "failed", "canceled", "skipped")
        listed = self.statuses.setdefault(request.groups[0], [])
        if len(given["description"]) > 255:
            return 400, {}, {"message": {"description": ["is too long (maximum is 255 characters)"]}}
        made = {key: value for key, value in given.items() if key != "state"}
        listed.append({**made, "id": 93 + len(listed), "status": given["state"]})
        return 201, {}, listed[-1]

    def _paged(self, request: Request, listed: list[Body]) -> Replied:
        number = int(request.query.get("page", 1))
        end = number * self.page
        return 200, {"X-Next-Page": str(number + 1) if end < len(listed) else ""}, listed[end - self.page : end]


_NOT_FOUND: Replied = (404, {}, {"message": "404 Not found"})


def _user(username: str) -> Body:
    return {"id": sum(username.encode()), "username": username, "name": f"{username.title()} Lind"}
