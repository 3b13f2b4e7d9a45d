"""A GitHub with one repository: issues and comments over REST, discussions over GraphQL, a few to a page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from support.fake_api import FakeApi, Replied, Request

__all__ = ["START", "FakeGitHub"]

START = datetime(2026, 1, 1, tzinfo=UTC)

Body = dict[str, Any]


@dataclass(slots=True)
class FakeGitHub:
    """`minutes` are counted from START. `meanwhile` is called before each page of issues is answered."""

    api: FakeApi
    repo: str = "harbor/app"
    page: int = 3
    issues: dict[int, Body] = field(default_factory=dict)
    comments: dict[int, list[Body]] = field(default_factory=dict)
    discussions: dict[int, Body] = field(default_factory=dict)
    meanwhile: Callable[[Request], None] = lambda request: None

    def __post_init__(self) -> None:
        self.api.route("GET", f"/repos/{self.repo}/issues", self._list_issues)
        self.api.route("GET", rf"/repos/{self.repo}/issues/(\d+)/comments", self._list_comments)
        self.api.route("POST", "/graphql", self._graphql)

    def issue(self, number: int, minutes: float, login: str | None = "ana", **more: Any) -> Body:
        """Opened, or changed, at that minute."""
        known = self.issues.get(number, {"created_at": at(minutes), "comments": 0})
        self.issues[number] = {
            **known,
            **_written(f"https://github.test/{self.repo}/issues/{number}", login, "NONE"),
            "number": number,
            "title": f"Title {number}",
            "body": f"Body {number}",
            "updated_at": at(minutes),
            **more,
        }
        return self.issues[number]

    def comment(self, number: int, minutes: float, login: str | None = "ana", place: str = "NONE", **more: Any) -> Body:
        """It changes its issue."""
        listed = self.comments.setdefault(number, [])
        id_ = number * 1000 + len(listed)
        url = f"https://github.test/{self.repo}/issues/{number}#issuecomment-{id_}"
        times = {"created_at": at(minutes), "updated_at": at(minutes)}
        listed.append({**_written(url, login, place), "id": id_, "body": f"Comment {id_}", **times, **more})
        self.issues[number] |= {"comments": len(listed), "updated_at": at(minutes)}
        return listed[-1]

    def discussion(self, number: int, minutes: float, login: str | None = "ana", **more: Any) -> Body:
        known = self.discussions.get(number, {"createdAt": at(minutes), "said": []})
        self.discussions[number] = {
            **known,
            **_node(f"https://github.test/{self.repo}/discussions/{number}", login, "NONE"),
            "number": number,
            "title": f"Discussion {number}",
            "body": f"Discussed {number}",
            "labels": {"nodes": []},
            "updatedAt": at(minutes),
            **more,
        }
        return self.discussions[number]

    def say(
        self, number: int, minutes: float, login: str | None = "ana", place: str = "NONE", under: int | None = None
    ) -> None:
        """A comment in a discussion, or a reply under one."""
        said = self.discussions[number]["said"]
        listed = said if under is None else said[under]["replies"]["nodes"]
        id_ = number * 1000 + minutes
        url = f"https://github.test/{self.repo}/discussions/{number}#discussioncomment-{id_}"
        times = {"createdAt": at(minutes), "updatedAt": at(minutes)}
        words = {"databaseId": id_, "body": f"Said {id_}", "replies": {"nodes": []}}
        listed.append({**_node(url, login, place), **words, **times})
        self.discussions[number]["updatedAt"] = at(minutes)

    def _list_issues(self, request: Request) -> Replied:
        self.meanwhile(request)
        since = request.query.get("since", "")
        wanted = set(filter(None, request.query.get("labels", "").split(",")))
        listed = sorted(self.issues.values(), key=lambda issue: (issue["updated_at"], issue["number"]))
        asked = [
            issue
            for issue in listed
            if issue["updated_at"] >= since and wanted <= {label["name"] for label in issue.get("labels", [])}
        ]
        return self._paged(request, asked)

    def _list_comments(self, request: Request) -> Replied:
        number = int(request.groups[0])
        if number not in self.issues:
            return 404, {}, {"message": "Not Found"}
        return self._paged(request, self.comments.get(number, []))

    def _paged(self, request: Request, listed: list[Body]) -> Replied:
        number = int(request.query.get("page", 1))
        end = number * self.page
        query = "&".join(f"{key}={value}" for key, value in {**request.query, "page": number + 1}.items())
        following = f'<{self.api.url}{request.path}?{query}>; rel="next"'
        return 200, {"Link": following} if end < len(listed) else {}, listed[end - self.page : end]

    def _graphql(self, request: Request) -> Replied:
        asked: Any = request.json
        variables = asked["variables"]
        assert (variables["owner"], variables["name"]) == tuple(self.repo.split("/"))
        if "discussions(" in asked["query"]:
            found = {"discussions": self._list_discussions(variables["after"])}
        else:
            found = {"discussion": self._list_said(variables["number"], variables["after"])}
        return 200, {}, {"data": {"repository": found}}

    def _list_discussions(self, after: str | None) -> Body:
        listed = sorted(self.discussions.values(), key=_cursor, reverse=True)
        left = [one for one in listed if after is None or _cursor(one) < after]
        edges = [
            {"cursor": _cursor(one), "node": {**one, "comments": {"totalCount": len(one["said"])}}}
            for one in left[: self.page]
        ]
        return {"pageInfo": {"hasNextPage": len(left) > self.page}, "edges": edges}

    def _list_said(self, number: int, after: str | None) -> Body:
        said, begin = self.discussions[number]["said"], int(after or 0)
        end = begin + self.page
        info = {"hasNextPage": end < len(said), "endCursor": str(end)}
        return {"comments": {"pageInfo": info, "nodes": said[begin:end]}}


def at(minutes: float) -> str:
    return f"{START + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"


def _written(url: str, login: str | None, association: str) -> Body:
    user = login and {"login": login, "type": "Bot" if login.endswith("[bot]") else "User"}
    return {"html_url": url, "user": user, "author_association": association}


def _node(url: str, login: str | None, association: str) -> Body:
    author = login and {"login": login, "__typename": "User", "name": login.title()}
    return {"url": url, "author": author, "authorAssociation": association}


def _cursor(discussion: Body) -> str:
    return f"{discussion['updatedAt']}|{discussion['number']:05}"
