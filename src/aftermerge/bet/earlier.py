"""What earlier bets on a metric did, once chance is taken out.

Their estimates are drawn towards zero by as much as their noise deserves (`stats.portfolio.shrink`), since those that
are remembered are the ones that chance was kind to. Blind spot: fewer than three are taken as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from aftermerge.model.metric import Metric
from aftermerge.model.readout import Readout
from aftermerge.render.phrases import number
from aftermerge.stats.portfolio import shrink

_CRITICAL = float(ndtri(0.975))


@dataclass(frozen=True, slots=True)
class Earlier:
    """How many bets were read out, how many of them reached what is worth having, and the most that one did.

    `chance` that the next one does is (reached + ½) ÷ (count + 1), Jeffreys' rule. `largest` is in the metric's unit,
    turned so that up is good.
    """

    count: int
    reached: int
    largest: float | None = None
    largest_told: str = ""

    @property
    def chance(self) -> float:
        return (self.reached + 0.5) / (self.count + 1)


def earlier_on(metric: Metric, worth: float, but: str, readouts: Sequence[Readout]) -> Earlier:
    """Of the claims on this metric that a check did not block, `but` this bet's own."""
    read = [r for r in readouts if r.metric == metric.name and r.subject.id != but and _is_read(r)]
    if not read:
        return Earlier(0, 0)
    sign = 1.0 if metric.good == "up" else -1.0
    estimates = [sign * float(readout.estimate or 0.0) for readout in read]
    left = shrink(estimates, [_sd(readout) for readout in read])
    largest, whose = max(zip(left.tolist(), (readout.subject.id for readout in read), strict=True))
    most = number(sign * largest, metric.effect_unit)
    told = f"the most, of `{whose}`, was {most} once chance is taken out" if largest > 0 else ""
    return Earlier(len(read), int((np.asarray(left) >= worth).sum()), largest, told)


def _is_read(readout: Readout) -> bool:
    if readout.role != "primary" or readout.subject.kind != "bet" or readout.retrospective:
        return False
    if None in (readout.estimate, readout.low, readout.high) or readout.verdict in (None, "too_early"):
        return False
    return _sd(readout) > 0 and not any(check.outcome == "block" for check in readout.checks)


def _sd(readout: Readout) -> float:
    return (float(readout.high or 0.0) - float(readout.low or 0.0)) / (2 * _CRITICAL)
