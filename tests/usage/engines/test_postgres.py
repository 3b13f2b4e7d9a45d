"""PostgreSQL: what its tables may hold and be called, and what is told when something is wrong."""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from aftermerge.errors import DataError, OutsideError
from aftermerge.measure.run import Request, run
from aftermerge.model.amount import Amount
from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.plan import Answers, ArmsQuestion, Plan, Question, SeriesQuestion
from aftermerge.model.readout import Readout
from aftermerge.model.table import EventsTable, SeriesTable, UnitsTable, UsageTable
from aftermerge.usage.engines.postgres import connect
from aftermerge.usage.engines.postgres.refusals import unreachable
from aftermerge.usage.warehouse import Warehouse
from support.engines.postgres_tables import database_for_people
from support.memory_ledger import MemoryLedger
from support.postgres import postgres_server
from support.usage import metric, nobody_wrote

MARCH = "timestamp '2026-03-01' + i * interval '1 hour'"
APP = EventsTable("app", "app", unit="user_id", time="ts", event="event")


@dataclass(frozen=True)
class Base:
    """A database that a test fills as its owner."""

    url: URL
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def run(self, *statements: str) -> None:
        with psycopg.connect(self.address, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def answers(self, table: UsageTable, *questions: Question) -> Answers:
        placed = replace(table, engine=self.address)
        return Warehouse([placed], Path("/nowhere"), "UTC", nobody_wrote, environ=self.environ).answer(Plan(questions))

    def failure(self, table: UsageTable, question: Question) -> str:
        found = self.answers(table, question)
        return found.failed[question.key]


@pytest.fixture(scope="module")
def server() -> Iterator[URL]:
    with postgres_server() as found:
        yield found


@pytest.fixture
def base(server: URL) -> Iterator[Base]:
    with database_for_people(server) as database:
        yield Base(database)


def events(name: str = "app", kind: str = "TABLE", columns: str = "", more: str = "") -> str:
    """Hourly events of March, `open` and `save` in turn."""
    chosen = f"{MARCH} AS ts, 'u' || i % 7 AS user_id, CASE i % 2 WHEN 0 THEN 'open' ELSE 'save' END AS event{columns}"
    return f"CREATE {kind} {name} AS SELECT {chosen} FROM generate_series(0, 743) AS i {more}"  # noqa: S608 - ours


def opens(**keys: object) -> SeriesQuestion:
    return SeriesQuestion(metric("count", "app", "opens", **{"event": "open", **keys}))


def values(found: Answers, question: Question) -> list[float]:
    assert not found.failed, found.failed
    return list(found.series[question.key].values)


@pytest.mark.parametrize(
    ("made", "called"),
    [
        ([events()], "app"),
        ([events(kind="VIEW")], "app"),
        ([events(kind="MATERIALIZED VIEW")], "app"),
        (["CREATE SCHEMA shop", events("shop.app")], "shop.app"),
        (['CREATE SCHEMA "My shop"', events('"My shop"."All events, ever"')], '"My shop"."All events, ever"'),
        ([events('"Größe.x"')], '"Größe.x"'),
        ([events("events")], "events"),
        ([events("exposures")], "exposures"),
        (
            [
                "CREATE TABLE app (ts timestamp, user_id text, event text) PARTITION BY RANGE (ts)",
                "CREATE TABLE app_1 PARTITION OF app FOR VALUES FROM ('2026-01-01') TO ('2026-03-15')",
                "CREATE TABLE app_2 PARTITION OF app FOR VALUES FROM ('2026-03-15') TO ('2027-01-01')",
                events("loaded"),
                "INSERT INTO app SELECT * FROM loaded",
            ],
            "app",
        ),
        (
            [
                events(),
                "CREATE EXTENSION postgres_fdw",
                "DO $$ BEGIN EXECUTE format('CREATE SERVER same FOREIGN DATA WRAPPER postgres_fdw OPTIONS "
                "(host %L, dbname %L)', split_part(current_setting('unix_socket_directories'), ',', 1), "
                "current_database()); END $$",
                "CREATE USER MAPPING FOR CURRENT_USER SERVER same OPTIONS (user 'postgres')",
                "CREATE FOREIGN TABLE afar (ts timestamp, user_id text, event text) "
                "SERVER same OPTIONS (table_name 'app')",
            ],
            "afar",
        ),
    ],
)
def test_whatever_holds_rows_can_be_asked_by_its_name(base: Base, made: Sequence[str], called: str) -> None:
    base.run(*made)
    assert values(base.answers(replace(APP, table=called), opens()), opens()) == [12.0] * 31


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("numeric(10, 3)", "i"),
        ("smallint", "i"),
        ("real", "i"),
        ("boolean", "i < 800"),
        ("cents", "i"),
        ("nested", "i"),
    ],
)
def test_numbers_of_every_kind_are_numbers(base: Base, kind: str, value: str) -> None:
    base.run("CREATE DOMAIN cents AS bigint CHECK (value >= 0)", "CREATE DOMAIN nested AS cents")
    base.run(events(columns=f", ({value})::{kind} AS v"))
    question = SeriesQuestion(metric("sum", "app", value="v"))
    day = 24.0 if kind == "boolean" else sum(range(24))
    assert values(base.answers(APP, question), question)[0] == day


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "CASE i % 3 WHEN 0 THEN 'pro' ELSE 'free' END"),
        ("plan", "CASE i % 3 WHEN 0 THEN 'pro' ELSE 'free' END"),
        ("citext", "CASE i % 3 WHEN 0 THEN 'pro' ELSE 'PRO' END"),
        ("char(8)", "CASE i % 3 WHEN 0 THEN 'pro' ELSE 'free' END"),
    ],
)
def test_words_of_every_kind_are_words(base: Base, kind: str, value: str) -> None:
    """An unknown word of an enumeration is no error, and capitals differ."""
    base.run("CREATE TYPE plan AS ENUM ('pro', 'free')", "CREATE EXTENSION citext")
    base.run(events(columns=f", ({value})::{kind} AS plan"))
    pro, other = opens(where="plan = 'pro'"), opens(where="plan = 'nonsense' or plan in ('none')")
    assert values(base.answers(APP, pro), pro) == [4.0] * 31
    assert "did you mean" not in base.answers(APP, other).failed.get(other.key, "")


