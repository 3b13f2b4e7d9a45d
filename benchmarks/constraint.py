"""Which stage holds the others up? `uv run python -m benchmarks.constraint [organisations [first seed]]`.

500 simulated organisations whose generator was written first. Each method names one station from the stamps that are
left; its gain is what relieving that station truly does, as a share of what the best would do. Peers: the stage that
takes longest on average, as charts of cycle times show it; and the same without what is a delay by design. A method
that abstains has no gain and counts in its coverage alone.
"""

import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import Pool

import numpy as np
from numpy.typing import NDArray

from aftermerge.learn.constraint import DRAWS, constraint_of
from aftermerge.learn.stamped import Stamped
from aftermerge.model.constraint import Constraint
from benchmarks.organisations import (
    DAYS,
    SEEDS,
    STAGES,
    Organisation,
    Pattern,
    gains,
    organisation,
    seen,
    stamps,
    thinned,
)
from benchmarks.rates import markdown

Floats = NDArray[np.float64]

PATTERNS: tuple[Pattern, ...] = ("none", "at random", "by stage")
BAR = 0.9
OURS = "ours, as shipped"
_STATION_OF = (None, "framed", "building", "building", "deployed", None, "measured", "told", None)
"""By the stage with which an interval ends; a rollout and a customer's answer can't be relieved."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An organisation under one pattern: what each relief truly gains, what each method named, and our answer."""

    pattern: Pattern
    gains: Mapping[str, float]
    named: Mapping[str, str | None]
    ours: Constraint

    @property
    def attainable(self) -> float:
        return max(self.gains.values())

    def gained(self, method: str) -> float:
        station = self.named[method]
        return self.gains[station] if station else 0.0


def judged(seed: int, draws: int = DRAWS) -> list[Judged]:
    """One organisation under every pattern."""
    its = organisation(seed)
    truth, known = gains(its), seen(stamps(its))
    return [_judged(its, truth, thinned(known, pattern, seed), pattern, draws) for pattern in PATTERNS]


def _judged(its: Organisation, truth: Mapping[str, float], known: Floats, pattern: Pattern, draws: int) -> Judged:
    stamped = Stamped(known, np.full(len(known), its.window_days), DAYS)
    ours = constraint_of(stamped, np.random.default_rng((its.seed, 5)), draws)
    named = {
        OURS: ours.constraint,
        "ours, never abstaining": ours.reliefs[0].station if ours.reliefs else None,
        "longest stage": _longest(known, np.zeros(len(STAGES))),
        "longest stage without delays": _longest(known, _delays(its)),
    }
    return Judged(pattern, truth, named, ours)


def _longest(known: Floats, delays: Floats) -> str | None:
    """By the mean of each interval over the loops of which both ends are known; none where it takes no hands."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a stage of which nothing is left
        means = np.nan_to_num(np.nanmean(np.diff(known, axis=1), axis=0)) - delays[1:]
    return _STATION_OF[int(np.argmax(means)) + 1]


def _delays(its: Organisation) -> Floats:
    """What is a delay by design, by the stage with which it ends."""
    delays = np.zeros(len(STAGES))
    delays[[STAGES.index("exposed"), STAGES.index("confirmed")]] = np.inf
    delays[STAGES.index("measured")] = its.window_days
    return delays


def report(found: Sequence[Judged]) -> str:
    gain = "gain, of the attainable"
    head = ("stamps dropped", "method", gain, "95%", "coverage", "where ours answers", f"bar: ≥ {BAR:.0%}")
    return "\n\n".join([markdown(head, list(_rows(found))), "\n".join(_foot(found))])


def _rows(found: Sequence[Judged]) -> Iterator[tuple[str, ...]]:
    """A peer that names what no hand relieves has answered, and gains nothing."""
    for pattern in PATTERNS:
        items = [item for item in found if item.pattern == pattern]
        ours = [item for item in items if item.named[OURS]]
        for method in items[0].named:
            answered = [item for item in items if item.named[method] or not method.startswith("ours")]
            share, low, high = shares(answered, method)
            bar = ("holds" if low >= BAR else "**not held**") if method == OURS and pattern != "none" else ""
            dropped = "none" if pattern == "none" else f"30% {pattern}"
            gains = (f"{share:.1%}", f"{low:.1%} – {high:.1%}", f"{len(answered) / len(items):.0%}")
            yield (dropped, method, *gains, f"{shares(ours, method)[0]:.1%}", bar)


def shares(items: Sequence[Judged], method: str) -> tuple[float, float, float]:
    """What was gained of what was attainable, all together, with its interval over organisations (bootstrap)."""
    gained = np.array([item.gained(method) for item in items])
    attainable = np.array([item.attainable for item in items])
    place = np.random.default_rng(1).integers(0, len(items), (2000, len(items)))
    low, high = np.quantile(gained[place].sum(axis=1) / attainable[place].sum(axis=1), (0.025, 0.975))
    return float(gained.sum() / attainable.sum()), float(low), float(high)


def _foot(found: Sequence[Judged]) -> Iterator[str]:
    """How what was said of the constraint compares with what its relief truly does."""
    for pattern in PATTERNS:
        said = [
            (item.ours.reliefs[0].shorter, item) for item in found if item.pattern == pattern and item.ours.constraint
        ]
        held = [range_.low <= item.gains[item.ours.constraint or ""] <= range_.high for range_, item in said]
        foretold = float(np.mean([range_.middle for range_, _ in said]))
        true = float(np.mean([item.gains[item.ours.constraint or ""] for _, item in said]))
        dropped = "no stamps dropped" if pattern == "none" else f"30% dropped {pattern}"
        told = f"loops {true:.0%} shorter on average, {foretold:.0%} foretold"
        yield f"- {dropped}: {told}; {np.mean(held):.0%} of intervals hold what came."


if __name__ == "__main__":
    count, first = (*map(int, sys.argv[1:]), *(len(SEEDS), SEEDS[0])[len(sys.argv) - 1 :])
    seeds = range(first, first + count)
    with Pool(2) as pool:
        print(report([item for items in pool.imap(judged, seeds) for item in items]))
