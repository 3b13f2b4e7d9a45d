"""Experiments looked at every day: how often does each rule speak when nothing happened, and when something did?

`uv run python -m benchmarks.ab_looks [experiments]`: 28 daily looks; the effect is that which one look at the end finds
in 76.9% of experiments. Ours is read by `measure` itself, the others by their published formulas.
"""

import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit
from scipy.stats import beta

from aftermerge.measure.case import Case
from aftermerge.measure.randomised import read_arms
from aftermerge.model.amount import Amount
from aftermerge.model.chart import LooksChart
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Arms, ArmsOfDay
from aftermerge.model.readout import Subject
from aftermerge.stats.moments import EMPTY, Moments

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

EXPERIMENTS = 4000
DAYS = 28
POWER = 0.769
START = date(2025, 3, 3)
TUNED_TO = 5000.0
"""The sample size at which GrowthBook's bound is tightest by default."""
METRIC = Metric("outcome", "mean", "events", "up", Amount(1.0, "absolute"))


@dataclass(frozen=True, slots=True)
class Days:
    """An arm of many experiments: units a day (days,), and each day's mean and centred sum (experiments, days)."""

    units: Floats
    mean: Floats
    ss: Floats

    def so_far(self) -> tuple[Floats, Floats, Floats]:
        """Units (days,), mean and variance of the mean (experiments, days) up to each day."""
        n = self.units.cumsum()
        mean = (self.mean * self.units).cumsum(axis=1) / n
        ss = (self.ss + self.units * self.mean**2).cumsum(axis=1) - n * mean**2
        return n, mean, np.maximum(ss, 0) / (n - 1) / n


Draw = Callable[[np.random.Generator, int, int, float], tuple[Floats, Floats]]
"""(rng, experiments, units, lift) → the mean and the centred sum of one arm's day, (experiments,)."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """`units` come to the control on each day, and to the treatment unless `treated` do; `sd` is one unit's, given
    the lift.
    """

    name: str
    units: tuple[int, ...]
    draw: Draw
    sd: Callable[[float], float]
    treated: tuple[int, ...] = ()

    def lift(self) -> float:
        """The effect that one look at the end finds with probability `POWER`."""
        lift = 0.0
        for _ in range(20):
            of_mean = self.sd(lift) * math.sqrt(1 / sum(self.units[:DAYS]) + 1 / sum(self._treated[:DAYS]))
            lift = float(ndtri(0.975) + ndtri(POWER)) * of_mean
        return lift

    def arms(self, rng: np.random.Generator, experiments: int, lift: float) -> tuple[Days, Days]:
        control = [self.draw(rng, experiments, n, 0.0) for n in self.units]
        treatment = [self.draw(rng, experiments, n, lift) for n in self._treated]
        return _days(self.units, control), _days(self._treated, treatment)

    @property
    def _treated(self) -> tuple[int, ...]:
        return self.treated or self.units


def _days(units: tuple[int, ...], drawn: list[tuple[Floats, Floats]]) -> Days:
    return Days(
        np.asarray(units, dtype=np.float64),
        np.stack([m for m, _ in drawn], axis=1),
        np.stack([s for _, s in drawn], axis=1),
    )


def normal(rng: np.random.Generator, experiments: int, n: int, lift: float) -> tuple[Floats, Floats]:
    return rng.normal(lift, 1 / math.sqrt(n), experiments), rng.chisquare(n - 1, experiments)


def spending(rng: np.random.Generator, experiments: int, n: int, lift: float) -> tuple[Floats, Floats]:
    """Log-normal with σ = 1.5: a skewness of 33."""
    y = np.exp(rng.normal(0, 1.5, (experiments, n))) + lift
    return y.mean(axis=1), y.var(axis=1) * n


def rare(rng: np.random.Generator, experiments: int, n: int, lift: float) -> tuple[Floats, Floats]:
    """One unit in two hundred: 14 in an arm by the end."""
    share = rng.binomial(n, RARE + lift, experiments) / n
    return share, n * share * (1 - share)


RARE = 0.005
SPENDING_SD = math.sqrt(math.expm1(1.5**2) * math.exp(1.5**2))
WEEK = (140, 130, 120, 110, 100, 30, 20)


def _rare_sd(lift: float) -> float:
    treated = RARE + lift
    return math.sqrt((RARE * (1 - RARE) + treated * (1 - treated)) / 2)


UNEVEN = "heavy-tailed spending, 90 : 10"
SCENARIOS = (
    Scenario("even traffic, normal", (100,) * DAYS, normal, lambda lift: 1.0),
    Scenario(
        "busy start, quiet weekends",
        tuple(2 * n if i < 7 else n for i, n in enumerate(WEEK * 4)),
        normal,
        lambda _: 1.0,
    ),
    Scenario("heavy-tailed spending", (100,) * DAYS, spending, lambda lift: SPENDING_SD),
    Scenario("rare share, 0.5%", (100,) * DAYS, rare, _rare_sd),
    Scenario(UNEVEN, (90,) * DAYS, spending, lambda lift: SPENDING_SD, (10,) * DAYS),
)
LATE = Scenario("looked at until day 84", (100,) * 84, normal, lambda lift: 1.0)


@dataclass(frozen=True, slots=True)
class Rate:
    scenario: str
    rule: str
    alarms: int
    found: int
    n: int

    @property
    def lower_limit(self) -> float:
        """The one-sided 95% lower limit of the false-alarm rate (Clopper and Pearson 1934)."""
        return float(beta.ppf(0.05, self.alarms, self.n - self.alarms + 1)) if self.alarms else 0.0


Rule = Callable[[Days, Days], Bools]


def rates(scenario: Scenario, seed: int, experiments: int) -> list[Rate]:
    """Every rule on the same experiments, null and lifted."""
    rng = np.random.default_rng(seed)
    null, lifted = (scenario.arms(rng, experiments, lift) for lift in (0.0, scenario.lift()))
    horizon = START + timedelta(days=DAYS - 1)
    rules: list[tuple[str, Rule]] = [
        ("one t-test at the end", one_look),
        ("a t-test every day", daily_t_test),
        ("GrowthBook's sequential bound", growthbook),
        ("aftermerge, decision date declared", partial(ours, decide=horizon)),
        ("aftermerge, none declared", partial(ours, decide=None)),
    ]
    return [
        Rate(scenario.name, name, int(rule(*null).sum()), int(rule(*lifted).sum()), experiments) for name, rule in rules
    ]


def late_rate(seed: int, experiments: int) -> Rate:
    """The decision date passes and looks go on: spending up to it, a confidence sequence after it."""
    rng = np.random.default_rng(seed)
    null, lifted = (LATE.arms(rng, experiments, lift) for lift in (0.0, LATE.lift()))
    horizon = START + timedelta(days=DAYS - 1)
    alarms, found = int(ours(*null, horizon).sum()), int(ours(*lifted, horizon).sum())
    return Rate(LATE.name, "aftermerge, both rules together", alarms, found, experiments)


def _z(control: Days, treatment: Days) -> tuple[Floats, Floats]:
    """Welch's statistic and degrees of freedom at each look; 0 where nothing varies."""
    n_c, mean_c, variance_c = control.so_far()
    n_t, mean_t, variance_t = treatment.so_far()
    variance = np.where(variance_c + variance_t > 0, variance_c + variance_t, math.inf)
    parts = variance_c**2 / (n_c - 1) + variance_t**2 / (n_t - 1)
    degrees = np.where(parts > 0, variance, 1.0) ** 2 / np.where(parts > 0, parts, 1.0)
    return np.abs(mean_t - mean_c) / np.sqrt(variance), degrees


