"""What GitHub tells of an issue, a discussion or a comment, as what one person wrote once; and who the team are."""

from collections.abc import Mapping
from dataclasses import dataclass

from aftermerge.connectors.told.item import NotHeard
from aftermerge.connectors.told.thread import Post, web_address
from aftermerge.outside.http.reading import at, moment, reference, text, whole

__all__ = ["ASSOCIATIONS", "Team", "as_rest", "comment", "discussion", "issue"]

ASSOCIATIONS = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
"""What GitHub calls one who belongs to a repository."""


@dataclass(frozen=True, slots=True)
class Team:
    """Who is no customer: logins in small letters, and associations."""

    logins: frozenset[str] = frozenset()
    associations: frozenset[str] = ASSOCIATIONS

    def has(self, login: str | None, association: str | None) -> bool:
        return association in self.associations or (login or "").lower() in self.logins


def issue(body: object, repo: str, team: Team) -> Post | NotHeard:
    """An issue of the REST API or of a webhook."""
    number = whole(body, "number")
    if number is None:
        return NotHeard("it has no number")
    if at(body, "pull_request") is not None:
        return NotHeard("a pull request")
    return _post(body, f"{repo}#{number}", f"{repo}#{number}", team)


def discussion(body: object, repo: str, team: Team) -> Post | NotHeard:
    """A discussion of a webhook, or of the GraphQL API `as_rest`."""
    number = whole(body, "number")
    thread = f"{repo}/discussions/{number}"
    return NotHeard("it has no number") if number is None else _post(body, thread, thread, team)


def comment(body: object, thread: str, team: Team) -> Post | NotHeard:
    """A comment in a thread."""
    number = reference(body, "id")
    return NotHeard("it has no id") if number is None else _post(body, f"{thread}/comment-{number}", thread, team)


def as_rest(node: object) -> Mapping[str, object]:
    """A discussion or comment of the GraphQL API in the words of the REST API, which webhooks use, too."""
    kind = text(node, "author", "__typename")
    author = {"login": at(node, "author", "login"), "name": at(node, "author", "name"), "type": kind}
    return {
        "id": at(node, "databaseId"),
        "number": at(node, "number"),
        "title": at(node, "title"),
        "body": at(node, "body"),
        "html_url": at(node, "url"),
        "created_at": at(node, "createdAt"),
        "updated_at": at(node, "updatedAt"),
        "author_association": at(node, "authorAssociation"),
        "user": author if kind else None,
    }


def _post(body: object, id_: str, thread: str, team: Team) -> Post | NotHeard:
    time = moment(body, "created_at")
    if time is None:
        return NotHeard("it has no time")
    login = text(body, "user", "login")
    return Post(
        id=id_,
        thread=thread,
        time=time,
        updated_at=max(time, moment(body, "updated_at") or time),
        text="\n\n".join(part for part in (text(body, "title"), text(body, "body")) if part),
        url=web_address(text(body, "html_url")),
        author=login,
        name=text(body, "user", "name"),
        is_by_team=team.has(login, text(body, "author_association")),
        is_by_bot=text(body, "user", "type") == "Bot" or (login or "").endswith("[bot]"),
    )
