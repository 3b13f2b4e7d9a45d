"""Centres and grids of real variables, from their least and their largest value (see `exact`).

They are those of a whole column: what is the same in all variants needs no pass of its own to be found. Where one
variant holds values so large that the grids are too coarse for another, that shows in the sums of the other.
"""

from collections.abc import Mapping, Sequence
from math import frexp, ldexp

import numpy as np
from numpy.typing import NDArray

from aftermerge.model.plan import Days
from aftermerge.usage.exact import HALF_OF_ALL_BITS

_FAR = 1e100
"""Beyond it products of two sizes, and their grids, might leave float64."""

PRECISION = 1e-9
"""Of the standard error: what rounding may take from a mean, and of its square, from a sum of squares."""
ROUNDING = 2.0**-50
"""A centred sum of squares below this part of the sum of squares is rounding."""

Reach = tuple[float, float]
"""The least and the largest value of a variable."""


def fixed_grids(reaches: Mapping[str, Reach], pairs: Sequence[tuple[str, str]], rows: int) -> Mapping[str, float]:
    """The same centres and grids as the query would find, by name; none if a value is far out or no number."""
    if not all(-_FAR < low <= high < _FAR for low, high in reaches.values()):
        return {}
    bits, sizes = _power(rows + 1.0) * 2, {part: _power(high - low) for part, (low, high) in reaches.items()}
    found = {f"k_{part}": max(low, min(high, 0.0)) for part, (low, high) in reaches.items()}
    for summed, size in (sizes | {a + b: sizes[a] * sizes[b] for a, b in pairs}).items():
        found[f"grid_{summed}"] = 1.5 * size * bits
        found[f"fine_{summed}"] = 1.5 * size * bits * bits * HALF_OF_ALL_BITS
    return found


def are_coarse(fine: tuple[float, float], n: Days, squares: Days, centred: Days) -> NDArray[np.bool_]:
    """Whether grids are too coarse for groups of n units, given Σ(y - k)² and Σ(y - ȳ)² of each.

    `fine` are the magic numbers of the finer grids of y and of its square; half a step is what a value may lose.
    """
    of_value, of_square = (n * magic / 1.5 * HALF_OF_ALL_BITS for magic in fine)
    allowed: Days = PRECISION * centred
    coarse: NDArray[np.bool_] = (of_square + ROUNDING * squares > allowed) | (of_value**2 > PRECISION * allowed)
    return coarse


def _power(most: float) -> float:
    """2ᴱ > `most`; 1 where it is 0."""
    return ldexp(1.0, frexp(most)[1])
