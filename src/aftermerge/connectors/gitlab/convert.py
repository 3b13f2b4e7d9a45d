"""What GitLab tells of an issue or a note, as what one person wrote once."""

import hashlib
import re
from dataclasses import dataclass

from aftermerge.connectors.told.item import NotHeard
from aftermerge.connectors.told.thread import Post, web_address
from aftermerge.outside.http.reading import at, boolean, moment, reference, text, whole

__all__ = ["Team", "Writer", "issue", "note", "writer"]

Team = frozenset[str]
"""Usernames in small letters."""

_BOT = re.compile(
    r"(project|group)_\d+_bot(_\w+)?|service_account_\w+|(alert|ghost|support|security)-bot|[\w.-]+\[bot\]"
)
_SERVICE_DESK = "support-bot"
_GHOST = "ghost"


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote something. `ref` is the username, or stands for the address of one who writes by mail."""

    ref: str | None = None
    name: str | None = None
    email: str | None = None
    is_bot: bool = False


def writer(user: object, mailed_from: str | None = None) -> Writer:
    """The writer of an issue or a note. What comes by mail, Service Desk's bot writes for them."""
    username = text(user, "username")
    if username == _SERVICE_DESK and mailed_from is not None:
        digest = hashlib.sha256(mailed_from.lower().encode("utf-8", "replace")).hexdigest()[:16]
        return Writer(f"mail-{digest}", None, mailed_from)
    if username is None or username == _GHOST:
        return Writer()
    is_bot = _BOT.fullmatch(username.lower()) is not None or boolean(user, "bot")
    return Writer(username, text(user, "name"), None, is_bot)


def issue(body: object, project: str, by: Writer, team: Team) -> Post | NotHeard:
    """An issue of the API or of a webhook."""
    number = whole(body, "iid")
    if number is None:
        return NotHeard("it has no number")
    if at(body, "moved_to_id") is not None:
        return NotHeard("it was moved to another project")
    thread = f"{project}#{number}"
    said = "\n\n".join(part for part in (text(body, "title"), text(body, "description")) if part)
    url = text(body, "web_url") or text(body, "url")
    return _post(body, thread, thread, said, url, by, team)


def note(body: object, thread: str, url: str | None, by: Writer, team: Team) -> Post | NotHeard:
    """A note on an issue. `url` is the issue's, where the note does not bear its own."""
    number = reference(body, "id")
    if number is None:
        return NotHeard("it has no id")
    if boolean(body, "system"):
        return NotHeard("GitLab itself wrote it")
    if boolean(body, "internal") or boolean(body, "confidential"):
        return NotHeard("a note among the team")
    own = text(body, "url") or (f"{url}#note_{number}" if url else None)
    said = text(body, "body") or text(body, "note") or ""
    return _post(body, f"{thread}/note-{number}", thread, said, own, by, team)


def _post(body: object, id_: str, thread: str, said: str, url: str | None, by: Writer, team: Team) -> Post | NotHeard:
    time = moment(body, "created_at")
    if time is None:
        return NotHeard("it has no time")
    return Post(
        id=id_,
        thread=thread,
        time=time,
        updated_at=max(time, moment(body, "updated_at") or time),
        text=said,
        url=web_address(url),
        author=by.ref,
        name=by.name,
        email=by.email,
        is_by_team=(by.ref or "").lower() in team,
        is_by_bot=by.is_bot,
    )
