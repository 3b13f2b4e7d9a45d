"""Sample ratio mismatch: were the arms filled in the proportion that was meant?"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, gammaln

from aftermerge.errors import StatisticsError

Floats = NDArray[np.float64]


def sample_ratio_p(counts: Sequence[int], ratio: Sequence[float] | None = None) -> float:
    """Pearson's chi-square p-value for one finished look at `counts` (variants,) against `ratio` (equal by default)."""
    observed, share = _shares(counts, ratio)
    expected = observed.sum() * share
    return float(chdtrc(len(observed) - 1, ((observed - expected) ** 2 / expected).sum()))


def sequential_sample_ratio_p(counts: Sequence[int], ratio: Sequence[float] | None = None) -> float:
    """A p-value that stays valid however often it is looked at.

    The inverse of the Bayes factor of a Dirichlet(100 · ratio) alternative against the point `ratio`
    (Lindon and Malek 2022, eq. 11), which is a martingale when the ratio holds.
    """
    observed, share = _shares(counts, ratio)
    prior = 100.0 * share
    evidence = (
        gammaln(prior.sum())
        - gammaln(prior.sum() + observed.sum())
        + (gammaln(prior + observed) - gammaln(prior)).sum()
        - (observed * np.log(share)).sum()
    )
    return float(np.exp(min(0.0, -evidence)))


def running_sample_ratio_p(looks: Sequence[Sequence[int]], ratio: Sequence[float] | None = None) -> float:
    """The least sequential p over all looks so far, `looks` (looks, variants) with running counts.

    Whoever looks daily has seen every one of them, and what once was shown to be broken does not heal (Lindon and
    Malek 2022, section 3).

    Raises:
        StatisticsError: no look, or one of nobody.
    """
    if not looks:
        raise StatisticsError("a sample ratio needs a look")
    return min(sequential_sample_ratio_p(counts, ratio) for counts in looks)


def _shares(counts: Sequence[int], ratio: Sequence[float] | None) -> tuple[Floats, Floats]:
    observed = np.asarray(counts, dtype=np.float64)
    share = np.ones(len(observed)) if ratio is None else np.asarray(ratio, dtype=np.float64)
    if len(observed) < 2 or observed.sum() == 0 or len(share) != len(observed) or (share <= 0).any():
        raise StatisticsError("a sample ratio needs two or more variants, one unit, and a positive share for each")
    return observed, share / share.sum()
