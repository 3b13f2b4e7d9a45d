"""Quantiles of a group, and how sure one can be of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantile:
    """A quantile of `n` values with the ends of its own 95% interval, by ranks (the outer confidence interval)."""

    n: int
    value: float
    low: float
    high: float