@pytest.mark.parametrize("kind", ["json", "jsonb", "text"])
def test_properties_are_read_from_json_of_every_kind(base: Base, kind: str) -> None:
    said = '(CASE i % 4 WHEN 0 THEN \'{"seats": 3, "odd key": "x"}\' WHEN 2 THEN \'{"seats": "none"}\' END)'
    base.run(events(columns=f", {said}::{kind} AS properties"))
    few = opens(where="seats >= 3")
    odd = replace(opens(where="\"odd key\" = 'x'"), metric=replace(opens(where="\"odd key\" = 'x'").metric, name="odd"))
    found = base.answers(APP, few, odd)
    assert values(found, few) == values(found, odd) == [6.0] * 31


def test_units_may_be_uuids_and_times_may_bear_a_zone(base: Base) -> None:
    unit, at = "md5((i % 7)::text)::uuid", f"({MARCH}) AT TIME ZONE 'UTC'"
    base.run(events("raw", columns=f", {unit} AS who, {at} AS zoned"))
    base.run(
        "CREATE TABLE app AS SELECT zoned AS ts, who AS user_id, event, 'f' AS \"$feature_flag\", "
        "'on' AS \"$feature_flag_response\" FROM raw",
        "UPDATE app SET event = '$feature_flag_called' WHERE ts < '2026-03-01 07:00+00'",
    )
    question = ArmsQuestion(metric("count", "app", event="save", window_days=1), "f")
    found = base.answers(APP, question)
    assert not found.failed
    assert found.arms[question.key].total["on"].n == 7
    assert found.arms[question.key].first_exposure == datetime(2026, 3, 1, tzinfo=UTC)


def test_infinite_times_are_passed_over(base: Base) -> None:
    base.run(events(), "INSERT INTO app VALUES ('-infinity', 'u', 'open')")
    assert values(base.answers(APP, opens()), opens()) == [12.0] * 31


def test_two_metrics_whose_long_names_begin_alike_stay_two(base: Base) -> None:
    base.run(events())
    name = "é" * 40
    one, two = (opens(event=event) for event in ("open", "save"))
    one = replace(one, metric=replace(one.metric, name=f"{name}_one"))
    two = replace(two, metric=replace(two.metric, name=f"{name}_two", where="user_id = 'u1'"))
    found = base.answers(APP, one, two)
    assert sum(values(found, one)) == 372
    assert sum(values(found, two)) == 54


def test_nothing_can_be_written(base: Base) -> None:
    base.run("CREATE SEQUENCE counted")
    client = connect(base.address)
    with pytest.raises(DataError, match="read-only transaction"):
        client.fetch("SELECT nextval('counted')", 10)
    client.close()


