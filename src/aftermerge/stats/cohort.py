"""Sufficient statistics of units that got a change in the same period: all that a staggered design needs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Cohort:
    """`n` units that got the change in period `adopted`, counted from 0; None where they have not got it yet.

    `mean` is the outcome by period, (periods,); `cross` the centred sums of products, Σ(yₛ − ȳₛ)(yₜ − ȳₜ),
    (periods, periods).
    """

    adopted: int | None
    n: int
    mean: Floats
    cross: Floats
