"""Simulated panels of units that got a change at different times."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from aftermerge.stats.cohort import Cohort

Floats = NDArray[np.float64]
Effect = Callable[[int, int], float]
"""By period of adoption and periods since."""


def nothing(adopted: int, since: int) -> float:
    return 0.0


def heterogeneous(adopted: int, since: int) -> float:
    """Grows with time, and is larger for those who got it first: two-way fixed effects go wrong here."""
    return 0.3 * (since + 1) * (1.5 if adopted < 8 else 0.5)


def panel(
    rng: np.random.Generator,
    sizes: Mapping[int | None, int],
    periods: int = 14,
    effect: Effect = nothing,
    level: float = 10.0,
) -> dict[int | None, Floats]:
    """Outcomes by cohort, (units, periods): unit effects, a shared path, autocorrelated noise and the effect."""
    shared = rng.normal(size=periods).cumsum() * 0.2
    return {adopted: _units(rng, n, adopted, shared + level, effect) for adopted, n in sizes.items()}


def _units(rng: np.random.Generator, n: int, adopted: int | None, shared: Floats, effect: Effect) -> Floats:
    periods = len(shared)
    noise = rng.normal(size=(n, periods))
    for period in range(1, periods):
        noise[:, period] += 0.5 * noise[:, period - 1]
    added = np.zeros(periods)
    if adopted is not None:
        added[adopted:] = [effect(adopted, since) for since in range(periods - adopted)]
    return np.asarray(rng.normal(scale=2.0, size=(n, 1)) + shared + noise + added)


def cohorts(units: Mapping[int | None, Floats]) -> list[Cohort]:
    return [cohort(adopted, values) for adopted, values in units.items()]


def cohort(adopted: int | None, values: Floats) -> Cohort:
    mean = values.mean(axis=0)
    centred = values - mean
    return Cohort(adopted, len(values), mean, centred.T @ centred)


def true_mean(sizes: Mapping[int | None, int], periods: int, effect: Effect, exposures: Sequence[int]) -> float:
    """The mean effect over treated unit-periods of those exposures that are compared with anybody."""
    cells = [
        (n, effect(adopted, since))
        for adopted, n in sizes.items()
        if adopted is not None
        for since in exposures
        if adopted + since < periods
    ]
    return float(np.average([value for _, value in cells], weights=[n for n, _ in cells]))


def two_way_fixed_effects(units: Mapping[int | None, Floats]) -> float:
    """The coefficient of "has it" beside unit and period effects, by ordinary least squares (Frisch and Waugh)."""
    values = np.vstack(list(units.values()))
    has_it = np.vstack([np.tile(_has_it(adopted, block.shape[1]), (len(block), 1)) for adopted, block in units.items()])
    x, y = _without_means(has_it), _without_means(values)
    return float((x * y).sum() / (x * x).sum())


def _has_it(adopted: int | None, periods: int) -> Floats:
    return np.zeros(periods) if adopted is None else (np.arange(periods) >= adopted).astype(np.float64)


def _without_means(values: Floats) -> Floats:
    means = values.mean(axis=1, keepdims=True) + values.mean(axis=0, keepdims=True) - values.mean()
    return np.asarray(values - means)
