"""The same comparison for other variants and within segments: shown beside the verdict, with none of their own."""

from dataclasses import dataclass
from itertools import chain
from typing import Literal

from aftermerge.errors import StatisticsError
from aftermerge.measure.randomised.looks import ALPHA
from aftermerge.measure.randomised.trial import Trial
from aftermerge.measure.randomised.variants import Pair, other_pairs
from aftermerge.model.readout import Slice
from aftermerge.stats.arms import Difference
from aftermerge.stats.sequential import sidak


@dataclass(frozen=True, slots=True)
class _Compared:
    name: str
    found: Difference
    units: int


def variant_slices(trial: Trial, headline: Pair | None) -> tuple[Slice, ...]:
    """Every other treatment against the control; all intervals together err as often as one would (Šidák 1967).

    Assumption behind the level: treatments that share a control are correlated upwards, so that it is a safe one.
    """
    alpha = sidak(ALPHA, len(trial.arms.exposed) - 1)
    pairs = other_pairs(trial.case, trial.arms.exposed, headline)
    return tuple(chain.from_iterable(_variant(trial, pair, alpha) for pair in pairs))


def segment_slices(trial: Trial, pair: Pair) -> tuple[Slice, ...]:
    """The two variants within each segment in which they can be compared, at a level for as many as are shown.

    Blind spot: a segment that the change itself moves units into or out of.
    """
    compared = list(chain.from_iterable(_segment(trial, pair, name) for name in sorted(trial.arms.segments)))
    critical = trial.looks(pair).critical(sidak(ALPHA, len(compared))) if compared else 0.0
    return tuple(chain.from_iterable(_slice(trial, "segment", one, critical) for one in compared))


def _variant(trial: Trial, pair: Pair, alpha: float) -> list[Slice]:
    total = trial.arms.total
    units = sum(total[name].n for name in (pair.control, pair.treatment) if name in total)
    try:
        compared = _Compared(pair.treatment, trial.contrast(pair), units)
    except (StatisticsError, KeyError):
        return []
    return _slice(trial, "variant", compared, trial.looks(pair).critical(alpha))


def _segment(trial: Trial, pair: Pair, name: str) -> list[_Compared]:
    arms = trial.arms.segments[name]
    if trial.is_quantile or not {pair.control, pair.treatment} <= set(arms):
        return []
    control, treatment = arms[pair.control], arms[pair.treatment]
    try:
        return [_Compared(name, trial.between(control, treatment), control.n + treatment.n)]
    except StatisticsError:
        return []


def _slice(trial: Trial, kind: Literal["segment", "variant"], compared: _Compared, critical: float) -> list[Slice]:
    try:
        found = trial.in_unit(compared.found.at(critical))
    except StatisticsError:
        return []
    return [Slice(kind, compared.name, found.estimate, found.low, found.high, compared.units)]
