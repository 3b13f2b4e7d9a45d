"""What a year's wins add up to, read naively and honestly: `uv run python -m benchmarks.portfolio [portfolios]`.

Every portfolio holds 40 claims, most of which did nothing in some worlds; the rest have normal effects of either sign.
A win is an interval that lies above zero. The sums are over the wins, and the truth is what those wins did.
"""

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from aftermerge.stats import benjamini_hochberg, shrink

Floats = NDArray[np.float64]

CLAIMS = 40
CRITICAL = 1.959964


@dataclass(frozen=True, slots=True)
class World:
    """The share of claims that have an effect, and the effects' standard deviation."""

    real_share: float
    effect_sd: float


WORLDS = (World(0.1, 3.0), World(0.2, 2.0), World(0.3, 1.0), World(1.0, 0.7))


@dataclass(frozen=True, slots=True)
class Sums:
    """Of the wins of all portfolios, in standard deviations of a typical claim; and how many of them did nothing."""

    truth: float
    naive: float
    shrunk: float
    wins: int
    empty: int


def portfolio(rng: np.random.Generator, world: World) -> tuple[Floats, Floats, Floats]:
    """True effects, estimates and their standard deviations, (claims,)."""
    truth = np.where(rng.random(CLAIMS) < world.real_share, rng.normal(0, world.effect_sd, CLAIMS), 0.0)
    sds = rng.uniform(0.5, 1.5, CLAIMS)
    return truth, truth + sds * rng.normal(size=CLAIMS), sds


def sums(world: World, portfolios: int, *, only_survivors: bool, seed: int = 1) -> Sums:
    rng = np.random.default_rng(seed)
    total = np.zeros(5)
    for _ in range(portfolios):
        truth, estimates, sds = portfolio(rng, world)
        wins = estimates > CRITICAL * sds
        if only_survivors:
            wins &= benjamini_hochberg(2 * ndtr(-np.abs(estimates / sds)))
        parts = (truth, estimates, shrink(estimates, sds), np.ones(CLAIMS), truth == 0)
        total += [float(part[wins].sum()) for part in parts]
    return Sums(total[0], total[1], total[2], int(total[3]), int(total[4]))


def report(portfolios: int) -> str:
    head = ["have an effect", "its sd", "wins counted", "wins", "did nothing", "naive ÷ truth", "shrunk ÷ truth"]
    lines = [f"{portfolios} portfolios of {CLAIMS} claims in each world.", "", f"| {' | '.join(head)} |"]
    lines.append("| --- " * len(head) + "|")
    lines += [_line(world, portfolios, only) for world in WORLDS for only in (False, True)]
    return "\n".join(lines)


def _line(world: World, portfolios: int, only_survivors: bool) -> str:
    found = sums(world, portfolios, only_survivors=only_survivors)
    cells = [f"{world.real_share:.0%}", f"{world.effect_sd:g}", "Benjamini–Hochberg" if only_survivors else "all"]
    cells += [str(found.wins), f"{found.empty / found.wins:.1%}"]
    cells += [f"{found.naive / found.truth:.2f}", f"{found.shrunk / found.truth:.2f}"]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    print(report(int(sys.argv[1]) if len(sys.argv) > 1 else 2000))
