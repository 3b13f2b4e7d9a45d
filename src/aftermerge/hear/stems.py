"""What stands before the ending of a word, in the languages that bend words at their end.

A light, language-blind cut, in the manner of the S-stemmer (Harman 1991) and the light stemmers of Savoy (2006): the
common endings of English, German, French, Spanish, Italian and Portuguese. It brings `crash`, `crashes`, `crashed` and
`crashing` together, and `Zahlung` with `Zahlungen`. Blind spot: it knows no irregular form (`paid`), and now and then
it brings together what does not belong (`custom`, `customer`); a word as it was typed ranks before its other forms.
"""

import re
from collections.abc import Iterator

__all__ = ["forms_of", "stem"]

_LATIN = re.compile(r"[a-z]{3,}")
_VOWEL = re.compile(r"[aeiouy]")
_PLURAL = re.compile(r"(?<=..)(?<!s)s$")
_MAY_DOUBLE = frozenset("bdglmnprt")
_DOUBLED = re.compile(r"([bdgmnprt])\1$")
_DOUBLED_L = re.compile(r"(?<=.....)ll$")
_CUTS = (
    ("ied", 2, "y"),
    ("ie", 3, "y"),
    ("ing", 3, ""),
    ("ed", 3, ""),
    ("ern", 4, "er"),
    ("en", 4, ""),
    ("er", 5, ""),
    ("em", 5, ""),
)  # an ending, how many letters must stand before it, and what stands in its place
_ENDINGS = ("", *"aeinos", *("as", "ed", "em", "en", "ens", "er", "ern", "ers", "es", "ing", "ings", "ns", "os"))


def stem(word: str) -> str:
    """Of a folded word; what is not in Latin letters alone, or short, is its own stem."""
    if not _LATIN.fullmatch(word):
        return word
    bare = _without_ending(_PLURAL.sub("", word))
    bare = _DOUBLED_L.sub("l", _DOUBLED.sub(r"\1", bare))
    return _without_vowel(bare)


def forms_of(word: str) -> frozenset[str]:
    """Words of the same stem, itself among them: those that could be, not those that are."""
    root = stem(word)
    return frozenset({word, *(form for form in _built_on(root) if stem(form) == root)})


def _built_on(root: str) -> Iterator[str]:
    bases = [root, root + root[-1]] if root[-1:] in _MAY_DOUBLE else [root]
    yield from (base + ending for base in bases for ending in _ENDINGS)
    if root.endswith("y"):
        yield from (root[:-1] + ending for ending in ("ie", "ies", "ied"))


def _without_ending(word: str) -> str:
    for ending, least, instead in _CUTS:
        head = word.removesuffix(ending)
        if head != word and len(head) >= least and _VOWEL.search(head):
            return head + instead
    return word


def _without_vowel(word: str) -> str:
    least = 3 if word.endswith("e") else 4
    return word[:-1] if word[-1] in "aeio" and len(word) > least else word
