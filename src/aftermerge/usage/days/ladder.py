"""Sums that are exact: the same bits in whatever order an engine adds up, and whatever else is asked.

Each number is taken apart into pieces, each on a grid of its own, the coarsest first, so coarse that no sum of such
pieces needs more digits than float64 has (pre-rounding, as in `exact`). With as many grids as the numbers have digits
nothing is left over; then the pieces' sums, added up exactly, are the exact sum, rounded once (Demmel and Nguyen 2013,
section IV; the last step is Shewchuk 1997, `math.fsum`). What grids were used no longer shows in it, so that a day
alone gives what it gives among others.
Assumption: the engine adds in float64, rounds to even, does not rearrange `(a + b) - b`, and adds up no more than 2³⁰
numbers into one sum.
Blind spot: numbers beyond 10²⁹⁸ are added up as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import frexp, fsum, inf, isfinite, ldexp

import numpy as np
from numpy.typing import NDArray

from aftermerge.model.plan import Days

_DIGITS = 53
_SUMMANDS = 30
"""log₂ of the numbers in one sum."""
_PER_RUNG = _DIGITS + 1 - _SUMMANDS
_MOST = 990
"""Beyond 2⁹⁹⁰ a grid's magic number would leave float64."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Grids for numbers smaller than 2 to the `top`. Without `rungs`, numbers are added up as they are."""

    top: int
    rungs: int

    @property
    def magics(self) -> tuple[float, ...]:
        """Of each grid the number that, added and taken away again, leaves a number on it; the coarsest first."""
        tops = (self.top - rung * _PER_RUNG for rung in range(self.rungs))
        return tuple(ldexp(1.5, top + _SUMMANDS - 1) for top in tops)

    def fits(self, most: float, left: float) -> bool:
        """Whether sums were exact, given the largest magnitude and the largest of what was left over."""
        return not self.rungs or (left == 0.0 and most < ldexp(1.0, self.top))


USUAL = Ladder(30, 4)
"""For numbers below a billion, to the last digit from 0.0002 on."""
_AS_THEY_ARE = Ladder(0, 0)


def ladder_of(most: float | None, least: float | None) -> Ladder:
    """One that is exact for numbers of these magnitudes, but 0; as they are, where the largest is near infinity."""
    if most is None or least is None:
        return USUAL
    if not isfinite(most) or frexp(most)[1] > _MOST:
        return _AS_THEY_ARE
    top = frexp(most)[1]
    lowest = max(frexp(least)[1] - _DIGITS, -1074)
    return Ladder(top, -(-(top - lowest + 1) // _PER_RUNG))


def exactly(pieces: Sequence[Days], known: NDArray[np.bool_]) -> Days:
    """The sums of pieces, a column each, rounded once; 0 where none is known, infinite where any was no number."""
    rows = np.column_stack(pieces)
    return np.array([_total(row) if is_known else 0.0 for row, is_known in zip(rows, known, strict=True)])


def _total(pieces: Days) -> float:
    return fsum(pieces) if np.isfinite(pieces).all() else inf
