"""Sufficient statistics of a group of units: all that a comparison of two groups needs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moments:
    """Count, means and centred sums of a numerator y and, for ratios, a denominator d.

    `ss_y` = Σ(y − ȳ)², `ss_d` = Σ(d − d̄)², `sp_yd` = Σ(y − ȳ)(d − d̄). Centred sums lose no digits to large means.
    """

    n: int
    mean_y: float
    ss_y: float
    mean_d: float = 1.0
    ss_d: float = 0.0
    sp_yd: float = 0.0

    def __add__(self, other: "Moments") -> "Moments":
        """The moments of both groups together (Chan, Golub and LeVeque 1983, eq. 2.1)."""
        n = self.n + other.n
        if n == 0:
            return EMPTY
        share = other.n / n
        dy, dd = other.mean_y - self.mean_y, other.mean_d - self.mean_d
        weight = self.n * share
        return Moments(
            n,
            self.mean_y + dy * share,
            self.ss_y + other.ss_y + dy * dy * weight,
            self.mean_d + dd * share,
            self.ss_d + other.ss_d + dd * dd * weight,
            self.sp_yd + other.sp_yd + dy * dd * weight,
        )


EMPTY = Moments(0, 0.0, 0.0, 0.0)
