"""An estimate with its interval."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """An effect, the interval that covers it with the asked-for probability, and its standard deviation."""

    estimate: float
    low: float
    high: float
    sd: float

    @property
    def half_width(self) -> float:
        return (self.high - self.low) / 2
