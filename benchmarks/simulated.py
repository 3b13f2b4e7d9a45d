"""Daily series on which nothing happened: seeded, and with the covariance of their errors, so that an oracle exists.

A series is level + trend + day of week + error, on the log scale. *clean*, *drift* and *ctrl*
are within the family that the estimator assumes; the stress families
are not. Blind spot: nobody's product is any of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import toeplitz
from scipy.signal import lfilter

Floats = NDArray[np.float64]

LIFT = 0.05
"""The true effect at which power is measured: +5% from the switch on."""
WEEK = 7
CONTROLS = 5
LEVEL = log(2000.0)
WEEKDAY_SD = 0.04
TREND_SD = 0.00025
"""Of the slope, a day."""
RHO, INNOVATION_SD = 0.45, 0.018
SHIFT_RATE, SHIFT_SD = 1 / 40, 0.016
"""Level shifts a day, and the standard deviation of one."""
COMMON_SHIFT_RATE, COMMON_SHIFT_SD = 1 / 15, 0.010
CONTROL_RHO, CONTROL_SD = 0.5, 0.018
BURN_IN = 400


@dataclass(frozen=True, eq=False, slots=True)
class Draw:
    """`n` series about one switch date on which nothing happened.

    `values` and `lifted`, (n, days), are in the metric's own unit; the second has the effect in it. `covariance`,
    (days, days), is that of the errors on the log scale once `explained`, (n, days), is taken away: what the controls,
    (n, days, controls), or a curve say to one who knows the truth. `switch` is the index of the first day after.
    """

    values: Floats
    lifted: Floats
    covariance: Floats
    explained: Floats
    controls: Floats
    switch: int
    first_weekday: int = 0
    are_counts: bool = False

    @property
    def logs(self) -> Floats:
        """What a method is given that knows nothing of counts, (n, days)."""
        return self.logs_of(self.values)

    def logs_of(self, values: Floats) -> Floats:
        """Of counts with half a count, as is usual, so that zero has a logarithm."""
        return np.asarray(np.log(values + 0.5 * self.are_counts))

    @property
    def lifts(self) -> Floats:
        """By how much the effect moves the mean log after the switch, (n,)."""
        after = slice(self.switch, None)
        return np.asarray((self.logs_of(self.lifted) - self.logs)[:, after].mean(axis=1))

    @property
    def weekday(self) -> NDArray[np.int64]:
        """0 for Monday, (days,)."""
        return (self.first_weekday + np.arange(self.values.shape[1])) % WEEK

    def latest(self, before: int) -> "Draw":
        """The same, with only the last `before` days before the switch."""
        start = self.switch - before
        parts = (self.values, self.lifted, self.explained, self.controls)
        values, lifted, explained, controls = (part[:, start:] for part in parts)
        covariance = self.covariance[start:, start:]
        return Draw(values, lifted, covariance, explained, controls, before, int(self.weekday[start]), self.are_counts)


@dataclass(frozen=True, slots=True)
class Family:
    """A way in which a metric may behave. `draw(random, n, before, after)`."""

    name: str
    is_stress: bool
    draw: Callable[[np.random.Generator, int, int, int], Draw]


@dataclass(frozen=True, eq=False, slots=True)
class _Errors:
    """Errors on the log scale, (n, days), and their covariance, (days, days)."""

    values: Floats
    covariance: Floats

    def __add__(self, other: "_Errors") -> "_Errors":
        return _Errors(self.values + other.values, self.covariance + other.covariance)


def autoregressive(
    random: np.random.Generator, n: int, days: int, lags: dict[int, float], sd: float, tail: int | None = None
) -> _Errors:
    """x[t] = Σ lags[k] x[t−k] + innovation; with `tail`, Student's t of that many degrees scaled to the same sd."""
    polynomial = np.zeros(max(lags) + 1)
    polynomial[0] = 1.0
    for lag, weight in lags.items():
        polynomial[lag] = -weight
    size = (n, BURN_IN + days)
    shocks = random.standard_normal(size) if tail is None else random.standard_t(tail, size) * (1 - 2 / tail) ** 0.5
    values = lfilter([1.0], polynomial, sd * shocks, axis=1)[:, BURN_IN:]
    impulse = lfilter([1.0], polynomial, np.eye(1, 4 * BURN_IN)[0])
    padded = np.concatenate([impulse, np.zeros(days)])
    gammas = [float(impulse @ padded[gap : gap + len(impulse)]) for gap in range(days)]
    return _Errors(np.asarray(values), sd**2 * toeplitz(gammas))


def shifts(random: np.random.Generator, n: int, days: int, rate: float, sd: float) -> _Errors:
    """A level that jumps on random days: a compound Poisson process, whose covariance is a random walk's."""
    happens = random.random((n, days)) < rate
    values = np.cumsum(happens * random.normal(0.0, sd, (n, days)), axis=1)
    day = np.arange(1, days + 1)
    return _Errors(np.asarray(values), rate * sd**2 * np.minimum.outer(day, day))


def slow_cycle(random: np.random.Generator, n: int, days: int, periods: tuple[int, int], sd: float) -> _Errors:
    """A cosine of random phase and of a period, in days, drawn from a range: neither trend nor memory."""
    day, phase = np.arange(days), random.uniform(0, 2 * np.pi, (n, 1))
    values = sd * 2**0.5 * np.cos(2 * np.pi * day / random.uniform(*periods, (n, 1)) + phase)
    frequencies = 1 / np.linspace(*periods, 200)
    return _Errors(np.asarray(values), sd**2 * toeplitz(np.cos(2 * np.pi * np.outer(frequencies, day)).mean(axis=0)))


