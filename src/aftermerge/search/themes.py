"""Groups texts by what they speak of: no model to download, no number of groups to give.

Words and pieces of words, weighed by what they tell in these very texts, in fewer dimensions (latent semantic analysis,
Deerwester et al. 1990), then grouped by density; once more with what the first groups taught about the words. The same
texts in the same order give the same groups.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aftermerge.errors import InputError
from aftermerge.ports import Embedder

__all__ = ["TextThemer"]

_DIMENSIONS = 300
_POWER = 0.75  # of the singular values, beyond the first: what stands together often counts for more
_SEED = 0
_NEEDED = ("sklearn", "evoc")


class TextThemer:
    """Fits `ports.Themer`. An `embedder` takes the place of the vectors that are learnt from the texts."""

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._embedder = embedder

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """
        Raises:
            InputError: the extra `themes` is not installed, or the embedder gave no vector for each text.
        """
        _refuse_without_extra()
        if not texts:
            return np.zeros((0, 1), dtype=np.float32)
        return _unit(_embedded(self._embedder, texts) if self._embedder else _learnt(texts))

    def groups(self, vectors: NDArray[np.float32]) -> NDArray[np.int64]:
        """
        Raises:
            InputError: the extra `themes` is not installed.
        """
        _refuse_without_extra()
        from aftermerge.search.theme_groups import groups_of

        return groups_of(vectors)


def _embedded(embedder: Embedder, texts: Sequence[str]) -> NDArray[np.float64]:
    found = np.asarray(embedder(texts), dtype=np.float64)
    if found.ndim != 2 or len(found) != len(texts) or not np.isfinite(found).all():
        what = f"the embedder was given {len(texts):,} texts and returned an array of shape {found.shape}"
        raise InputError(what, then="it must return a vector of finite numbers for each text: (texts, dimensions)")
    return found


def _learnt(texts: Sequence[str]) -> NDArray[np.float64]:
    from aftermerge.search.theme_groups import groups_of
    from aftermerge.search.theme_terms import Terms

    terms = Terms(texts)
    groups = groups_of(_unit(_reduced(terms.of_sample())))
    return _reduced(terms.weighed(groups))


def _reduced(rows: Any) -> NDArray[np.float64]:
    from sklearn.decomposition import TruncatedSVD

    dimensions = min(_DIMENSIONS, min(rows.shape) - 1)
    if dimensions < 2:
        return np.asarray(rows.toarray(), dtype=np.float64)
    found = TruncatedSVD(dimensions, random_state=_SEED)
    with np.errstate(all="ignore"):  # texts that are all the same have no variance to be explained
        return np.asarray(found.fit_transform(rows) * found.singular_values_**_POWER, dtype=np.float64)


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (rows / np.where(length > 0, length, 1.0)).astype(np.float32)
    return unit


def _refuse_without_extra() -> None:
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise InputError("grouping texts needs the extra `themes`", then="pip install 'aftermerge[themes]'")
