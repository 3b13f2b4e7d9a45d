"""Sums of groups of units become moments."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from aftermerge.stats.moments import EMPTY, Moments

Sums = Mapping[str, float]
"""Of one group: `n` units, and for variables a and b (y, d, x, w): `a`, Σ(a - k); `k_a`; `ab`, Σ(a - ā)(b - b̄).

All that holds x is over the `n_x` units whose x is known only; `with_x_a` is `a` over those.
"""


def moments_of(parts: Sequence[str], groups: Sequence[Sums]) -> list[Moments]:
    """The moments of each group. A unit whose x is not known gets the mean x of all groups."""
    known = sum(sums["n_x"] for sums in groups)
    fill = sum(sums["x"] + sums["k_x"] * sums["n_x"] for sums in groups) / known if "x" in parts and known else 0.0
    pairs = tuple(combinations(parts, 2))
    return [_moments(parts, pairs, sums, fill) for sums in groups]


def _moments(parts: Sequence[str], pairs: Sequence[tuple[str, str]], sums: Sums, fill: float) -> Moments:
    n = int(sums["n"])
    if not n:
        return EMPTY
    found = {f"mean_{part}": sums[f"k_{part}"] + sums[part] / n for part in parts}
    found |= {f"ss_{part}": max(sums[part * 2], 0.0) for part in parts}
    found |= {f"sp_{a}{b}": sums[a + b] for a, b in pairs if found[f"ss_{a}"] and found[f"ss_{b}"]}
    if "x" in parts and sums["n_x"] < n:
        found |= _filled(parts, sums, fill)
    return Moments(n, **found)


def _filled(parts: Sequence[str], sums: Sums, fill: float) -> dict[str, float]:
    """The moments with x, those known and those filled put together (Chan, Golub and LeVeque 1983, eq. 2.1)."""
    known, lacking = sums["n_x"], sums["n"] - sums["n_x"]
    if not known:
        return {"mean_x": fill, "ss_x": 0.0} | {f"sp_{part}x": 0.0 for part in parts if part != "x"}
    apart = sums["k_x"] + sums["x"] / known - fill
    weight = known * lacking / (known + lacking)
    found = {"mean_x": fill + apart * known / sums["n"], "ss_x": sums["xx"] + weight * apart * apart}
    for part in parts:
        if part != "x":
            between = sums[f"with_x_{part}"] / known - (sums[part] - sums[f"with_x_{part}"]) / lacking
            found[f"sp_{part}x"] = sums[f"{part}x"] + weight * apart * between
    return found
