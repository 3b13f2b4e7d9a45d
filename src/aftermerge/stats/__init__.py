"""Numbers in, numbers out: the statistics of a verdict, usable on their own."""

from aftermerge.stats.arms import two_arms
from aftermerge.stats.cohort import Cohort
from aftermerge.stats.estimate import Estimate
from aftermerge.stats.integrated_gls import before_after
from aftermerge.stats.moments import Moments
from aftermerge.stats.placebo import calibrate
from aftermerge.stats.sample_ratio import sample_ratio_p, sequential_sample_ratio_p
from aftermerge.stats.staggered import StaggeredEffect, staggered

__all__ = [
    "Cohort",
    "Estimate",
    "Moments",
    "StaggeredEffect",
    "before_after",
    "calibrate",
    "sample_ratio_p",
    "sequential_sample_ratio_p",
    "staggered",
    "two_arms",
]
