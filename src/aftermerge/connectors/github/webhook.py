"""What GitHub sends when something happens. Its body does not say of which kind it is: what is in it does."""

from collections.abc import Mapping, Sequence

from aftermerge.connectors.github.convert import Team, comment, discussion, issue
from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.connectors.told.thread import Post, heard
from aftermerge.outside.http.reading import at, table, text, whole

__all__ = ["heard_in"]

_GONE = {"deleted": "it was deleted", "transferred": "it was moved to another repository"}
_COMMON = frozenset({"action", "enterprise", "installation", "organization", "repository", "sender"})
_NAMED_PARTS = 3
_TEAM = Team()


def heard_in(body: Mapping[str, object], source: str, team: Team = _TEAM) -> Sequence[Item | NotHeard]:
    """What a customer says in one body: an event of an issue, of a discussion, or of a comment on one of these.

    Where the team is the first to comment on a customer's issue, it is that issue, answered.
    """
    opening = _opening(body, team)
    action = text(body, "action") or ""
    if isinstance(opening, NotHeard):
        return [opening]
    if action in _GONE:
        return [NotHeard(_GONE[action])]
    if "comment" not in body:
        return [heard(opening, source)]
    said = comment(body["comment"], opening.thread, team)
    if isinstance(said, NotHeard):
        return [said]
    if said.is_by_team and not said.is_by_bot and _is_first(body, action):
        return [heard(opening, source, said)]
    return [heard(said, source)]


def _opening(body: Mapping[str, object], team: Team) -> Post | NotHeard:
    """The issue or discussion that a body is about."""
    if not table(body, "issue") and not table(body, "discussion"):
        return NotHeard(f"no issue or discussion is in it ({_contents(body)})")
    repo = text(body, "repository", "full_name")
    if repo is None:
        return NotHeard("it names no repository")
    if table(body, "issue"):
        return issue(body["issue"], repo, team)
    return discussion(body["discussion"], repo, team)


def _is_first(body: Mapping[str, object], action: str) -> bool:
    """Whether a comment is the thread's first: a later one must not stand in place of the first answer."""
    count = whole(body, "issue", "comments") if at(body, "issue") else whole(body, "discussion", "comments")
    return action == "created" and (count or 0) <= 1


def _contents(body: Mapping[str, object]) -> str:
    parts = [name for name in body if name not in _COMMON]
    return ", ".join(parts[:_NAMED_PARTS]) or text(body, "action") or "it is empty"
