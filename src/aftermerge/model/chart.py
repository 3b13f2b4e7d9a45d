"""What the one figure of a readout shows: numbers only, in the metric's own words."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SeriesChart:
    """A metric by day about one date: what was, and what the days before lead one to expect, with its 95% band.

    All of the same length; None where nothing was recorded or nothing forecast. `switch` is the day of the change.
    """

    days: tuple[date, ...]
    observed: tuple[float | None, ...]
    forecast: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    switch: date


@dataclass(frozen=True, slots=True)
class LooksChart:
    """An experiment's estimate and interval at each daily look, in the readout's unit."""

    days: tuple[date, ...]
    estimate: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class EventStudyChart:
    """The effect by periods since units got the change (before it negative), in the readout's unit."""

    period_days: int
    periods: tuple[int, ...]
    estimate: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ArmsChart:
    """One look: the estimate of each compared group (the whole first, then segments or variants) with its interval."""

    names: tuple[str, ...]
    estimate: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


Chart = SeriesChart | LooksChart | EventStudyChart | ArmsChart
