"""Centres and grids of real variables, from their least and their largest value (see `exact`)."""

from collections.abc import Mapping, Sequence
from math import frexp, ldexp

from aftermerge.usage.exact import HALF_OF_ALL_BITS

_FAR = 1e100
"""Beyond it products of two sizes, and their grids, might leave float64."""

Reach = tuple[float, float]
"""The least and the largest value of a variable."""


def fixed_grids(reaches: Mapping[str, Reach], pairs: Sequence[tuple[str, str]], rows: int) -> Mapping[str, float]:
    """The same centres and grids as the query would find, by name; none if a value is far out or no number."""
    if not all(-_FAR < low <= high < _FAR for low, high in reaches.values()):
        return {}
    bits, sizes = _power(rows + 1.0) * 2, {part: _power(high - low) for part, (low, high) in reaches.items()}
    found = {f"k_{part}": max(low, min(high, 0.0)) for part, (low, high) in reaches.items()}
    for part, size in sizes.items():
        found[f"grid_{part}"] = 1.5 * size * bits
        found[f"fine_{part}"] = 1.5 * size * bits * bits * HALF_OF_ALL_BITS
    return found | {f"grid_{a}{b}": 1.5 * sizes[a] * sizes[b] * bits for a, b in pairs}


def _power(most: float) -> float:
    """2ᴱ > `most`; 1 where it is 0."""
    return ldexp(1.0, frexp(most)[1])
