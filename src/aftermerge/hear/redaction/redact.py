"""One text, redacted."""

import re
from collections.abc import Callable, Iterable, Iterator

from aftermerge.hear.redaction.card import cards
from aftermerge.hear.redaction.fold import fold
from aftermerge.hear.redaction.found import Found, apart, without
from aftermerge.hear.redaction.iban import ibans
from aftermerge.hear.redaction.ip import ips
from aftermerge.hear.redaction.mail import addresses
from aftermerge.hear.redaction.person import Persons, named
from aftermerge.hear.redaction.phone import phones
from aftermerge.hear.redaction.placeholders import in_words, log_times, placeholders
from aftermerge.hear.redaction.secret import secrets

Finder = Callable[[str], Iterable[Found]]

_DIGIT = re.compile(r"[0-9]")
CHUNK, OVERLAP = 100_000, 5_000
"""Characters. A longer text is searched in chunks, each with what stands about it, so that nothing is cut in two."""
_MOST_PASSES = 5


def redact(text: str, names: Persons | None = None, region: str | None = None) -> str:
    """The text with words like [email] in place of personal data.

    It is searched until nothing is found: what stood apart may come together. So redacting twice is redacting once.
    """
    for _ in range(_MOST_PASSES):
        redacted = _once(text, names, region)
        if redacted == text:
            break
        text = redacted
    return text


def _once(text: str, names: Persons | None, region: str | None) -> str:
    if len(text) <= CHUNK + OVERLAP:
        return replaced(text, found_in(text, names, region))
    found = (
        one._replace(start=one.start + begin, end=one.end + begin)
        for begin in range(0, len(text), CHUNK)
        for one in found_in(text[begin : begin + CHUNK + OVERLAP], names, region)
    )
    return replaced(text, apart(found))


def replaced(text: str, found: Iterable[Found]) -> str:
    pieces, place = [], 0
    for start, end, kind in found:
        pieces += [text[place:start], in_words(kind)]
        place = end
    return "".join((*pieces, text[place:])) if place else text


def found_in(text: str, names: Persons | None, region: str | None) -> list[Found]:
    """Where it stands in `text`, in order and apart."""
    folded = fold(text)
    found = _search(folded.text, names, region)
    return apart(Found(*folded.span(start, end), kind) for start, end, kind in found) if found else []


def _search(text: str, names: Persons | None, region: str | None) -> list[Found]:
    """Each finder sees what those before it left; our own words are seen by none."""
    found: list[Found] = []
    text = without(text, apart([*placeholders(text), *log_times(text)]))
    for finder in _finders(text, names, region):
        here = apart(finder(text))
        if here:
            found += here
            text = without(text, here)
    return found


def _finders(text: str, names: Persons | None, region: str | None) -> Iterator[Finder]:
    """Those that this text may have something for: most texts have no digits and no @."""
    yield from (secrets, addresses)
    if _DIGIT.search(text):
        yield from (ibans, cards, ips, lambda left: phones(left, region))
    if names:
        yield lambda left: named(left, names)
