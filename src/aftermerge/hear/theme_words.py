"""Which words tell one group of texts from the others?

Log-odds with an informative prior, in standard errors (Monroe, Colaresi and Quinn 2008, eq. 22): a word of which few
texts are is drawn towards how often everybody writes it. A word counts once a text, in any of its forms, and is shown
in the form that is written most.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from aftermerge.hear.stems import stem
from aftermerge.hear.words import terms_of

__all__ = ["telling_words"]

MOST_WORDS = 5
_MOST_PRIOR, _PRIOR_SHARE = 200.0, 0.1  # words of everybody's that are mixed into each group
_LEAST_TEXTS = 2


def telling_words(texts: Sequence[str], groups: NDArray[np.int64]) -> list[tuple[str, ...]]:
    """By group from 0, its most telling words first; −1 counts among the others."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    everybody: Counter[str] = Counter()
    own: list[Counter[str]] = [Counter() for _ in range(int(groups.max(initial=-1)) + 1)]
    for text, group in zip(texts, groups.tolist(), strict=True):
        words = dict(_words(text))
        everybody.update(words.keys())
        if group >= 0:
            own[group].update(words.keys())
        for root, form in words.items():
            forms[root][form] += 1
    shown = {root: max(sorted(counts), key=lambda form: counts[form]) for root, counts in forms.items()}
    return [tuple(shown[root] for root in _ranked(counts, everybody)) for counts in own]


def _words(text: str) -> Iterator[tuple[str, str]]:
    """Each word by its stem; single letters and numbers tell nothing."""
    return (
        (stem(word), word) for word in terms_of(text) if not word.isdecimal() and (len(word) > 2 or word > "\u2fff")
    )


def _ranked(own: Mapping[str, int], everybody: Mapping[str, int]) -> list[str]:
    total, all_words = sum(own.values()), sum(everybody.values())
    scores = {
        word: _score(count, total, everybody[word], all_words) for word, count in own.items() if count >= _LEAST_TEXTS
    }
    ranked = sorted(scores, key=lambda word: (-scores[word], -own[word], word))[:MOST_WORDS]
    return [word for word in ranked if scores[word] > 0] or ranked


def _score(count: int, total: int, everybody: int, all_words: int) -> float:
    mixed_in = min(_MOST_PRIOR, _PRIOR_SHARE * all_words)
    prior = mixed_in * everybody / all_words
    here = count + prior, total + mixed_in - count - prior
    there = everybody - count + prior, all_words - total + mixed_in - everybody + count - prior
    if min(*here, *there) <= 0:
        return 0.0
    return (log(here[0] / here[1]) - log(there[0] / there[1])) / sqrt(1 / here[0] + 1 / there[0])
