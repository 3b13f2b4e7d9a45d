"""Groups texts by what they speak of: words and parts of words, latent dimensions, density clusters. Nothing is
downloaded, no number of groups is given, and the same texts give the same groups.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aftermerge.errors import OutsideError
from aftermerge.ports import Embedder

__all__ = ["TextThemer"]

DIMENSIONS = 100
_SEED = 0


class TextThemer:
    """Fits `ports.Themer`. `embedder` is the team's own, where it brings one."""

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._embedder = embedder

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """
        Raises:
            OutsideError: the extra is not installed.
        """
        found = self._embedder(texts) if self._embedder else _latent(texts)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.where(lengths > 0, lengths, 1), dtype=np.float32)

    def groups(self, vectors: NDArray[np.float32]) -> NDArray[np.int64]:
        """
        Raises:
            OutsideError: the extra is not installed.
        """
        evoc = _extra("evoc")
        return np.asarray(evoc.EVoC(random_state=_SEED).fit_predict(vectors), dtype=np.int64)


def _latent(texts: Sequence[str]) -> NDArray[np.float64]:
    text, decomposition = _extra("sklearn.feature_extraction.text"), _extra("sklearn.decomposition")
    words = text.TfidfVectorizer(sublinear_tf=True, min_df=2, ngram_range=(1, 2)).fit_transform(texts)
    parts = text.TfidfVectorizer(sublinear_tf=True, min_df=2, analyzer="char_wb", ngram_range=(3, 5)).fit_transform(
        texts
    )
    from scipy.sparse import hstack

    both = hstack([words, parts]).tocsr()
    found: NDArray[np.float64] = decomposition.TruncatedSVD(
        min(DIMENSIONS, min(both.shape) - 1), random_state=_SEED
    ).fit_transform(both)
    return found


def _extra(name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError as error:
        then = "run `pip install 'aftermerge[themes]'`"
        raise OutsideError("themes need more than is installed", then=then) from error
