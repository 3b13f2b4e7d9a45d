"""Numbers of payment cards: 13 to 19 digits (ISO/IEC 7812) whose check digit is right."""

import re
from collections.abc import Iterator, Sequence

from aftermerge.hear.redaction.found import Found
from aftermerge.hear.redaction.groups import Group, groups_of

LEAST, MOST = 13, 19
_RUN = re.compile(r"\d(?:[ \t\n\r.\-]{0,3}\d){12,}")
_FOURS = re.compile(r"(?<!\d)\d{4}([,/_])\d{4}\1\d{4}\1\d{1,7}(?!\d)")
_MARKS = re.compile(r"\D")
_MOST_BLOCKS = 6


def cards(text: str) -> Iterator[Found]:
    for run in _RUN.finditer(text):
        yield from _in_run(groups_of(text, *run.span()))
    for fours in _FOURS.finditer(text):
        if is_card(_MARKS.sub("", fours[0])):
            yield Found(*fours.span(), "card")


def _in_run(groups: Sequence[Group]) -> Iterator[Found]:
    if len(groups) <= MOST and all(len(group.digits) == 1 for group in groups):
        if is_card("".join(group.digits for group in groups)):
            yield Found(groups[0].start, groups[-1].end, "card")
        return
    first = 0
    while first < len(groups):
        last = _card_from(groups, first)
        if last is not None:
            yield Found(groups[first].start, groups[last].end, "card")
        first = first + 1 if last is None else last + 1


def _card_from(groups: Sequence[Group], first: int) -> int | None:
    """The last block of the longest card that begins with the block `first`; one of one digit is no block."""
    if groups[first].is_joined:
        return None
    digits, found = "", None
    for last in range(first, min(first + _MOST_BLOCKS, len(groups))):
        block = groups[last].digits
        digits += block
        if len(digits) > MOST or len(block) < 2:
            break
        if len(digits) >= LEAST and is_card(digits):
            found = last
    return found


def is_card(digits: str) -> bool:
    """Of a card's length, right by its check digit (Luhn; ISO/IEC 7812-1, annex B), not one digit over and over."""
    return LEAST <= len(digits) <= MOST and digits[0] != "0" and len(set(digits)) > 1 and luhn(digits)


def luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[::-2])) % 10 == 0
