"""Stamps that are missing, filled in as they may have been: (loops, stages) in days, NaN where nothing is known.

How long each interval takes, and how that changes over time, follows from all gaps between stamps that are known, by
non-negative least squares. A gap is then shared out over the intervals in it, each drawn about its mean. Assumes that
stamps go missing whatever their loop did. Blind spot: an interval of which neither end is ever known has no length of
its own; its share of the gap is a guess.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

Floats = NDArray[np.float64]

_KNOTS = 8
_LEAST_WIDTH_DAYS = 20.0
_SPREAD = 0.3
"""The coefficient of variation with which an interval is drawn about its mean."""
_LEAST_DAYS = 0.01


@dataclass(frozen=True, eq=False, slots=True)
class Lengths:
    """The mean of each interval, (knots, intervals), at some days; what is fixed by design is not in it."""

    days: Floats
    means: Floats

    def at(self, day: float) -> Floats:
        """Between two knots in proportion, beyond the last as there."""
        after = min(max(int(np.searchsorted(self.days, day)), 1), len(self.days) - 1)
        span = self.days[after] - self.days[after - 1]
        part = min(max((day - self.days[after - 1]) / span, 0.0), 1.0) if span > 0 else 1.0
        return np.asarray((1 - part) * self.means[after - 1] + part * self.means[after])


def lengths(known: Floats, fixed: Floats) -> Lengths | None:
    """How long intervals take; `fixed`, (loops, intervals), is the part that is so by design. None without any gap."""
    gaps = list(_gaps(known))
    if not gaps:
        return None
    parts = np.array([[first <= part < last for part in range(known.shape[1] - 1)] for _, first, last in gaps], float)
    taken = np.array([known[loop, last] - known[loop, first] for loop, first, last in gaps])
    free = np.maximum(taken - np.array([parts[row] @ fixed[loop] for row, (loop, _, _) in enumerate(gaps)]), 0.0)
    when = np.array([(known[loop, first] + known[loop, last]) / 2 for loop, first, last in gaps])
    weight = 1 / parts.sum(axis=1)
    overall = _solved(parts, free, weight, np.full(parts.shape[1], max(float(free.mean()), 0.1)), 0.1)
    days = np.quantile(when, np.linspace(0, 1, _KNOTS))
    width = max(float(np.median(np.diff(days))), _LEAST_WIDTH_DAYS)
    near = [weight * np.exp(-0.5 * ((when - day) / width) ** 2) for day in days]
    return Lengths(days, np.array([_solved(parts, free, w, overall, 1.0) for w in near]))


def missing_shares(known: Floats) -> Floats:
    """How often each stage's stamp is missing where a later one is known, (stages,); the last by the mean of them."""
    later = np.isfinite(known)[:, ::-1].cumsum(axis=1)[:, ::-1] - np.isfinite(known) > 0
    shares = ((np.isnan(known) & later).sum(axis=0) + 0.3) / (later.sum(axis=0) + 1)
    shares[-1] = shares[:-1].mean()
    return np.asarray(shares)


def filled(known: Floats, fixed: Floats, found: Lengths | None, until: float, rng: np.random.Generator) -> Floats:
    """One way in which it may have been, given how long intervals take.

    After the last stamp that is known a loop is open, or its stamp is missing.
    """
    shares, rows = missing_shares(known), known.copy()
    if found is None:
        return rows
    for row, by_design in zip(rows, fixed, strict=True):
        if np.isfinite(row).any():
            _fill(row, by_design, found, shares, until, rng)
    return rows


def _gaps(known: Floats) -> Iterator[tuple[int, int, int]]:
    """Loop, stage, and the next stage that is known."""
    for loop, row in enumerate(known):
        stages = np.flatnonzero(np.isfinite(row))
        yield from ((loop, int(first), int(last)) for first, last in pairwise(stages))


def _solved(parts: Floats, free: Floats, weight: Floats, prior: Floats, ridge: float) -> Floats:
    """Non-negative lengths, drawn to the prior as by `ridge` loops."""
    root = np.sqrt(weight)
    left = np.vstack([parts * root[:, None], np.sqrt(ridge) * np.eye(parts.shape[1])])
    return np.asarray(nnls(left, np.concatenate([free * root, np.sqrt(ridge) * prior]))[0] + _LEAST_DAYS)


def _fill(row: Floats, fixed: Floats, found: Lengths, shares: Floats, until: float, rng: np.random.Generator) -> None:
    def drawn(day: float) -> Floats:
        return np.asarray(found.at(day) * rng.gamma(_SPREAD**-2, _SPREAD**2, len(fixed)))

    stages = np.flatnonzero(np.isfinite(row))
    first, last = stages[0], stages[-1]
    row[:first] = row[first] - np.cumsum((drawn(row[first]) + fixed)[:first][::-1])[::-1]
    for start, end in pairwise(stages):
        if end > start + 1:
            part = slice(start, end)
            row[start + 1 : end] = row[start] + _shared(row[end] - row[start], drawn(row[start])[part], fixed[part])
    _go_on(row, int(last), fixed, drawn, shares, until, rng)


def _shared(gap: float, free: Floats, fixed: Floats) -> Floats:
    """Where in a gap its stages lie: what is fixed is kept as far as it fits, the rest is shared out."""
    by_design = fixed * min(1.0, 0.9 * gap / fixed.sum()) if fixed.sum() > 0 else fixed
    return np.asarray(np.cumsum(by_design + free / free.sum() * (gap - by_design.sum()))[:-1])


def _go_on(
    row: Floats,
    stage: int,
    fixed: Floats,
    drawn: Callable[[float], Floats],
    shares: Floats,
    until: float,
    rng: np.random.Generator,
) -> None:
    """The odds that it went on unseen: that a stamp is missing, and that it would have left by now."""
    while stage < len(fixed):
        takes = float((drawn(row[stage]) + fixed)[stage])
        gone = 1 - float(np.exp(-max(until - row[stage], 0.0) / takes))
        unseen = shares[stage + 1] * gone
        if rng.random() >= unseen / (unseen + 1 - gone) or row[stage] + takes >= until:
            return
        stage += 1
        row[stage] = row[stage - 1] + takes
