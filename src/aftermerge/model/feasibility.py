"""Feasibility: could this effect ever be seen in this metric at this traffic?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from aftermerge.model.amount import Amount
from aftermerge.model.metric import Good
from aftermerge.model.readout import Design


@dataclass(frozen=True, slots=True)
class Visible:
    """The size, in the metric's unit, of the smallest improvement that is seen `days` days after the change.

    None where none is.
    """

    days: int
    before_after: float | None
    experiment: float | None


@dataclass(frozen=True, slots=True)
class Recent:
    """Where a metric is now: the mean of its last 28 recorded days, and the last day on which it was recorded."""

    value: float
    day: date


@dataclass(frozen=True, slots=True)
class Feasibility:
    """What a readout of one metric could show, by before/after and by experiment, with a power of 80%.

    `good` is the way an improvement goes, `effect` the one that is sought. `seen_after_days` is by which day each
    design sees it, None where not by the last of `visible`. `past_dates` is on how many earlier dates the
    before/after is tried, `flag` the experiment from which the units of its two arms a day and their variance are
    known. `unknown` says why a design could not be looked at, the experiment last. `is_shortened` where fewer days were
    asked for than are looked at otherwise. `recent` is None for a metric that is not read by day.
    """

    metric: str
    title: str
    good: Good
    effect: Amount
    visible: tuple[Visible, ...]
    seen_after_days: Mapping[Design, int | None]
    past_dates: int = 0
    arms_a_day: tuple[float, float] | None = None
    flag: str | None = None
    unknown: tuple[str, ...] = ()
    is_shortened: bool = False
    recent: Recent | None = None

    @property
    def units_a_day(self) -> float | None:
        return sum(self.arms_a_day) if self.arms_a_day else None

    @property
    def horizon_days(self) -> int:
        return self.visible[-1].days
