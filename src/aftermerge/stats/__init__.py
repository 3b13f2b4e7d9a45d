"""Numbers in, numbers out: the statistics of a verdict, usable on their own."""

from aftermerge.stats.arms import two_arms
from aftermerge.stats.cohort import Cohort
from aftermerge.stats.estimate import Estimate
from aftermerge.stats.integrated_gls import before_after
from aftermerge.stats.moments import Moments
from aftermerge.stats.placebo import calibrate
from aftermerge.stats.portfolio import Brier, benjamini_hochberg, brier, shrink
from aftermerge.stats.power import before_after_power, two_arm_power, two_arm_units
from aftermerge.stats.quantiles import Quantile, two_quantiles
from aftermerge.stats.sample_ratio import running_sample_ratio_p, sample_ratio_p, sequential_sample_ratio_p
from aftermerge.stats.staggered import StaggeredEffect, staggered
from aftermerge.stats.synthetic import SyntheticEffect, synthetic, synthetic_by_method

__all__ = [
    "Brier",
    "Cohort",
    "Estimate",
    "Moments",
    "Quantile",
    "StaggeredEffect",
    "SyntheticEffect",
    "before_after",
    "before_after_power",
    "benjamini_hochberg",
    "brier",
    "calibrate",
    "running_sample_ratio_p",
    "sample_ratio_p",
    "sequential_sample_ratio_p",
    "shrink",
    "staggered",
    "synthetic",
    "synthetic_by_method",
    "two_arm_power",
    "two_arm_units",
    "two_arms",
    "two_quantiles",
]
