"""Synthetic control by predictors: weights for which the untreated units resemble the treated one in what matters.

Given how much each predictor matters, V, the weights make Σ V (x₁ − X₀'w)² least over the simplex; V is chosen so
that the outcome before the switch is met best (Abadie and Gardeazabal 2003, appendix B). Predictors are divided by
their standard deviation over all units. Assumes that what the predictors tell of a unit drives its outcome. Blind
spot: many choices of V give nearly the same fit, so that V itself says little.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize, nnls

from aftermerge.errors import StatisticsError

Floats = NDArray[np.float64]

MOST_TRIALS = 1000
"""Steps of the search for V from each of its two beginnings."""


@dataclass(frozen=True, eq=False, slots=True)
class PredictorFit:
    """Weights of the untreated units, (units,), importance of the predictors, (predictors,), each summing to one;
    and the mean squared distance of the outcomes before the switch."""

    weights: Floats
    importance: Floats
    mspe: float


def predictor_weights(X0: ArrayLike, x1: ArrayLike, importance: ArrayLike) -> Floats:
    """The weights at a given importance of the predictors, by active sets, exact to rounding.

    Args:
        X0: predictors of the untreated units, (units, predictors).
        x1: those of the treated unit, (predictors,).
        importance: V, not negative, (predictors,).

    Raises:
        StatisticsError: shapes that do not fit, values that are not finite, a predictor that never varies, or an
            importance that is negative or nought throughout.
    """
    untreated, treated = _scaled(X0, x1)
    v = np.asarray(importance, dtype=np.float64)
    if v.shape != treated.shape or not np.isfinite(v).all() or (v < 0).any() or not v.any():
        raise StatisticsError("the importance of the predictors: one number each, none negative, not all nought")
    return _weights(untreated, treated, v)


def fit_predictors(X0: ArrayLike, x1: ArrayLike, Z0: ArrayLike, z1: ArrayLike) -> PredictorFit:
    """Weights and importance together, the better of two deterministic searches (Nelder and Mead 1965).

    One begins with all predictors alike, the other with their squared coefficients in a regression of the outcomes.

    Args:
        X0: predictors of the untreated units, (units, predictors).
        x1: those of the treated unit, (predictors,).
        Z0: outcomes of the untreated units before the switch, (units, periods).
        z1: those of the treated unit, (periods,).

    Raises:
        StatisticsError: see `predictor_weights`.
    """
    untreated, treated = _scaled(X0, x1)
    outcomes, outcome = _checked(Z0, z1, "outcomes")
    if len(outcomes) != len(untreated):
        raise StatisticsError(f"predictors of {len(untreated)} untreated units, outcomes of {len(outcomes)}")

    def mspe(importance: Floats) -> float:
        found = _weights(untreated, treated, _normed(importance))
        return float(((outcome - found @ outcomes) ** 2).mean())

    alike = np.full(len(treated), 1 / len(treated))
    begun = (alike, _by_regression(np.vstack([untreated, treated]), np.vstack([outcomes, outcome])))
    tries = [minimize(mspe, start, method="Nelder-Mead", options={"maxiter": MOST_TRIALS}) for start in begun]
    best = _normed(min(tries, key=lambda found: float(found.fun)).x)
    return PredictorFit(_weights(untreated, treated, best), best, mspe(best))


def _weights(untreated: Floats, treated: Floats, importance: Floats) -> Floats:
    """Least squares over w ≥ 0 with one row more, whose residual is 1 − Σw: its direction is the simplex's minimum."""
    apart = (np.sqrt(importance) * (untreated - treated)).T
    size = float(np.abs(apart).max()) or 1.0
    found, _ = nnls(np.vstack([apart / size, np.ones(len(untreated))]), np.append(np.zeros(len(apart)), 1.0))
    return np.asarray(found / found.sum())


def _scaled(X0: ArrayLike, x1: ArrayLike) -> tuple[Floats, Floats]:
    untreated, treated = _checked(X0, x1, "predictors")
    spread = np.vstack([untreated, treated]).std(axis=0, ddof=1)
    if not (spread > 1e-12 * np.maximum(1.0, np.abs(treated))).all():
        raise StatisticsError(f"predictor {int(spread.argmin())} is the same for all units")
    return untreated / spread, treated / spread


def _checked(of_untreated: ArrayLike, of_treated: ArrayLike, what: str) -> tuple[Floats, Floats]:
    untreated, treated = np.asarray(of_untreated, dtype=np.float64), np.asarray(of_treated, dtype=np.float64)
    if untreated.ndim != 2 or treated.shape != untreated.shape[1:]:
        told = f"{untreated.shape} for the untreated units, {treated.shape} for the treated one"
        raise StatisticsError(f"the {what} do not fit together: {told}")
    if not untreated.size or not (np.isfinite(untreated).all() and np.isfinite(treated).all()):
        raise StatisticsError(f"the {what} hold a value that is not finite, or none at all")
    return untreated, treated


def _normed(importance: Floats) -> Floats:
    sizes = np.abs(importance)
    return np.asarray(sizes / sizes.sum()) if sizes.sum() else np.full(len(sizes), 1 / len(sizes))


def _by_regression(predictors: Floats, outcomes: Floats) -> Floats:
    design = np.column_stack([np.ones(len(predictors)), predictors])
    coefficients = np.linalg.lstsq(design, outcomes, rcond=None)[0][1:]
    return _normed((coefficients**2).sum(axis=1))
