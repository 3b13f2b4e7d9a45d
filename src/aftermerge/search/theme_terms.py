"""Texts as rows of terms (words, and pieces of words), each term weighed by how much it tells.

The weight of a term is learnt from the texts themselves: how far what stands beside it differs from what stands
anywhere (the Kullback–Leibler divergence). First that is the words beside it; then, once there are groups, also the
groups that it stands in. Articles, greetings or the name of the product weigh next to nothing, in any language, without
a list of stop words. Blind spot: among a few dozen texts, the words beside a term are too few to tell much.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aftermerge.hear.stems import stem
from aftermerge.hear.words import terms_of

__all__ = ["Terms"]

_SHRINK_WORDS, _SHRINK_GROUPS = 20.0, 5.0  # words, or texts, like everybody's that are mixed in
_LEAST_TEXTS = 2
_MOST_WORDS, _MOST_PIECES = 20_000, 40_000
_LEARNT_FROM = 20_000  # texts, evenly spaced
_PIECES = (2, 4)  # letters
_LONGEST_TEXT = 4_000  # letters that are read

Floats = NDArray[np.float64]


class Terms:
    """The terms of texts, counted once. Sparse matrices are (texts, terms)."""

    def __init__(self, texts: Sequence[str]) -> None:
        read = [text[:_LONGEST_TEXT] for text in texts]
        self._words = _counted(read, _MOST_WORDS, tokenizer=_stems, token_pattern=None, lowercase=False)
        self._pieces = _counted(read, _MOST_PIECES, analyzer="char_wb", ngram_range=_PIECES)
        self._learnt = slice(None, None, max(1, -(-len(texts) // _LEARNT_FROM)))
        self._of_words, self._of_pieces = self._by_words()

    def of_sample(self) -> Any:
        """Rows of the texts from which weights are learnt, by the words beside each term."""
        return _beside(
            _scaled(self._words[self._learnt], np.sqrt(self._of_words)),
            _scaled(self._pieces[self._learnt], self._of_pieces),
        )

    def weighed(self, groups: NDArray[np.int64]) -> Any:
        """Rows of all texts, in which words and pieces of words have equal shares; `groups` are those of the sample."""
        of_words, of_pieces = np.sqrt(self._of_words), self._of_pieces
        if (groups >= 0).any():
            words, pieces = self._by_groups(groups)
            of_words, of_pieces = np.sqrt(np.sqrt(self._of_words * words)), np.sqrt(self._of_pieces * pieces)
        return _beside(_scaled(self._words, of_words), _scaled(self._pieces, of_pieces))

    def _by_words(self) -> tuple[Floats, Floats]:
        words, pieces = self._words[self._learnt], self._pieces[self._learnt]
        return _tells(words, words, _SHRINK_WORDS, without_itself=True), _tells(pieces, words, _SHRINK_WORDS)

    def _by_groups(self, groups: NDArray[np.int64]) -> tuple[Floats, Floats]:
        belongs = _one_hot(groups)
        words, pieces = self._words[self._learnt], self._pieces[self._learnt]
        return _tells(words, belongs, _SHRINK_GROUPS), _tells(pieces, belongs, _SHRINK_GROUPS)


def _stems(text: str) -> list[str]:
    return [stem(word) for word in terms_of(text)]


def _counted(texts: Sequence[str], most: int, **how: Callable[..., Any] | Any) -> Any:
    """1 where the term stands in the text."""
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import CountVectorizer

    least = _LEAST_TEXTS if len(texts) > _LEAST_TEXTS else 1
    counter = CountVectorizer(min_df=least, max_features=most, binary=True, dtype=np.float32, **how)
    try:
        return counter.fit_transform(texts).tocsr()
    except ValueError:  # no term stands in two texts
        return csr_matrix((len(texts), 1), dtype=np.float32)


def _scaled(terms: Any, weights: Floats) -> Any:
    """Each row of length 1."""
    from sklearn.preprocessing import normalize

    return normalize(terms.multiply(weights.astype(np.float32)).tocsr())


def _beside(words: Any, pieces: Any) -> Any:
    from scipy.sparse import hstack

    return hstack([words, pieces]).tocsr()


def _one_hot(groups: NDArray[np.int64]) -> Any:
    """(texts, groups); an empty row for what belongs to none."""
    from scipy.sparse import csr_matrix

    rows = np.flatnonzero(groups >= 0)
    ones = np.ones(len(rows), dtype=np.float32)
    return csr_matrix((ones, (rows, groups[rows])), shape=(len(groups), int(groups.max()) + 1))


def _tells(terms: Any, things: Any, shrink: float, *, without_itself: bool = False) -> Floats:
    """For each term, how far the things beside it differ from everybody's; 0 is not at all."""
    beside = (terms.T @ things).tocsr().astype(np.float64)
    if without_itself:
        beside.setdiag(0)
        beside.eliminate_zeros()
    usual = np.asarray(beside.sum(axis=0)).ravel()
    usual = usual / max(usual.sum(), 1.0) + 1e-12
    total = np.asarray(beside.sum(axis=1)).ravel() + shrink
    row = np.repeat(np.arange(beside.shape[0]), np.diff(beside.indptr))
    expected = usual[beside.indices]
    share = (beside.data + shrink * expected) / total[row]
    none = np.log(shrink / total)  # what a thing that never stands beside it says
    seen = share * np.log(share / expected) - shrink * expected / total[row] * none[row]
    return np.maximum(np.bincount(row, seen, beside.shape[0]) + shrink / total * none, 0.0)
