"""Which of a few named groups is a text like, and how sure is that?

A text is as like a group as it is to its three nearest examples (cosines). How sure it is, is learnt from the examples
themselves: each is left out and guessed in turn, and a logistic curve of the nearness and of the lead over the next
group says how often such guesses were right (Platt 1999). What lies farther from all examples than nine of ten examples
lie from the others is less sure by as much. Blind spot: a new problem in the words of an old one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

NEAREST = 3
_FAR_SHARE = 0.1
_RIDGE = 1e-2


@dataclass(frozen=True, eq=False, slots=True)
class Guess:
    """The group of each text, and how sure that is, 0 to 1. Both (texts,)."""

    group: Labels
    certainty: Floats


def guess(examples: NDArray[np.float32], labels: Labels, texts: NDArray[np.float32]) -> Guess:
    """`examples` (examples, dimensions) and `texts` (texts, dimensions) are of length 1; `labels` count from 0."""
    learnt = _scores(examples, labels, examples, leave_out=True)
    features, right = _features(learnt), learnt.argmax(axis=1) == labels
    curve = _curve(features, right)
    scores = _scores(examples, labels, texts)
    certainty = expit(_design(_features(scores)) @ curve)
    far = max(float(np.quantile(features[:, 0], _FAR_SHARE)), 1e-6)
    nearness = np.clip(scores.max(axis=1) / far, 0.0, 1.0)
    return Guess(scores.argmax(axis=1), np.asarray(certainty * nearness))


def _scores(
    examples: NDArray[np.float32], labels: Labels, texts: NDArray[np.float32], *, leave_out: bool = False
) -> Floats:
    """How like each group each text is, (texts, groups)."""
    cosines = np.asarray(texts @ examples.T, dtype=np.float64)
    if leave_out:
        np.fill_diagonal(cosines, -1.0)
    found = np.empty((len(texts), int(labels.max()) + 1))
    for group in range(found.shape[1]):
        own = np.sort(cosines[:, labels == group], axis=1)[:, -NEAREST:]
        found[:, group] = np.clip(own, 0.0, 1.0).mean(axis=1)
    return found


def _features(scores: Floats) -> Floats:
    """The nearness of the best group, and its lead over the next, (texts, 2)."""
    if scores.shape[1] == 1:
        return np.column_stack([scores[:, 0], scores[:, 0]])
    best = np.sort(scores, axis=1)
    return np.column_stack([best[:, -1], best[:, -1] - best[:, -2]])


def _design(features: Floats) -> Floats:
    return np.column_stack([np.ones(len(features)), features])


def _curve(features: Floats, right: NDArray[np.bool_]) -> Floats:
    """A logistic curve, held back a little, with Platt's targets: few examples never make it quite sure."""
    design, count = _design(features), int(right.sum())
    target = np.where(right, (count + 1) / (count + 2), 1 / (len(right) - count + 2))

    def loss(weights: Floats) -> float:
        logits = design @ weights
        return float((np.logaddexp(0, logits) - target * logits).sum() + _RIDGE * (weights[1:] ** 2).sum())

    return np.asarray(minimize(loss, np.zeros(3), method="BFGS").x)
