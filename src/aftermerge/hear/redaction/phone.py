"""Telephone numbers: international ones, those of the workspace's country, and those that are written like one.

What is possible as a number abroad is any ten digits; so a number without its country's code counts as foreign only
by the way it is written, or by a word before it that says what it is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from aftermerge.hear.redaction.found import Found, without
from aftermerge.hear.redaction.groups import Group, groups_of
from aftermerge.hear.redaction.numbering import Numbering, is_international, numbering
from aftermerge.hear.redaction.phone_context import (
    NOTHING_BEFORE,
    Before,
    before,
    is_amount,
    is_within_a_word,
    not_phones,
)
from aftermerge.hear.redaction.phone_shape import is_shaped

LEAST, MOST = 7, 17
"""Digits: E.164 has 15 at most, and 00 or 011 may stand before them."""
_MOST_GROUPS = 8
_TABLE = 200
_SPELLED = range(10, 14)
_SEVEN = re.compile(r"(?:[^0-9]*+[0-9]){7}")
_BETWEEN = r"[ \t]{0,2}[()]{0,2}[ ]?[.\-/]?[ \t]{0,2}[(]?"
_RUN = re.compile(rf"\+?[(]?\d(?:{_BETWEEN}\d){{6,}}")
_EXTENSION = re.compile(
    r"[ ,]{0,2}(?:ext\.?|extn\.?|extension|x|durchwahl|poste|int\.?)[ .:]{0,2}\d{1,6}\b", re.IGNORECASE
)
_FREE_ZERO = re.compile(r"\(0\)")


def phones(text: str, region: str | None) -> Iterator[Found]:
    if not _SEVEN.match(text):
        return
    text = without(text, not_phones(text))
    numbers = numbering(region)
    for match in _RUN.finditer(text):
        run = _Run(text, groups_of(text, *match.span()), before(text, match.start()), numbers)
        yield from run.phones()


@dataclass(frozen=True, slots=True)
class _Run:
    """Groups of digits with nothing between them but what stands within a number. `before` is of the first."""

    text: str
    groups: Sequence[Group]
    before: Before
    plan: Numbering | None

    def phones(self) -> Iterator[Found]:
        if self._is_spelled():
            yield _found(self.text, self.groups[0].start, self.groups[-1].end)
            return
        first = 0
        while first < len(self.groups):
            last = self._last_of(first)
            if last is not None:
                yield _found(self.text, self.groups[first].start, self.groups[last].end)
            first = first + 1 if last is None else last + 1

    def _is_spelled(self) -> bool:
        """Digit by digit: 0 7 7 0 0 …"""
        digits = [group.digits for group in self.groups]
        return len(digits) in _SPELLED and digits[0] == "0" and all(len(digit) == 1 for digit in digits)

    def _is_in_a_table(self, first: int) -> bool:
        """Of hundreds of numbers on end, only what begins with 0 or is long enough by itself can be a telephone's."""
        digits = self.groups[first].digits
        return len(self.groups) > _TABLE and first > 0 and not digits.startswith("0") and len(digits) < LEAST

    def _last_of(self, first: int) -> int | None:
        """The last group of the longest number that begins with the group `first`."""
        if self.groups[first].is_joined or self._is_in_a_table(first):
            return None
        ends = range(first, min(first + _MOST_GROUPS, len(self.groups)))
        digits = list(accumulate(self.groups[last].digits for last in ends))
        for last in reversed(ends):
            so_far = digits[last - first]
            if (
                LEAST <= len(so_far) <= MOST
                and self._may_be(first, last, so_far)
                and self._is_phone(first, last, so_far)
            ):
                return last
        return None

    def _may_be(self, first: int, last: int, digits: str) -> bool:
        """Nothing written on to it, and most groups have two digits or more: not a column of small numbers."""
        is_counting = last - first > 2 and all(
            int(b.digits) - int(a.digits) == 1 for a, b in pairwise(self.groups[first : last + 1])
        )
        is_free = not is_within_a_word(self.text, self.groups[last].end) and not (first == 0 and self.before.is_word)
        is_whole = first == 0 and last == len(self.groups) - 1
        return is_free and not is_counting and (is_whole or 7 * (last - first + 1) <= 4 * len(digits))

    def _is_phone(self, first: int, last: int, digits: str) -> bool:
        before = self.before if first == 0 else NOTHING_BEFORE
        written = self.text[self.groups[first].start : self.groups[last].end]
        if before.is_plus:
            return is_international(_FREE_ZERO.sub("", written))
        if is_amount(self.text, written, self.groups[last].end, before):
            return False
        says_other = before.says_other and first == last
        if before.says_phone or (self._is_ours(digits, written) and (digits[0] == "0" or not says_other)):
            return True
        opening = "(" if self.text[self.groups[first].start - 1 : self.groups[first].start] == "(" else ""
        return not says_other and is_shaped(opening + written)

    def _is_ours(self, digits: str, written: str) -> bool:
        if digits.startswith("00"):
            return is_international(digits[2:])
        return self.plan is not None and self.plan.has(digits, written)


def _found(text: str, start: int, end: int) -> Found:
    """With the plus and the parentheses about it, and the extension after it."""
    while start and text[start - 1] in "+(":
        start -= 1
    if text[start] == "(" and text[end : end + 1] == ")" and ")" not in text[start:end]:
        end += 1
    extension = _EXTENSION.match(text, end)
    return Found(start, extension.end() if extension else end, "phone")
