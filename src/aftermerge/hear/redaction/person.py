"""The persons whom a record names: their full names, and each part of them that can stand for them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from aftermerge.hear.redaction.everyday import EVERYDAY, NOBODY
from aftermerge.hear.redaction.fold import folded_text
from aftermerge.hear.redaction.found import Found, apart, joined

_LEAST_LETTERS = 3
_LEAST_UNSPACED = 2
_MOST_BETWEEN = 3
_BETWEEN_NAMES = " .,-'’_\t"
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Scripts whose words stand without spaces, or with particles that are written on to them."""
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_APOSTROPHES = str.maketrans("", "", "'’`´")
_MARKS = (
    "\u0900-\u0903\u093a-\u094f\u0955-\u0957\u0980-\u0983\u09bc-\u09cd\u0a00-\u0d63\u064b-\u065f\u0670\u05b0-\u05c7"
)
_WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|[{_MARKS}])*")
_SENTENCE = re.compile(r"(?:^|[.!?:;…\n]|^[^\w\n]*|\n[^\w\n]*)[\s\"'“”‘’«»(*>•-]*$")
_TIME_BEFORE = re.compile(
    r"(?:\d|\b(?:in|since|until|till|by|of|last|next|this|every|end|early|late|mid))[\s.,-]*$", re.I
)
_DIGIT_AFTER = re.compile(r"[\s.,]*\d")
_MONTHS = frozenset({"april", "may", "june", "august", "summer", "winter", "spring", "autumn"})
_LOOK_BACK = 40


@dataclass(frozen=True, slots=True)
class Persons:
    """`whole`: full names as words; `parts`: single words; `unspaced`: what is found without regard to words."""

    whole: frozenset[tuple[str, ...]]
    parts: frozenset[str]
    careful: frozenset[str]
    unspaced: tuple[str, ...]


def persons(names: Iterable[str]) -> Persons | None:
    """None where nobody is named."""
    spelled = [spelling for name in names for spelling in _spellings(name)]
    worded = [words for words in map(_words, spelled) if words]
    worded += [words for name in spelled for words in map(_words, name.split()) if len(words) > 1]
    single = {word for words in worded for word in (*words, *_run_together(words))}
    short = {words[0] for words in worded if len(words) == 1 and len(words[0]) == _LEAST_LETTERS - 1}
    parts = {word for word in single if len(word) >= _LEAST_LETTERS and word not in NOBODY}
    found = Persons(
        whole=frozenset(words for words in worded if len(words) > 1 and not NOBODY.issuperset(words)),
        parts=frozenset(parts - EVERYDAY),
        careful=frozenset((parts & EVERYDAY) | (short - NOBODY)),
        unspaced=tuple(sorted({word for name in spelled for word in _unspaced(name)}, key=len, reverse=True)),
    )
    return found if found.whole or found.parts or found.careful or found.unspaced else None


def _spellings(name: str) -> set[str]:
    """An address is none: it is found as one."""
    if "@" in name:
        return set()
    plain = folded_text(name)
    return {
        plain,
        plain.translate(_APOSTROPHES),
        folded_text(unicodedata.normalize("NFC", name).lower().translate(_UMLAUTS)),
    }


def _words(text: str) -> tuple[str, ...]:
    return tuple(match[0].casefold() for match in _WORD.finditer(text))


def _run_together(words: tuple[str, ...]) -> tuple[str, ...]:
    """As people call themselves where no space is allowed: janedoe, doejane, jdoe."""
    if len(words) < 2:
        return ()
    first, last = words[0], words[-1]
    return tuple(
        word for word in ("".join(words), first + last, last + first, first[0] + last) if len(word) > _LEAST_LETTERS + 1
    )


def _unspaced(name: str) -> set[str]:
    if not _UNSPACED.search(name):
        return set()
    words = [match[0] for match in _WORD.finditer(name)]
    return {word for word in (*words, "".join(words)) if len(word) >= _LEAST_UNSPACED and _UNSPACED.match(word)}


def named(text: str, who: Persons) -> Iterator[Found]:
    """Neighbours are one: a first name and a surname, in any order."""
    found = apart([*_whole_words(text, who), *_anywhere(text, who)])
    yield from joined(found, text, _BETWEEN_NAMES)


def _anywhere(text: str, who: Persons) -> Iterator[Found]:
    for word in who.unspaced:
        yield from (Found(*match.span(), "name") for match in re.finditer(re.escape(word), text))


def _whole_words(text: str, who: Persons) -> Iterator[Found]:
    words = list(_WORD.finditer(text))
    folded = [word[0].casefold() for word in words]
    for place, (word, plain) in enumerate(zip(words, folded, strict=True)):
        if plain in who.parts or (plain in who.careful and _is_meant(text, word)):
            yield Found(*word.span(), "name")
        for whole in who.whole:
            if plain == whole[0] and tuple(folded[place : place + len(whole)]) == whole:
                together = words[place : place + len(whole)]
                if _is_together(together):
                    yield Found(word.start(), together[-1].end(), "name")


def _is_together(words: list[re.Match[str]]) -> bool:
    return all(after.start() - before.end() <= _MOST_BETWEEN for before, after in pairwise(words))


def _is_meant(text: str, word: re.Match[str]) -> bool:
    """An everyday word is a name where it has a capital that no sentence gives it, or a line of its own."""
    if not word[0].istitle():
        return False
    before, after = text[max(0, word.start() - _LOOK_BACK) : word.start()], text[word.end() : word.end() + _LOOK_BACK]
    if word[0].casefold() in _MONTHS and (_TIME_BEFORE.search(before) or _DIGIT_AFTER.match(after)):
        return False
    return not _SENTENCE.search(before) or _is_signature(before, after)


def _is_signature(before: str, after: str) -> bool:
    """Alone in its line, and something stands above."""
    line = before.rpartition("\n")
    return bool(line[1]) and not any(map(str.isalnum, line[2] + after.partition("\n")[0]))
