"""Synthetic difference-in-differences, synthetic control and their kin, with exhaustive placebos.

The treated units are set beside a weighted average of the untreated ones. What the methods differ in is where the
weights come from, and whether a constant distance between the two is allowed for:

| method | unit weights | time weights | distance allowed |
| --- | --- | --- | --- |
| `sdid` (Arkhangelsky, Athey, Hirshberg, Imbens and Wager 2021, algorithm 1) | fitted, ridge ζ | fitted | yes |
| `sc` (Abadie, Diamond and Hainmueller 2010, without predictors) | fitted | none | no |
| `did` (difference-in-differences) | equal | equal | yes |
| `difp` (Doudchenko and Imbens 2016; Ferman and Pinto 2021) | fitted | equal | yes |

Assumes that the untreated units would have gone on moving with the treated one as they did before the switch, and,
for the interval, that each of them errs as the treated one does. Blind spot: a shock that reached the treated unit
alone at the switch. With n untreated units no p lies below 1 / (n + 1).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from aftermerge.errors import StatisticsError
from aftermerge.stats.estimate import Estimate
from aftermerge.stats.synthetic_control.frank_wolfe import Problem, problem, solve
from aftermerge.stats.synthetic_control.panel import Panel, panel_of

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Method = Literal["sdid", "sc", "did", "difp"]

METHODS: tuple[Method, ...] = get_args(Method)
SLIGHT_RIDGE = 1e-6
"""Of the noise: makes weights unique where a fit alone does not."""
LEAST_DECREASE = 1e-5
"""Of the noise: the fit stops where a step gains less, in root mean square."""


@dataclass(frozen=True, eq=False, slots=True)
class SyntheticEffect(Estimate):
    """The mean effect on the treated units from the switch on, in the unit of the values.

    `sd` is the standard deviation of the placebos as published, over their number; the interval is Student's, which
    takes them for the sample that they are: wider than the paper's normal one where units are few. `p` is the rank of
    |estimate| among the placebos and itself. `weights` are the untreated units' in their order, `time_weights` those
    of the periods before the switch, `placebos` the estimates with each untreated unit in turn taken for treated.
    `counterfactual` is the treated units' mean had nothing happened, (periods,); `pre_fit_rmse` how far from it they
    were before the switch, in root mean square, and `placebo_rmse` how far each placebo was from its own.
    """

    p: float
    method: Method
    weights: Floats
    time_weights: Floats
    placebos: Floats
    counterfactual: Floats
    pre_fit_rmse: float
    placebo_rmse: Floats

    @property
    def comparable_placebos(self) -> Floats:
        """The placebos, each as much larger as the treated units are noisier before the switch: a small unit errs more
        than the large ones that it is set beside."""
        return np.asarray(self.placebos * np.maximum(1.0, self.pre_fit_rmse / np.maximum(self.placebo_rmse, 1e-300)))


def student_half_width(placebos: Floats, level: float = 0.95) -> float:
    """Of an interval that takes placebos for a sample of how far such an estimate is off."""
    return float(stdtrit(len(placebos) - 1, 0.5 + level / 2) * placebos.std(ddof=1))


def synthetic(
    Y: ArrayLike, treated: ArrayLike, switch: int, *, method: Method = "sdid", level: float = 0.95
) -> SyntheticEffect:
    """The effect on the treated units, by one method.

    Args:
        Y: one value a unit and period, all finite, (units, periods).
        treated: the treated units, all treated from `switch` on: an index, indices, or a mask, (units,).
        switch: index of the first treated period; three periods before it are the least.
        method: `sdid`, `sc`, `did` or `difp`.
        level: of the interval.

    Raises:
        StatisticsError: a value that is not finite, a switch or unit that is not there, fewer than two untreated
            units or not more than treated ones, or numbers that do not vary.
    """
    return synthetic_by_method(Y, treated, switch, methods=(method,), level=level)[method]


def synthetic_by_method(
    Y: ArrayLike, treated: ArrayLike, switch: int, *, methods: Sequence[Method] = METHODS, level: float = 0.95
) -> dict[Method, SyntheticEffect]:
    """The same question answered by several methods together, which is quicker than one after the other.

    Raises:
        StatisticsError: see `synthetic`; or a method that there is not.
    """
    for method in methods:
        if method not in METHODS:
            raise StatisticsError(f"`{method}` is no method; known: {', '.join(METHODS)}")
    panel = panel_of(Y, treated, switch)
    fits = dict(zip(methods, _fitted([_Fit.begun(panel, method) for method in methods]), strict=True))
    turns = [_turn(panel, first) for first in range(len(panel.untreated))]
    placebos = iter(_fitted([fit.placebo(*turn) for fit in fits.values() for turn in turns]))
    return {method: _effect(fit, [next(placebos) for _ in turns], level) for method, fit in fits.items()}


def _turn(panel: Panel, first: int) -> tuple[Indices, Panel]:
    """The untreated units that are taken for treated, as many as are treated, each the first of them once; the panel
    in which they are."""
    units = (first + np.arange(panel.treated_units)) % len(panel.untreated)
    return units, panel.without(units)


@dataclass(frozen=True, eq=False, slots=True)
class _Fit:
    """A panel with the weights of its untreated units and of its periods before the switch."""

    panel: Panel
    method: Method
    weights: Floats
    time_weights: Floats

    @classmethod
    def begun(cls, panel: Panel, method: Method) -> "_Fit":
        units, periods = len(panel.untreated), panel.switch
        time_weights = np.zeros(periods) if method == "sc" else np.full(periods, 1 / periods)
        return cls(panel, method, np.full(units, 1 / units), time_weights)

    @property
    def gap(self) -> Floats:
        """Treated minus synthetic, (periods,)."""
        return np.asarray(self.panel.treated - self.weights @ self.panel.untreated)

    @property
    def distance(self) -> float:
        """What of the gap was there before the switch."""
        return float(self.time_weights @ self.gap[: self.panel.switch])

    @property
    def estimate(self) -> float:
        return float(self.gap[self.panel.switch :].mean()) - self.distance

    @property
    def pre_fit_rmse(self) -> float:
        """How far from its synthetic control it was before the switch, in root mean square."""
        before = self.gap[: self.panel.switch]
        return float(np.sqrt(((before - (before.mean() if self.method != "sc" else 0.0)) ** 2).mean()))

    def placebo(self, units: Indices, panel: Panel) -> "_Fit":
        """Begun with the weights that were found for the treated units."""
        rest = np.delete(self.weights, units)
        total = rest.sum()
        return _Fit(panel, self.method, rest / total if total else np.full(len(rest), 1 / len(rest)), self.time_weights)

    def problems(self) -> Iterator[Problem]:
        """The weights that are to be fitted: those of the units, then those of the periods."""
        if self.method != "did":
            yield self._of_units()
        if self.method == "sdid":
            yield self._of_periods()

    def with_solutions(self, found: Iterator[Floats]) -> "_Fit":
        weights = next(found) if self.method != "did" else self.weights
        time_weights = next(found) if self.method == "sdid" else self.time_weights
        return _Fit(self.panel, self.method, weights, time_weights)

    def _of_units(self) -> Problem:
        before = np.vstack([self.panel.untreated, self.panel.treated])[:, : self.panel.switch]
        if self.method != "sc":
            before = before - before.mean(axis=1, keepdims=True)
        strength = self.panel.treated_cells**0.25 if self.method == "sdid" else SLIGHT_RIDGE
        return _problem(before.T, strength, self.panel.noise, self.weights)

    def _of_periods(self) -> Problem:
        untreated, switch = self.panel.untreated, self.panel.switch
        periods = np.column_stack([untreated[:, :switch], untreated[:, switch:].mean(axis=1)])
        return _problem(periods - periods.mean(axis=0), SLIGHT_RIDGE, self.panel.noise, self.time_weights)


def _problem(columns: Floats, strength: float, noise: float, start: Floats) -> Problem:
    """All columns but the last, weighted, against the last; ζ = strength × noise. (rows, n + 1)."""
    rows = len(columns)
    ridge, least = rows * (strength * noise) ** 2, rows * (LEAST_DECREASE * noise) ** 2
    return problem(columns[:, :-1], columns[:, -1], ridge, start, least)


def _fitted(fits: Sequence[_Fit]) -> list[_Fit]:
    found = iter(solve([item for fit in fits for item in fit.problems()]))
    return [fit.with_solutions(found) for fit in fits]


def _effect(fit: _Fit, turns: Sequence[_Fit], level: float) -> SyntheticEffect:
    placebos = np.array([turn.estimate for turn in turns])
    estimate, sd = fit.estimate, float(placebos.std())
    if sd <= 1e-9 * fit.panel.noise:
        raise StatisticsError("no placebo differs from another: nothing says how far the estimate may be off")
    half = student_half_width(placebos, level)
    return SyntheticEffect(
        estimate=estimate,
        low=estimate - half,
        high=estimate + half,
        sd=sd,
        p=_rank(abs(estimate), np.abs(placebos)),
        method=fit.method,
        weights=fit.weights,
        time_weights=fit.time_weights,
        placebos=placebos,
        counterfactual=fit.panel.treated - fit.gap + fit.distance,
        pre_fit_rmse=fit.pre_fit_rmse,
        placebo_rmse=np.array([turn.pre_fit_rmse for turn in turns]),
    )


def _rank(size: float, others: Floats) -> float:
    return float((1 + (others >= size).sum()) / (1 + len(others)))
