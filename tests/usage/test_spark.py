"""What goes wrong between here and a Spark Connect server; Sail is the server."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from sqlglot import exp

from aftermerge.errors import DataError, OutsideError
from aftermerge.model.plan import Plan, SeriesQuestion
from aftermerge.model.table import EventsTable
from aftermerge.usage import where
from aftermerge.usage.columns import Columns
from aftermerge.usage.dialects import write
from aftermerge.usage.engines.connect import connect, filled
from aftermerge.usage.engines.engine import MOST_ROWS
from aftermerge.usage.engines.in_steps import in_steps
from aftermerge.usage.engines.spark.address import connection_string, place
from aftermerge.usage.engines.spark.client import SparkClient
from aftermerge.usage.engines.spark.session import opened_session
from aftermerge.usage.sql import col, count, named
from support.refusing_spark import refusing_server
from support.sail import require_sail, sail_server
from support.usage import metric, usage, write_events, write_values
from support.usage import write as write_rows

TOKEN = "s3cret=&;"  # noqa: S105 - of nobody


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with sail_server(tmp_path_factory.mktemp("sail")) as at:
        yield f"spark://{at}"


@pytest.fixture
def client(server: str) -> Iterator[SparkClient]:
    with closing(SparkClient(server, opened_session(server))) as client:
        yield client


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("spark://host:15002", "sc://host:15002/"),
        ("sc://host:15002/;user_id=me", "sc://host:15002/;user_id=me"),
        ("spark+tls://host:443", "sc://host:443/;use_ssl=true"),
        ("spark+tls://host;token=abc", "sc://host/;use_ssl=true;token=abc"),
        ("spark://[::1]:15002", "sc://[::1]:15002/"),
    ],
)
def test_an_address_is_written_as_spark_has_it(address: str, expected: str) -> None:
    assert connection_string(address) == expected


@pytest.mark.parametrize("address", ["spark://", "spark://me@host:1", "spark://host/path", "spark://:15002"])
def test_an_address_without_a_host_or_with_a_user_is_refused(address: str) -> None:
    with pytest.raises(DataError, match="a host, a port and parameters"):
        connection_string(address)


def test_a_token_comes_from_the_environment_only() -> None:
    with pytest.raises(DataError, match="holds a password") as told:
        filled("spark+tls://host:443/;token=abc", {})
    assert "abc" not in str(told.value)
    whole = filled("spark+tls://host:443/;token=${TOKEN}", {"TOKEN": TOKEN})
    assert whole == "spark+tls://host:443/;token=s3cret%3D%26%3B"
    assert place(whole) == "host:443"


def test_what_stands_behind_a_question_mark_is_refused_and_not_shown() -> None:
    with pytest.raises(DataError, match="a host, a port and parameters"):
        connection_string("spark://host:15002/?token=s3cret")
    assert place("spark://host:15002/?token=s3cret") == "host:15002"


def test_where_nobody_answers_it_is_said_within_seconds_and_without_the_token() -> None:
    require_sail()
    with (
        pytest.raises(OutsideError, match=r"nobody answers at 127.0.0.1:9 within 5 seconds") as told,
        connect("spark+tls://127.0.0.1:9/;token=${TOKEN}", {"TOKEN": TOKEN}),
    ):
        pass
    assert TOKEN not in str(told.value)


def test_a_program_that_no_file_began_may_ask_too() -> None:
    require_sail()
    code = """
from aftermerge.errors import OutsideError
from aftermerge.usage.engines.spark.session import opened_session
try:
    opened_session("spark://127.0.0.1:9")
except OutsideError as error:
    print(error.what)
