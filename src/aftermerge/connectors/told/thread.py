"""A conversation in the open: what each wrote becomes feedback, and the team's answer goes with what it answers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback

__all__ = ["Post", "conversation", "heard", "web_address"]

_ADDRESSED = re.compile(r"(?<![\w@])@([\w.-]*\w)")


@dataclass(frozen=True, slots=True)
class Post:
    """What one person wrote once. `id` and `thread` are ours; what opens a thread has its id.

    `author` is the source's reference, None where the account is gone; `name` and `email` are personal.
    """

    id: str
    thread: str
    time: datetime
    updated_at: datetime
    text: str
    url: str | None = None
    author: str | None = None
    name: str | None = None
    email: str | None = None
    is_by_team: bool = False
    is_by_bot: bool = False


def conversation(posts: Iterable[Post | NotHeard], source: str) -> Sequence[Item | NotHeard]:
    """What customers say in one thread. The answer to each is the first thing that the team writes after it."""
    made: list[Item | NotHeard] = []
    answer: Post | None = None
    newest_first = sorted(posts, key=_place, reverse=True)
    people = {post.author.lower(): post for post in newest_first if isinstance(post, Post) and post.author}
    for post in newest_first:
        if isinstance(post, NotHeard):
            made.append(post)
            continue
        made.append(heard(post, source, answer, people))
        if post.is_by_team and not post.is_by_bot and post.text:
            answer = post
    return made[::-1]


def heard(
    post: Post, source: str, answer: Post | None = None, people: Mapping[str, Post] | None = None
) -> Item | NotHeard:
    """A customer's post as feedback, with the team's answer to it.

    `people` have a post of theirs each, by the author in small letters: who of them is addressed is named, too.
    """
    reason = _unheard(post)
    if reason is not None:
        return NotHeard(reason)
    feedback = Feedback(
        source=source,
        external_id=post.id,
        time=post.time,
        text=post.text,
        url=post.url,
        author=post.author,
        thread=post.thread,
        reply=answer.text if answer else None,
        replied_at=answer.time if answer else None,
        replied_by=answer.author if answer else None,
        # An answer makes a new version of what it answers.
        updated_at=max(post.updated_at, answer.updated_at) if answer else post.updated_at,
        may_contact=True,
        may_quote=False,
    )
    customer = Customer(source, post.author, post.name, post.email) if post.author else None
    return Item(feedback, customer, _names(post, answer, people or {}))


def web_address(url: str | None) -> str | None:
    """A link that may be followed: what others send could hold any."""
    return url if url and url.startswith(("https://", "http://")) else None


def _unheard(post: Post) -> str | None:
    if post.is_by_bot:
        return "a bot wrote it"
    if post.is_by_team:
        return "the team wrote it"
    return None if post.text else "it says nothing"


def _names(post: Post, answer: Post | None, people: Mapping[str, Post]) -> tuple[str, ...]:
    """Of the writer, and of whoever is addressed (`@login`) in what is kept."""
    addressed = _ADDRESSED.findall(f"{post.text}\n{answer.text if answer else ''}".lower())
    named = [post, *(people[login] for login in dict.fromkeys(addressed) if login in people)]
    return tuple(dict.fromkeys(name for one in named for name in (one.name, one.author) if name))


def _place(post: Post | NotHeard) -> tuple[object, ...]:
    """Oldest first; what opens a thread before all else of its second, what is unreadable before that."""
    if isinstance(post, NotHeard):
        return (False,)
    return True, post.time, post.id != post.thread, len(post.id), post.id
