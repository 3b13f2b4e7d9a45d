"""Text as the words that it is found by: the same for what was said, for what is asked, and for what is highlighted.

Case, accents and the width of letters say nothing. Scripts that put no space between words (Chinese, Japanese, Korean,
Thai …) are found by character, an emoji by itself. No dictionary and no language is needed.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["LONGEST_WORD", "Word", "folded", "terms_of", "words_of"]

LONGEST_WORD = 64
"""Letters of a word that count: what is longer is a key, a link or noise."""

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17d3\u2e80-\u2fdf\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f"
    "\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
_EMOJI = "\u203c\u2049\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001f3fa\U0001f400-\U0001faff"
_MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u0670\u06d6-\u06ed\u0900-\u0963\u0966-\u0dff"
_LETTER = rf"(?:(?![{_UNSPACED}{_EMOJI}])(?:[^\W_]|[{_MARKS}]))"
_ENDING = r"['’](?:[tsmd]|re|ve|ll)"  # don't, it's, I'm: one word, and the same without the mark
_TOKEN = re.compile(rf"[{_UNSPACED}{_EMOJI}]|{_LETTER}+(?:{_ENDING}(?!{_LETTER}))?", re.IGNORECASE)

_ASCII_TOKEN = re.compile(r"[a-z0-9]+(?:'(?:[tsmd]|re|ve|ll)(?![a-z0-9]))?")

_PLAIN = str.maketrans(
    {"’": "", "'": "", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ـ": ""}
)
_FIRST_ACCENT = 10  # combining classes from here on are accents and vowel points; below, they tell letters apart


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is found (`folded`), and where it stands: `text[start:end]`."""

    folded: str
    start: int
    end: int


def words_of(text: str) -> Iterator[Word]:
    """In the order in which they stand."""
    for match in _TOKEN.finditer(text):
        found = folded(match[0])
        if found:
            yield Word(found, *match.span())


def terms_of(text: str) -> list[str]:
    """The folded words alone, several times as fast: a million texts are read for an index."""
    if text.isascii():
        return [word.replace("'", "")[:LONGEST_WORD] for word in _ASCII_TOKEN.findall(text.lower())]
    return [word for word in map(folded, _TOKEN.findall(text)) if word]


def folded(word: str) -> str:
    """Without case, accents, width and apostrophes."""
    if word.isascii():
        return word.lower().replace("'", "")[:LONGEST_WORD]
    taken_apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    bare = "".join(c for c in taken_apart if unicodedata.combining(c) < _FIRST_ACCENT)
    return unicodedata.normalize("NFC", bare.translate(_PLAIN))[:LONGEST_WORD]
