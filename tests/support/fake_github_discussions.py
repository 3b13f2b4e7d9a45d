"""A GitHub's discussions, as GraphQL tells and changes them."""

from dataclasses import dataclass, field
from typing import Any

from support.fake_api import FakeApi, Replied, Request

__all__ = ["FakeDiscussions"]


@dataclass(slots=True)
class FakeDiscussions:
    """Of harbor/app. `said` are the comments of each, by its number."""

    api: FakeApi
    said: dict[int, list[str]] = field(default_factory=dict)
    locked: set[int] = field(default_factory=set)
    page: int = 3

    def __post_init__(self) -> None:
        self.api.route("POST", "/graphql", self.answer)

    def answer(self, request: Request) -> Replied:
        given: Any = request.json
        variables = given["variables"]
        if "addDiscussionComment" in given["query"]:
            return self._add(variables)
        number = variables["number"]
        if (variables["owner"], variables["name"]) != ("harbor", "app") or number not in self.said:
            return _error("NOT_FOUND", f"Could not resolve to a Discussion with the number of {number}.")
        return 200, {}, {"data": {"repository": {"discussion": self._one(number, int(variables.get("after") or 0))}}}

    def _add(self, variables: Any) -> Replied:
        number = int(variables["discussion"].removeprefix("D_"))
        if number in self.locked:
            return _error("FORBIDDEN", "Discussion is locked")
        self.said[number].append(variables["body"])
        return 200, {}, {"data": {"addDiscussionComment": {"comment": {"url": _url(number, len(self.said[number]))}}}}

    def _one(self, number: int, start: int) -> dict[str, Any]:
        end = start + self.page
        nodes = [{"body": body, "url": _url(number, place)} for place, body in enumerate(self.said[number], 1)]
        comments = {
            "pageInfo": {"hasNextPage": end < len(nodes), "endCursor": str(end)},
            "nodes": nodes[start:end],
        }
        return {"id": f"D_{number}", "locked": number in self.locked, "comments": comments}


def _url(number: int, place: int) -> str:
    return f"https://github.test/harbor/app/discussions/{number}#discussioncomment-{place}"


def _error(kind: str, message: str) -> Replied:
    return 200, {}, {"data": None, "errors": [{"type": kind, "message": message}]}
