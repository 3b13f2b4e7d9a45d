"""When the data ends is read from few rows, whatever files say of themselves."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from sqlglot import exp

from aftermerge.usage import sql
from aftermerge.usage.dialects import write
from aftermerge.usage.engines.latest import of_latest_rows

LAST = exp.select(sql.largest(sql.col("ts"))).from_("app")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Two files of ten days; the second has later ones."""
    connection = duckdb.connect(":memory:")
    for n in range(2):
        rows = f"SELECT TIMESTAMP '2026-03-0{n + 1}' + INTERVAL 1 HOUR * i AS ts FROM range(240) AS t(i)"  # noqa: S608
        connection.execute(f"COPY ({rows}) TO '{tmp_path}/{n}.parquet' (FORMAT parquet)")
    connection.execute(f"CREATE VIEW app AS FROM read_parquet('{tmp_path}/*.parquet')")
    yield connection
    connection.close()


def files(root: Path) -> list[str]:
    return sorted(map(str, root.glob("*.parquet")))


def test_only_rows_as_late_as_the_latest_are_looked_at(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    narrowed = write(of_latest_rows(connection, files(tmp_path), LAST, sql.col("ts")))
    assert narrowed != write(LAST)
    assert connection.execute(narrowed).fetchone() == connection.execute(write(LAST)).fetchone()
    (rows,) = connection.execute(narrowed.replace("MAX(", "COUNT(")).fetchone() or (0,)
    assert rows == 1


def test_files_without_that_column_say_nothing(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert of_latest_rows(connection, files(tmp_path), LAST, sql.col("other")) is LAST


def test_a_file_with_signs_of_a_pattern_in_its_name_is_found(tmp_path: Path) -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"COPY (SELECT TIMESTAMP '2026-03-01' AS ts) TO '{tmp_path}/[a]*.parquet' (FORMAT parquet)")
        assert of_latest_rows(connection, files(tmp_path), LAST, sql.col("TS")) is not LAST
