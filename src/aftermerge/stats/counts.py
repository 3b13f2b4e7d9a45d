"""Small counts on the log scale.

log(count + ½) is nearly unbiased for the log of a Poisson rate above 2 a day, and far too high below. Turned back
by the inverse of its own expectation it is right at any rate. Blind spot: counts that come in bursts.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, lambertw

Floats = NDArray[np.float64]

HALF = 0.5
_SLOWEST, _FASTEST = 0.02, 60.0


def rate_of(mean_log: float) -> float:
    """The Poisson rate at which E[log(count + ½)] is `mean_log`; at the least 0.02."""
    rates, expected = _expectations()
    if mean_log >= expected[-1]:
        return float(np.exp(mean_log))
    return float(np.exp(np.interp(mean_log, expected, np.log(rates))))


def zeros_beside(mean: float) -> float:
    """The share of zeros of a Poisson count whose other days average `mean`, 1 at the least.

    Such days average rate ÷ (1 − e^−rate), which Lambert's W turns round.
    """
    if mean <= 1:
        return 1.0
    return float(np.exp(-mean - lambertw(-mean * np.exp(-mean)).real))


@lru_cache(maxsize=1)
def _expectations() -> tuple[Floats, Floats]:
    """Rates, and E[log(count + ½)] at each."""
    rates = np.geomspace(_SLOWEST, _FASTEST, 400)
    counts = np.arange(0, 400)
    log_mass = counts[None, :] * np.log(rates[:, None]) - rates[:, None] - gammaln(counts + 1)[None, :]
    return rates, np.asarray(np.exp(log_mass) @ np.log(counts + HALF))
