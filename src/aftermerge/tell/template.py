"""What a draft begins as: the team's own words, with what is known of the one who asked put in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Template

from aftermerge.errors import InputError, Place, nearest

__all__ = ["ANSWER", "QUESTION", "Wording", "read_wording"]

ANSWER = """\
Hello,

on $asked_on you wrote:

$words

Since $reached_on ($release) this has changed: $helps

Thank you for telling us. Is anything still in your way? Just answer here.
"""
QUESTION = """\
Hello,

we told you that we changed something you had asked for:

$words

Did it help you? One click is enough, and you can change it later: $link

Or just answer here.
"""
_KNOWN: Mapping[str, frozenset[str]] = {
    "answer": frozenset({"asked_on", "words", "reached_on", "release", "helps", "asked", "bet"}),
    "question": frozenset({"asked_on", "words", "bet", "helps", "link"}),
}
_NAMED = re.compile(r"\$(?:\{([^}]*)\}|(\w+)|(\$)|)")


@dataclass(frozen=True, slots=True)
class Wording:
    """A text with names such as `$words` in it."""

    text: str

    def filled(self, values: Mapping[str, str]) -> str:
        return Template(self.text).substitute(values)


def read_wording(kind: str, text: str, file: str) -> Wording:
    """A template of the team's, checked: what it names must be known.

    Raises:
        InputError: it names something that is not known, or a `$` stands alone; it says in which line.
    """
    for number, line in enumerate(text.splitlines(), 1):
        for found in _NAMED.finditer(line):
            name = found[1] if found[1] is not None else found[2]
            if found[3] is None and name not in _KNOWN[kind]:
                raise _unknown(found[0], name, kind, Place(file, number))
    return Wording(text)


def _unknown(shown: str, name: str | None, kind: str, where: Place) -> InputError:
    if not name:
        return InputError(f"`{shown}` names nothing", where=where, then="write `$$` for a dollar sign")
    known = sorted(_KNOWN[kind])
    return InputError(f"`{shown}` is not known here", where=where, then=nearest(name, known) or _all(known))


def _all(known: list[str]) -> str:
    return "known are " + ", ".join(f"${name}" for name in known)
