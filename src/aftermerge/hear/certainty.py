"""How sure is an answer? A logistic curve through answers of which is known whether they were right."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Curve", "fitted"]

_RIDGE = 1e-2
_STEPS = 50

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """Facts (answers, facts) → certainty (answers,)."""

    middle: Floats
    scale: Floats
    weights: Floats
    """The last is the constant."""

    def certainty(self, facts: Floats) -> Floats:
        return _logistic(_widened((facts - self.middle) / self.scale) @ self.weights)


def fitted(facts: Floats, right: Floats, weight: Floats) -> Curve:
    """By penalised maximum likelihood (Newton's steps), from answers that were right or not, each of a weight.

    That all are right is no reason to be surer than their number allows: the targets are Platt's (1999).
    """
    middle, scale = facts.mean(axis=0), np.maximum(facts.std(axis=0), 1e-9)
    x = _widened((facts - middle) / scale)
    good = int((right > 0).sum())
    target = np.where(right > 0, (good + 1) / (good + 2), 1 / (len(right) - good + 2))
    weights = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        chance = _logistic(x @ weights)
        slope = x.T @ (weight * (target - chance)) - _RIDGE * weights
        bend = (x * (weight * chance * (1 - chance))[:, None]).T @ x + _RIDGE * np.eye(x.shape[1])
        step = np.linalg.solve(bend, slope)
        weights = weights + step * min(1.0, 4.0 / float(np.abs(step).max(initial=1e-12)))
    return Curve(middle, scale, weights)


def _widened(facts: Floats) -> Floats:
    return np.column_stack([facts, np.ones(len(facts))])


def _logistic(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))
