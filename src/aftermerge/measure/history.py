"""A metric's own past: windows cut out of it, controls chosen for them, and how the method erred on earlier dates."""

from collections.abc import Collection, Container
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from aftermerge.errors import StatisticsError
from aftermerge.measure.scale import Scaled, log_bearing_zeros, scaled, without_days
from aftermerge.measure.window import Window
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Series
from aftermerge.stats.integrated_gls import learned, likelihood
from aftermerge.stats.placebo import LEAST_PLACEBOS

Floats = NDArray[np.float64]

WEEK = 7
DAYS_BEFORE = 364
"""A whole year of whole weeks, where there is one."""
ENOUGH_DAYS_BEFORE = 120
LEAST_DAYS_BEFORE_PLACEBO = 56
MOST_CONTROLS = 5
COPY = 0.999
"""A candidate whose weekly changes go with the outcome's like this is the outcome."""
STRETCH_DAYS = 112
"""Whole weeks: earlier stretches of this length say how the errors linger and drift."""
STRETCH_STEP = 28
MOST_STRETCHES = 6
YEAR = 364
"""Whole weeks, so that the same days of last year are the same days of the week."""
SEASON_GAIN = 0.95
"""Last year's days are used where they made past errors at least so much smaller."""


@dataclass(frozen=True, slots=True)
class PastError:
    """What the method said of a date on which nothing shipped; NaN where it could say nothing."""

    error: float
    half_width: float

    @property
    def ratio(self) -> float:
        return self.error / self.half_width


NOTHING_SAID = PastError(float("nan"), float("nan"))


@dataclass(frozen=True, eq=False, slots=True)
class History:
    """One series on the scale on which it is modelled.

    `candidates`, (days, candidates), are the controls to choose from, by `names`; `last_year`, (days,), the same days
    of last year; `free` are public holidays. What was computed once is kept: `errors` by switch, days after and whether
    last year was used; `likelihoods` of earlier stretches by their end, their controls and the same, None where one
    can't bear the model.
    """

    first_day: date
    scaled: Scaled
    candidates: Floats
    last_year: Floats
    free: NDArray[np.bool_]
    names: tuple[str, ...] = ()
    errors: dict[tuple[int, int, bool], PastError] = field(default_factory=dict)
    likelihoods: dict[tuple[int, tuple[int, ...], bool], Floats | None] = field(default_factory=dict)

    def window(self, switch: int, days: int, skip: int = 0, *, seasonal: bool = False) -> Window:
        """From up to a year before index `switch` to `days` after it, without that day and the `skip` days after it."""
        start, end = max(0, switch - self._days_before), switch + days + 1
        values = self.scaled.values[start:end].copy()
        values[switch - start : switch - start + skip + 1] = np.nan
        chosen = self._chosen(values, start, switch)
        named = tuple(self.names[column] for column in chosen)
        season = self.last_year[start : start + len(values)] if seasonal else None
        if season is not None and not np.isfinite(season[np.isfinite(values)]).all():
            season = None
        return Window(
            start,
            values,
            switch - start + 1,
            self._weekday(start, start + len(values)),
            self.candidates[start : start + len(values), chosen],
            named,
            season,
            self._prior(start, tuple(chosen), season is not None),
            self.scaled.volumes(start, switch, end),
        )

    @property
    def _days_before(self) -> int:
        """Small counts lie on a scale that moves with their volume: of them less is read."""
        return DAYS_BEFORE if self.scaled.volume is None else ENOUGH_DAYS_BEFORE

    def past_error(self, switch: int, days: int, *, seasonal: bool) -> PastError:
        """At a date on which nothing shipped."""
        key = (switch, days, seasonal)
        if key not in self.errors:
            try:
                effect = self.window(switch, days, seasonal=seasonal).effect()
                self.errors[key] = PastError(abs(effect.estimate), effect.half_width)
            except StatisticsError:
                self.errors[key] = NOTHING_SAID
        return self.errors[key]

    def quiet_dates(self, until: date, days: int, shipped: Collection[date]) -> list[int]:
        """Every week whose window ended by `until` and holds no day of `shipped`, nor the week before it.

        Those with as many days before them as a readout has; where these are few, younger ones too.
        """
        busy = {(day - self.first_day).days for day in shipped}
        last = min((until - self.first_day).days, len(self.scaled.values)) - days - 1
        dates = range(LEAST_DAYS_BEFORE_PLACEBO, last + 1, WEEK)
        quiet = [s for s in dates if busy.isdisjoint(range(s - WEEK + 1, s + days + 1))]
        old = [s for s in quiet if s >= ENOUGH_DAYS_BEFORE]
        return old if len(old) >= LEAST_PLACEBOS else quiet

    def is_seasonal(self, dates: Collection[int], days: int) -> bool:
        """Whether last year's days made the errors on these dates smaller: dates with a year before them are asked."""
        old = [switch for switch in dates if switch >= YEAR + ENOUGH_DAYS_BEFORE]
        if len(old) < LEAST_PLACEBOS:
            return False
        plain, seasonal = (
            np.array([self.past_error(switch, days, seasonal=how).error for switch in old]) for how in (False, True)
        )
        known = np.isfinite(plain) & np.isfinite(seasonal)
        return bool(known.sum() >= LEAST_PLACEBOS and seasonal[known].mean() < SEASON_GAIN * plain[known].mean())

    def _weekday(self, start: int, end: int) -> NDArray[np.int64]:
        return (np.arange(start, end) + self.first_day.weekday()) % WEEK

    def _prior(self, start: int, chosen: tuple[int, ...], seasonal: bool) -> Floats | None:
        """What the stretches before index `start` say of the errors that these controls leave."""
        last = start // STRETCH_STEP * STRETCH_STEP
        ends = range(last, STRETCH_DAYS - 1, -STRETCH_DAYS)[:MOST_STRETCHES]
        said = [found for end in ends if (found := self._likelihood(end, chosen, seasonal)) is not None]
        return learned(np.array(said)) if said else None

    def _likelihood(self, end: int, chosen: tuple[int, ...], seasonal: bool) -> Floats | None:
        key = (end, chosen, seasonal)
        if key not in self.likelihoods:
            days = slice(end - STRETCH_DAYS, end)
            controls = self.candidates[days, chosen] if chosen else None
            season = self.last_year[days] if seasonal else None
            week = self._weekday(days.start, days.stop)
            try:
                values = self.scaled.values[days]
                self.likelihoods[key] = likelihood(values, weekday=week, controls=controls, season=season)
            except StatisticsError:
                self.likelihoods[key] = None
        return self.likelihoods[key]

    def _chosen(self, values: Floats, start: int, switch: int) -> list[int]:
        """The candidates whose weekly changes before the switch went most with the outcome's, at most five."""
        if not self.names:
            return []
        block = self.candidates[start : start + len(values)]
        usable = np.flatnonzero(np.isfinite(block[~np.isnan(values)]).all(axis=0))
        before = slice(0, switch - start)
        if not len(usable) or switch - start <= 2 * WEEK:
            return []
        strength = _correlations(_weekly_change(values[before]), _weekly_change(block[before][:, usable]))
        order = np.argsort(-strength, kind="stable")
        return [int(usable[i]) for i in order if 0 < strength[i] < COPY][:MOST_CONTROLS]


