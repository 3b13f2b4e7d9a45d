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

    The day of the change itself is left out, and public holidays are. `controls`, (days, controls), bear
    `control_names`; `season` holds the same days of last year, where these help. `prior` is what earlier days said of
    the errors.
    """

    start: int
    values: Floats
    switch: int
    weekday: NDArray[np.int64]
    controls: Floats
    control_names: tuple[str, ...]
    season: Floats | None = None
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
        return self._effect(self.controls)

    def later_minus_earlier(self) -> Effect:
        """The effect in the later half of the days after, minus that in the earlier half."""
        after = len(self.values) - self.switch
        late = np.arange(after) >= after // 2
        known = np.isfinite(self.values[self.switch :])
        contrast = np.where(late, 1 / max((late & known).sum(), 1), -1 / max((~late & known).sum(), 1))
        return self._effect(self.controls, contrast)

    def without(self, name: str) -> tuple[Effect, Effect]:
        """The effect when a control is left out; and that control's own, given the others."""
        position = self.control_names.index(name)
        others = np.delete(self.controls, position, axis=1)
        own = np.where(np.isfinite(self.values), self.controls[:, position], np.nan)
        return self._effect(others), before_after(own, self.switch, weekday=self.weekday, controls=_some(others))

    def forecast(self) -> Forecast:
        """Of each day by itself."""
        return forecast(
            self.values,
            self.switch,
            weekday=self.weekday,
            controls=_some(self.controls),
            season=self.season,
            prior=self.prior,
        )

    def _effect(self, controls: Floats, contrast: Floats | None = None) -> Effect:
        return before_after(
            self.values,
            self.switch,
            weekday=self.weekday,
            controls=_some(controls),
            season=self.season,
            prior=self.prior,
            contrast=contrast,
        )


def _some(columns: Floats) -> Floats | None:
    return columns if columns.shape[1] else None
