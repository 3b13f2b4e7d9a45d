"""Where in a text the things stand that were asked for."""

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from aftermerge.hear.query import Asked, Clause
from aftermerge.hear.stems import forms_of
from aftermerge.hear.words import words_of

__all__ = ["Span", "found_in", "is_typo_of", "marks", "stands_at"]

Span = tuple[int, int]
"""`text[start:end]`."""


def marks(text: str, asked: Asked, corrected: Collection[str] = ()) -> tuple[Span, ...]:
    """What was found in a text, in its order, joined where it touches; `corrected` as in `Hits`."""
    words = list(words_of(text))
    terms = [word.folded for word in words]
    spans: list[Span] = []
    for clause in asked.wanted:
        typos = clause.distances if clause.typed in corrected else range(0)
        for first, last in found_in(terms, clause, typos):
            spans.append((words[first].start, words[last].end))
    return tuple(_joined(sorted(set(spans))))


def found_in(terms: Sequence[str], clause: Clause, typos: range = range(0)) -> Iterator[tuple[int, int]]:
    """First and last index of each place where a clause stands in the words of a text."""
    if len(clause.words) > 1:
        yield from _phrases(terms, clause.words)
        return
    verdicts: dict[str, bool] = {}
    forms = forms_of(clause.words[0]) if clause.is_plain else frozenset(clause.words)
    for index, term in enumerate(terms):
        if term not in verdicts:
            verdicts[term] = stands_at(term, clause, forms, typos)
        if verdicts[term]:
            yield index, index


def _phrases(terms: Sequence[str], words: Sequence[str]) -> Iterator[tuple[int, int]]:
    for index in range(len(terms) - len(words) + 1):
        if terms[index] == words[0] and all(terms[index + i] == word for i, word in enumerate(words)):
            yield index, index + len(words) - 1


def stands_at(term: str, clause: Clause, forms: Collection[str], typos: range) -> bool:
    """Whether a word of a text is the one word of a clause."""
    word = clause.words[0]
    if clause.is_prefix:
        return term.startswith(word)
    return term in forms or any(is_typo_of(term, word, most) for most in typos)


def is_typo_of(term: str, word: str, most: int) -> bool:
    """Whether at most so many letters were missed, added, mistaken or swapped with their neighbour (OSA distance)."""
    if abs(len(term) - len(word)) > most:
        return False
    before, row = [0] * (len(word) + 1), list(range(len(word) + 1))
    for i, (last, letter) in enumerate(pairwise(" " + term), start=1):
        longer = [i]
        for j, other in enumerate(word, start=1):
            cost = min(row[j] + 1, longer[j - 1] + 1, row[j - 1] + (letter != other))
            if j > 1 and letter == word[j - 2] and last == other:
                cost = min(cost, before[j - 2] + 1)
            longer.append(cost)
        before, row = row, longer
    return row[-1] <= most


def _joined(spans: Sequence[Span]) -> Iterator[Span]:
    held: Span | None = None
    for start, end in spans:
        if held is None:
            held = (start, end)
        elif start <= held[1]:
            held = (held[0], max(held[1], end))
        else:
            yield held
            held = (start, end)
    if held:
        yield held
