"""When the data ends is read from few rows, whatever files say of themselves."""

from pathlib import Path

import duckdb
import pytest
from sqlglot import exp

from aftermerge.usage import sql
from aftermerge.usage.dialects import write
from aftermerge.usage.engines.duck.latest import of_latest_rows
from support.usage import write as write_rows

LAST = exp.select(sql.largest(sql.col("ts"))).from_("app")


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Two of ten days; the second, whose name has signs of a pattern, has later ones."""
    paths = [tmp_path / "0.parquet", tmp_path / "[1]*.parquet"]
    for n, path in enumerate(paths, 1):
        write_rows(path, f"SELECT TIMESTAMP '2026-03-0{n}' + INTERVAL 1 HOUR * i AS ts FROM range(240) AS t(i)")  # noqa: S608
    return list(map(str, paths))


def test_only_rows_as_late_as_the_latest_are_looked_at(files: list[str], tmp_path: Path) -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"CREATE VIEW app AS FROM read_parquet('{tmp_path}/*.parquet')")
        narrowed = write(of_latest_rows(connection, files, LAST, sql.col("TS")))
        assert narrowed != write(LAST)
        assert connection.execute(narrowed).fetchone() == connection.execute(write(LAST)).fetchone()
        assert connection.execute(narrowed.replace("MAX(", "COUNT(")).fetchone() == (1,)


def test_files_without_that_column_say_nothing(files: list[str]) -> None:
    with duckdb.connect(":memory:") as connection:
        assert of_latest_rows(connection, files, LAST, sql.col("other")) is LAST
