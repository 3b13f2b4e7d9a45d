"""Numbers in, numbers out: the statistics of a verdict, usable on their own."""

from aftermerge.stats.arms import two_arms
from aftermerge.stats.estimate import Estimate
from aftermerge.stats.integrated_gls import before_after
from aftermerge.stats.moments import Moments
from aftermerge.stats.placebo import calibrate
from aftermerge.stats.quantiles import Quantile, two_quantiles
from aftermerge.stats.sample_ratio import running_sample_ratio_p, sample_ratio_p, sequential_sample_ratio_p

__all__ = [
    "Estimate",
    "Moments",
    "Quantile",
    "before_after",
    "calibrate",
    "running_sample_ratio_p",
    "sample_ratio_p",
    "sequential_sample_ratio_p",
    "two_arms",
    "two_quantiles",
]
