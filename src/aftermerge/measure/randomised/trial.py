"""An experiment as it is read: the claim, the data, and by which rule its interval allows for looking."""

from dataclasses import dataclass
from datetime import date, timedelta

from aftermerge.errors import StatisticsError
from aftermerge.measure.case import Case
from aftermerge.measure.randomised.looks import Looks, looks_of
from aftermerge.measure.randomised.variants import Pair
from aftermerge.model.plan import Arms
from aftermerge.stats.arms import Difference, Scale, difference
from aftermerge.stats.estimate import Estimate
from aftermerge.stats.moments import Moments
from aftermerge.stats.quantiles import quantile_difference

DAYS_TO_COME_IN = 2
"""How long after the decision date data may still arrive."""


@dataclass(frozen=True, slots=True)
class Trial:
    """`closed` says that no more data can change it."""

    case: Case
    arms: Arms
    closed: bool

    @property
    def is_decided_before_any_window(self) -> bool:
        """Whether no unit's window can close before the decision; a day is left for the time zone."""
        first, decide = self.arms.first_exposure, self.case.decide
        if first is None or decide is None or self.arms.days:
            return False
        return first.date() + timedelta(days=self.case.metric.window_days - 1) > decide

    @property
    def is_quantile(self) -> bool:
        return self.case.metric.kind == "quantile"

    @property
    def scale(self) -> Scale:
        return "relative" if self.case.metric.effect_unit == "percent" else "difference"

    def looks(self, pair: Pair) -> Looks:
        return looks_of(self.arms, pair, self.case.decide, self.closed)

    def contrast(self, pair: Pair) -> Difference:
        """Treatment − control over all units of the two variants.

        Raises:
            StatisticsError: the reason why it can't be computed.
        """
        names = (pair.control, pair.treatment)
        if self.is_quantile:
            if not set(names) <= set(self.arms.quantiles):
                raise StatisticsError("too few values to compute a quantile in both arms")
            control, treatment = (self.arms.quantiles[name] for name in names)
            return quantile_difference(control, treatment, self.scale)
        return self.between(self.arms.total[pair.control], self.arms.total[pair.treatment])

    def between(self, control: Moments, treatment: Moments) -> Difference:
        return difference(control, treatment, self.scale, variance="larger")

    def in_unit(self, found: Estimate) -> Estimate:
        """In the readout's unit: percentage points and percent are hundredths."""
        factor = 1.0 if self.case.metric.effect_unit == "absolute" else 100.0
        return Estimate(factor * found.estimate, factor * found.low, factor * found.high, factor * found.sd)

    def baseline(self, pair: Pair) -> float:
        if self.is_quantile:
            return self.arms.quantiles[pair.control].value
        control = self.arms.total[pair.control]
        return control.mean_y / control.mean_d


def trial_of(case: Case, arms: Arms, today: date) -> Trial:
    """A table without times is closed, and an experiment whose decision is past and whose data had time to come in."""
    is_finished = not arms.days and arms.first_exposure is None
    is_decided = case.decide is not None and today > case.decide + timedelta(days=DAYS_TO_COME_IN)
    return Trial(case, arms, is_finished or is_decided)
