"""Numbers of payment cards: 13 to 19 digits (ISO/IEC 7812) whose check digit is right."""

import re
from collections.abc import Iterator, Sequence

from aftermerge.hear.redaction.found import Found
from aftermerge.hear.redaction.groups import Group, groups_of

LEAST, MOST = 13, 19
_RUN = re.compile(r"\d(?:[ \t\n\r.\-_/]{0,3}\d){12,}")
_MOST_GROUPS = 19


def cards(text: str) -> Iterator[Found]:
    for run in _RUN.finditer(text):
        yield from _in_run(groups_of(text, *run.span()))


def _in_run(groups: Sequence[Group]) -> Iterator[Found]:
    first = 0
    while first < len(groups):
        last = _card_from(groups, first)
        if last is not None:
            yield Found(groups[first].start, groups[last].end, "card")
        first = first + 1 if last is None else last + 1


def _card_from(groups: Sequence[Group], first: int) -> int | None:
    """The last group of the card that begins with the group `first`."""
    digits, found = "", None
    for last in range(first, min(first + _MOST_GROUPS, len(groups))):
        digits += groups[last].digits
        if len(digits) > MOST:
            break
        if len(digits) >= LEAST and _is_written_so(groups[first : last + 1]) and is_card(digits):
            found = last
    return found


def _is_written_so(groups: Sequence[Group]) -> bool:
    """One block, blocks of two to eight digits, or every digit apart; not a column of small numbers."""
    sizes = [len(group.digits) for group in groups]
    return len(sizes) == 1 or set(sizes) == {1} or (len(sizes) <= 6 and all(2 <= size <= 10 for size in sizes))


def is_card(digits: str) -> bool:
    """Right by its check digit (Luhn; ISO/IEC 7812-1, annex B), and not one digit over and over."""
    return digits[0] != "0" and len(set(digits)) > 1 and luhn(digits)


def luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[::-2])) % 10 == 0
