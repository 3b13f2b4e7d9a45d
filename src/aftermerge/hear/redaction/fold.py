"""Text made plain for finding: full-width digits, hidden characters and odd spaces fool a pattern, and no reader."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_CHARACTERS_KEPT = 1 << 16
_STROKED = str.maketrans("øØłŁđĐıæÆœŒ", "oOlLdDiaAoO")
_DOTS = "·•∙⋅․。｡﹒•‧"
_DASHES = "−⁃¯"
_UNSEEN = "\u115f\u1160\u3164\uffa0\u2800\u034f"
_ACCENTS = ("\u0300", "\u036f")
_HANGUL = ("\uac00", "\ud7a3")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text for finding. `places[i]` is where its character `i` stands in `original`; None: at the same place."""

    original: str
    text: str
    places: Sequence[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of `original` that a part of `text` comes from, with the hidden characters at its end."""
        if self.places is None:
            return start, end
        return self.places[start], max(self.places[end - 1] + 1, self.places[end])


def fold(text: str) -> Folded:
    if text.isascii() and BARE.isdisjoint(text):
        return Folded(text, text, None)
    characters = [folded_character(character) for character in text]
    joined = "".join(characters)
    if len(joined) == len(text) and all(len(character) == 1 for character in characters):
        return Folded(text, joined, None)
    places = [place for place, character in enumerate(characters) for _ in character]
    return Folded(text, joined, [*places, len(text)])


def folded_text(text: str) -> str:
    """For words to compare with a folded text."""
    return "".join(folded_character(character) for character in text)


BARE = frozenset(chr(code) for code in (*range(32), 127)) - frozenset("\t\n\r")
"""Control characters of ASCII: they are not seen, and so may hide an address."""


@lru_cache(maxsize=_CHARACTERS_KEPT)
def folded_character(character: str) -> str:
    """Nothing for what is not seen; digits, dashes, dots, spaces and Latin letters as ASCII has them."""
    if character in BARE or character in _UNSEEN:
        return ""
    if character.isascii():
        return character
    if character in _DOTS:
        return "."
    return _by_category(character, unicodedata.category(character))


def _by_category(character: str, category: str) -> str:
    if category in ("Cf", "Cc", "Me") or _ACCENTS[0] <= character <= _ACCENTS[1] or "\ufe00" <= character <= "\ufe0f":
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd" or character in _DASHES:
        return "-"
    if category.startswith("Z"):
        return " " if category == "Zs" else "\n"
    if category == "So" or _HANGUL[0] <= character <= _HANGUL[1]:
        return character
    return _without_accents(character)


def _without_accents(character: str) -> str:
    parts = unicodedata.normalize("NFKD", character.translate(_STROKED))
    bare = "".join(part for part in parts if not _ACCENTS[0] <= part <= _ACCENTS[1])
    return unicodedata.normalize("NFC", bare)
