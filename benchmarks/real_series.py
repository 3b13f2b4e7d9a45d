"""Real daily series, read from the folder that AFTERMERGE_REAL_DATA names.

Each group is one workspace and one cluster: its series are moved by the same world. Days on which a shop, a desk or a
store's reviews had nothing are zeros, as the product counts events; elsewhere they are not recorded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from aftermerge.model.change import Release
from aftermerge.model.plan import Series

Floats = NDArray[np.float64]

LEAST_RECORDED = 0.95
"""Of a package's days; where fewer are recorded, the missing ones are zeros that nobody wrote down."""

PACKAGES = "timeseries/pypi_daily_downloads_simonw_203_packages.parquet"
RELEASES = "git/release_tags.csv"
TRIPS = "timeseries/capital_bikeshare_hourly.csv.gz"
PAGE_VIEWS = "timeseries/wikipedia_R_log_pageviews.csv"
PEDESTRIANS = "timeseries/melbourne_pedestrians_covid.csv"
TAXI = "timeseries/nab/nyc_taxi.csv"
SHOP = "events/online_retail_ii_2009_2011.parquet"
TICKETS = "support/helpdesk_italian_company.csv.gz"
STORE_REVIEWS = "reviews/appstore_reviews_chrome_github_2017_2021.parquet"
STORE_RELEASES = "reviews/appstore_release_notes_chrome_github.csv"
PLAY_REVIEWS = "reviews/googleplay_fintech_5apps_versions_replies.parquet"


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    """One workspace. `releases` are by series, for those of which they are known; `country` is for its holidays."""

    name: str
    series: dict[str, Series]
    releases: dict[str, tuple[Release, ...]] = field(default_factory=dict)
    country: str | None = None


def groups(data: Path, most_packages: int | None = None) -> list[Group]:
    """Packages first, the fewer the quicker; then all others."""
    others = [bikeshare(data), page_views(data), pedestrians(data), taxi(data), shop(data), tickets(data)]
    return [packages(data, most_packages), *others, *store_reviews(data), *play_reviews(data)]


def packages(data: Path, most: int | None = None) -> Group:
    """Downloads of one author's packages; all of them are candidates for one another's controls."""
    wide = _by_name("select package, date::date, downloads from read_parquet(?)", data / PACKAGES)
    whole = [name for name, series in wide.items() if np.isfinite(series.values).mean() >= LEAST_RECORDED]
    tagged = _shipped("select split_part(repo, '/', 2), tag_date::timestamp::date from read_csv(?)", data / RELEASES)
    return Group("PyPI packages of one author", {name: _packed(wide, name) for name in whole[:most]}, tagged)


def bikeshare(data: Path) -> Group:
    """Trips a day: all, in commuting hours, about noon; the weather as controls."""
    rows = _rows(_TRIPS_A_DAY, data / TRIPS)
    laid = [_laid([row[0] for row in rows], [row[column] for row in rows]) for column in range(1, 7)]
    weather = {name: series.values for name, series in zip(("coldest", "warmest", "rain"), laid[3:], strict=True)}
    named = zip(("trips", "trips in rush hours", "trips about noon"), laid[:3], strict=True)
    return Group(
        "Bikeshare", {name: Series(one.first_day, one.values, controls=weather) for name, one in named}, country="US"
    )


_TRIPS_A_DAY = """
select date, sum(count), sum(count) filter (hour(ts) in (7, 8, 9, 16, 17, 18)),
       sum(count) filter (hour(ts) between 11 and 14), avg(tmin), avg(tmax), sum(pn)
from read_csv(?) group by 1
"""


def page_views(data: Path) -> Group:
    return Group("Wikipedia", {"R": _single("select ds, exp(y) from read_csv(?)", data / PAGE_VIEWS)})


def pedestrians(data: Path) -> Group:
    return Group(
        "Pedestrians, Melbourne", {"all": _single("select ds, y from read_csv(?)", data / PEDESTRIANS)}, country="AU"
    )


def taxi(data: Path) -> Group:
    text = "select timestamp::date, sum(value) from read_csv(?) group by 1"
    return Group("Taxi, New York", {"passengers": _single(text, data / TAXI)}, country="US")


