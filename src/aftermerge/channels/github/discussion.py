"""A discussion at GitHub, which only GraphQL can write in: what went wrong there stands in the body of a 200."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from aftermerge.channels.answers import Sent, is_done, read_json
from aftermerge.channels.wording import Wording
from aftermerge.outside.http import Http, Raw
from aftermerge.outside.http.reading import at, boolean, rows, table, text
from aftermerge.ports import Delivery

__all__ = ["Discussion"]

_WHICH = """
query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { discussion(number: $number) { id locked } }
}"""
_COMMENTS = """
query ($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    discussion(number: $number) {
      comments(first: 50, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { body url }
      }
    }
  }
}"""
_ADD = """
mutation ($discussion: ID!, $body: String!) {
  addDiscussionComment(input: {discussionId: $discussion, body: $body}) { comment { url } }
}"""
_STATUSES = {
    "NOT_FOUND": 404,
    "FORBIDDEN": 403,
    "INSUFFICIENT_SCOPES": 403,
    "UNPROCESSABLE": 422,
    "RATE_LIMITED": 429,
}
_GONE = Raw(404, {}, b"{}")
_LOCKED = Raw(423, {}, b"{}")
_FAILED = 502


@dataclass(frozen=True, slots=True)
class Discussion:
    """Fits `delivering.Place`."""

    http: Http
    wording: Wording
    repository: str
    number: int
    mark: str
    content: str

    @property
    def name(self) -> str:
        return f"{self.repository}/discussions/{self.number}"

    def put(self) -> Sent:
        found = self._asked(_WHICH)
        node = text(found, "id")
        if node is None:
            return _GONE
        if boolean(found, "locked"):
            return _LOCKED
        variables = {"discussion": node, "body": self.content}
        body = {"query": _ADD, "variables": variables}
        return _by_status(self.http.send("POST", self._path, body, what=self._what))

    def address(self, created: object) -> str | None:
        return text(created, "data", "addDiscussionComment", "comment", "url")

    def refusal(self, answer: Raw) -> str:
        return f"{self.name} is locked, so that nobody may comment" if answer.status == _LOCKED.status else ""

    def find(self) -> Delivery | None:
        after, more = None, True
        while more:
            page = table(self._asked(_COMMENTS, after=after), "comments")
            for body in rows(page, "nodes"):
                if self.mark in (text(body, "body") or ""):
                    return Delivery("sent", text(body, "url"))
            after = text(page, "pageInfo", "endCursor")
            more = boolean(page, "pageInfo", "hasNextPage") and after is not None
        return None

    def _asked(self, query: str, **variables: object) -> Mapping[str, object]:
        """The discussion; empty where it is not there (any more)."""
        owner, _, name = self.repository.partition("/")
        given = {"owner": owner, "name": name, "number": self.number, **variables}
        answer = self.http.post(self._path, {"query": query, "variables": given}, what=self._what)
        kinds = [text(error, "type") for error in rows(answer.body, "errors")]
        if "NOT_FOUND" in kinds:
            return {}
        # What else went wrong is told, and a limit waited for, by who knows GraphQL.
        data = self.http.graphql(self._path, query, given, what=self._what).body if kinds else at(answer.body, "data")
        return table(data, "repository", "discussion")

    @property
    def _path(self) -> str:
        return f"{self.http.api.base_url.removesuffix('/v3')}/graphql"

    @property
    def _what(self) -> str:
        return f"comments on {self.name}"


def _by_status(sent: Sent) -> Sent:
    """The same, with the status that the other API would answer."""
    errors = rows(read_json(sent), "errors") if isinstance(sent, Raw) and is_done(sent) else []
    if not errors or not isinstance(sent, Raw):
        return sent
    status = _STATUSES.get(text(errors[0], "type") or "", _FAILED)
    return Raw(status, sent.headers, json.dumps({"message": text(errors[0], "message")}).encode())
