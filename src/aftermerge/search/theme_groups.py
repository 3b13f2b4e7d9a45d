"""Vectors in groups, without being told how many: EVoC (a graph of neighbours, and density in an embedding of it).

Its finest grouping is taken. What lies outside all groups goes to the nearest, unless it is less alike to the middle of
that group than any of those that belong to it.
"""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

__all__ = ["FEWEST", "groups_of", "to_the_nearest"]

FEWEST = 16  # texts, below which nothing is said to be a group
_NEIGHBOURS = 15
_LEAST_MEMBERS, _MEMBERS_PER_ROOT = 5, 8  # the more texts, the more it takes to be a group: their root by eight
_SEED = 0
_CHUNK = 10_000


def groups_of(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """The group of each, from 0, in the order in which they begin; −1 for what lies outside all of them."""
    groups = np.full(len(vectors), -1, dtype=np.int64)
    says = np.linalg.norm(vectors, axis=1) > 0
    if len(np.unique(vectors[says].round(4), axis=0)) >= FEWEST:
        groups[says] = in_order(_with_strays(vectors[says], _dense(_widened(vectors[says]))))
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


def _with_strays(vectors: NDArray[np.float32], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    belongs = groups >= 0
    if belongs.all() or not belongs.any():
        return groups
    nearest, likeness = to_the_nearest(vectors, groups)
    least = np.full(int(groups.max()) + 1, np.inf)
    own = belongs & (nearest == groups)
    np.minimum.at(least, groups[own], likeness[own])
    return np.where(belongs, groups, np.where(likeness >= least[nearest], nearest, -1))


def _middles(vectors: NDArray[np.float32], groups: NDArray[np.int64]) -> NDArray[np.float32]:
    sums = np.zeros((int(groups.max()) + 1, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, groups, vectors)
    length = np.linalg.norm(sums, axis=1, keepdims=True)
    return (sums / np.where(length > 0, length, 1)).astype(np.float32)


def to_the_nearest(
    vectors: NDArray[np.float32], groups: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The group to whose middle each is nearest, and how alike it is to that."""
    middles = _middles(vectors[groups >= 0], groups[groups >= 0])
    parts = [vectors[start : start + _CHUNK] @ middles.T for start in range(0, len(vectors), _CHUNK)]
    return np.concatenate([part.argmax(axis=1) for part in parts]), np.concatenate([part.max(axis=1) for part in parts])


def _widened(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """With as many dimensions as an embedding has at least."""
    return np.pad(vectors, ((0, 0), (0, max(0, FEWEST - vectors.shape[1]))))


def in_order(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same groups, numbered by who comes first."""
    number: dict[int, int] = {-1: -1}
    for label in labels.tolist():
        number.setdefault(label, len(number) - 1)
    return np.array([number[label] for label in labels.tolist()], dtype=np.int64)