"""
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert said.startswith("nobody answers at 127.0.0.1:9")


def test_a_token_that_has_expired_is_told_and_not_shown() -> None:
    require_sail()
    with (
        refusing_server() as (at, seen),
        pytest.raises(DataError, match="refuses: the token has expired") as told,
        connect(f"spark://{at}/;token=${{TOKEN}}", {"TOKEN": TOKEN}),
    ):
        pass
    assert told.value.then == "renew the token in the variable that the address names"
    assert seen[0] == f"Bearer {TOKEN}"
    assert TOKEN not in str(told.value)


def test_a_server_that_is_gone_between_two_queries_is_told(tmp_path: Path) -> None:
    with sail_server(tmp_path) as at:
        client = SparkClient(f"spark://{at}", opened_session(f"spark://{at}"))
        client.fetch("SELECT 1 AS `one`", 1)
    with closing(client), pytest.raises(OutsideError) as told:
        client.fetch("SELECT 1 AS `one`", 1)
    assert told.value.then == "check that the Spark Connect server is up, and run again"


def test_a_table_that_there_is_not_is_named_beside_the_nearest_one(client: SparkClient, tmp_path: Path) -> None:
    write_events(tmp_path / "app.parquet", "'2026-03-01', 'a', 'x', 'open', 1.0, NULL, NULL")
    client.session.sql(f"CREATE TABLE app_events USING parquet LOCATION '{tmp_path}/app.parquet'").collect()
    with pytest.raises(DataError, match="`app_event` can't be read") as told:
        client.types("app_event")
    assert told.value.then == "did you mean `app_events`?"


def test_a_column_that_there_is_not_fails_its_question_with_the_nearest_name(server: str, tmp_path: Path) -> None:
    write_events(tmp_path / "app.parquet", "'2026-03-01', 'a', 'x', 'open', 1.0, NULL, NULL")
    table = EventsTable("app", f'parquet."{tmp_path}/app.parquet"', "user_id", time="ts", event="event", engine=server)
    question = SeriesQuestion(metric("sum", value="user"))
    found = usage(tmp_path, table).answer(Plan((question,)))
    assert found.failed == {question.key: "`app` has no column `user`; did you mean `user_id`?"}


def test_properties_in_a_map_are_read_by_their_names(server: str, tmp_path: Path) -> None:
    rows = "('a', MAP {'it''s paid?': 'true', 'seats': '3'}), ('b', MAP {'seats': '40'}), ('c', NULL)"
    at = "IF(person = 'a', TIMESTAMP '2026-03-01 00:30', TIMESTAMP '2026-03-01 23:30') AS at"
    select = f"SELECT {at}, person, 'open' AS name, properties FROM (VALUES {rows}) AS t(person, properties)"  # noqa: S608
    write_rows(tmp_path / "web.parquet", select)
    table = EventsTable("web", f'parquet."{tmp_path}/web.parquet"', "person", time="at", event="name", engine=server)
    seats = SeriesQuestion(metric("sum", "web", value="seats"))
    paid = SeriesQuestion(metric("count", "web", "paid", event="open", where='"it\'s paid?"'))
    found = usage(tmp_path, table).answer(Plan((seats, paid)))
    assert {key: each.values.tolist() for key, each in found.series.items()} == {seats.key: [43.0], paid.key: [1.0]}


def test_an_answer_that_is_too_long_is_refused(client: SparkClient) -> None:
    assert len(client.fetch("SELECT id FROM range(10)", 10)["id"]) == 10
    with pytest.raises(DataError, match="more than 10 rows"):
        client.fetch("SELECT id FROM range(11)", 10)
    assert MOST_ROWS == 1_000_000


@pytest.mark.parametrize(
    "text", ["DROP TABLE app", "INSERT INTO app VALUES (1)", "SET a = 1", " CREATE VIEW v AS SELECT 1"]
)
def test_only_questions_are_sent(client: SparkClient, text: str) -> None:
    with pytest.raises(DataError, match="only questions"):
        client.fetch(text, 1)


def test_times_days_and_decimals_come_as_they_are_read_everywhere(client: SparkClient) -> None:
    rows = client.fetch(
        "SELECT TIMESTAMP'2026-03-01 10:00:00.000001+02:00' AS `at`, TIMESTAMP_NTZ'2026-03-01 10:00' AS `plain`, "
        "DATE'2026-03-01' AS `day`, CAST('12345678901234567890.5' AS DECIMAL(38, 1)) AS `wide`, NULL AS `none`, "
        "CAST(NULL AS TIMESTAMP) AS `never`, TRUE AS `yes`, 'ä' AS `word`",
        1,
    )
    assert rows["at"].astype(str).tolist() == ["2026-03-01T08:00:00.000001"]
    assert rows["plain"].astype(str).tolist() == ["2026-03-01T10:00:00.000000"]
    assert rows["day"].astype(str).tolist() == ["2026-03-01"]
    assert rows["wide"].tolist() == [12345678901234567890.5]
    assert rows["none"].tolist() == rows["never"].tolist() == [None]
    assert rows["yes"].tolist() == [True]
    assert rows["word"].tolist() == ["ä"]


@pytest.mark.parametrize(
    "condition", ["n / m > 2", "n / m < 0", "n % m = 1", "cast(y as integer) = 3", r"word like 'a\\%'"]
)
def test_conditions_mean_what_they_do_in_duckdb(client: SparkClient, tmp_path: Path, condition: str) -> None:
    write_values(
        tmp_path / "rows.parquet",
        "n BIGINT, m BIGINT, y DOUBLE, word VARCHAR",
        *("7, 3, 2.7, 'a'", "5, 0, 2.6, 'a\\b'", "-5, 0.0, 3.6, 'a%'", "0, 0, 3.0, NULL", "NULL, 2, -2.7, 'b'"),
        "5, NULL, NULL, 'a\\%'",
        "NULL, 0, 1.0, 'b'",
    )
    columns = Columns("rows", {"n": "BIGINT", "m": "BIGINT", "y": "DOUBLE", "word": "VARCHAR"})
    rows = exp.table_(f"{tmp_path}/rows.parquet", db="parquet", quoted=True)
    chosen = exp.select(named(count(), "n")).where(where.condition(condition, columns))
    found = client.fetch(write(chosen.from_(rows), "spark"), 1)["n"].tolist()
    with duckdb.connect() as connection:
        own = exp.table_(f"{tmp_path}/rows.parquet", quoted=True)
        assert found == list(connection.execute(write(chosen.from_(own))).fetchone() or ())


def test_a_property_whose_name_a_path_can_t_hold_is_refused_by_name() -> None:
    path = exp.JSONPath(expressions=[exp.JSONPathRoot(), exp.JSONPathKey(this="it's")])
    with pytest.raises(DataError, match="Spark can't read the property `it's`"):
        write(exp.JSONExtractScalar(this=col("properties"), expression=path), "spark")


class Frame:
    """What a session gives for a query, by a list of what is asked of it."""

    def __init__(self, done: list[str], name: str, fetch: Callable[[], object]) -> None:
        self.done, self.name, self.fetch = done, name, fetch

    def persist(self) -> None:
        self.done.append(f"keep {self.name}")

    def unpersist(self) -> None:
        self.done.append(f"free {self.name}")

    def createOrReplaceTempView(self, name: str) -> None:  # noqa: N802 - Spark's own name
        self.name = name

    def limit(self, _: int) -> "Frame":
        return self

    def toArrow(self) -> object:  # noqa: N802 - likewise
        return self.fetch()


class Session:
    """A session whose catalogue refuses to drop anything."""

    def __init__(self, refused: Exception, fetch: Callable[[], object]) -> None:
        self.done: list[str] = []
        self.refused, self.fetch = refused, fetch
        self.catalog = self

    def sql(self, text: str) -> Frame:
        return Frame(self.done, text, self.fetch)

    def dropTempView(self, name: str) -> None:  # noqa: N802 - likewise
        self.done.append(f"drop {name}")
        raise self.refused


VIEWS = in_steps(
    exp.maybe_parse("WITH a AS (SELECT 1 AS x) SELECT a.x FROM a JOIN a AS b ON a.x = b.x", into=exp.Select)
)


def test_what_was_kept_is_freed_even_where_its_view_can_t_be_dropped() -> None:
    require_sail()
    import pyarrow as pa
    from pyspark.errors import PySparkException

    session = Session(PySparkException("refused"), lambda: pa.table({"x": [1]}))
    rows = SparkClient("spark://there", session).fetch_in_steps(*VIEWS, 5)  # type: ignore[arg-type]
    assert [column.tolist() for column in rows.values()] == [[1]]
    assert session.done == ["keep SELECT 1 AS x", "free aftermerge_step_1", "drop aftermerge_step_1"]


def test_what_was_kept_is_freed_where_somebody_breaks_off() -> None:
    require_sail()
    from pyspark.errors import PySparkException

    def broken_off() -> object:
        raise KeyboardInterrupt

    session = Session(PySparkException("refused"), broken_off)
    with pytest.raises(KeyboardInterrupt):
        SparkClient("spark://there", session).fetch_in_steps(*VIEWS, 5)  # type: ignore[arg-type]
    assert session.done == ["keep SELECT 1 AS x", "free aftermerge_step_1", "drop aftermerge_step_1"]


def test_a_server_that_is_gone_is_not_waited_for_again_view_by_view() -> None:
    require_sail()
    from pyspark.errors import PySparkException

    away = PySparkException("UNAVAILABLE: nobody is there")

    def gone() -> object:
        raise away

    session = Session(away, gone)
    with pytest.raises(OutsideError):
        SparkClient("spark://there", session).fetch_in_steps(*VIEWS, 5)  # type: ignore[arg-type]
    assert session.done == ["keep SELECT 1 AS x"]
