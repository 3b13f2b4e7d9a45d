"""Many claims together: which of them survive, what they add up to, and how good the forecasts were.

Whoever reads many claims finds wins by chance, and the wins that are found are the ones that chance was kind to.
The first is met by the false discovery rate, the second by shrinkage. Assumes that the claims err independently of
one another, and, for shrinkage, that their true effects are of one kind. Blind spot: claims that were never read out.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import stdtrit

from aftermerge.errors import StatisticsError

Floats = NDArray[np.float64]
Center = Literal["zero", "mean"]


def benjamini_hochberg(p: ArrayLike, q: float = 0.05) -> NDArray[np.bool_]:
    """Which claims survive when at most a share `q` of the survivors may be false (Benjamini and Hochberg 1995).

    Raises:
        StatisticsError: a p that is no probability.
    """
    values = np.asarray(p, dtype=np.float64).ravel()
    if not ((values >= 0) & (values <= 1)).all():
        raise StatisticsError("a p-value lies between 0 and 1")
    order = np.argsort(values, kind="stable")
    passed = np.flatnonzero(values[order] <= q * np.arange(1, len(values) + 1) / len(values)) if len(values) else order
    survives = np.zeros(len(values), dtype=np.bool_)
    survives[order[: passed[-1] + 1 if len(passed) else 0]] = True
    return survives


def shrink(estimates: ArrayLike, sds: ArrayLike, towards: Center = "zero") -> Floats:
    """Estimates drawn to zero or to their own mean, each by as much as its standard deviation deserves, (claims,).

    Each keeps the share A / (A + sd²) of its distance. The variance A of the true effects solves
    Σ distance² / (A + sd²) = claims − 2, or − 3 where the mean is estimated too (Carter and Rolph 1974, Efron and
    Morris 1975). With equal sds this is the positive-part James–Stein estimator. Fewer claims than are subtracted
    plus one tell nothing of A, and stay as they are.

    Raises:
        StatisticsError: numbers that do not pair up or are not finite, or an sd that is not positive.
    """
    values, variances = _checked(estimates, sds)
    degrees = len(values) - (2 if towards == "zero" else 3)
    if degrees < 1:
        return values

    def center(spread: float) -> float:
        weights = 1 / (spread + variances)
        return 0.0 if towards == "zero" else float(weights @ values / weights.sum())

    def excess(spread: float) -> float:
        return float(((values - center(spread)) ** 2 / (spread + variances)).sum()) - degrees

    widest = float(((values - values.mean()) ** 2).sum() + (values**2).sum() + variances.max())
    spread = float(brentq(excess, 0.0, widest, xtol=1e-12 * widest)) if excess(0.0) > 0 else 0.0
    return np.asarray(center(spread) + (values - center(spread)) * spread / (spread + variances))


def _checked(estimates: ArrayLike, sds: ArrayLike) -> tuple[Floats, Floats]:
    values, spreads = np.asarray(estimates, dtype=np.float64).ravel(), np.asarray(sds, dtype=np.float64).ravel()
    if values.shape != spreads.shape:
        raise StatisticsError(f"{len(values)} estimates, {len(spreads)} standard deviations")
    if not (np.isfinite(values).all() and np.isfinite(spreads).all() and (spreads > 0).all()):
        raise StatisticsError("an estimate that is not finite, or a standard deviation that is not positive")
    return values, spreads**2


@dataclass(frozen=True, slots=True)
class Brier:
    """The mean squared distance of forecasts from what came, with its 95% interval; 0 is best, 0.25 a coin's.

    For forecasts rounded to tenths the score is `reliability` − `resolution` + `uncertainty` (Murphy 1973): how far
    what came lies from what was said, how far forecasts tell cases apart, and what the base rate alone scores.
    """

    score: float
    low: float
    high: float
    reliability: float
    resolution: float
    uncertainty: float
    forecasts: int


def brier(forecasts: ArrayLike, outcomes: ArrayLike, level: float = 0.95) -> Brier:
    """Score probabilities against what came, 0 or 1 (Brier 1950).

    Raises:
        StatisticsError: fewer than two forecasts, one that is no probability, or an outcome that is neither 0 nor 1.
    """
    said, came = np.asarray(forecasts, dtype=np.float64).ravel(), np.asarray(outcomes, dtype=np.float64).ravel()
    if len(said) != len(came) or len(said) < 2:
        raise StatisticsError(f"{len(said)} forecasts, {len(came)} outcomes; two of each are the least")
    if not ((said >= 0) & (said <= 1)).all() or not np.isin(came, (0, 1)).all():
        raise StatisticsError("a forecast lies between 0 and 1, an outcome is 0 or 1")
    losses = (said - came) ** 2
    score = float(losses.mean())
    half = float(stdtrit(len(said) - 1, 0.5 + level / 2) * losses.std(ddof=1) / np.sqrt(len(said)))
    base = float(came.mean())
    tenths, group = np.unique(np.round(said, 1), return_inverse=True)
    counts = np.bincount(group)
    rates = np.bincount(group, came) / counts
    return Brier(
        score=score,
        low=max(score - half, 0.0),
        high=min(score + half, 1.0),
        reliability=float(counts @ (tenths - rates) ** 2) / len(said),
        resolution=float(counts @ (rates - base) ** 2) / len(said),
        uncertainty=base * (1 - base),
        forecasts=len(said),
    )