def one_look(control: Days, treatment: Days) -> Bools:
    z, degrees = _z(control, treatment)
    return np.asarray(z[:, -1] > stdtrit(degrees[:, -1], 0.975))


def daily_t_test(control: Days, treatment: Days) -> Bools:
    z, degrees = _z(control, treatment)
    return np.asarray((z > stdtrit(degrees, 0.975)).any(axis=1))


def growthbook(control: Days, treatment: Days, alpha: float = 0.05) -> Bools:
    """The bound of its documentation: the asymptotic confidence sequence with ρ² = (−2 ln α + ln(−2 ln α + 1)) / n*."""
    z, _ = _z(control, treatment)
    n = (control.units + treatment.units).cumsum()
    rho = (-2 * math.log(alpha) + math.log(-2 * math.log(alpha) + 1)) / TUNED_TO
    bound = np.sqrt(2 * (n * rho + 1) / (n * rho) * np.log(np.sqrt(n * rho + 1) / alpha))
    return np.asarray((z > bound).any(axis=1))


def ours(control: Days, treatment: Days, decide: date | None) -> Bools:
    """Whether the interval of any look lay on one side of zero, by the chart that a readout shows."""
    case = Case(Subject("bet", "b"), METRIC, "primary", None, None, flag="flag", decide=decide)
    return np.array([_spoke(case, arms) for arms in _experiments(control, treatment)])


def _spoke(case: Case, arms: Arms) -> bool:
    chart = read_arms(case, arms, arms.days[-1].day).chart
    if not isinstance(chart, LooksChart):
        return False
    return any(low > 0 or high < 0 for low, high in zip(chart.low, chart.high, strict=True))


def _experiments(control: Days, treatment: Days) -> Iterator[Arms]:
    days = [START + timedelta(days=index) for index in range(len(control.units))]
    for index in range(len(control.mean)):
        looks = tuple(
            ArmsOfDay(day, {"control": _moments(control, index, k), "treatment": _moments(treatment, index, k)})
            for k, day in enumerate(days)
        )
        total = {name: sum((look.arms[name] for look in looks), EMPTY) for name in ("control", "treatment")}
        exposed = {name: moments.n for name, moments in total.items()}
        yield Arms(total, exposed, days=looks, first_exposure=datetime(2025, 2, 1, tzinfo=UTC))


def _moments(arm: Days, experiment: int, day: int) -> Moments:
    return Moments(int(arm.units[day]), float(arm.mean[experiment, day]), float(arm.ss[experiment, day]))


def report(found: list[Rate]) -> str:
    lines = [
        "| experiments | rule | false alarms | n | one-sided 95% limit | power | of one look's |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    best = {rate.scenario: rate.found / rate.n for rate in found if rate.rule == "one t-test at the end"}
    for rate in found:
        power = rate.found / rate.n
        part = f"{power / best[rate.scenario]:.1%}" if rate.scenario in best else ""
        shares = f"{rate.alarms / rate.n:.1%} | {rate.n} | {rate.lower_limit:.1%} | {power:.1%} | {part}"
        lines.append(f"| {rate.scenario} | {rate.rule} | {shares} |")
    return "\n".join(lines)


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else EXPERIMENTS
    measured = [rate for seed, scenario in enumerate(SCENARIOS) for rate in rates(scenario, seed, count)]
    print(report([*measured, late_rate(len(SCENARIOS), count)]))
