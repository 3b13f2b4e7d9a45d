"""Sufficient statistics of a group of units: all that a comparison of two groups needs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moments:
    """Count, means and centred sums of a numerator y and, for ratios, a denominator d.

    x and w are y and d of the same units before their exposure, for variance reduction; 0 where that is not known.
    `ss_y` = Σ(y − ȳ)², `sp_yd` = Σ(y − ȳ)(d − d̄), and so on. Centred sums lose no digits to large means.
    """

    n: int
    mean_y: float
    ss_y: float
    mean_d: float = 1.0
    ss_d: float = 0.0
    sp_yd: float = 0.0
    mean_x: float = 0.0
    ss_x: float = 0.0
    sp_yx: float = 0.0
    sp_dx: float = 0.0
    mean_w: float = 1.0
    ss_w: float = 0.0
    sp_yw: float = 0.0
    sp_dw: float = 0.0
    sp_xw: float = 0.0

    def __add__(self, other: "Moments") -> "Moments":
        """The moments of both groups together (Chan, Golub and LeVeque 1983, eq. 2.1)."""
        if self.n == 0 or other.n == 0:
            return other if self.n == 0 else self
        n = self.n + other.n
        share = other.n / n
        weight = self.n * share
        y, d = other.mean_y - self.mean_y, other.mean_d - self.mean_d
        x, w = other.mean_x - self.mean_x, other.mean_w - self.mean_w
        return Moments(
            n=n,
            mean_y=self.mean_y + y * share,
            ss_y=self.ss_y + other.ss_y + y * y * weight,
            mean_d=self.mean_d + d * share,
            ss_d=self.ss_d + other.ss_d + d * d * weight,
            sp_yd=self.sp_yd + other.sp_yd + y * d * weight,
            mean_x=self.mean_x + x * share,
            ss_x=self.ss_x + other.ss_x + x * x * weight,
            sp_yx=self.sp_yx + other.sp_yx + y * x * weight,
            sp_dx=self.sp_dx + other.sp_dx + d * x * weight,
            mean_w=self.mean_w + w * share,
            ss_w=self.ss_w + other.ss_w + w * w * weight,
            sp_yw=self.sp_yw + other.sp_yw + y * w * weight,
            sp_dw=self.sp_dw + other.sp_dw + d * w * weight,
            sp_xw=self.sp_xw + other.sp_xw + x * w * weight,
        )


EMPTY = Moments(0, 0.0, 0.0, 0.0)
