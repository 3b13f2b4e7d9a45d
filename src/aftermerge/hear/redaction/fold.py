"""Text made plain for finding: full-width digits, hidden characters and odd spaces fool a pattern, and no reader."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_CHARACTERS_KEPT = 1 << 16
_STROKED = str.maketrans("øØłŁđĐıæÆœŒ", "oOlLdDiaAoO")
_DOTS = "…·•∙⋅․。｡﹒•‧"
_DASHES = "−⁃¯"
_UNSEEN = "\u115f\u1160\u3164\uffa0\u2800\u034f"
_ACCENTS = ("\u0300", "\u036f")
_BARE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters of ASCII: they are not seen, and so may hide an address."""
_HANGUL = ("\uac00", "\ud7a3")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text for finding. Behind each character that folds to none or to several it goes on at `starts` of `text`,
    which is at `places` of the original; both begin at 0.
    """

    text: str
    starts: Sequence[int] = (0,)
    places: Sequence[int] = (0,)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original that a part of `text` comes from, with the hidden characters at its end."""
        if len(self.starts) == 1:
            return start, end
        return self._place(start), max(self._place(end - 1) + 1, self._place(end))

    def _place(self, index: int) -> int:
        """One of several that a character folds to stands where that character does."""
        after = bisect_right(self.starts, index)
        place = self.places[after - 1] + index - self.starts[after - 1]
        return min(place, self.places[after] - 1) if after < len(self.places) else place


def fold(text: str) -> Folded:
    if text.isascii() and not _BARE.search(text):
        return Folded(text)
    table = {ord(character): folded_character(character) for character in set(text)}
    folded = text.translate(table)
    odd = {chr(code): len(plain) - 1 for code, plain in table.items() if len(plain) != 1}
    if not odd:
        return Folded(folded)
    starts, places, longer = [0], [0], 0
    for place, character in enumerate(text):
        if character in odd:
            longer += odd[character]
            starts.append(place + 1 + longer)
            places.append(place + 1)
    return Folded(folded, starts, places)


def folded_text(text: str) -> str:
    """For words to compare with a folded text."""
    return "".join(map(folded_character, text))


@lru_cache(maxsize=_CHARACTERS_KEPT)
def folded_character(character: str) -> str:
    """Nothing for what is not seen; digits, dashes, dots, spaces and Latin letters as ASCII has them."""
    if character.isascii():
        return "" if _BARE.match(character) else character
    if character in _UNSEEN:
        return ""
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
