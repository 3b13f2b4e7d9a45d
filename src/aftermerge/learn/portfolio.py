"""A period's claims taken together.

A win survives where the false discovery rate among all claims read out lets it through (Benjamini–Hochberg at 5%) and
shrinkage to zero leaves something of it. Sizes are compared across metrics as multiples of the smallest effect worth
having. Left out are claims made after the fact, those that a check blocked, and those still open. Blind spot: bets
that serve one another are counted as independent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

import numpy as np
from scipy.special import ndtr, ndtri

from aftermerge.model.portfolio import Added, Forecasts, Portfolio
from aftermerge.model.readout import Readout, Verdict
from aftermerge.model.review import ReadMetric, ReviewedBet
from aftermerge.stats.portfolio import benjamini_hochberg, shrink

LEAST_CLAIMS = 3
"""Fewer claims tell nothing of how far true effects lie apart."""
_READ: tuple[Verdict, ...] = ("improved", "harmed", "no_change", "cannot_tell")
_CRITICAL = float(ndtri(0.975))


@dataclass(frozen=True, slots=True)
class _Claim:
    """A claim with its estimate, which is not nought, and its standard deviation, both in the metric's unit."""

    item: ReviewedBet
    read: ReadMetric
    estimate: float
    sd: float

    @property
    def worth(self) -> float:
        return self.read.readout.worth

    @property
    def is_win(self) -> bool:
        return self.read.readout.verdict == "improved"


def portfolio_of(items: Sequence[ReviewedBet]) -> Portfolio | None:
    """None where fewer than three claims were read out."""
    claims = [claim for item in items if (claim := _claim(item)) is not None]
    if len(claims) < LEAST_CLAIMS:
        return None
    z = np.array([claim.estimate / claim.sd for claim in claims])
    passes = benjamini_hochberg(2 * ndtr(-np.abs(z)))
    worth = np.array([claim.worth for claim in claims])
    shrunk = worth * shrink([c.estimate for c in claims] / worth, [c.sd for c in claims] / worth)
    wins = [(c, float(kept), bool(ok)) for c, kept, ok in zip(claims, shrunk, passes, strict=True) if c.is_win]
    surviving = [(claim, kept) for claim, kept, passed in wins if passed and kept]
    doubtful = {claim.item.bet.slug for claim, _, _ in wins} - {claim.item.bet.slug for claim, _ in surviving}
    return Portfolio(len(claims), len(wins), tuple(sorted(doubtful)), _added(surviving), _forecasts(claims))


def _claim(item: ReviewedBet) -> _Claim | None:
    if item.claim is None or not _is_read(item.claim.readout):
        return None
    estimate, low, high = item.claim.readout.estimate, item.claim.readout.low, item.claim.readout.high
    if estimate is None or low is None or high is None:
        return None
    near = low if estimate > 0 else high  # the end that decides whether zero is inside, so that p says the same
    sd = abs(estimate - near) / _CRITICAL
    return _Claim(item, item.claim, estimate, sd) if sd > 0 else None


def _is_read(readout: Readout) -> bool:
    if readout.retrospective or readout.verdict not in _READ or readout.worth <= 0:
        return False
    return not any(check.outcome == "block" for check in readout.checks)


def _added(surviving: Sequence[tuple[_Claim, float]]) -> tuple[Added, ...]:
    ordered = sorted(surviving, key=lambda pair: pair[0].read.metric.name)
    groups = [list(group) for _, group in groupby(ordered, key=lambda pair: pair[0].read.metric.name)]
    return tuple(_sum(group) for group in groups)


def _sum(group: Sequence[tuple[_Claim, float]]) -> Added:
    metric, unit = group[0][0].read.metric, group[0][0].read.readout.unit
    as_read, shrunk = sum(claim.estimate for claim, _ in group), sum(kept for _, kept in group)
    return Added(metric.name, metric.title, unit, len(group), as_read, shrunk)


def _forecasts(claims: Sequence[_Claim]) -> Forecasts | None:
    said = [(claim, claim.item.bet.expect) for claim in claims]
    pairs = [(c, e.value) for c, e in said if e is not None and e.value and e.unit == c.read.readout.unit]
    if len(pairs) < LEAST_CLAIMS:
        return None
    held = sum(_holds(claim.read.readout, expected) for claim, expected in pairs)
    return Forecasts(len(pairs), held, median(claim.estimate / expected for claim, expected in pairs))


def _holds(readout: Readout, expected: float) -> bool:
    return readout.low is not None and readout.high is not None and readout.low <= expected <= readout.high
