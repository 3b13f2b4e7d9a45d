"""What an experiment on a metric would show, by the units of an earlier one."""

import math
from dataclasses import dataclass, replace

from aftermerge.errors import StatisticsError
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Answers, Arms, ArmsQuestion, Plan
from aftermerge.stats.arms import Scale
from aftermerge.stats.moments import EMPTY, Moments
from aftermerge.stats.power import two_arm_power, two_arm_units


@dataclass(frozen=True, slots=True)
class ArmsPower:
    """What the units of an earlier experiment say: how many came a day, and how they differ."""

    metric: Metric
    flag: str | None = None
    unit: Moments = EMPTY
    units_a_day: float | None = None
    unknown: str = ""

    @classmethod
    def of(cls, metric: Metric, plan: Plan, answers: Answers) -> "ArmsPower":
        asked = [question for question in plan.questions if isinstance(question, ArmsQuestion)]
        answered = [(question.flag, answers.arms[question.key]) for question in asked if question.key in answers.arms]
        if not answered:
            told = next((answers.failed[q.key] for q in asked if q.key in answers.failed), "none was run on it yet")
            return cls(metric, unknown=f"an experiment can't be looked at: {told}")
        flag, arms = max(answered, key=lambda pair: sum(moments.n for moments in pair[1].total.values()))
        found = cls(metric, flag, sum(arms.total.values(), EMPTY), _units_a_day(arms))
        try:
            found._smallest(2.0)
        except StatisticsError as error:
            return cls(metric, unknown=f"an experiment can't be looked at: {error.what}")
        if found.units_a_day is None:
            told = f"`{flag}` has no times, so that units a day are not known; its {found.unit.n:,} units would show"
            return replace(found, unknown=f"{told} {found._smallest(found.unit.n):.2g} {_words(metric)}")
        return found

    def effect_at(self, day: int) -> float | None:
        """At the end of `day` days: units count once their window has closed."""
        if self.units_a_day is None:
            return None
        units = self.units_a_day * (day - self.metric.window_days)
        return self._smallest(units) if units >= 2 else None

    def days_for(self, effect: float, horizon_days: int) -> int | None:
        if self.units_a_day is None:
            return None
        if self._falls and effect >= self._factor:
            return None
        rise = effect / self._factor / (1 - effect / self._factor if self._falls else 1)
        units = two_arm_units(self.unit, rise, scale=self._scale)
        days = self.metric.window_days + math.ceil(units / self.units_a_day)
        return days if days <= horizon_days else None

    def _smallest(self, units: float) -> float:
        if self.metric.kind == "quantile":
            raise StatisticsError("what a quantile would show is not known from sums")
        rise = two_arm_power(self.unit, units, scale=self._scale)
        return self._factor * rise / (1 + rise if self._falls else 1)

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


def _words(metric: Metric) -> str:
    return {"pp": "pp", "percent": "%", "absolute": "and more"}[metric.effect_unit]


def _units_a_day(arms: Arms) -> float | None:
    """Over the days on which windows closed."""
    if not arms.days:
        return None
    span = (arms.days[-1].day - arms.days[0].day).days + 1
    return sum(moments.n for look in arms.days for moments in look.arms.values()) / span
