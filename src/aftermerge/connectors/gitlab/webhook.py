"""What GitLab sends when something happens."""

from collections.abc import Mapping, Sequence

from aftermerge.connectors.gitlab.convert import Team, Writer, issue, note, writer
from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.connectors.told.thread import Post, heard
from aftermerge.outside.http.reading import at, table, text, whole

__all__ = ["heard_in"]

_MADE = (None, "create", "open")


def heard_in(body: Mapping[str, object], source: str, team: Team = frozenset()) -> Sequence[Item | NotHeard]:
    """What a customer says in one body: an event of an issue, or of a note on one.

    A body names who did something, and the writer by a number alone; it says of nobody that they are the team.
    """
    post = _post(body, team)
    return [post if isinstance(post, NotHeard) else heard(post, source)]


def _post(body: Mapping[str, object], team: Team) -> Post | NotHeard:
    kind, about = text(body, "object_kind"), table(body, "object_attributes")
    if kind not in ("issue", "note"):
        return NotHeard(f"no issue or note is in it ({kind or 'it names no kind'})")
    project = text(body, "project", "path_with_namespace")
    if project is None:
        return NotHeard("it names no project")
    by = _writer(body, about)
    if by is None:
        return NotHeard("somebody changed it, and who wrote it is not in it")
    return issue(about, project, by, team) if kind == "issue" else _note(body, about, project, by, team)


def _note(
    body: Mapping[str, object], about: Mapping[str, object], project: str, by: Writer, team: Team
) -> Post | NotHeard:
    number = whole(body, "issue", "iid")
    if text(about, "noteable_type") != "Issue" or number is None:
        return NotHeard(f"a note on something else ({text(about, 'noteable_type') or 'it does not say on what'})")
    return note(about, f"{project}#{number}", None, by, team)


def _writer(body: Mapping[str, object], about: Mapping[str, object]) -> Writer | None:
    """Who did it, where that is who wrote it."""
    actor, author = whole(body, "user", "id"), whole(about, "author_id")
    has_written = actor == author if actor is not None else _is_made(body, about)
    return writer(at(body, "user"), text(about, "service_desk_reply_to")) if has_written else None


def _is_made(body: Mapping[str, object], about: Mapping[str, object]) -> bool:
    """Whether it comes into being with this event: an issue that is opened, a note that is not said to be changed."""
    action = text(about, "action")
    return action in _MADE if text(body, "object_kind") == "note" else action == "open"
