"""Sums between moments, beside the same added up window by window."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.usage.sweep.running_sums import Batch, InexactError, RunningSums
from aftermerge.usage.sweep.sweep import Interval, Track
from aftermerge.usage.sweep.timeline import Timeline

COUNTED, OTHER = Track("opened", "count"), Track("paid", "count")
WHOLE, REAL = Track("items", "whole"), Track("price", "real")
GRID = {REAL: (1.5 * 2.0**52, 1.5 * 2.0**26, 1.5)}
"""Whole numbers, 2⁻²⁶, and the last digits."""
UNITS = 4

units = st.integers(0, UNITS - 1)
moments = st.integers(0, 12)


@dataclass(frozen=True)
class Event:
    unit: int
    at: int
    flags: int
    value: int | None


@dataclass(frozen=True)
class Window:
    unit: int
    start: int
    length: int


events = st.lists(st.builds(Event, units, moments, st.integers(0, 3), st.none() | st.integers(-9, 9)), max_size=30)
windows = st.lists(st.builds(Window, units, moments, moments), max_size=12)


def summed(given: list[Event], asked: list[Window], batch: int = 7) -> dict[str, list[float]]:
    unit = np.array([window.unit for window in asked] * 2, dtype=np.int64)
    ends = [window.start for window in asked] + [window.start + window.length for window in asked]
    timeline, places = Timeline.of(unit, np.array(ends, dtype=np.int64), UNITS)
    sums = RunningSums.of(timeline, (COUNTED, OTHER, WHOLE, REAL), GRID)
    for first in range(0, len(given), batch):
        sums.add(batched(given[first : first + batch]))
    since, until = np.split(places, 2)
    intervals = [Interval(track.column, track, "since", "until") for track in (COUNTED, OTHER, WHOLE, REAL)]
    found = sums.of_windows(intervals, {"since": since, "until": until})
    return {name: column.tolist() for name, column in found.items()}


def batched(given: list[Event]) -> Batch:
    present = np.array([event.value is not None for event in given])
    values = np.array([event.value or 0 for event in given], dtype=np.float64)
    return Batch(
        np.array([event.unit for event in given]),
        np.array([event.at for event in given], dtype=np.int64),
        [np.array([event.flags for event in given])],
        {WHOLE: (present, values), REAL: (present, values / 8)},
    )


@given(events, windows)
def test_a_window_holds_what_its_unit_did_since_its_first_moment_and_before_its_last(
    given: list[Event], asked: list[Window]
) -> None:
    def inside(window: Window) -> list[Event]:
        own = [event for event in given if event.unit == window.unit]
        return [event for event in own if window.start <= event.at < window.start + window.length]

    held = [inside(window) for window in asked]
    values = [sum(event.value or 0 for event in own) for own in held]
    assert summed(given, asked) == {
        "opened": [sum(event.flags & 1 for event in own) for own in held],
        "paid": [sum(event.flags >> 1 for event in own) for own in held],
        "items": values,
        "price": [value / 8 for value in values],
    }


@given(events, windows, st.randoms())
def test_the_order_of_events_does_not_matter(given: list[Event], asked: list[Window], random: "object") -> None:
    shuffled = sorted(given, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert summed(given, asked) == summed(shuffled, asked, batch=3)


def test_times_too_far_apart_for_one_key_are_sorted_too() -> None:
    unit = np.array([1, 0, 1, 0])
    at = np.array([2**62, -(2**62), 0, 5], dtype=np.int64)
    timeline, places = Timeline.of(unit, at, 2)
    assert timeline.at.tolist() == [-(2**62), 5, 0, 2**62]
    assert places.tolist() == [3, 0, 2, 1]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 2e300])
def test_what_is_not_finite_is_not_added_up(value: float) -> None:
    with pytest.raises(InexactError):
        added(REAL, value)


@pytest.mark.parametrize("values", [(2.0**53,), (2.0**60, 1.0, -(2.0**60)), (2.0**52, 2.0**52)])
def test_whole_numbers_beyond_those_that_a_float_tells_apart_are_not_added_up(values: tuple[float, ...]) -> None:
    with pytest.raises(InexactError):
        added(WHOLE, *values)


def test_whole_numbers_of_many_units_together_may_leave_what_a_float_tells_apart() -> None:
    timeline, places = Timeline.of(np.repeat(np.arange(16), 2), np.tile([0, 9], 16), 16)
    sums = RunningSums.of(timeline, (WHOLE,), GRID)
    each = np.full(16, 2.0**52, dtype=np.float64) - np.arange(16, dtype=np.float64)
    sums.add(Batch(np.arange(16), np.full(16, 5), [], {WHOLE: (np.ones(16, dtype=np.bool_), each)}))
    found = sums.of_windows([Interval("sum", WHOLE, "since", "until")], {"since": places[::2], "until": places[1::2]})
    assert found["sum"].tolist() == each.tolist()


@pytest.mark.parametrize("values", [(2.0**62,), (2.0**61, -(2.0**61))])
def test_whole_numbers_beyond_64_bits_are_not_added_up(values: tuple[float, ...]) -> None:
    with pytest.raises(InexactError):
        added(WHOLE, *values)


def test_a_total_of_all_units_that_wraps_around_leaves_each_what_it_did() -> None:
    timeline, places = Timeline.of(np.array([0, 0, 1, 1]), np.array([0, 9, 0, 9]), 2)
    sums = RunningSums.of(timeline, (COUNTED,), GRID)
    sums.counts[0] = [0, 2**32 - 5, 0, 7, 0]
    found = sums.of_windows([Interval("n", COUNTED, "since", "until")], {"since": places[::2], "until": places[1::2]})
    assert found["n"].tolist() == [2**32 - 5, 7]


def added(track: Track, *values: float) -> None:
    timeline, places = Timeline.of(np.array([0, 0]), np.array([0, 9]), 1)
    sums = RunningSums.of(timeline, (track,), GRID)
    for value in values:
        sums.add(Batch(np.array([0]), np.array([5]), [], {track: (np.array([True]), np.array([value]))}))
    sums.of_windows([Interval("sum", track, "since", "until")], {"since": places[:1], "until": places[1:]})
