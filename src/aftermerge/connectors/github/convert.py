"""Posts become feedback; the team's answer goes with what it answers."""

from collections.abc import Iterable, Sequence

from aftermerge.connectors.github.posts import Post, Team
from aftermerge.connectors.item import Item, NotHeard
from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback

__all__ = ["conversation", "heard"]


def conversation(posts: Iterable[Post | NotHeard], team: Team, source: str) -> Sequence[Item | NotHeard]:
    """What customers say in one thread. The answer to each is the first thing that the team writes after it."""
    made: list[Item | NotHeard] = [post for post in posts if isinstance(post, NotHeard)]
    answer: Post | None = None
    for post in sorted((post for post in posts if isinstance(post, Post)), key=_place, reverse=True):
        made.append(heard(post, team, source, answer))
        if team.wrote(post) and not post.is_by_bot and post.text:
            answer = post
    return made[::-1]


def heard(post: Post, team: Team, source: str, answer: Post | None = None) -> Item | NotHeard:
    """A customer's post as feedback, with the team's answer to it."""
    reason = _unheard(post, team)
    if reason is not None:
        return NotHeard(reason)
    feedback = Feedback(
        source=source,
        external_id=post.id,
        time=post.time,
        text=post.text,
        url=post.url,
        author=post.login,
        thread=post.thread,
        reply=answer.text if answer else None,
        replied_at=answer.time if answer else None,
        replied_by=answer.login if answer else None,
        # An answer makes a new version of what it answers.
        updated_at=max(post.updated_at, answer.updated_at) if answer else post.updated_at,
        may_contact=True,
        may_quote=False,
    )
    customer = Customer(source, post.login, post.name) if post.login else None
    return Item(feedback, customer, _names(post))


def _unheard(post: Post, team: Team) -> str | None:
    if post.is_by_bot:
        return "a bot wrote it"
    if team.wrote(post):
        return "the team wrote it"
    return None if post.text else "it says nothing"


def _names(post: Post) -> tuple[str, ...]:
    """A login alone may be a common word: it is a name where it is addressed."""
    return tuple(name for name in (post.name, f"@{post.login}" if post.login else None) if name)


def _place(post: Post) -> tuple[object, ...]:
    """Oldest first; what opens a thread before all else of its second."""
    return post.time, post.id != post.thread, len(post.id), post.id
