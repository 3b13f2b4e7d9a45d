"""The groups of digits that a long number is written in."""

import re
from typing import NamedTuple

_DIGITS = re.compile(r"\d+")


class Group(NamedTuple):
    start: int
    end: int
    digits: str


def groups_of(text: str, start: int, end: int) -> list[Group]:
    return [Group(*match.span(), match[0]) for match in _DIGITS.finditer(text, start, end)]
