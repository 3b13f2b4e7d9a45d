"""Did those who got a change run like those who had not got it, before either had?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from aftermerge.stats.estimate import Estimate

Parallel = Literal["equivalent", "unknown", "different"]


@dataclass(frozen=True, slots=True)
class PreTrend:
    """Whether treated and not-yet-treated units ran alike before, as far as a smallest effect of interest asks.

    `period` is the one that decides: the farthest from zero, with its simultaneous interval.
    """

    parallel: Parallel
    period: int
    worst: Estimate


def pre_trend(periods: Sequence[int], bands: Sequence[Estimate], worth: float) -> PreTrend:
    """Are effects before adoption shown to be smaller than `worth`, by their simultaneous intervals?

    *Equivalent* when every interval lies within ±worth: two one-sided tests a period, joined (Hartman and Hidalgo
    2018; the maximum of Dette and Schumann 2024). Not finding a difference is no such proof. *Different* when an
    interval lies beyond zero and its estimate beyond worth / 2: carried on after adoption, such a trend would be half
    of what the claim is about; a smaller one that is merely significant, as large data always shows, is not.
    """
    rows = sorted(zip(periods, bands, strict=True), key=lambda row: -abs(row[1].estimate))
    apart = [(p, b) for p, b in rows if (b.low > 0 or b.high < 0) and abs(b.estimate) > worth / 2]
    if apart:
        return PreTrend("different", *apart[0])
    wide = [(p, b) for p, b in rows if b.low <= -worth or b.high >= worth]
    return PreTrend("unknown", *wide[0]) if wide else PreTrend("equivalent", *rows[0])
