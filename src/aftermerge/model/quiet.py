"""Hours in which nobody is written to."""

from dataclasses import dataclass
from datetime import datetime, time, tzinfo


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `begins` until `ends`, over midnight where `ends` is earlier."""

    begins: time
    ends: time

    def hold(self, at: datetime, timezone: tzinfo) -> bool:
        """Whether that moment lies in them, by the clock of a time zone."""
        now = at.astimezone(timezone).time()
        if self.begins <= self.ends:
            return self.begins <= now < self.ends
        return now >= self.begins or now < self.ends