def shop(data: Path) -> Group:
    """Orders, customers, units and revenue a day; returns count against units and revenue."""
    rows = _rows(_SOLD_A_DAY, data / SHOP)
    named = enumerate(("orders", "customers", "units", "revenue"), start=1)
    days = [row[0] for row in rows]
    return Group(
        "Online shop", {name: _zeros(_laid(days, [row[i] for row in rows])) for i, name in named}, country="GB"
    )


_SOLD_A_DAY = """
select InvoiceDate::date, count(distinct Invoice) filter (Quantity > 0), count(distinct "Customer ID"),
       sum(Quantity), sum(Quantity * Price)
from read_parquet(?) group by 1
"""


def tickets(data: Path) -> Group:
    """Opened and closed a day. A ticket is opened by the first thing that is done with it."""
    asked = {"tickets opened": _OPENED_A_DAY, "tickets closed": _CLOSED_A_DAY}
    return Group(
        "Help desk", {name: _zeros(_single(text, data / TICKETS)) for name, text in asked.items()}, country="IT"
    )


_OPENED_A_DAY = """
with opened as (select min("time:timestamp"::timestamp)::date as day from read_csv(?) group by "case:concept:name")
select day, count(*) from opened group by 1
"""
_CLOSED_A_DAY = """
select "time:timestamp"::timestamp::date, count(*) from read_csv(?) where Activity = 'Closed' group by 1
"""


def store_reviews(data: Path) -> list[Group]:
    """App Store reviews a day, one cluster an app; every release of either is known."""
    laid = _by_name("select app, date::date, count(*) from read_parquet(?) group by 1, 2", data / STORE_REVIEWS)
    shipped = _shipped("select app, date from read_csv(?)", data / STORE_RELEASES)
    return [
        Group(f"App Store, {app}", {app: _zeros(series)}, {app: shipped[app]}) for app, series in sorted(laid.items())
    ]


def play_reviews(data: Path) -> list[Group]:
    """Play reviews a day, one cluster an app; releases come all the time and are background."""
    laid = _by_name("""select appId, "at"::date, count(*) from read_parquet(?) group by 1, 2""", data / PLAY_REVIEWS)
    return [Group(f"Play, {app}", {app: _zeros(series)}) for app, series in sorted(laid.items())]


def _rows(text: str, file: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return list(connection.execute(text, [str(file)]).fetchall())


def _single(text: str, file: Path) -> Series:
    rows = _rows(text, file)
    return _laid([day for day, _ in rows], [value for _, value in rows])


def _by_name(text: str, file: Path) -> dict[str, Series]:
    own = _grouped((name, (day, value)) for name, day, value in _rows(text, file))
    return {name: _laid([day for day, _ in kept], [value for _, value in kept]) for name, kept in sorted(own.items())}


def _shipped(text: str, file: Path) -> dict[str, tuple[Release, ...]]:
    return {name: _releases(days) for name, days in _grouped(_rows(text, file)).items()}


def _grouped(pairs: Iterable[tuple[Any, ...]]) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


def _laid(days: Sequence[date], values: Sequence[float | None]) -> Series:
    """Day by day from the first to the last, NaN where there is no row."""
    first, last = min(days), max(days)
    laid = np.full((last - first).days + 1, np.nan)
    for day, value in zip(days, values, strict=True):
        laid[(day - first).days] = np.nan if value is None else float(value)
    return Series(first, laid)


def _zeros(series: Series) -> Series:
    return Series(series.first_day, np.nan_to_num(series.values))


def _packed(wide: dict[str, Series], name: str) -> Series:
    """One row of a table, with all other rows of the same days as candidates for controls."""
    own = wide[name]
    first, stop = own.first_day.toordinal(), own.first_day.toordinal() + len(own.values)
    return Series(
        own.first_day, own.values, controls={other: _cut(wide[other], first, stop) for other in wide if other != name}
    )


def _cut(series: Series, first: int, stop: int) -> Floats:
    """The days from `first` until `stop`, ordinals, NaN outside the series."""
    start = series.first_day.toordinal()
    cut = np.full(stop - first, np.nan)
    begin, end = max(first, start), min(stop, start + len(series.values))
    if begin < end:
        cut[begin - first : end - first] = series.values[begin - start : end - start]
    return cut


def _releases(days: Iterable[date]) -> tuple[Release, ...]:
    at = [datetime(day.year, day.month, day.day, 12, tzinfo=UTC) for day in sorted(days)]
    return tuple(Release(f"release {number}", "tags", "tag", moment) for number, moment in enumerate(at))