def test_an_answer_is_bounded(base: Base) -> None:
    client = connect(base.address)
    assert len(client.fetch("SELECT i FROM generate_series(1, 10) AS i", 10)["i"]) == 10
    with pytest.raises(DataError, match="more than 10 rows"):
        client.fetch("SELECT i FROM generate_series(1, 11) AS i", 10)
    client.close()


def test_what_a_query_would_read_is_told_with_its_partitions(base: Base) -> None:
    base.run(events(), "ANALYZE app")
    client = connect(base.address)
    assert client.cost("SELECT count(*) FROM app").startswith("reads app: about 744 rows, ")
    client.close()


def test_a_missing_table_is_told_with_the_nearest(base: Base) -> None:
    base.run(events(), "CREATE SCHEMA shop", events("shop.orders"))
    assert "did you mean `app`?" in base.failure(replace(APP, table="ap"), opens())
    assert "did you mean `shop.orders`?" in base.failure(replace(APP, table="shop.order"), opens())


def test_a_missing_column_is_told_with_the_nearest(base: Base) -> None:
    base.run(events())
    question = SeriesQuestion(metric("sum", "app", value="usre_id"))
    assert base.failure(APP, question) == "`app` has no column `usre_id`; did you mean `user_id`?"
    assert "has no column `at`" in base.failure(replace(APP, time="at"), opens())


def test_an_unknown_event_is_told_with_the_nearest(base: Base) -> None:
    base.run(events())
    assert base.failure(APP, opens(event="opne")).endswith(
        "no event `opne` ever happened in `app`; did you mean `open`?"
    )


def test_a_word_where_a_time_should_be_is_no_time(base: Base) -> None:
    base.run(events("raw"), "CREATE TABLE app AS SELECT 'soon' AS ts, user_id, event, 3 AS n FROM raw")
    assert "`app` holds no" in base.failure(APP, opens())
    assert "column `n` of `app` holds INTEGER, not times" in base.failure(replace(APP, time="n"), opens())


def test_a_table_that_may_not_be_read_is_told_with_the_grant(base: Base) -> None:
    base.run(events(), "DROP ROLE IF EXISTS stranger", "CREATE ROLE stranger LOGIN")
    try:
        stranger = replace(base, url=base.url.set(username="stranger"))
        assert "may not be read" in stranger.failure(APP, opens())
        assert "GRANT SELECT ON app" in stranger.failure(APP, opens())
    finally:
        base.run("DROP ROLE stranger")


def test_an_unreachable_warehouse_is_told_without_its_secret(base: Base) -> None:
    away = replace(base, url=URL.create("postgresql", "reader", "hunter2", "127.0.0.1", 1, "warehouse"))
    with pytest.raises(OutsideError) as raised:
        connect(away.address)
    assert "127.0.0.1" in raised.value.what
    assert "warehouse" in raised.value.what
    assert "see that the server is up" in (raised.value.then or "")
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    "said",
    [
        'connection to server at "db" failed: FATAL:  password authentication failed for user "reader"',
        'connection to server at "10.0.0.1", port 5432 failed: fe_sendauth: no password supplied',
    ],
)
def test_a_wrong_password_is_told_as_such_and_not_repeated(said: str) -> None:
    given = {"host": "db.internal", "dbname": "warehouse", "user": "reader", "password": "hunter2"}
    error = unreachable(psycopg.OperationalError(f"connection failed: {said}\nhunter2"), given)
    assert "PostgreSQL at db.internal, database `warehouse` refused the password" in error.what
    assert "environment variable" in (error.then or "")
    assert "hunter2" not in str(error)


def test_an_address_that_can_t_be_read_is_not_repeated() -> None:
    with pytest.raises(DataError) as raised:
        connect("postgresql://reader:hunter2@[::1/x?nonsense")
    assert "can't be read" in raised.value.what
    assert "hunter2" not in str(raised.value)


def test_a_variable_that_is_not_set_is_named(base: Base) -> None:
    placed = replace(APP, engine="postgresql://reader:${NOT_SET_ANYWHERE}@127.0.0.1/warehouse")
    found = Warehouse([placed], Path("/nowhere"), "UTC", nobody_wrote).answer(Plan((opens(),)))
    assert "NOT_SET_ANYWHERE" in found.failed[opens().key]


