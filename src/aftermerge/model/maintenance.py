"""Upkeep: changes that are not meant to make a claim, by patterns that the team declares."""

from collections.abc import Iterable, Sequence

from aftermerge.model.change import Change, Link
from aftermerge.model.globs import path_like, title_like


def upkeep(changes: Iterable[Change], links: Iterable[Link], patterns: Sequence[str]) -> frozenset[str]:
    """The ids of the changes that are upkeep. What serves a bet is not, whatever it is called."""
    serving = {link.change for link in links}
    found = (change for change in changes if patterns and change.id not in serving)
    return frozenset(change.id for change in found if is_upkeep(change, patterns))


def is_upkeep(change: Change, patterns: Sequence[str]) -> bool:
    """Whether a pattern fits its title, in whatever case, or all its paths are under patterns."""
    globs = [path_like(pattern) for pattern in patterns]
    if any(title_like(pattern).fullmatch(change.title) for pattern in patterns):
        return True
    return bool(change.paths) and all(any(glob.fullmatch(path) for glob in globs) for path in change.paths)
