"""A metric's own past: windows cut out of it, controls chosen for them, and what placebo dates say of the method."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from aftermerge.errors import StatisticsError
from aftermerge.measure.calendar import WEEK, Calendar
from aftermerge.measure.scale import Scaled, Volumes, log_bearing_zeros, scaled
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Series
from aftermerge.stats.integrated_gls import Effect, before_after, learned, likelihood
from aftermerge.stats.placebo import LEAST_PLACEBOS, Calibration, calibrate

Floats = NDArray[np.float64]

DAYS_BEFORE = 120
LEAST_DAYS_BEFORE_PLACEBO = 56
MOST_CONTROLS = 5
STRETCH_DAYS = 112
"""Whole weeks: earlier stretches of this length say how the errors linger and drift."""
STRETCH_STEP = 28
MOST_STRETCHES = 6
ENOUGH_PLACEBOS = 40
"""A metric with this many dates of its own borrows from no other."""


@dataclass(frozen=True, eq=False, slots=True)
class Window:
    """The days about one date, ready for the estimator: the day of the change itself is left out."""

    values: Floats
    switch: int
    weekday: NDArray[np.int64]
    controls: Floats
    control_names: tuple[str, ...]
    prior: Floats | None = None
    volumes: Volumes | None = None

    @property
    def recorded_days(self) -> int:
        """Days after the change on which the metric was recorded."""
        return int(np.isfinite(self.values[self.switch :]).sum())

    def effect(self) -> Effect:
        """
        Raises:
            StatisticsError: see `before_after`.
        """
        controls = self.controls if self.control_names else None
        return before_after(self.values, self.switch, weekday=self.weekday, controls=controls, prior=self.prior)


@dataclass(frozen=True, eq=False, slots=True)
class History:
    """One series on the scale on which it is modelled, with its candidates for controls, (days, candidates)."""

    first_day: date
    scaled: Scaled
    candidates: Floats
    names: tuple[str, ...] = ()
    ratios: dict[tuple[int, int], float] = field(default_factory=dict)
    """Placebo errors in half-widths, by index and days after: filled as they are asked for."""
    likelihoods: dict[tuple[int, tuple[int, ...]], Floats | None] = field(default_factory=dict)
    """Of earlier stretches, by their end and their controls; None where one can't bear the model."""

    def window(self, switch: int, days: int, skip: int = 0) -> Window:
        """From 120 days before index `switch` to `days` after it, without that day and the `skip` days after it."""
        start, end = max(0, switch - DAYS_BEFORE), switch + days + 1
        values = self.scaled.values[start:end].copy()
        values[switch - start : switch - start + skip + 1] = np.nan
        chosen = self._chosen(values, start, switch)
        controls = self.candidates[start : start + len(values), chosen]
        return Window(
            values,
            switch - start + 1,
            self._weekday(start, start + len(values)),
            np.nan_to_num(controls),
            tuple(self.names[column] for column in chosen),
            self._prior(start, tuple(chosen)),
            self.scaled.volumes(start, switch, end),
        )

    def _weekday(self, start: int, end: int) -> NDArray[np.int64]:
        return (np.arange(start, end) + self.first_day.weekday()) % WEEK

    def _prior(self, start: int, chosen: tuple[int, ...]) -> Floats | None:
        """What the stretches before index `start` say of the errors that these controls leave."""
        last = start // STRETCH_STEP * STRETCH_STEP
        ends = range(last, STRETCH_DAYS - 1, -STRETCH_DAYS)[:MOST_STRETCHES]
        said = [found for end in ends if (found := self._likelihood(end, chosen)) is not None]
        return learned(np.array(said)) if said else None

    def _likelihood(self, end: int, chosen: tuple[int, ...]) -> Floats | None:
        key = (end, chosen)
        if key not in self.likelihoods:
            days = slice(end - STRETCH_DAYS, end)
            controls = self.candidates[days, chosen] if chosen else None
            weekday = self._weekday(days.start, days.stop)
            try:
                self.likelihoods[key] = likelihood(self.scaled.values[days], weekday=weekday, controls=controls)
            except StatisticsError:
                self.likelihoods[key] = None
        return self.likelihoods[key]

    def _chosen(self, values: Floats, start: int, switch: int) -> list[int]:
        """The candidates whose weekly changes before the switch went most with the outcome's, at most five."""
        if not self.names:
            return []
        block = self.candidates[start : start + len(values)]
        recorded = ~np.isnan(values)
        usable = np.flatnonzero(np.isfinite(block[recorded]).all(axis=0))
        before = slice(0, switch - start)
        if not len(usable) or switch - start <= 2 * WEEK:
            return []
        strength = _correlations(_weekly_change(values[before]), _weekly_change(block[before][:, usable]))
        order = np.argsort(-strength, kind="stable")[:MOST_CONTROLS]
        return [int(usable[i]) for i in order if strength[i] > 0]

    def placebo_ratio(self, switch: int, days: int) -> float:
        """|error| in half-widths at a date on which nothing shipped; NaN where it can't be estimated."""
        key = (switch, days)
        if key not in self.ratios:
            try:
                effect = self.window(switch, days).effect()
                self.ratios[key] = abs(effect.estimate) / effect.half_width
            except StatisticsError:
                self.ratios[key] = float("nan")
        return self.ratios[key]

    def placebo_ratios(self, until: date, days: int, shipped: frozenset[date]) -> list[float]:
        """At every week whose window ended by `until` and holds no day of `shipped`, nor the week before it.

        Those with as many days before them as the readout itself has; where these are few, younger ones too.
        """
        busy = {(day - self.first_day).days for day in shipped}
        last = min((until - self.first_day).days, len(self.scaled.values)) - days - 1
        dates = range(LEAST_DAYS_BEFORE_PLACEBO, last + 1, WEEK)
        quiet = [s for s in dates if busy.isdisjoint(range(s - WEEK + 1, s + days + 1))]
        old = [s for s in quiet if s >= DAYS_BEFORE]
        return [self.placebo_ratio(s, days) for s in (old if len(old) >= LEAST_PLACEBOS else quiet)]


