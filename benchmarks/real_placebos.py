"""How often does it speak on real dates when nothing shipped? `uv run python -m benchmarks.real_placebos [packages]`.

Real series, windows of 28 days that do not overlap, from the 120th day on; each is read as the product reads it, with
the past before it only. Left out are windows within which, or in the week before which, a release of that very
series is known (two packages and two apps; of the other packages no release dates are at hand, and of the Play apps
releases come all the time: both are background). Public holidays are left out where the country is known, as in a
workspace that names its own. Otherwise the world went on: storms and lockdowns are in.

Series of one group are moved by the same world. So on each date a group counts once, by the share of its series on
which the method spoke; and the lower limit is from a bootstrap of whole quarters, all groups together.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from holidays import country_holidays
from numpy.typing import NDArray

from aftermerge.measure.history import History, history_of
from aftermerge.measure.window import Window as DaysAbout
from benchmarks.peers import PEERS, Peer, Seen
from benchmarks.product import AFTER, as_shipped, metric_of, uncalibrated, window_of
from benchmarks.rates import markdown, verdict
from benchmarks.real_data import VARIABLE, folder
from benchmarks.real_series import Group, groups

Floats = NDArray[np.float64]

BAR = 0.06
LEAST_DAYS_BEFORE = 120
SPACING = AFTER + 1
"""Days from one change to the next: the same dates in all series."""
QUIET_BEFORE = 7
REPLICATES = 2000
SEED = 20260101

SHIPPED = "**ours as shipped**"
ALONE = "ours, multiplier 1"
METHODS = (SHIPPED, ALONE, *PEERS)


@dataclass(frozen=True, slots=True)
class Window:
    """One series about one date: by method, whether it spoke. The product may have refused: `is_read` is False."""

    group: str
    series: str
    day: date
    spoke: dict[str, bool]
    is_read: bool


@dataclass(frozen=True, slots=True)
class Pooled:
    """A rate in which each (group, date) counts once, with its bootstrapped one-sided 95% lower limit."""

    rate: float
    lower_limit: float
    cells: int


def collect(data: Path, most_packages: int | None = None, processes: int = 2) -> list[Window]:
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[variable] = "1"  # read by the children when they import numpy
    share = partial(windows_of, data, most_packages, processes)
    with get_context("spawn").Pool(processes) as pool:
        return [window for part in pool.map(share, range(processes)) for window in part]


def windows_of(data: Path, most_packages: int | None, shares: int, share: int) -> list[Window]:
    """Every `shares`-th series. The histories of the whole group are at hand, as in a workspace."""
    return [window for group in groups(data, most_packages) for window in of_group(group, PEERS, shares, share)]


def of_group(group: Group, peers: Mapping[str, Peer], shares: int = 1, share: int = 0) -> Iterator[Window]:
    free = country_holidays(group.country) if group.country else ()
    histories = {name: history_of(metric_of(name), series, free) for name, series in group.series.items()}
    for name in sorted(group.series)[share::shares]:
        for day in quiet_days(group, name):
            yield _window(group, name, histories, day, peers)


def quiet_days(group: Group, name: str) -> list[date]:
    """Dates, the same in all series, about which no release of this one is known."""
    series = group.series[name]
    first = series.first_day.toordinal() + LEAST_DAYS_BEFORE
    last = series.first_day.toordinal() + len(series.values) - AFTER - 1
    busy = {release.released_at.date().toordinal() for release in group.releases.get(name, ())}
    dates = range(-(-first // SPACING) * SPACING, last + 1, SPACING)
    return [date.fromordinal(d) for d in dates if busy.isdisjoint(range(d - QUIET_BEFORE, d + AFTER + 1))]


def _window(group: Group, name: str, histories: dict[str, History], day: date, peers: Mapping[str, Peer]) -> Window:
    series, releases = group.series[name], group.releases.get(name, ())
    shipped = as_shipped(name, series, histories, day, releases)
    alone = uncalibrated(name, series, histories, day, releases)
    if shipped is None or alone is None:
        return Window(group.name, name, day, {}, is_read=False)
    seen = seen_of(window_of(name, series, histories, day, releases))
    spoke = {SHIPPED: shipped.speaks, ALONE: alone.speaks, **{peer: speaks(seen) for peer, speaks in peers.items()}}
    return Window(group.name, name, day, spoke, is_read=True)


def seen_of(window: DaysAbout) -> Seen:
    """What the peers are given: the same days, the same scale and the same controls as ours."""
    known = np.isfinite(window.values)
    switch = int(known[: window.switch].sum())
    return Seen(window.values[known], switch, window.weekday[known], window.controls[known])


def pooled(windows: Sequence[Window], method: str, replicates: int = REPLICATES) -> Pooled:
    """Each (group, date) once; the limit from resampled calendar quarters."""
    cells: dict[tuple[str, date], list[bool]] = {}
    for window in windows:
        cells.setdefault((window.group, window.day), []).append(window.spoke[method])
    quarters = sorted({_quarter(day) for _, day in cells})
    sums, counts = np.zeros(len(quarters)), np.zeros(len(quarters))
    for (_, day), spoke in cells.items():
        place = quarters.index(_quarter(day))
        sums[place] += np.mean(spoke)
        counts[place] += 1
    drawn = np.random.default_rng(SEED).integers(0, len(quarters), (replicates, len(quarters)))
    rates = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    return Pooled(float(sums.sum() / counts.sum()), float(np.quantile(rates, 0.05)), len(cells))


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3


def report(windows: Sequence[Window]) -> str:
    read = [window for window in windows if window.is_read]
    return "\n".join([_by_group(read), "", _by_method(read), "", _unread(windows)])


def _by_group(windows: Sequence[Window]) -> str:
    head = ("group", "series", "windows", "alarms as shipped", "rate", "at multiplier 1")
    names = list(dict.fromkeys(window.group for window in windows))
    return markdown(head, [_group_row(name, [w for w in windows if w.group == name]) for name in sorted(names)])


def _group_row(name: str, windows: Sequence[Window]) -> tuple[str, ...]:
    shipped, alone = (sum(window.spoke[method] for window in windows) for method in (SHIPPED, ALONE))
    n = len(windows)
    series = len({window.series for window in windows})
    return name, f"{series}", f"{n:,}", f"{shipped}", f"{shipped / n:.1%}", f"{alone / n:.1%}"


def _by_method(windows: Sequence[Window]) -> str:
    head = ("method", "pooled, a group once a date", "group-dates", "95% limit", "bar", "", "all windows alike")
    return markdown(head, [_method_row(method, windows) for method in METHODS])


def _method_row(method: str, windows: Sequence[Window]) -> tuple[str, ...]:
    found = pooled(windows, method)
    alike = sum(window.spoke[method] for window in windows) / len(windows)
    limit = f"{found.lower_limit:.1%}"
    held = verdict(found.lower_limit <= BAR)
    return method, f"{found.rate:.1%}", f"{found.cells:,}", limit, f"≤ {BAR:.0%}", held, f"{alike:.1%}"


def _unread(windows: Sequence[Window]) -> str:
    refused = sum(not window.is_read for window in windows)
    series = len({(window.group, window.series) for window in windows if window.is_read})
    return f"{series} series; {refused} of {len(windows):,} windows were refused (`cannot tell`) and are not counted."


if __name__ == "__main__":
    at = folder()
    if at is None:
        sys.exit(f"{VARIABLE} is not set: this table needs the real data")
    print(report(collect(at, int(sys.argv[1]) if len(sys.argv) > 1 else None)))
