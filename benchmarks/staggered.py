"""Is the staggered design honest? `uv run python -m benchmarks.staggered [panels]`."""

import sys
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import ndtri

from aftermerge.errors import StatisticsError
from aftermerge.stats import staggered
from benchmarks.adoption import Effect, Floats, cohort, cohorts, heterogeneous, nothing, panel, true_mean
from benchmarks.rates import Rate

PANELS = 2000
INDEPENDENT = 100
"""How many panels the independent implementation reads: it takes its time."""
ARRIVALS = 300
SIZES: dict[int | None, int] = {4: 60, 6: 80, 9: 70, None: 90}
PERIODS = 14
EXPOSURES = range(PERIODS)

Units = Mapping[int | None, Floats]
Interval = tuple[float, float, float]
"""Estimate, low, high."""


def constant(_adopted: int, _since: int) -> float:
    return 1.0


def ours(units: Units) -> Interval:
    found = staggered(cohorts(units))
    return found.estimate, found.low, found.high


def two_way(units: Units) -> Interval:
    """Unit and period effects by ordinary least squares, errors clustered by unit."""
    values = np.vstack(list(units.values()))
    has_it = np.vstack([_has_it(adopted, block) for adopted, block in units.items()])
    x, y = _without_means(has_it), _without_means(values)
    slope = float((x * y).sum() / (x * x).sum())
    score = (x * (y - slope * x)).sum(axis=1)
    half = float(ndtri(0.975) * np.sqrt((score**2).sum()) / (x * x).sum())
    return slope, slope - half, slope + half


def independent(units: Units) -> Interval:
    """Callaway and Sant'Anna by diff-diff."""
    import pandas as pd  # type: ignore[import-untyped]
    from diff_diff import CallawaySantAnna  # type: ignore[import-untyped]

    rows = [
        (f"{adopted}-{unit}", period, (adopted or -1) + 1, value)
        for adopted, values in units.items()
        for unit, row in enumerate(values)
        for period, value in enumerate(row, start=1)
    ]
    estimator = CallawaySantAnna(control_group="not_yet_treated", base_period="universal", estimation_method="reg")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = pd.DataFrame(rows, columns=["unit", "period", "first", "y"])
        found = estimator.fit(frame, "y", "unit", "period", "first", aggregate="simple")
    half = float(ndtri(0.975) * found.overall_se)
    return found.overall_att, found.overall_att - half, found.overall_att + half


def _has_it(adopted: int | None, block: Floats) -> Floats:
    periods = block.shape[1]
    row = np.zeros(periods) if adopted is None else (np.arange(periods) >= adopted).astype(np.float64)
    return np.tile(row, (len(block), 1))


def _without_means(values: Floats) -> Floats:
    means = values.mean(axis=1, keepdims=True) + values.mean(axis=0, keepdims=True) - values.mean()
    return np.asarray(values - means)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Users that come by chance, a rollout by bucket that does nothing, and who is seen to have it when."""

    users: int = 3000
    periods: int = 20
    begins: int = 10
    a_week: float = 5.0

    def draw(self, rng: np.random.Generator) -> tuple[Floats, "np.typing.NDArray[np.int64]"]:
        """Events by user and week, and the week in which each user was first exposed (or one beyond the last)."""
        days = 7 * self.periods
        rate = rng.gamma(1.0, self.a_week, self.users) / 7
        away = np.repeat(rng.random((self.users, self.periods)) < 0.02, 7, axis=1)
        came = np.where(away, 0, rng.poisson(rate[:, None], (self.users, days)))
        bucket = rng.integers(0, 6, self.users)
        opened = np.where(bucket < 5, 7 * self.begins + 3 + 11 * bucket, days)
        seen = (came > 0) & (np.arange(days) >= opened[:, None])
        first = np.where(seen.any(axis=1), seen.argmax(axis=1), days)
        return came.reshape(self.users, self.periods, 7).sum(axis=2).astype(np.float64), first // 7

    def interval(self, seed: int, *, every_week: bool, anticipation: int) -> Interval:
        values, first = self.draw(np.random.default_rng(seed))
        since = slice(self.begins - 1, None) if every_week else slice(2, self.begins)
        came = values[:, since] > 0
        kept = came.all(axis=1) if every_week else came.any(axis=1)
        groups = sorted(set(first[kept].tolist()))
        members = [cohort(week if week < self.periods else None, values[kept & (first == week)]) for week in groups]
        found = staggered(members, first=1, horizon=4, leads=8, relative=True, anticipation=anticipation, least=20)
        return found.estimate, found.low, found.high


def line(what: str, how: str, intervals: list[Interval], truth: float) -> str:
    """Bias, how often the interval misses the truth, its one-sided 95% lower limit, and how often zero is missed."""
    n = len(intervals)
    bias = float(np.mean([estimate for estimate, _, _ in intervals])) - truth
    missed = sum(not low <= truth <= high for _, low, high in intervals)
    spoke = sum(not low <= 0 <= high for _, low, high in intervals)
    limit = Rate(missed, n).lower_limit
    return f"| {what} | {how} | {truth:.3f} | {bias:+.3f} | {missed / n:.1%} | {limit:.1%} | {spoke / n:.1%} | {n} |"


def read(draw: Callable[[int], Units], method: Callable[[Units], Interval], count: int) -> list[Interval]:
    return [method(draw(seed)) for seed in range(count)]


def of_effect(seed: int, effect: Effect) -> Units:
    return panel(np.random.default_rng(seed), SIZES, PERIODS, effect)


def report(count: int) -> str:
    lines = [
        "| what happened | read by | truth | bias | truth missed | its limit (bar 5%) | zero missed | n |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    methods = (
        ("ours", ours, count),
        ("two-way fixed effects", two_way, count),
        ("diff-diff", independent, INDEPENDENT),
    )
    for what, effect in (("nothing", nothing), ("the same for all", constant), ("grows, differs", heterogeneous)):
        truth = _truth(effect)
        draw = partial(of_effect, effect=effect)
        lines += [line(what, how, read(draw, method, min(n, count)), truth) for how, method, n in methods]
    return "\n".join([*lines, *arrivals(min(ARRIVALS, count))])


def _truth(effect: Effect) -> float:
    """With the never-treated to compare with, every treated unit-period counts."""
    return true_mean(SIZES, PERIODS, effect, EXPOSURES)


def arrivals(count: int) -> list[str]:
    """Nothing happens, but an exposure is recorded when a user comes."""
    ways = (
        ("whoever came before", False, 0),
        ("those that came every week", True, 0),
        ("and one week of grace", True, 1),
    )
    lines: list[str] = []
    for how, every_week, anticipation in ways:
        read_one = partial(Arrivals().interval, every_week=every_week, anticipation=anticipation)
        lines.append(line("nothing; exposed on arrival", how, [read_one(seed) for seed in range(count)], 0.0))
    return lines


if __name__ == "__main__":
    try:
        print(report(int(sys.argv[1]) if len(sys.argv) > 1 else PANELS))
    except StatisticsError as error:
        sys.exit(str(error))