def history_of(metric: Metric, series: Series) -> History:
    names = tuple(sorted(series.controls))
    columns = [_as_control(series.controls[name]) for name in names]
    candidates = np.column_stack(columns) if columns else np.empty((len(series.values), 0))
    return History(series.first_day, scaled(series, metric.effect_unit), candidates, names)


@dataclass(frozen=True, slots=True)
class Past:
    """The histories of all metrics of a run, by the key of their question."""

    histories: Mapping[str, History]
    metrics: Mapping[str, Metric]
    calendar: Calendar

    def calibration(self, key: str, switch: date, days: int) -> Calibration:
        """From this metric's own quiet dates before `switch`; where they are few, from the other metrics' too."""
        own = self._ratios(key, switch, days)
        others: list[float] = []
        if len(own) < ENOUGH_PLACEBOS:
            others = [r for other in sorted(self.histories) if other != key for r in self._ratios(other, switch, days)]
        return calibrate(own, others, overlap=max((days + 1) / WEEK, 1.0))

    def _ratios(self, key: str, until: date, days: int) -> list[float]:
        shipped = self.calendar.days_of(self.metrics[key])
        return self.histories[key].placebo_ratios(until - timedelta(days=1), days, shipped)


def _as_control(values: Floats) -> Floats:
    finite = values[np.isfinite(values)]
    return log_bearing_zeros(values) if len(finite) and (finite >= 0).all() else values


def _weekly_change(values: Floats) -> Floats:
    return np.asarray(values[WEEK:] - values[:-WEEK])


def _correlations(outcome: Floats, candidates: Floats) -> Floats:
    """Absolute correlations over the days on which the outcome is known. (candidates,)."""
    known = np.isfinite(outcome) & np.isfinite(candidates).all(axis=1)
    y = outcome[known] - outcome[known].mean()
    x = candidates[known] - candidates[known].mean(axis=0)
    scale = np.sqrt((x**2).sum(axis=0) * (y @ y))
    return np.where(scale > 1e-12, np.abs(y @ x) / np.where(scale > 0, scale, 1.0), 0.0)
