"""A GitHub where work is merged: pull requests with their comments, releases, deployments and statuses."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from support.fake_api import FakeApi, Replied, Request
from support.fake_github import at

__all__ = ["US", "FakeGitHubWork"]

US = "aftermerge[bot]"
_LONGEST = 65_536

Body = dict[str, Any]


@dataclass(slots=True)
class FakeGitHubWork:
    """`minutes` are counted from START. `meanwhile` is called with each request before it is answered."""

    api: FakeApi
    repo: str = "harbor/app"
    page: int = 3
    login: str = US
    pulls: dict[int, Body] = field(default_factory=dict)
    said: dict[int, Body] = field(default_factory=dict)
    locked: set[int] = field(default_factory=set)
    releases: list[Body] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    deployments: dict[int, Body] = field(default_factory=dict)
    deployed: dict[int, list[Body]] = field(default_factory=dict)
    statuses: dict[str, list[Body]] = field(default_factory=dict)
    meanwhile: Callable[[Request], None] = lambda request: None
    made: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        base = f"/repos/{self.repo}"
        comments, comment = rf"{base}/issues/(\d+)/comments", rf"{base}/issues/comments/(\d+)"
        for method, path, handler in (
            ("POST", "/graphql", self._viewer),
            ("GET", f"{base}/pulls", self._list_pulls),
            ("GET", f"{base}/releases", lambda request: self._paged(request, self.releases)),
            ("GET", f"{base}/tags", self._list_tags),
            ("GET", f"{base}/deployments", self._list_deployments),
            ("GET", rf"{base}/deployments/(\d+)", self._deployment),
            ("GET", rf"{base}/deployments/(\d+)/statuses", self._list_deployed),
            ("GET", comments, self._list_comments),
            ("POST", comments, self._create),
            ("PATCH", comment, self._edit),
            ("DELETE", comment, self._delete),
            ("GET", rf"{base}/commits/(\w+)/statuses", self._list_statuses),
            ("POST", rf"{base}/statuses/(\w+)", self._set_status),
        ):
            self.api.route(method, path, self._hooked(handler))

    def pull(self, number: int, minutes: float, *, merged: bool = True, **more: Any) -> Body:
        """Merged, or changed, at that minute."""
        known = self.pulls.get(number, {"merged_at": at(minutes) if merged else None})
        self.pulls[number] = {
            **known,
            "number": number,
            "state": "closed" if merged else "open",
            "title": f"Change {number}",
            "body": f"Bet: bet-{number}\r\n",
            "html_url": f"https://github.test/{self.repo}/pull/{number}",
            "merge_commit_sha": f"{number:040x}",
            "head": {"ref": f"work-{number}", "sha": f"{number + 10**6:040x}"},
            "user": {"login": "maya", "type": "User"},
            "updated_at": at(minutes),
            **more,
        }
        return self.pulls[number]

    def say(self, number: int, body: str, login: str | None = None) -> int:
        """A comment on a pull request, by us unless said otherwise; its id."""
        with self.lock:
            self.made += 1
            id_ = 3_000_000_000 + self.made
            url = f"https://github.test/{self.repo}/pull/{number}#issuecomment-{id_}"
            user = {"login": login or self.login}
            self.said[id_] = {"id": id_, "number": number, "body": body, "user": user, "html_url": url}
            return id_

    def bodies(self, number: int) -> list[str]:
        return [comment["body"] for comment in list(self.said.values()) if comment["number"] == number]

    def release(self, tag: str, minutes: float, commit: str, **more: Any) -> None:
        said = {"draft": False, "prerelease": False, "target_commitish": "main", "body": f"Notes of {tag}"}
        self.releases.insert(0, {**said, "tag_name": tag, "published_at": at(minutes), **more})
        self.tags[tag] = commit

    def deploy(self, number: int, minutes: float, *states: str, environment: str = "production") -> None:
        """A deployment; a state each minute after it."""
        sha = f"{number:040x}"
        self.deployments[number] = {"id": number, "sha": sha, "environment": environment, "created_at": at(minutes)}
        self.deployed[number] = []
        for later, state in enumerate(states, 1):
            self.now_is(number, minutes + later, state)

    def now_is(self, number: int, minutes: float, state: str) -> None:
        """The state of a deployment, newest first."""
        self.deployed[number].insert(0, {"state": state, "created_at": at(minutes)})

    def _hooked(self, handler: Callable[[Request], Replied]) -> Callable[[Request], Replied]:
        def answer(request: Request) -> Replied:
            self.meanwhile(request)
            return handler(request)

        return answer

    def _viewer(self, request: Request) -> Replied:
        return 200, {}, {"data": {"viewer": {"login": self.login}}}

    def _list_pulls(self, request: Request) -> Replied:
        assert (request.query["sort"], request.query["direction"]) == ("updated", "desc")
        listed = sorted(self.pulls.values(), key=lambda one: (one["updated_at"], one["number"]), reverse=True)
        state = request.query["state"]
        return self._paged(request, [one for one in listed if state in ("all", one["state"])])

    def _list_tags(self, request: Request) -> Replied:
        return self._paged(request, [{"name": name, "commit": {"sha": sha}} for name, sha in self.tags.items()])

    def _list_deployments(self, request: Request) -> Replied:
        listed = sorted(self.deployments.values(), key=lambda one: one["id"], reverse=True)
        return self._paged(request, [one for one in listed if one["environment"] == request.query["environment"]])

    def _deployment(self, request: Request) -> Replied:
        found = self.deployments.get(int(request.groups[0]))
        return (200, {}, found) if found else _NOT_FOUND

    def _list_deployed(self, request: Request) -> Replied:
        number = int(request.groups[0])
        return self._paged(request, self.deployed[number]) if number in self.deployed else _NOT_FOUND

    def _list_comments(self, request: Request) -> Replied:
        number = int(request.groups[0])
        if number not in self.pulls:
            return _NOT_FOUND
        with self.lock:
            listed = sorted(self.said.values(), key=lambda one: one["id"])
        return self._paged(request, [one for one in listed if one["number"] == number])

    def _create(self, request: Request) -> Replied:
        number, body = int(request.groups[0]), _body(request)
        if number not in self.pulls:
            return _NOT_FOUND
        if number in self.locked:
            return 403, {}, {"message": "Unable to create comment because issue is locked."}
        if len(body) > _LONGEST:
            return 422, {}, {"message": "Validation Failed", "errors": [{"message": "body is too long"}]}
        return 201, {}, self.said[self.say(number, body)]

    def _edit(self, request: Request) -> Replied:
        found = self.said.get(int(request.groups[0]))
        if found is None:
            return _NOT_FOUND
        assert found["user"]["login"] == self.login, "another's comment was edited"
        found["body"] = _body(request)
        return 200, {}, found

    def _delete(self, request: Request) -> Replied:
        found = self.said.pop(int(request.groups[0]), None)
        assert found is None or found["user"]["login"] == self.login, "another's comment was deleted"
        return (204, {}, b"") if found else _NOT_FOUND

    def _list_statuses(self, request: Request) -> Replied:
        return self._paged(request, self.statuses.get(request.groups[0], []))

    def _set_status(self, request: Request) -> Replied:
        given: Any = request.json
        if len(given["description"]) > 140:
            return 422, {}, {"message": "Validation Failed"}
        self.statuses.setdefault(request.groups[0], []).insert(0, given)
        return 201, {}, given

    def _paged(self, request: Request, listed: list[Body]) -> Replied:
        number = int(request.query.get("page", 1))
        end = number * self.page
        query = "&".join(f"{key}={value}" for key, value in {**request.query, "page": number + 1}.items())
        following = f'<{self.api.url}{request.path}?{query}>; rel="next"'
        return 200, {"Link": following} if end < len(listed) else {}, listed[end - self.page : end]


_NOT_FOUND: Replied = (404, {}, {"message": "Not Found"})


def _body(request: Request) -> str:
    given: Any = request.json
    return str(given["body"])