def test_a_query_that_is_killed_half_way_is_told_and_the_others_are_answered(base: Base) -> None:
    """A view that sleeps is asked; its session is ended as an administrator would."""
    base.run(events(), "CREATE VIEW slow AS SELECT app.* FROM app, pg_sleep(60)")
    slow = SeriesQuestion(metric("count", "slow", "slowly", event="open"))
    tables = [replace(APP, engine=base.address), replace(APP, name="slow", table="slow", engine=base.address)]
    warehouse = Warehouse(tables, Path("/nowhere"), "UTC", nobody_wrote)
    killer = threading.Thread(target=_kill_what_sleeps, args=(base,))
    killer.start()
    found = warehouse.answer(Plan((slow, opens())))
    killer.join()
    assert "PostgreSQL ended the query half way" in found.failed[slow.key]
    assert values(replace_failed(found), opens()) == [12.0] * 31


def replace_failed(found: Answers) -> Answers:
    return replace(found, failed={})


def _kill_what_sleeps(base: Base) -> None:
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    with psycopg.connect(base.address, autocommit=True) as connection:
        for _ in range(600):
            if connection.execute(ended).fetchall():
                return
            time.sleep(0.05)


def test_a_query_beyond_the_role_s_own_time_is_told(base: Base) -> None:
    base.run(events(), "CREATE VIEW slow AS SELECT app.* FROM app, pg_sleep(60)")
    impatient = replace(base, url=base.url.update_query_dict({"options": "-cstatement_timeout=200ms"}))
    assert "statement timeout" in impatient.failure(replace(APP, table="slow"), opens())


def test_nothing_divided_by_zero_is_nothing(base: Base) -> None:
    base.run(
        "CREATE TABLE app AS SELECT timestamp '2026-03-01' + i * interval '1 hour' AS ts, 'u' AS user_id, "
        "'open' AS event, CASE WHEN i > 1 THEN 5 END AS n, 0 AS m FROM generate_series(0, 23) AS i"
    )
    assert sum(values(base.answers(APP, opens(where="n / m > 2")), opens())) == 22


def test_a_million_names_of_events_are_asked_and_a_wrong_one_told(base: Base) -> None:
    base.run(
        "CREATE TABLE app AS SELECT timestamp '2026-03-01' + i * interval '1 second' AS ts, 'u' || i % 7 AS user_id, "
        "'open /' || i AS event FROM generate_series(0, 999999) AS i"
    )
    question = opens(event="open /7")
    assert sum(values(base.answers(APP, question), question)) == 1
    assert "no event `opne` ever happened" in base.failure(APP, opens(event="opne"))


def test_yesterday_s_readouts_stay_where_the_warehouse_does_not_answer(base: Base) -> None:
    base.run(
        "CREATE TABLE units AS SELECT i AS id, CASE i % 2 WHEN 0 THEN 'control' ELSE 'on' END AS variant, "
        "i % 3 + i % 2 AS v FROM generate_series(1, 600) AS i"
    )
    ledger, begun = MemoryLedger(), datetime(2026, 1, 1, tzinfo=UTC)
    spent = metric("mean", "units", "spent", column="v", framed_at=begun)
    bet = Bet("b", "spent", flag="gate", begun_at=begun, framed_at=begun)
    ledger.store("all", Batch("1", bets=(bet,), metrics=(replace(spent, worth=Amount(1.0, "percent")),)))

    def measured(address: str) -> Readout:
        tables = [UnitsTable("units", "units", "id", "variant", "gate", address)]
        warehouse = Warehouse(tables, Path("/nowhere"), "UTC", nobody_wrote)
        (found,) = run(Request(UTC), ledger, warehouse, lambda: datetime(2026, 4, 2, tzinfo=UTC)).readouts
        return found

    before, after = measured(base.address), measured("postgresql://127.0.0.1:1/nowhere")
    assert before.estimate is not None
    assert replace(after, checks=before.checks) == before
    assert "can't be reached" in after.checks[-1].detail


def test_a_series_and_a_units_table_are_asked_too(base: Base) -> None:
    base.run(
        "CREATE TABLE daily AS SELECT date '2026-03-01' + i AS day, 'visits' AS metric, (i * 2)::numeric AS value "
        "FROM generate_series(0, 9) AS i",
        "CREATE TABLE units AS SELECT i AS id, CASE i % 2 WHEN 0 THEN 'a' ELSE 'b' END AS variant, i % 3 AS v "
        "FROM generate_series(1, 600) AS i",
    )
    row = SeriesQuestion(metric("series", "daily", value="visits"))
    assert values(base.answers(SeriesTable("daily", "daily", "day", "metric", "value"), row), row)[:3] == [
        0.0,
        2.0,
        4.0,
    ]
    arms = ArmsQuestion(metric("mean", "units", column="v"), "gate")
    found = base.answers(UnitsTable("units", "units", "id", "variant", "gate"), arms)
    assert found.arms[arms.key].exposed == {"a": 300, "b": 300}
