"""Numbers in, numbers out: the statistics of a verdict, usable on their own."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aftermerge.stats.arms import two_arms
    from aftermerge.stats.cohort import Cohort
    from aftermerge.stats.estimate import Estimate
    from aftermerge.stats.integrated_gls import before_after
    from aftermerge.stats.moments import Moments
    from aftermerge.stats.placebo import calibrate
    from aftermerge.stats.portfolio import Brier, benjamini_hochberg, brier, shrink
    from aftermerge.stats.power import before_after_power, two_arm_power, two_arm_units
    from aftermerge.stats.quantile import Quantile
    from aftermerge.stats.quantiles import two_quantiles
    from aftermerge.stats.sample_ratio import running_sample_ratio_p, sample_ratio_p, sequential_sample_ratio_p
    from aftermerge.stats.staggered_adoption import StaggeredEffect, staggered
    from aftermerge.stats.synthetic_control import SyntheticEffect, synthetic, synthetic_by_method

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

_ROOMS: Mapping[str, str] = MappingProxyType(
    {
        "two_arms": "arms",
        "Cohort": "cohort",
        "Estimate": "estimate",
        "before_after": "integrated_gls",
        "Moments": "moments",
        "calibrate": "placebo",
        "Brier": "portfolio",
        "benjamini_hochberg": "portfolio",
        "brier": "portfolio",
        "shrink": "portfolio",
        "before_after_power": "power",
        "two_arm_power": "power",
        "two_arm_units": "power",
        "Quantile": "quantile",
        "two_quantiles": "quantiles",
        "running_sample_ratio_p": "sample_ratio",
        "sample_ratio_p": "sample_ratio",
        "sequential_sample_ratio_p": "sample_ratio",
        "StaggeredEffect": "staggered_adoption",
        "staggered": "staggered_adoption",
        "SyntheticEffect": "synthetic_control",
        "synthetic": "synthetic_control",
        "synthetic_by_method": "synthetic_control",
    }
)
"""Each is imported when it is first asked for: scipy takes as long as all else that a command needs."""


def __getattr__(name: str) -> object:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
