"""Arms computed the slow and obvious way, from events in memory."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from aftermerge.stats.moments import Moments
from aftermerge.stats.quantile import Quantile

Floats = NDArray[np.float64]
EXPOSURE = "$feature_flag_called"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a unit did; an exposure has a variant."""

    at: datetime
    unit: str
    name: str
    value: float = 0.0
    variant: str | None = None
    segment: str | None = None

    @property
    def row(self) -> str:
        """As `support.usage.write_events` takes it; the segment stands in the account's column."""
        at = self.at.replace(tzinfo=None)
        segment = "NULL" if self.segment is None else f"'{self.segment}'"
        if self.variant is not None:
            return f"'{at}', '{self.unit}', {segment}, '{EXPOSURE}', NULL, 'bulk', '{self.variant}'"
        return f"'{at}', '{self.unit}', {segment}, '{self.name}', {self.value!r}, NULL, NULL"


@dataclass(frozen=True, slots=True)
class Unit:
    """What a unit of one variant did from its first exposure on, and before it."""

    variant: str
    exposed_at: datetime
    segment: str
    events: tuple[Event, ...]

    def between(self, start_days: float, end_days: float) -> list[Event]:
        start, end = (self.exposed_at + timedelta(days=days) for days in (start_days, end_days))
        return [event for event in self.events if start <= event.at < end]


def closed_units(events: Sequence[Event], window_days: int) -> list[Unit]:
    """Units of a single variant whose window has closed by the last event."""
    last, found = max(event.at for event in events), []
    for name in sorted({event.unit for event in events}):
        own = tuple(event for event in events if event.unit == name)
        shown = [event for event in own if event.variant is not None]
        if len({event.variant for event in shown}) != 1:
            continue
        first = min(event.at for event in shown)
        segments = sorted(event.segment for event in shown if event.at == first and event.segment is not None)
        if first + timedelta(days=window_days) <= last:
            found.append(Unit(str(shown[0].variant), first, segments[0] if segments else "unknown", own))
    return found


def moments_of(units: Sequence[Unit], *columns: Callable[[Unit], float]) -> Moments:
    """From the functions y, d, x, w of a unit, as many as there are; d and w may be left out by `one`."""
    n = len(units)
    if n == 0:
        return Moments(0, 0.0, 0.0, 0.0)
    values = [np.array([column(unit) for unit in units]) for column in columns]
    values += [np.ones(n) if i in (1, 3) else np.zeros(n) for i in range(len(values), 4)]
    y, d, x, w = values

    def sp(a: Floats, b: Floats) -> float:
        return float(((a - a.mean()) * (b - b.mean())).sum())

    return Moments(
        *(n, float(y.mean()), sp(y, y), float(d.mean()), sp(d, d), sp(y, d)),
        *(float(x.mean()), sp(x, x), sp(y, x), sp(d, x), float(w.mean()), sp(w, w), sp(y, w), sp(d, w), sp(x, w)),
    )


def one(_: Unit) -> float:
    return 1.0


def quantile_of(values_by_unit: Sequence[Sequence[float]], q: float) -> Quantile | None:
    """The value of rank ⌈n q⌉ and its outer interval; None where it would reach beyond the values."""
    ranked = sorted((value, unit) for unit, values in enumerate(values_by_unit) for value in values)
    n, units = len(ranked), sum(1 for values in values_by_unit if values)
    if units < 2:
        return None
    middle = math.ceil(n * q - 1e-9)
    below = [sum(1 for _, owner in ranked[:middle] if owner == unit) for unit in range(len(values_by_unit))]
    spread = sum((b - middle / n * len(v)) ** 2 for b, v in zip(below, values_by_unit, strict=True))
    reach = 1.959963984540054 * math.sqrt(max(spread * units / (units - 1), n * q * (1 - q)))
    low, high = math.floor(n * q - reach), math.ceil(n * q + reach)
    if low < 1 or high > n:
        return None
    return Quantile(n, ranked[middle - 1][0], ranked[low - 1][0], ranked[high - 1][0])


def finishes(events: Sequence[Event], steps: Sequence[str]) -> bool:
    """Whether the events hold the steps in order, greedily; an event that was a step before must come later."""
    at: datetime | None = None
    for number, step in enumerate(steps):
        again = step in steps[:number]
        times = [e.at for e in events if e.name == step and (at is None or (e.at > at if again else e.at >= at))]
        if not times:
            return False
        at = min(times)
    return True
