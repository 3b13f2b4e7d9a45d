"""`benchmarks/real_placebos.py` in short."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
from benchmarks.real_placebos import ALONE, BAR, METHODS, SHIPPED, Window, of_group, pooled, quiet_days, report
from benchmarks.real_series import PAGE_VIEWS, TRIPS, Group, bikeshare, groups, page_views

from aftermerge.model.change import Release
from aftermerge.model.plan import Series
from support.rates import is_within
from support.real_data import real_data

DAY = date(2024, 3, 1)


def window(group: str, series: str, day: date, spoke: bool) -> Window:
    return Window(group, series, day, {SHIPPED: spoke, ALONE: spoke}, is_read=True)


def quiet_group(*shipped: date) -> Group:
    series = Series(date(2023, 1, 1), np.ones(400))
    moments = [datetime(day.year, day.month, day.day, tzinfo=UTC) for day in shipped]
    releases = tuple(Release(f"v{i}", "tags", "tag", moment) for i, moment in enumerate(moments))
    return Group("one", {"series": series}, {"series": releases})


def test_a_group_counts_once_on_a_date_however_many_its_series() -> None:
    many = [window("packages", f"package {i}", DAY, spoke=True) for i in range(99)]
    found = pooled([*many, window("other", "other", DAY, spoke=False)], SHIPPED)
    assert (found.rate, found.cells) == (0.5, 2)


def test_the_limit_allows_for_alarms_that_come_in_one_quarter() -> None:
    days = [DAY + timedelta(days=29 * i) for i in range(40)]
    together = pooled([window("a", "a", day, spoke=i < 3) for i, day in enumerate(days)], SHIPPED)
    apart = pooled([window("a", "a", day, spoke=i % 14 == 0) for i, day in enumerate(days)], SHIPPED)
    assert together.rate == apart.rate
    assert together.lower_limit < apart.lower_limit


def test_windows_do_not_overlap_and_have_their_past() -> None:
    days = quiet_days(quiet_group(), "series")
    assert days[0] >= date(2023, 1, 1) + timedelta(days=120)
    assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(days=29)}


def test_a_window_about_a_known_release_is_left_out() -> None:
    every = quiet_days(quiet_group(), "series")
    within, just_before_the_next = every[2] + timedelta(days=14), every[3] - timedelta(days=7)
    assert quiet_days(quiet_group(within), "series") == [*every[:2], *every[3:]]
    assert quiet_days(quiet_group(just_before_the_next), "series") == [*every[:2], *every[4:]]


def test_as_shipped_it_is_within_its_bar_on_real_dates() -> None:
    """Two of the series, without the peers."""
    trips = Group("Bikeshare", {"trips": bikeshare(_folder(TRIPS)).series["trips"]})
    windows = [one for group in (trips, page_views(_folder(PAGE_VIEWS))) for one in of_group(group, {}) if one.is_read]
    assert len(windows) > 180
    assert pooled(windows, SHIPPED).lower_limit <= BAR
    assert is_within(sum(one.spoke[SHIPPED] for one in windows), len(windows), BAR)


def test_at_least_twenty_series_are_at_hand() -> None:
    found = groups(_folder(PAGE_VIEWS), most_packages=10)
    assert sum(len(group.series) for group in found) >= 20
    assert all(np.isfinite(series.values).sum() > 100 for group in found for series in group.series.values())


def test_the_report_says_how_many_windows_were_refused() -> None:
    refused = Window("a", "a", DAY, {}, is_read=False)
    spoke = dict.fromkeys(METHODS, True)
    told = report([Window("a", "a", DAY, spoke, is_read=True), refused])
    assert "1 series; 1 of 2 windows were refused" in told


def _folder(inside: str) -> Path:
    path = real_data(*inside.split("/"))
    return path.parents[len(Path(inside).parts) - 1]
