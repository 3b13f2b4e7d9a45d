"""Which problem is a text nearest to, and how sure is that?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aftermerge.hear.certainty import Curve, fitted

__all__ = ["Magnets"]

_LEAST_UNKNOWN_SHARE = 0.1

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Magnets:
    """The middle of each problem's examples (problems, dimensions), and the curve that says how sure an answer is."""

    middles: Floats
    curve: Curve

    @classmethod
    def of(cls, examples: NDArray[np.float32], problem: Places) -> "Magnets":
        """Vectors of length 1, and the problem of each, from 0; each problem has two examples at least."""
        vectors = examples.astype(np.float64)
        sums = np.zeros((int(problem.max()) + 1, vectors.shape[1]))
        np.add.at(sums, problem, vectors)
        likeness = vectors @ _unit(sums).T
        own = np.arange(len(problem)), problem
        without = (vectors * _unit(sums[problem] - vectors)).sum(axis=1)
        likeness[own] = without * _grows_by(sums, np.bincount(problem))[problem]  # as if it were new
        best, facts = _facts(likeness)
        likeness[own] = 0.0  # and as if its problem were not known
        unknown = _facts(likeness)[1]
        right = np.concatenate([best == problem, np.zeros(len(problem), dtype=bool)]).astype(np.float64)
        weight = np.repeat(_shares(len(sums)), len(problem))
        return cls(_unit(sums), fitted(np.vstack([facts, unknown]), right, weight))

    def answers(self, vectors: NDArray[np.float32]) -> tuple[Places, Floats]:
        """The nearest problem of each, and the certainty that it is that one."""
        best, facts = _facts(vectors.astype(np.float64) @ self.middles.T)
        return best, self.curve.certainty(facts)


def _facts(likeness: Floats) -> tuple[Places, Floats]:
    """The best problem, and (texts, 2): how alike it is, and how much more than the next one."""
    best = likeness.argmax(axis=1)
    ordered = np.sort(np.column_stack([likeness, np.zeros(len(likeness))]), axis=1)
    return best, np.column_stack([ordered[:, -1], ordered[:, -1] - ordered[:, -2]])


def _shares(problems: int) -> tuple[float, float]:
    """Of what comes in, how much speaks of a known problem and how much of none: the fewer are known, the more."""
    unknown = max(_LEAST_UNKNOWN_SHARE, 1 / (1 + problems))
    return 1 - unknown, unknown


def _grows_by(sums: Floats, count: Places) -> Floats:
    """By which factor a text is more alike to the middle of all examples than to that of one less, problem by problem.

    The middle of n unit vectors, of which two have the mean likeness r, has the length √((1 + (n − 1) r) / n).
    """
    mean = np.clip(((sums**2).sum(axis=1) - count) / (count * (count - 1)), 0.0, 1.0)
    factor: Floats = np.sqrt((1 + (count - 2) * mean) / (count - 1) * count / (1 + (count - 1) * mean))
    return factor


def _unit(rows: Floats) -> Floats:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(length > 0, length, 1.0)
