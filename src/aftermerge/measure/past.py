"""What earlier dates say of the method, for every metric of a run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from aftermerge.measure.calendar import WEEK, Calendar
from aftermerge.measure.history import History
from aftermerge.model.metric import Metric
from aftermerge.stats.placebo import Calibration, calibrate

ENOUGH_PLACEBOS = 40
"""A metric with this many dates of its own borrows from no other."""


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

    def is_seasonal(self, key: str, switch: date, days: int) -> bool:
        """Whether last year's days helped on the quiet dates before `switch`."""
        return self.histories[key].is_seasonal(self._quiet_dates(key, switch, days), days)

    def _ratios(self, key: str, switch: date, days: int) -> list[float]:
        dates = self._quiet_dates(key, switch, days)
        history = self.histories[key]
        seasonal = history.is_seasonal(dates, days)
        return [history.past_error(date_, days, seasonal=seasonal).ratio for date_ in dates]

    def _quiet_dates(self, key: str, switch: date, days: int) -> list[int]:
        shipped = self.calendar.days_of(self.metrics[key])
        return self.histories[key].quiet_dates(switch - timedelta(days=1), days, shipped)
