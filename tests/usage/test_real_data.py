"""Known truths in real data."""

from datetime import UTC, date
from pathlib import Path

import duckdb
import numpy as np
import pytest

from aftermerge.model.feedback import Feedback
from aftermerge.model.plan import ArmsQuestion
from aftermerge.model.table import EventsTable, SeriesTable, UnitsTable
from support.real_data import real_data
from support.usage import arms, metric, series, usage, write

COOKIE_CATS = UnitsTable("cats", "cats.parquet", unit="userid", variant="version", flag="gate")


@pytest.fixture
def cookie_cats(tmp_path: Path) -> Path:
    source = real_data("experiments", "cookie_cats.csv.gz")
    write(tmp_path / "cats.parquet", f"FROM read_csv('{source}')")
    return tmp_path


def test_day_seven_retention_of_cookie_cats_is_the_published_one(cookie_cats: Path) -> None:
    question = ArmsQuestion(metric("share", "cats", column="retention_7"), "gate")
    found = arms(usage(cookie_cats, COOKIE_CATS), question)
    assert found.exposed == {"gate_30": 44_700, "gate_40": 45_489}
    assert {variant: round(total.mean_y, 4) for variant, total in found.total.items()} == {
        "gate_30": 0.1902,
        "gate_40": 0.1820,
    }
    assert found.crossed == 0


def test_the_outlier_of_cookie_cats_is_seen_and_winsorising_takes_it_away(cookie_cats: Path) -> None:
    app = usage(cookie_cats, COOKIE_CATS)
    plain = arms(app, ArmsQuestion(metric("mean", "cats", column="sum_gamerounds"), "gate"))
    cut = arms(app, ArmsQuestion(metric("mean", "cats", column="sum_gamerounds", winsorize=0.999), "gate"))
    assert plain.largest["gate_30"] == 49_854
    assert cut.largest["gate_30"] == cut.largest["gate_40"] < 3_000


def test_sqlite_utils_has_its_sister_packages_as_controls_less_those_that_changed_with_it() -> None:
    path = real_data("timeseries", "pypi_daily_downloads_simonw_203_packages.parquet")
    table = SeriesTable("dl", path.name, "date", "package", "downloads", not_controls=("datasette", "llm"))
    found = series(usage(path.parent, table), metric("series", "dl", value="sqlite-utils"))
    assert len(found.controls) == 202 - 2
    assert found.excluded_controls == ("datasette", "llm")
    assert all(len(control) == len(found.values) for control in found.controls.values())
    assert 0 < np.isnan(found.values).sum() <= 3


def test_a_million_rows_of_a_shop_add_up_to_what_plain_sql_says() -> None:
    path = real_data("events", "online_retail_ii_2009_2011.parquet")
    table = EventsTable("shop", path.name, unit="Customer ID", time="InvoiceDate", event="Country")
    found = series(usage(path.parent, table), metric("count", "shop", event="United Kingdom"))
    assert found.values.sum() > 900_000
    assert (found.values == 0).sum() > 50


def test_the_reviews_of_five_years_are_counted_on_every_whole_day() -> None:
    """The first review is of 00:44; the last two of 12,677 are of a day that ends, in the data, at 20:48."""
    path = real_data("reviews", "appstore_reviews_chrome_github_2017_2021.parquet")
    found = series(usage(path.parent, feedback=lambda: reviews(path)), metric("count", "feedback"))
    assert found.first_day == date(2017, 1, 1)
    assert len(found.values) == 5 * 365 + 1
    assert found.values.sum() == 12_677 - 2


def reviews(path: Path) -> list[Feedback]:
    """When they were written; what they say is not asked for."""
    with duckdb.connect(":memory:") as connection:
        query = "SELECT date FROM read_parquet(?) WHERE app = 'Google_Chrome'"
        times = connection.execute(query, [str(path)]).fetchall()
    return [Feedback("reviews", str(n), at.replace(tzinfo=UTC), "") for n, (at,) in enumerate(times)]
