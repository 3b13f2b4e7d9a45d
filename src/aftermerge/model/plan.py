"""What is asked of the data, before it is asked; and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from aftermerge.model.metric import Metric
from aftermerge.stats.cohort import Cohort
from aftermerge.stats.moments import Moments
from aftermerge.stats.quantile import Quantile

Days = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SeriesQuestion:
    """How did this metric run, day by day?"""

    metric: Metric

    @property
    def key(self) -> str:
        return f"series:{self.metric.key}"


@dataclass(frozen=True, slots=True)
class ArmsQuestion:
    """What did the units of each variant of a flag do, within the metric's window after their first exposure?

    `until` cuts the data off (aware, UTC): a unit counts once its window had closed by then.
    """

    metric: Metric
    flag: str
    until: datetime | None = None

    @property
    def key(self) -> str:
        until = self.until.isoformat() if self.until else ""
        return f"arms:{self.metric.key}:{self.flag}:{until}"


@dataclass(frozen=True, slots=True)
class RolloutQuestion:
    """How did the metric run, week by week, in units that got the change at different times?

    A unit has the change from its first exposure to `flag` on, or from the first event on whose `column` is `value`.
    """

    metric: Metric
    flag: str | None = None
    column: str | None = None
    value: str | None = None
    until: datetime | None = None

    @property
    def key(self) -> str:
        until = self.until.isoformat() if self.until else ""
        by = self.flag if self.column is None else f"{self.column}={self.value}"
        return f"rollout:{self.metric.key}:{by}:{until}"


@dataclass(frozen=True, slots=True)
class SegmentsQuestion:
    """How did this metric run, day by day, in each segment (a region, say)?"""

    metric: Metric

    @property
    def key(self) -> str:
        return f"segments:{self.metric.key}"


Question = SeriesQuestion | ArmsQuestion | RolloutQuestion | SegmentsQuestion


@dataclass(frozen=True, slots=True)
class Plan:
    """All questions of one run. Each is answered once, however many readouts rest on it."""

    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """One statement that answers the questions named by `keys`.

    `cost` says in a line what it would read, as far as its engine can say before it runs.
    """

    source: str
    sql: str
    keys: tuple[str, ...]
    cost: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Series:
    """A metric by day, from `first_day` on; NaN where nothing was recorded.

    `volume` is what the value was computed over (the denominator of a rate), for rates only. `controls` are series
    of the same days that are candidates for controls.
    """

    first_day: date
    values: Days
    volume: Days | None = None
    controls: Mapping[str, Days] = field(default_factory=dict)
    excluded_controls: tuple[str, ...] = ()
    sql: str = ""


@dataclass(frozen=True, slots=True)
class ArmsOfDay:
    """The moments, by variant, of the units whose window closed on that day."""

    day: date
    arms: Mapping[str, Moments]


@dataclass(frozen=True, slots=True)
class Arms:
    """What the units of each variant did.

    `days` holds the looks in order when exposure has a time, and is empty for a finished table. `exposed` counts
    every unit by variant, its window closed or not. `crossed` were seen in two variants and left out. `largest` and
    `smallest` are the greatest and the least value of any unit, by variant, after winsorising; a ratio has none, since
    a unit has no ratio of its own. `quantiles` are there for a quantile only; `segments` holds the totals by segment,
    then variant, where the metric names one.
    """

    total: Mapping[str, Moments]
    exposed: Mapping[str, int]
    crossed: int = 0
    largest: Mapping[str, float] = field(default_factory=dict)
    smallest: Mapping[str, float] = field(default_factory=dict)
    quantiles: Mapping[str, Quantile] = field(default_factory=dict)
    segments: Mapping[str, Mapping[str, Moments]] = field(default_factory=dict)
    days: tuple[ArmsOfDay, ...] = ()
    first_exposure: datetime | None = None
    last_exposure: datetime | None = None
    sql: str = ""


@dataclass(frozen=True, slots=True)
class Rollout:
    """What units did in periods of `period_days` days from `first_day` on, by when they got the change.

    The rollout began in period `begun`, and its effect is read over `wanted` periods from then on. `left_out` units
    were there before, but not in every period since.
    """

    first_day: date
    period_days: int
    cohorts: tuple[Cohort, ...]
    begun: int
    wanted: int
    left_out: int = 0
    sql: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Segments:
    """A metric by segment and day, (segments, days), NaN where nothing was recorded; `volumes` as in a series."""

    first_day: date
    names: tuple[str, ...]
    values: Days
    volumes: Days | None = None
    sql: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers by the question's key; where a question could not be answered, the reason.

    `unasked` are those reasons that say nothing of the question: its table could not be opened, or nobody answered.
    """

    series: Mapping[str, Series] = field(default_factory=dict)
    arms: Mapping[str, Arms] = field(default_factory=dict)
    rollouts: Mapping[str, Rollout] = field(default_factory=dict)
    segments: Mapping[str, Segments] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    unasked: frozenset[str] = frozenset()