def history_of(metric: Metric, series: Series, holidays: Container[date] = ()) -> History:
    """Public holidays are no ordinary days: their values are left out."""
    days = [series.first_day + timedelta(days=index) for index in range(len(series.values))]
    free = np.array([day in holidays for day in days], dtype=np.bool_)
    values = without_days(scaled(series, metric.effect_unit), free)
    names = tuple(sorted(series.controls))
    columns = [_as_control(series.controls[name]) for name in names]
    candidates = np.column_stack(columns) if columns else np.empty((len(days), 0))
    return History(series.first_day, values, candidates, _last_year(values.values), free, names)


def alone(first_day: date, values: Scaled) -> History:
    """A series without candidates for controls."""
    days = len(values.values)
    return History(first_day, values, np.empty((days, 0)), _last_year(values.values), np.zeros(days, dtype=np.bool_))


def _last_year(values: Floats) -> Floats:
    """The mean of the week about the same day of last year; NaN where that is not known, (days,)."""
    shifted = np.full(len(values), np.nan)
    if len(values) <= YEAR:
        return shifted
    known = np.isfinite(values)
    week = np.ones(WEEK)
    counts = np.convolve(known, week, "same")
    smooth = np.convolve(np.where(known, values, 0.0), week, "same") / np.maximum(counts, 1)
    shifted[YEAR:] = np.where(counts >= WEEK // 2, smooth, np.nan)[:-YEAR]
    return shifted


def _as_control(values: Floats) -> Floats:
    finite = values[np.isfinite(values)]
    return log_bearing_zeros(values) if len(finite) and (finite >= 0).all() else values


def _weekly_change(values: Floats) -> Floats:
    return np.asarray(values[WEEK:] - values[:-WEEK])


def _correlations(outcome: Floats, candidates: Floats) -> Floats:
    """Absolute correlations over the days on which the outcome is known. (candidates,)."""
    known = np.isfinite(outcome) & np.isfinite(candidates).all(axis=1)
    if not known.any():
        return np.zeros(candidates.shape[1])
    y = outcome[known] - outcome[known].mean()
    x = candidates[known] - candidates[known].mean(axis=0)
    scale = np.sqrt((x**2).sum(axis=0) * (y @ y))
    return np.where(scale > 1e-12, np.abs(y @ x) / np.where(scale > 0, scale, 1.0), 0.0)
