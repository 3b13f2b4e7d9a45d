"""A treated unit beside a weighted average of those that were not: for few units, long observed."""

from aftermerge.stats.synthetic_control.effect import METHODS, Method, SyntheticEffect, synthetic, synthetic_by_method
from aftermerge.stats.synthetic_control.predictors import PredictorFit, fit_predictors, predictor_weights

__all__ = [
    "METHODS",
    "Method",
    "PredictorFit",
    "SyntheticEffect",
    "fit_predictors",
    "predictor_weights",
    "synthetic",
    "synthetic_by_method",
]
