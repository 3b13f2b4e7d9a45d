"""Is a measured rate over its bar?"""

from scipy.stats import beta


def lower_limit(hits: int, n: int) -> float:
    """The one-sided 95% lower limit of a rate (Clopper and Pearson 1934)."""
    return float(beta.ppf(0.05, hits, n - hits + 1)) if hits else 0.0


def is_within(hits: int, n: int, bar: float) -> bool:
    """A rate is over its bar when its one-sided 95% lower limit is."""
    return lower_limit(hits, n) <= bar
