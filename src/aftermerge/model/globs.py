"""Patterns with stars, for paths and for titles."""

import re
from collections.abc import Mapping
from functools import lru_cache

__all__ = ["path_like", "title_like"]


@lru_cache(maxsize=256)
def path_like(pattern: str) -> re.Pattern[str]:
    """`**` crosses folders, `*` and `?` stay within one."""
    return _compiled(pattern, {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}, re.NOFLAG)


@lru_cache(maxsize=256)
def title_like(pattern: str) -> re.Pattern[str]:
    """`*` is anything and `?` one sign, in whatever case."""
    return _compiled(pattern, {"*": ".*", "?": "."}, re.IGNORECASE | re.DOTALL)


def _compiled(pattern: str, meanings: Mapping[str, str], flags: re.RegexFlag) -> re.Pattern[str]:
    signs = "|".join(map(re.escape, sorted(meanings, key=len, reverse=True)))
    parts = re.split(f"({signs})", pattern)
    return re.compile("".join(meanings.get(part, re.escape(part)) for part in parts), flags)
