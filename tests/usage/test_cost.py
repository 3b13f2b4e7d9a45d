"""What a query would read, as `explain` says it."""

from pathlib import Path

from aftermerge.model.plan import Plan, SeriesQuestion
from aftermerge.model.table import EventsTable
from support.usage import EVENTS, metric, usage, write, write_events

QUESTION = SeriesQuestion(metric("count", event="open"))
ROW = "'2026-03-01', 'a', 'x', 'open', 1.0, NULL, NULL"


def test_files_rows_and_megabytes_of_parquet_are_told_before_they_are_read(tmp_path: Path) -> None:
    for part in ("one", "two"):
        write_events(tmp_path / f"{part}.parquet", ROW, ROW)
    table = EventsTable("app", "*.parquet", unit="user_id", time="ts", event="event")
    (query,) = usage(tmp_path, table).compile(Plan((QUESTION,)))
    assert query.cost == "reads 2 files: 4 rows, 0.0 MB in the columns that it names"


def test_a_file_that_says_nothing_about_itself_has_no_cost(tmp_path: Path) -> None:
    (tmp_path / "app.csv").write_text("ts,user_id,event\n2026-03-01 10:00:00,a,open\n")
    table = EventsTable("app", "app.csv", unit="user_id", time="ts", event="event")
    (query,) = usage(tmp_path, table).compile(Plan((QUESTION,)))
    assert query.cost == ""


def test_only_the_columns_that_a_query_names_are_weighed(tmp_path: Path) -> None:
    wide = "repeat(md5(i::VARCHAR), 200) AS long"
    rows = f"SELECT now() AS ts, i::VARCHAR AS user_id, 'open' AS event, {wide} FROM range(2000) AS t(i)"  # noqa: S608
    write(tmp_path / "app.parquet", rows)
    table = EventsTable("app", "app.parquet", unit="user_id", time="ts", event="event")
    (query,) = usage(tmp_path, table).compile(Plan((QUESTION,)))
    assert query.cost.endswith("2,000 rows, 0.0 MB in the columns that it names")


def test_sql_for_another_engine_has_no_cost(tmp_path: Path) -> None:
    write_events(tmp_path / "app.parquet", ROW)
    (query,) = usage(tmp_path, EVENTS).compile(Plan((QUESTION,)), "snowflake")
    assert query.cost == ""