def drifting_week(random: np.random.Generator, n: int, days: int, sd: float) -> _Errors:
    """Each day of the week walks by `sd` a week against the other six."""
    weeks = -(-days // WEEK)
    walk = np.cumsum(random.normal(0.0, sd, (n, weeks, WEEK)), axis=1)
    values = (walk - walk.mean(axis=2, keepdims=True)).reshape(n, -1)[:, :days]
    week, weekday = np.arange(days) // WEEK, np.arange(days) % WEEK
    contrast = (weekday[:, None] == weekday[None, :]) - 1 / WEEK
    return _Errors(np.asarray(values), sd**2 * (np.minimum.outer(week, week) + 1) * contrast)


def _ordinary(random: np.random.Generator, n: int, days: int) -> _Errors:
    return autoregressive(random, n, days, {1: RHO}, INNOVATION_SD)


def _season(random: np.random.Generator, n: int, days: int) -> Floats:
    """Trend and day of week, (n, days)."""
    week = random.normal(0.0, WEEKDAY_SD, (n, WEEK))
    slope = random.normal(0.0, TREND_SD, (n, 1))
    return np.asarray(week[:, np.arange(days) % WEEK] + slope * np.arange(days))


def _uncontrolled(errors: Callable[[np.random.Generator, int, int], _Errors]) -> Callable[..., Draw]:
    def draw(random: np.random.Generator, n: int, before: int, after: int) -> Draw:
        days = before + after
        found = errors(random, n, days)
        return _drawn(_season(random, n, days) + found.values, found.covariance, before)

    return draw


def _drawn(
    logs: Floats, covariance: Floats, switch: int, explained: Floats | None = None, controls: Floats | None = None
) -> Draw:
    n, days = logs.shape
    values = np.exp(LEVEL + logs)
    lifted = values * (1 + LIFT * (np.arange(days) >= switch))
    explained = np.zeros((n, days)) if explained is None else explained
    controls = np.empty((n, days, 0)) if controls is None else controls
    return Draw(values, lifted, covariance, explained, controls, switch)


def _controlled(random: np.random.Generator, n: int, before: int, after: int) -> Draw:
    """The outcome follows a drifting factor and a season that five controls share; what each has of its own is AR(1).

    The controls err alike and independently, so their mean says of the factor all that they do.
    """
    days = before + after
    common = shifts(random, n, days, COMMON_SHIFT_RATE, COMMON_SHIFT_SD)
    own = autoregressive(random, n * CONTROLS, days, {1: CONTROL_RHO}, CONTROL_SD)
    noise = own.values.reshape(n, CONTROLS, days)
    seen = common.values[:, None, :] + noise
    gain = np.linalg.solve(common.covariance + own.covariance / CONTROLS, common.covariance)
    outcome = common + _ordinary(random, n, days)
    season = _season(random, n, days)
    controls = np.exp(LEVEL + season[:, :, None] + seen.transpose(0, 2, 1))
    unexplained = outcome.covariance - common.covariance @ gain
    return _drawn(season + outcome.values, unexplained, before, seen.mean(axis=1) @ gain, np.asarray(controls))


GROWN_COUNT = 50.0
"""Counts a day at the end, grown in a straight line since the launch."""
LAUNCHED_DAYS_AGO = 800


def _growing_counts(random: np.random.Generator, n: int, before: int, after: int) -> Draw:
    days = before + after
    line = GROWN_COUNT * (LAUNCHED_DAYS_AGO - days + np.arange(days)) / LAUNCHED_DAYS_AGO
    errors = _ordinary(random, n, days)
    week = random.normal(0.0, WEEKDAY_SD, (n, WEEK))[:, np.arange(days) % WEEK]
    mean = line * np.exp(week + errors.values)
    counts = random.poisson(mean).astype(float)
    more = random.poisson(LIFT * mean) * (np.arange(days) >= before)
    covariance = errors.covariance + np.diag(1 / line)
    curve = np.tile(np.log(line), (n, 1))
    return Draw(counts, counts + more, covariance, curve, np.empty((n, days, 0)), before, are_counts=True)


FAMILIES = (
    Family("clean", is_stress=False, draw=_uncontrolled(_ordinary)),
    Family(
        "drift",
        is_stress=False,
        draw=_uncontrolled(lambda g, n, d: _ordinary(g, n, d) + shifts(g, n, d, SHIFT_RATE, SHIFT_SD)),
    ),
    Family("ctrl", is_stress=False, draw=_controlled),
    Family(
        "heavy tails",
        is_stress=True,
        draw=_uncontrolled(lambda g, n, d: autoregressive(g, n, d, {1: RHO}, INNOVATION_SD, tail=3)),
    ),
    Family("AR .9", is_stress=True, draw=_uncontrolled(lambda g, n, d: autoregressive(g, n, d, {1: 0.9}, 0.009))),
    Family(
        "weekly memory",
        is_stress=True,
        draw=_uncontrolled(lambda g, n, d: autoregressive(g, n, d, {1: 0.3, 7: 0.4}, INNOVATION_SD)),
    ),
    Family(
        "slow cycle",
        is_stress=True,
        draw=_uncontrolled(lambda g, n, d: _ordinary(g, n, d) + slow_cycle(g, n, d, (60, 180), 0.015)),
    ),
    Family(
        "drifting week",
        is_stress=True,
        draw=_uncontrolled(lambda g, n, d: _ordinary(g, n, d) + drifting_week(g, n, d, 0.01)),
    ),
    Family("growing counts", is_stress=True, draw=_growing_counts),
    Family(
        "rare big shifts",
        is_stress=True,
        draw=_uncontrolled(lambda g, n, d: _ordinary(g, n, d) + shifts(g, n, d, 1 / 365, 0.10)),
    ),
)


def family(name: str) -> Family:
    return next(found for found in FAMILIES if found.name == name)
