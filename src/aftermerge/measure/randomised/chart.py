"""The one figure of an experiment."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import accumulate

from aftermerge.errors import StatisticsError
from aftermerge.measure.randomised.trial import Trial
from aftermerge.measure.randomised.variants import Pair
from aftermerge.model.chart import ArmsChart, Chart, LooksChart
from aftermerge.model.readout import Slice
from aftermerge.stats.estimate import Estimate
from aftermerge.stats.moments import EMPTY, Moments


def chart_of(trial: Trial, pair: Pair, whole: Estimate, slices: Sequence[Slice]) -> Chart:
    """The estimate at each look where looks can be told apart, or the compared groups beside each other."""
    if trial.arms.days and not trial.is_quantile:
        looks = list(_each_look(trial, pair))
        days, found = [day for day, _ in looks], [estimate for _, estimate in looks]
        return LooksChart(tuple(days), *_columns(found))
    first = pair.treatment if any(one.kind == "variant" for one in slices) else "all"
    return groups_chart([(first, whole), *_of_slices(slices)])


def slices_chart(slices: Sequence[Slice]) -> ArmsChart | None:
    """The slices alone, where no whole was asked for."""
    return groups_chart(_of_slices(slices)) if slices else None


def groups_chart(groups: Sequence[tuple[str, Estimate]]) -> ArmsChart:
    return ArmsChart(tuple(name for name, _ in groups), *_columns([found for _, found in groups]))


def running_totals(trial: Trial, pair: Pair) -> list[tuple[date, Moments, Moments]]:
    """Control and treatment up to and including each day on which windows of either closed."""
    steps = [
        (look.day, look.arms.get(pair.control, EMPTY), look.arms.get(pair.treatment, EMPTY)) for look in trial.arms.days
    ]
    seen = [step for step in steps if step[1].n + step[2].n]
    return list(accumulate(seen, lambda before, now: (now[0], before[1] + now[1], before[2] + now[2])))


def _each_look(trial: Trial, pair: Pair) -> Iterator[tuple[date, Estimate]]:
    """Looks from which nothing can be computed yet are left out."""
    totals = running_totals(trial, pair)
    for (day, control, treatment), critical in zip(totals, trial.looks(pair).criticals(), strict=True):
        try:
            yield day, trial.in_unit(trial.between(control, treatment).at(critical))
        except StatisticsError:
            continue


def _columns(found: Sequence[Estimate]) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    return tuple(e.estimate for e in found), tuple(e.low for e in found), tuple(e.high for e in found)


def _of_slices(slices: Sequence[Slice]) -> list[tuple[str, Estimate]]:
    return [(one.name, Estimate(one.estimate, one.low, one.high, 0.0)) for one in slices]
