"""Where something personal stands in a text."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

Kind = Literal["email", "phone", "card", "iban", "ip", "name", "secret"]
BARRIER = "\0"
"""Stands, in a folded text, where something was found already; folding leaves none of its own."""


class Found(NamedTuple):
    """`start` to `end` of a folded text, `end` excluded."""

    start: int
    end: int
    kind: Kind


def without(text: str, found: Iterable[Found]) -> str:
    """Of the same length, with a barrier in place of what was found."""
    pieces, place = [], 0
    for start, end, _ in found:
        pieces += [text[place:start], BARRIER * (end - start)]
        place = end
    return "".join((*pieces, text[place:]))


def apart(found: Iterable[Found]) -> list[Found]:
    """In order; what overlaps becomes one, named after what began first."""
    kept: list[Found] = []
    for one in sorted(found):
        if kept and one.start < kept[-1].end:
            kept[-1] = kept[-1]._replace(end=max(kept[-1].end, one.end))
        else:
            kept.append(one)
    return kept


def joined(found: Sequence[Found], text: str, between: str) -> list[Found]:
    """Neighbours that only a few characters of `between` separate become one."""
    kept: list[Found] = []
    for one in found:
        gap = text[kept[-1].end : one.start] if kept else None
        if gap is not None and len(gap) <= 3 and not gap.strip(between):
            kept[-1] = kept[-1]._replace(end=one.end)
        else:
            kept.append(one)
    return kept
