"""What an experiment on a metric would show, by the units of an earlier one."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from aftermerge.errors import StatisticsError
from aftermerge.measure.case import Case
from aftermerge.measure.randomised.variants import Pair, pair_of
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Answers, Arms, ArmsQuestion, Plan
from aftermerge.render.feasibility import MOST_PERCENT
from aftermerge.render.phrases import number
from aftermerge.stats.arms import Scale
from aftermerge.stats.moments import EMPTY, Moments
from aftermerge.stats.power import two_arm_power, two_arm_units


@dataclass(frozen=True, slots=True)
class ArmsPower:
    """What the units of the two compared arms of an earlier experiment say: how many came a day, and how they differ.

    `days` is over how many days their windows closed, None where they have no times. Arms of unequal size show what
    4 / (1 / control + 1 / treatment) units in two equal ones would.
    """

    metric: Metric
    flag: str | None = None
    control: Moments = EMPTY
    treatment: Moments = EMPTY
    days: int | None = None
    unknown: str = ""

    @classmethod
    def of(cls, metric: Metric, plan: Plan, answers: Answers, cases: Iterable[Case] = ()) -> "ArmsPower":
        """By the variants that a bet on the flag compares, and by the flag from which most is known."""
        asked = [question for question in plan.questions if isinstance(question, ArmsQuestion)]
        by_flag = {case.flag: case for case in reversed(list(cases)) if case.flag}
        tried = [_tried(metric, question, answers, by_flag.get(question.flag)) for question in asked]
        known = [found for found in tried if not found.unknown]
        if not known:
            told = next((found.unknown for found in tried), "none was run on it yet")
            return cls(metric, unknown=f"an experiment can't be looked at: {told}")
        best = max(known, key=lambda found: found._equal)
        return best if best.days else replace(best, unknown=best._without_times())

    @property
    def arms_a_day(self) -> tuple[float, float] | None:
        return (self.control.n / self.days, self.treatment.n / self.days) if self.days else None

    def effect_at(self, day: int) -> float | None:
        """At the end of `day` days: units count once their window has closed."""
        if self.days is None:
            return None
        units = self._equal / self.days * (day - self.metric.window_days)
        return self.smallest(units) if units >= 2 else None

    def days_for(self, effect: float, horizon_days: int) -> int | None:
        if self.days is None or (self._falls and effect >= self._factor):
            return None
        rise = effect / self._factor / (1 - effect / self._factor if self._falls else 1)
        units = two_arm_units(self._unit, rise, scale=self._scale)
        days = self.metric.window_days + math.ceil(units * self.days / self._equal)
        return days if days <= horizon_days else None

    def smallest(self, units: float) -> float:
        """The smallest effect that `units` units in two equal arms show.

        Raises:
            StatisticsError: the reason why that can't be told.
        """
        if self.metric.kind == "quantile":
            raise StatisticsError("what a quantile would show is not known from sums")
        rise = two_arm_power(self._unit, units, scale=self._scale)
        return self._factor * rise / (1 + rise if self._falls else 1)

    def _without_times(self) -> str:
        told = f"`{self.flag}` has no times, so that units a day are not known"
        effect, units = self.smallest(self._equal), self.control.n + self.treatment.n
        is_huge = self.metric.effect_unit == "percent" and effect > MOST_PERCENT
        shown = (
            f"nothing below {MOST_PERCENT:,.0f}%" if is_huge else number(self._sign * effect, self.metric.effect_unit)
        )
        return f"{told}; its {units:,} units would show {shown}"

    @property
    def _unit(self) -> Moments:
        return self.control + self.treatment

    @property
    def _equal(self) -> float:
        """As many units in two equal arms show as much."""
        return 4 / (1 / self.control.n + 1 / self.treatment.n)

    @property
    def _falls(self) -> bool:
        """Whether an improvement is a fall by a share of the mean: beside a rise by e stands one by 1 − 1/(1 + e)."""
        return self._scale == "relative" and self.metric.good == "down"

    @property
    def _scale(self) -> Scale:
        return "relative" if self.metric.effect_unit == "percent" else "difference"

    @property
    def _factor(self) -> float:
        return 1.0 if self.metric.effect_unit == "absolute" else 100.0

    @property
    def _sign(self) -> int:
        return 1 if self.metric.good == "up" else -1


def _tried(metric: Metric, question: ArmsQuestion, answers: Answers, case: Case | None) -> ArmsPower:
    """The flag by itself, or why nothing is known from it."""
    if question.key not in answers.arms:
        return ArmsPower(metric, unknown=answers.failed.get(question.key, "it was not answered"))
    arms = answers.arms[question.key]
    try:
        pair = _pair(arms, case)
        control, treatment = arms.total.get(pair.control, EMPTY), arms.total.get(pair.treatment, EMPTY)
        if not control.n or not treatment.n:
            raise StatisticsError(f"no unit's window has closed in both arms of `{question.flag}`")
        found = ArmsPower(metric, question.flag, control, treatment, _days(arms, pair))
        found.smallest(2.0)
    except StatisticsError as error:
        return ArmsPower(metric, unknown=error.what)
    return found


def _pair(arms: Arms, case: Case | None) -> Pair:
    """Of two variants it does not matter which is the control."""
    if len(arms.exposed) == 2:
        return Pair(*sorted(arms.exposed))
    if case is None:
        raise StatisticsError(f"no bet says which of {len(arms.exposed)} variants are compared")
    return pair_of(case, arms.exposed)


def _days(arms: Arms, pair: Pair) -> int | None:
    """From the first to the last on which windows of the two closed."""
    days = [look.day for look in arms.days if look.arms.keys() & {pair.control, pair.treatment}]
    return (days[-1] - days[0]).days + 1 if days else None
