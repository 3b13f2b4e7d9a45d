"""Weights on the simplex: x'Kx made small over x ≥ 0, Σx = 1, for many problems at once.

Frank–Wolfe with exact line search, stopped and thinned out as in the implementation that accompanies Arkhangelsky,
Athey, Hirshberg, Imbens and Wager (2021): a hundred steps, weights under a quarter of the largest set to nought,
then up to ten thousand steps more. The published figures are those of this path and not of the exact minimum.

Of each step only the vertex and its size are kept: ‖Ax − b‖² + η‖x‖² is x'Kx on the simplex, so that a step needs
no more than Kx and one row of K.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

FIRST_STEPS = 100
MOST_STEPS = 10_000
STEPS_A_ROUND = 500
"""After so many steps the weights are put together anew, and what has come to rest is set aside."""
KEPT_SHARE = 0.25
"""Weights up to this share of the largest are set to nought between the two runs."""
BARRED = 1e30
"""Stands where a smaller problem has no vertex."""
MOST_ENTRIES = 8_000_000
"""Of all K that are worked on together: 64 MB."""
LEAST_CURVATURE = 1e-13


@dataclass(frozen=True, eq=False, slots=True)
class Problem:
    """K, (n, n), where to start, (n,), and the decrease of x'Kx under which to stop."""

    gram: Floats
    start: Floats
    least_decrease: float


def problem(columns: Floats, target: Floats, ridge: float, start: Floats, least_decrease: float) -> Problem:
    """‖columns x − target‖² + ridge ‖x‖² over the simplex; `columns` is (rows, n), `target` (rows,)."""
    apart = columns - target[:, None]
    return Problem(apart.T @ apart + ridge * np.eye(len(start)), start, least_decrease)


def solve(problems: Sequence[Problem]) -> list[Floats]:
    """The weights of each problem, (n,)."""
    first = _run(problems, FIRST_STEPS)
    thinned = [replace(item, start=_thinned(found)) for item, found in zip(problems, first, strict=True)]
    return _run(thinned, MOST_STEPS)


def _thinned(weights: Floats) -> Floats:
    kept = np.where(weights <= KEPT_SHARE * weights.max(), 0.0, weights)
    return np.asarray(kept / kept.sum())


def _run(problems: Sequence[Problem], most_steps: int) -> list[Floats]:
    """In groups that fit into memory."""
    found: list[Floats] = []
    while len(found) < len(problems):
        rest = problems[len(found) :]
        size = max(1, MOST_ENTRIES // max(len(item.start) for item in rest) ** 2)
        found += _together(rest[:size], most_steps)
    return found


def _together(problems: Sequence[Problem], most_steps: int) -> list[Floats]:
    widest = max(len(item.start) for item in problems)
    gram = np.full((len(problems), widest, widest), BARRED)
    weights = np.zeros((len(problems), widest))
    for index, item in enumerate(problems):
        n = len(item.start)
        gram[index, :n, :n], weights[index, :n] = item.gram, item.start
    least = np.array([item.least_decrease for item in problems])
    alive = np.arange(len(problems))
    for begun in range(0, most_steps, STEPS_A_ROUND):
        steps = min(STEPS_A_ROUND, most_steps - begun)
        weights[alive], resting = _round(gram, weights[alive], least, steps, is_first=begun == 0)
        if resting.any():
            alive, gram, least = alive[~resting], gram[~resting], least[~resting]
        if not len(alive):
            break
    return [weights[index, : len(item.start)] for index, item in enumerate(problems)]


def _round(
    gram: Floats, weights: Floats, least: Floats, steps: int, *, is_first: bool
) -> tuple[Floats, NDArray[np.bool_]]:
    """`steps` steps of every problem; the weights after them, and which problems came to rest on the way."""
    sizes, vertices, decreases = _walk(gram, weights, steps)
    small = decreases <= least
    small[0] &= not is_first  # the very first step is taken as it is
    resting = np.asarray(small.any(axis=0))
    last = np.where(resting, small.argmax(axis=0), steps)
    sizes[np.arange(steps)[:, None] > last] = 0.0
    return _put_together(weights, sizes, vertices), resting


def _walk(gram: Floats, weights: Floats, steps: int) -> tuple[Floats, Indices, Floats]:
    """Size, vertex (as a row of all K) and decrease of every step, (steps, problems).

    After a step of the best size x'Kx is the slope at its vertex, so that it needs no sum of its own.
    """
    count, n = weights.shape
    rows, first = gram.reshape(-1, n), n * np.arange(count)
    slope = np.einsum("bij,bj->bi", gram, weights)
    flattest = _flattest(gram)
    vertices = np.empty((steps, count), dtype=np.int64)
    sizes, gains, rises = np.empty((3, steps, count))
    value = np.einsum("bi,bi->b", slope, weights)
    step, spread = np.empty((2, count, n))
    at_slope, at_step = slope.reshape(-1), step.reshape(-1)
    for t in range(steps):
        vertex = slope.argmin(axis=1)
        vertex += first
        gain = value - at_slope[vertex]
        rows.take(vertex, axis=0, out=step, mode="clip")
        step -= slope
        rise = at_step[vertex]
        size = gain / (np.maximum(rise, flattest) + gain)
        spread[:] = size[:, None]  # two whole arrays are multiplied faster than an array and a column
        step *= spread
        slope += step
        value = at_slope[vertex]
        vertices[t], sizes[t], gains[t], rises[t] = vertex, size, gain, rise
    return sizes, vertices, sizes * (2 * gains - sizes * (gains + rises))


def _flattest(gram: Floats) -> Floats:
    """The least rise from a slope to its vertex that is more than rounding, (problems,)."""
    diagonal = np.einsum("bii->bi", gram)
    return np.asarray(LEAST_CURVATURE * np.where(diagonal < BARRED, diagonal, 0.0).max(axis=1) + 1e-300)


def _put_together(weights: Floats, sizes: Floats, vertices: Indices) -> Floats:
    """x after the steps: each vertex with its size, shrunk by every later step."""
    kept = np.cumprod((1 - sizes)[::-1], axis=0)[::-1]
    later = np.vstack([kept[1:], np.ones((1, kept.shape[1]))])
    gained = np.bincount(vertices.ravel(), (later * sizes).ravel(), minlength=weights.size)
    return np.asarray(weights * kept[0][:, None] + gained.reshape(weights.shape))
