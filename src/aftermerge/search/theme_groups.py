"""Vectors in groups, without being told how many: EVoC (a graph of neighbours, and density in an embedding of it).

Its finest grouping is taken. What lies outside all groups stays outside: most of it speaks of something else than the
group that happens to be the nearest.
"""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

__all__ = ["FEWEST", "groups_of"]

FEWEST = 16  # texts, below which nothing is said to be a group
_NEIGHBOURS = 15
_LEAST_MEMBERS, _MEMBERS_PER_ROOT = 5, 8  # the more texts, the more it takes to be a group: their root by eight
_SEED = 0


def groups_of(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """The group of each, from 0, in the order in which they begin; −1 for what lies outside all of them."""
    groups = np.full(len(vectors), -1, dtype=np.int64)
    says = np.linalg.norm(vectors, axis=1) > 0
    if len(np.unique(vectors[says].round(4), axis=0)) >= FEWEST:
        groups[says] = in_order(_dense(_widened(vectors[says])))
    return groups


def _dense(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    from evoc import EVoC

    found = EVoC(
        n_neighbors=min(_NEIGHBOURS, len(vectors) - 1),
        base_min_cluster_size=max(_LEAST_MEMBERS, round(sqrt(len(vectors)) / _MEMBERS_PER_ROOT)),
        random_state=_SEED,
    )
    with np.errstate(all="ignore"):
        layers = found.fit(vectors).cluster_layers_
    return np.asarray(layers[0], dtype=np.int64)


def _widened(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """With as many dimensions as an embedding has at least."""
    return np.pad(vectors, ((0, 0), (0, max(0, FEWEST - vectors.shape[1]))))


def in_order(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same groups, numbered by who comes first."""
    number: dict[int, int] = {-1: -1}
    for label in labels.tolist():
        number.setdefault(label, len(number) - 1)
    return np.array([number[label] for label in labels.tolist()], dtype=np.int64)
