"""Telephone numbers: international ones, those of the workspace's country, and those that are written like one.

What is possible as a number abroad is any ten digits; so a number without its country's code counts as foreign only
by the way it is written, or by a word before it that says what it is.
"""

import re
from collections.abc import Iterator, Sequence

from aftermerge.hear.redaction.found import Found, without
from aftermerge.hear.redaction.groups import Group, groups_of
from aftermerge.hear.redaction.numbering import Numbering, is_international, numbering
from aftermerge.hear.redaction.phone_context import Context, not_phones
from aftermerge.hear.redaction.phone_shape import is_shaped

LEAST, MOST = 7, 17
"""Digits: E.164 has 15 at most, and 00 or 011 may stand before them."""
_MOST_GROUPS = 8
_SEVEN = re.compile(r"(?:[^0-9]*+[0-9]){7}")
_RUN = re.compile(r"\+?[(]?\d(?:[ \t().\-/]{0,4}\d){6,}")
_EXTENSION = re.compile(
    r"[ ,]{0,2}(?:ext\.?|extn\.?|extension|x|durchwahl|poste|int\.?)[ .:]{0,2}\d{1,6}\b", re.IGNORECASE
)
_FREE_ZERO = re.compile(r"\(0\)")


def phones(text: str, region: str | None) -> Iterator[Found]:
    if not _SEVEN.match(text):
        return
    text = without(text, not_phones(text))
    numbers = numbering(region)
    for run in _RUN.finditer(text):
        yield from _in_run(text, groups_of(text, *run.span()), numbers)


def _in_run(text: str, groups: Sequence[Group], numbers: Numbering | None) -> Iterator[Found]:
    first = 0
    while first < len(groups):
        last = _phone_from(text, groups, first, numbers)
        if last is not None:
            yield _found(text, groups[first].start, groups[last].end)
        first = first + 1 if last is None else last + 1


def _phone_from(text: str, groups: Sequence[Group], first: int, numbers: Numbering | None) -> int | None:
    """The last group of the longest number that begins with the group `first`."""
    for last in reversed(range(first, min(first + _MOST_GROUPS, len(groups)))):
        part = groups[first : last + 1]
        if LEAST <= sum(len(group.digits) for group in part) <= MOST and _is_phone(text, part, numbers):
            return last
    return None


def _is_phone(text: str, part: Sequence[Group], numbers: Numbering | None) -> bool:
    context = Context(text, part[0].start, part[-1].end)
    if context.is_within_a_word:
        return False
    if context.is_plus:
        return is_international(_FREE_ZERO.sub("", text[part[0].start : part[-1].end]))
    if context.is_amount or (len(part) == 1 and context.says_other and not context.says_phone):
        return False
    return context.says_phone or _is_written_so(context, "".join(group.digits for group in part), numbers)


def _is_written_so(context: Context, digits: str, numbers: Numbering | None) -> bool:
    if digits.startswith("00") and is_international(digits[2:], strictly=True):
        return True
    return is_shaped(context.opening + context.written) or (
        numbers is not None and numbers.has(digits, context.written)
    )


def _found(text: str, start: int, end: int) -> Found:
    """With the plus and the parenthesis before it, and the extension after it."""
    while start and text[start - 1] in "+(":
        start -= 1
    extension = _EXTENSION.match(text, end)
    return Found(start, extension.end() if extension else end, "phone")
