"""Texts as rows of terms (words, and pieces of words), each term weighed by how much it tells.

The weight of a term is learnt from the texts themselves: how far the words beside it differ from everybody's words (the
Kullback–Leibler divergence, with `_SHRINK` words of everybody's mixed in). What stands beside anything, such as
articles, greetings or the name of the product, weighs next to nothing, in any language, without a list of stop
words. Blind spot: among a few dozen texts, the words beside a term are too few to tell much.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aftermerge.hear.stems import stem
from aftermerge.hear.words import terms_of

__all__ = ["weighed_terms"]

_SHRINK = 20.0
_LEAST_TEXTS = 2
_MOST_WORDS, _MOST_PIECES = 20_000, 60_000
_LEARNT_FROM = 20_000  # texts, evenly spaced
_PIECES = (3, 5)  # letters
_LONGEST_TEXT = 4_000  # letters that are read


def weighed_terms(texts: Sequence[str]) -> Any:
    """A sparse matrix (texts, terms): words and pieces of words have equal shares in each row."""
    from scipy.sparse import hstack
    from sklearn.preprocessing import normalize

    read = [text[:_LONGEST_TEXT] for text in texts]
    words = _counted(read, _MOST_WORDS, tokenizer=_stems, token_pattern=None, lowercase=False)
    pieces = _counted(read, _MOST_PIECES, analyzer="char_wb", ngram_range=_PIECES)
    learnt = slice(None, None, max(1, -(-len(texts) // _LEARNT_FROM)))
    of_words = np.sqrt(_tells(words[learnt], words[learnt], without_itself=True))
    of_pieces = _tells(pieces[learnt], words[learnt])
    return hstack([normalize(words.multiply(of_words).tocsr()), normalize(pieces.multiply(of_pieces).tocsr())]).tocsr()


def _stems(text: str) -> list[str]:
    return [stem(word) for word in terms_of(text)]


def _counted(texts: Sequence[str], most: int, **how: Callable[..., Any] | Any) -> Any:
    """(texts, terms): 1 where the term stands in the text."""
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import CountVectorizer

    least = _LEAST_TEXTS if len(texts) > _LEAST_TEXTS else 1
    counter = CountVectorizer(min_df=least, max_features=most, binary=True, dtype=np.float32, **how)
    try:
        return counter.fit_transform(texts).tocsr()
    except ValueError:  # no term stands in two texts
        return csr_matrix((len(texts), 1), dtype=np.float32)


def _tells(terms: Any, words: Any, *, without_itself: bool = False) -> NDArray[np.float64]:
    """For each term, how far the words beside it differ from everybody's; 0 is not at all."""
    beside = (terms.T @ words).tocsr().astype(np.float64)
    if without_itself:
        beside.setdiag(0)
        beside.eliminate_zeros()
    usual = np.asarray(beside.sum(axis=0)).ravel()
    usual = usual / max(usual.sum(), 1.0) + 1e-12
    total = np.asarray(beside.sum(axis=1)).ravel() + _SHRINK
    row = np.repeat(np.arange(beside.shape[0]), np.diff(beside.indptr))
    expected = usual[beside.indices]
    share = (beside.data + _SHRINK * expected) / total[row]
    none = np.log(_SHRINK / total)  # what a word that never stands beside it says
    seen = share * np.log(share / expected) - _SHRINK * expected / total[row] * none[row]
    return np.maximum(np.bincount(row, seen, beside.shape[0]) + _SHRINK / total * none, 0.0)
