"""What a person types to find feedback, understood.

    export fails            both words, in any of their forms, anywhere; the best first
    "times out"             these words, one after the other, exactly so
    crash*                  words that begin so
    -login  -"sign in"      not where this stands

A word that nobody wrote is tried with its typos. Marks that say nothing are passed over, and a quote that is not closed
ends with the query. A word that holds several (`log-in`, `3.5.1`, a run of Chinese) is a phrase.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from aftermerge.errors import InputError, Place
from aftermerge.hear.words import terms_of

__all__ = ["MOST_CHARACTERS", "MOST_CLAUSES", "Asked", "Clause", "understood"]

MOST_CHARACTERS = 1000
MOST_CLAUSES = 40

_OPENING = '"“”„«»'
_PART = re.compile(rf"(?P<minus>-?)(?:[{_OPENING}](?P<phrase>[^{_OPENING}]*)[{_OPENING}]?|(?P<bare>[^\s{_OPENING}]+))")
_SHORTEST_MISTYPED = 3
_LONG = 8


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that must stand there: a word, a phrase (several words), or the beginning of a word.

    `typed` is how it was written. Only a plain word, neither quoted nor a beginning, is found in its other forms and
    with typos.
    """

    words: tuple[str, ...]
    typed: str
    is_quoted: bool = False
    is_prefix: bool = False

    @property
    def is_plain(self) -> bool:
        return len(self.words) == 1 and not self.is_quoted and not self.is_prefix

    @property
    def distances(self) -> range:
        """With how many typos it is tried, the least first."""
        if not self.is_plain or len(self.words[0]) < _SHORTEST_MISTYPED:
            return range(0)
        return range(1, 3 if len(self.words[0]) >= _LONG else 2)


@dataclass(frozen=True, slots=True)
class Asked:
    """All of `wanted` and none of `unwanted`. Neither: everything."""

    wanted: tuple[Clause, ...] = field(default=())
    unwanted: tuple[Clause, ...] = field(default=())


def understood(text: str) -> Asked:
    """
    Raises:
        InputError: it is too long, or there is not a word in it.
    """
    if len(text) > MOST_CHARACTERS:
        what = f"the query has {len(text):,} characters; {MOST_CHARACTERS:,} are understood"
        raise InputError(what, where=_column(MOST_CHARACTERS), then="ask with a few telling words")
    wanted: list[Clause] = []
    unwanted: list[Clause] = []
    for match in _PART.finditer(text):
        for clause in _clauses(match):
            (unwanted if match["minus"] else wanted).append(clause)
            if len(wanted) + len(unwanted) > MOST_CLAUSES:
                what = f"the query has more than {MOST_CLAUSES} words"
                raise InputError(what, where=_column(match.start()), then="ask with a few telling words")
    if text.strip() and not wanted and not unwanted:
        at = len(text) - len(text.lstrip())
        raise InputError("there is no word in the query", where=_column(at), then="type a word, or filters alone")
    return Asked(tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(unwanted)))


def _clauses(match: re.Match[str]) -> Iterator[Clause]:
    if match["phrase"] is not None:
        words = tuple(terms_of(match["phrase"]))
        if words:
            yield Clause(words, match["phrase"], is_quoted=True)
        return
    bare = match["bare"]
    words = tuple(terms_of(bare))
    if words and bare.endswith("*"):
        if words[:-1]:
            yield Clause(words[:-1], bare, is_quoted=True)
        yield Clause(words[-1:], bare, is_prefix=True)
    elif words:
        yield Clause(words, bare)


def _column(at: int) -> Place:
    return Place("the query", column=str(at + 1))
