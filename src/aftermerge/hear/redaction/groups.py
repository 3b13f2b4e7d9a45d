"""The groups of digits that a long number is written in."""

import re
from typing import NamedTuple

_JOINED = re.compile(r"\d[\-./]")
_DIGITS = re.compile(r"\d+")


class Group(NamedTuple):
    start: int
    end: int
    digits: str
    is_joined: bool
    """To digits before it, by a dash, dot or slash alone: nothing begins with it."""


def groups_of(text: str, start: int, end: int) -> list[Group]:
    return [
        Group(*match.span(), match[0], match.start() > start and bool(_JOINED.match(text, match.start() - 2)))
        for match in _DIGITS.finditer(text, start, end)
    ]
