"""Does the effect wear off?"""

import math

from aftermerge.errors import StatisticsError
from aftermerge.measure.randomised.chart import running_totals
from aftermerge.measure.randomised.looks import ALPHA
from aftermerge.measure.randomised.trial import Trial
from aftermerge.measure.randomised.variants import Pair
from aftermerge.model.plan import ArmsOfDay
from aftermerge.model.readout import Check
from aftermerge.stats.arms import Difference
from aftermerge.stats.moments import EMPTY, Moments


def novelty(trial: Trial, pair: Pair) -> Check | None:
    """The effect among the units whose windows closed first, beside that among the later half of them.

    It warns where the two differ by more than chance and the later one is nearer to zero or of another sign. Half of
    the error is allowed, since the halves move with each look. None where it can't be computed.
    Assumption: units that come early and late differ in nothing else that the change depends on.
    Blind spot: an effect that wears off within each unit's own window.
    """
    if trial.is_quantile or len(trial.arms.days) < 2:
        return None
    try:
        return _compared(trial, *_halves(trial, pair), trial.looks(pair).critical(ALPHA / 2))
    except StatisticsError:
        return None


def _compared(trial: Trial, early: Difference, late: Difference, critical: float) -> Check:
    change, sd = late.effect - early.effect, math.hypot(early.sd, late.sd)
    is_smaller = abs(late.effect) < abs(early.effect) or late.effect * early.effect < 0
    if abs(change) <= critical * sd or not is_smaller:
        return Check("novelty", "pass", "the effect did not wear off between the first and the later half of units")
    told = f"{_told(trial, early)} in the first half of units and {_told(trial, late)} in the later half"
    return Check("novelty", "warn", f"the effect was {told}")


def _told(trial: Trial, half: Difference) -> str:
    sign = {"pp": " pp", "percent": "%", "absolute": ""}[trial.case.metric.effect_unit]
    return f"{trial.in_unit(half.interval(0.0)).estimate:+.2g}{sign}".replace("-", "−")


def _halves(trial: Trial, pair: Pair) -> tuple[Difference, Difference]:
    totals = running_totals(trial, pair)
    units = [control.n + treatment.n for _, control, treatment in totals]
    middle = min(range(len(units)), key=lambda index: abs(units[index] - units[-1] / 2))
    day = totals[middle][0]
    early = trial.between(*totals[middle][1:])
    later = [look for look in trial.arms.days if look.day > day]
    return early, trial.between(_sum(later, pair.control), _sum(later, pair.treatment))


def _sum(days: list[ArmsOfDay], variant: str) -> Moments:
    return sum((look.arms.get(variant, EMPTY) for look in days), EMPTY)
