"""Upkeep: changes that are not meant to make a claim, by patterns that the team declares."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from aftermerge.model.change import Change, Link


def upkeep(changes: Iterable[Change], links: Iterable[Link], patterns: Sequence[str]) -> frozenset[str]:
    """The ids of the changes that are upkeep. What serves a bet is not, whatever it is called."""
    serving = {link.change for link in links}
    found = (change for change in changes if patterns and change.id not in serving)
    return frozenset(change.id for change in found if is_upkeep(change, patterns))


def is_upkeep(change: Change, patterns: Sequence[str]) -> bool:
    """Whether a pattern fits its title, in whatever case, or all its paths are under patterns."""
    globs = [_glob(pattern) for pattern in patterns]
    if any(_titles(pattern).fullmatch(change.title) for pattern in patterns):
        return True
    return bool(change.paths) and all(any(glob.fullmatch(path) for glob in globs) for path in change.paths)


@lru_cache(maxsize=256)
def _titles(pattern: str) -> re.Pattern[str]:
    """`*` is anything and `?` one sign."""
    return _compiled(pattern, {"*": ".*", "?": "."}, re.IGNORECASE | re.DOTALL)


@lru_cache(maxsize=256)
def _glob(pattern: str) -> re.Pattern[str]:
    """`**` crosses folders, `*` and `?` stay within one."""
    return _compiled(pattern, {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}, re.NOFLAG)


def _compiled(pattern: str, meanings: dict[str, str], flags: re.RegexFlag) -> re.Pattern[str]:
    signs = "|".join(map(re.escape, sorted(meanings, key=len, reverse=True)))
    parts = re.split(f"({signs})", pattern)
    return re.compile("".join(meanings.get(part, re.escape(part)) for part in parts), flags)
