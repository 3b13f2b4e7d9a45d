"""The days about one date, cut out of a series and ready for the estimator."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aftermerge.measure.scale import Volumes
from aftermerge.stats.integrated_gls import Effect, Forecast, before_after, forecast

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Window:
    """`start` is the index of its first day in the series, `switch` that of the first day after the change.

    The day of the change itself is left out, and public holidays are. `controls` holds the series that `control_names`
    name and, last, where `is_seasonal`, the same days of last year. `prior` is what earlier days said of the errors.
    """

    start: int
    values: Floats
    switch: int
    weekday: NDArray[np.int64]
    controls: Floats
    control_names: tuple[str, ...]
    is_seasonal: bool = False
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
        return before_after(self.values, self.switch, weekday=self.weekday, controls=self._columns, prior=self.prior)

    def later_minus_earlier(self) -> Effect:
        """The effect in the later half of the days after, minus that in the earlier half."""
        after = len(self.values) - self.switch
        late = np.arange(after) >= after // 2
        known = np.isfinite(self.values[self.switch :])
        contrast = np.where(late, 1 / max((late & known).sum(), 1), -1 / max((~late & known).sum(), 1))
        return before_after(
            self.values,
            self.switch,
            weekday=self.weekday,
            controls=self._columns,
            prior=self.prior,
            contrast=contrast,
        )

    def without(self, name: str) -> tuple[Effect, Effect]:
        """The effect when a control is left out; and that control's own, given the others."""
        position = self.control_names.index(name)
        others = np.delete(self.controls, position, axis=1)
        kept = others if others.shape[1] else None
        alone = before_after(self.values, self.switch, weekday=self.weekday, controls=kept, prior=self.prior)
        own = np.where(np.isfinite(self.values), self.controls[:, position], np.nan)
        return alone, before_after(own, self.switch, weekday=self.weekday, controls=kept)

    def forecast(self) -> Forecast:
        """Of each day by itself."""
        return forecast(self.values, self.switch, weekday=self.weekday, controls=self._columns, prior=self.prior)

    @property
    def _columns(self) -> Floats | None:
        return self.controls if self.controls.shape[1] else None
