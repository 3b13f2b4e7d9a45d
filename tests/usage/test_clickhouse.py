"""ClickHouse beside the contract suite: types, refusals, words of other meaning, what goes wrong on the way."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import duckdb
import httpx
import pytest
from sqlglot import exp

from aftermerge.errors import DataError, OutsideError
from aftermerge.model.plan import ArmsQuestion
from aftermerge.model.table import EventsTable
from aftermerge.usage import sql
from aftermerge.usage.columns import Columns
from aftermerge.usage.dialects import write
from aftermerge.usage.engines.clickhouse import ClickHouseClient, connect
from aftermerge.usage.engines.clickhouse.types import duckdb_type
from aftermerge.usage.engines.in_steps import in_steps
from aftermerge.usage.rows import Rows
from aftermerge.usage.warehouse import Warehouse
from aftermerge.usage.where import condition
from support.clickhouse.running import PASSWORD, ClickHouse, clickhouse
from support.usage import arms, failure, metric, nobody_wrote

Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClickHouse]:
    with clickhouse(tmp_path_factory.mktemp("clickhouse") / "data") as running:
        running.run(
            "CREATE TABLE kinds (id UUID, day Date, at DateTime('Asia/Tokyo'), exact DateTime64(3), "
            "small LowCardinality(Nullable(String)), one Enum8('a' = 1, 'b' = 2), price Decimal(12, 2), "
            "properties Map(LowCardinality(String), String), sums SimpleAggregateFunction(sum, UInt64), "
            "ok Nullable(Bool), tags Array(String), huge Int256) ENGINE = MergeTree ORDER BY id"
        )
        running.run(
            "INSERT INTO kinds VALUES ('61f0c404-5cb3-11e7-907b-a6006ad3dba0', '2026-03-01', '2026-03-01 09:00:00', "
            "'2026-03-01 00:00:00.250', 'x', 'b', 1.25, {'seats': '5', 'plan': 'pro'}, 7, NULL, ['t'], -3)"
        )
        yield running


@pytest.fixture
def client(server: ClickHouse) -> Iterator[ClickHouseClient]:
    opened = connect(server.filled_address)
    yield opened
    opened.close()


def answering(answer: Answer) -> ClickHouseClient:
    """A client of a server that answers so."""
    return ClickHouseClient(httpx.Client(base_url="http://there", transport=httpx.MockTransport(answer)), "there:8123")


def value(client: ClickHouseClient, expression: exp.Expr) -> object:
    (column,) = client.fetch(write(exp.select(sql.named(expression, "v")), "clickhouse"), 1).values()
    return column.tolist()[0]


def in_duckdb(select: exp.Select) -> tuple[object, ...]:
    with duckdb.connect(":memory:") as connection:
        (row,) = connection.execute(write(select)).fetchall()
    found: tuple[object, ...] = row
    return found


def test_columns_bear_duckdbs_names_of_types(client: ClickHouseClient) -> None:
    assert client.types("kinds") == {
        "id": "UUID",
        "day": "DATE",
        "at": "TIMESTAMP WITH TIME ZONE",
        "exact": "TIMESTAMP WITH TIME ZONE",
        "small": "VARCHAR",
        "one": "ENUM",
        "price": "DECIMAL",
        "properties": "MAP(VARCHAR, VARCHAR)",
        "sums": "UBIGINT",
        "ok": "BOOLEAN",
        "tags": "ARRAY",
        "huge": "HUGEINT",
    }
    assert client.types("default.kinds") == client.types("kinds")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("Nullable(FixedString(2))", "VARCHAR"),
        ("LowCardinality(Nullable(String))", "VARCHAR"),
        ("DateTime64(9, 'Europe/Berlin')", "TIMESTAMP WITH TIME ZONE"),
        ("Map(String, UInt8)", "MAP"),
        ("JSON(max_dynamic_paths=16)", "JSON"),
        ("SimpleAggregateFunction(anyLast, Nullable(Float64))", "DOUBLE"),
        ("AggregateFunction(uniq, UInt64)", "AGGREGATEFUNCTION"),
    ],
)
def test_a_type_is_read_through_what_it_is_wrapped_in(kind: str, name: str) -> None:
    assert duckdb_type(kind) == name


def test_an_answer_has_times_in_utc_days_numbers_and_words(client: ClickHouseClient) -> None:
    columns = [sql.named(sql.in_utc(sql.col("at")), "at"), *map(sql.col, ("day", "price", "huge", "ok", "small"))]
    select = exp.select(*columns).from_(sql.table("default", "kinds"))
    rows = Rows(client.fetch(write(select, "clickhouse"), 5))
    assert rows.moments("at") == [datetime(2026, 3, 1)]  # noqa: DTZ001 - times in a query have no zone
    assert rows.dates("day").tolist() == [date(2026, 3, 1)]
    assert (rows.sums("price").tolist(), rows.sums("huge").tolist()) == ([1.25], [-3.0])
    assert (rows.texts("ok"), rows.texts("small")) == ([None], ["x"])


def test_the_password_is_in_a_header_and_in_nothing_else(server: ClickHouse, caplog: pytest.LogCaptureFixture) -> None:
    client = connect(server.filled_address)
    with caplog.at_level("DEBUG"):
        client.fetch("SELECT 1 AS one", 1)
    client.close()
    assert caplog.text
    for told in (caplog.text, repr(client), str(client.http.base_url)):
        assert PASSWORD not in told
        assert "sesame" not in told


def test_a_wrong_password_is_told_without_it(server: ClickHouse) -> None:
    client = connect(f"clickhouse://reader:secret@127.0.0.1:{server.port}/default")
    with closing(client), pytest.raises(DataError, match=r"Authentication failed[^~]*check the user") as refused:
        client.fetch("SELECT 1", 1)
    assert "secret" not in str(refused.value)


def test_nobody_there_is_told_by_host_and_port() -> None:
    client = connect("clickhouse://127.0.0.1:1/default")
    with pytest.raises(OutsideError, match=r"nobody answers at 127\.0\.0\.1:1"):
        client.fetch("SELECT 1", 1)
    client.close()


@pytest.mark.parametrize(
    ("address", "base", "database"),
    [
        ("clickhouse://reader@ch", "http://ch:8123/", None),
        ("clickhouses://reader@ch/prod", "https://ch:8443/", "prod"),
        ("clickhouse://reader@ch:9443/prod?secure=1", "https://ch:9443/", "prod"),
        ("clickhouse://[::1]/prod", "http://[::1]:8123/", "prod"),
    ],
)
def test_an_address_says_host_port_database_and_whether_it_is_secret(
    address: str, base: str, database: str | None
) -> None:
    client = connect(address)
    assert str(client.http.base_url) == base
    assert client.http.headers.get("X-ClickHouse-Database") == database
    client.close()


@pytest.mark.parametrize("address", ["clickhouse://", "clickhouse://host:http/db"])
def test_an_address_without_a_host_or_with_a_word_for_a_port_is_refused(address: str) -> None:
    with pytest.raises(DataError, match="ClickHouse"):
        connect(address)


def test_nothing_can_be_written(client: ClickHouseClient) -> None:
    with pytest.raises(DataError, match="readonly"):
        client.fetch("DROP TABLE kinds", 1)


def test_more_rows_than_asked_for_are_refused(client: ClickHouseClient) -> None:
    with pytest.raises(DataError, match="more than 10 rows"):
        client.fetch("SELECT number FROM system.numbers LIMIT 100000", 10)


def test_an_unknown_table_is_told_with_what_to_write(client: ClickHouseClient) -> None:
    with pytest.raises(DataError, match=r"nowhere[^~]*name the table as `database\.table`"):
        client.types("nowhere")


def test_an_answer_that_breaks_off_is_no_answer() -> None:
    body = (
        b'{"meta": [{"name": "n", "type": "UInt8"}], "data": {"n": [1, 2Code: 241. DB::Exception: Memory limit exceeded'
    )
    client = answering(lambda request: httpx.Response(200, content=body))
    with pytest.raises(DataError, match="ClickHouse says: Memory limit exceeded"):
        client.fetch("SELECT 1", 1)


def test_a_server_that_dies_half_way_is_told(tmp_path: Path) -> None:
    def dies(request: httpx.Request) -> httpx.Response:
        raise httpx.RemoteProtocolError("peer closed connection", request=request)

    with pytest.raises(OutsideError, match="broke off the answer"):
        answering(dies).fetch("SELECT 1", 1)


def test_something_else_at_that_port_is_told() -> None:
    client = answering(lambda request: httpx.Response(200, content=b"<html>hello</html>"))
    with pytest.raises(DataError, match="HTTP interface"):
        client.fetch("SELECT 1", 1)


def test_every_question_is_asked_read_only_and_bounded() -> None:
    seen: list[httpx.Request] = []

    def remember(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"meta": [], "data": {}})

    answering(remember).fetch("SELECT 1", 7)
    asked = dict(seen[0].url.params)
    assert (asked["readonly"], asked["max_result_rows"], asked["result_overflow_mode"]) == ("2", "7", "throw")


def test_what_a_query_would_read_is_estimated(server: ClickHouse, client: ClickHouseClient) -> None:
    server.run("CREATE TABLE big (n UInt64) ENGINE = MergeTree ORDER BY n")
    server.run("INSERT INTO big SELECT number FROM system.numbers LIMIT 100000")
    assert "big: about 100,000 rows in 1 parts" in client.cost("SELECT sum(n) FROM big")
    assert client.cost("SELECT 1") == "ClickHouse can't say what it would read"


@pytest.mark.parametrize("kind", ["Map(String, String)", "JSON", "String"])
def test_a_property_is_found_whatever_holds_it(server: ClickHouse, client: ClickHouseClient, kind: str) -> None:
    name = f"of_{kind.partition('(')[0].lower()}"
    server.run(f"CREATE TABLE {name} (properties {kind}) ENGINE = MergeTree ORDER BY tuple()")
    told = "{'plan': 'pro', 'seats': '5'}" if kind.startswith("Map") else '\'{"plan": "pro", "seats": 5}\''
    server.run(f"INSERT INTO {name} VALUES ({told})")  # noqa: S608 - our own words
    columns = Columns(name, client.types(name), json=True)
    found = [sql.named(columns.read("plan"), "plan"), sql.named(columns.number("seats"), "seats")]
    found.append(sql.named(columns.read("nothing"), "nothing"))
    rows = Rows(client.fetch(write(exp.select(*found).from_(sql.table("default", name)), "clickhouse"), 1))
    assert (rows.texts("plan"), rows.sums("seats").tolist(), rows.texts("nothing")) == (["pro"], [5.0], [None])


@pytest.mark.parametrize(
    "asked",
    [
        r"w like 'a\b%'",
        "w like '50!%%' escape '!'",
        "w ilike '%É%'",
        "length(w) = 3",
        "upper(w) = 'ÉTÉ'",
        "x / zero > 1e300",
        "n / 2 = 3.5",
        "round(x) = 3",
        "round(x, 1) = 2.5",
        "-x % 2 < 0",
        "x is not distinct from 2.5",
        "w is distinct from null",
        "nan > 1",
        "cast(x as integer) = 2",
        "cast(y as integer) = 3",
        "n % zero is null",
        "w in ('été', '50% off')",
        "not (w like '%t%')",
    ],
)
def test_a_condition_holds_for_the_same_rows_as_in_duckdb(client: ClickHouseClient, asked: str) -> None:
    words = [r"a\b c", "50% off", "été", "500 off", None]
    types = {"w": "VARCHAR", "x": "DOUBLE", "y": "DOUBLE", "n": "INTEGER", "zero": "INTEGER", "nan": "DOUBLE"}
    held = sql.named(condition(asked, Columns("t", types)), "held")  # type: ignore[arg-type]  # there is one
    for word in words:
        text = exp.Null() if word is None else sql.text(word)
        row = exp.select(
            sql.named(sql.cast(text, "VARCHAR"), "w"),
            sql.named(sql.cast(sql.number(2.5), "DOUBLE"), "x"),
            sql.named(sql.cast(sql.number(2.7), "DOUBLE"), "y"),
            sql.named(sql.cast(sql.number(7), "INTEGER"), "n"),
            sql.named(sql.cast(sql.number(0), "INTEGER"), "zero"),
            sql.named(sql.cast(exp.Null(), "DOUBLE"), "nan"),
        )
        select = exp.select(sql.either(held.this, sql.text("yes"), sql.text("no")).as_("held")).from_(row.subquery("t"))
        (expected,) = in_duckdb(select)
        assert client.fetch(write(select, "clickhouse"), 1)["held"].tolist() == [expected], word


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Havana", "Africa/Cairo", "Australia/Lord_Howe"])
def test_clocks_are_read_as_duckdb_reads_them_also_when_they_are_put_forward_and_back(
    server: ClickHouse, client: ClickHouseClient, zone: str
) -> None:
    """Every half hour of a year."""
    half_hours = "toDateTime64('2026-01-01', 6, 'UTC') + INTERVAL 30 * number MINUTE"
    server.run(f"CREATE OR REPLACE VIEW moments AS SELECT {half_hours} AS at FROM numbers(17520)")  # noqa: S608 - our own words
    columns = [sql.on_wall_clock(sql.col("at"), zone), sql.from_wall_clock(sql.col("at"), zone)]
    select = exp.select(*map(sql.named, columns, ("shown", "meant"))).from_("moments").order_by(sql.col("at"))
    found = Rows(client.fetch(write(select, "clickhouse"), 17520))
    with duckdb.connect(":memory:") as connection:
        year = "range(TIMESTAMP '2026-01-01', TIMESTAMP '2027-01-01', INTERVAL 30 MINUTE)"
        connection.execute(f'CREATE VIEW moments AS SELECT unnest({year}) AS "at"')
        expected = Rows(connection.execute(write(select)).fetchnumpy())
    for name in ("shown", "meant"):
        assert found.moments(name) == expected.moments(name)


def test_the_rank_of_a_quantile_is_that_of_duckdb_also_where_it_is_a_whole_number(client: ClickHouseClient) -> None:
    ranked = exp.WithinGroup(
        this=exp.PercentileDisc(this=sql.number(0.99)),
        expression=exp.Order(expressions=[exp.Ordered(this=sql.col("n"))]),
    )
    for n in (1, 99, 100, 101, 200):
        select = exp.select(sql.named(ranked, "q")).from_(_numbers(n))
        (expected,) = in_duckdb(select)
        assert client.fetch(write(select, "clickhouse"), 1)["q"].tolist() == [expected]


def _numbers(n: int) -> exp.Expr:
    rows = [exp.select(sql.named(sql.number(i), "n")) for i in range(n)]
    return exp.union(*rows, distinct=False).subquery("t") if n > 1 else rows[0].subquery("t")


def test_sums_of_large_whole_numbers_do_not_wrap(client: ClickHouseClient) -> None:
    big = sql.cast(sql.number(2**62), "BIGINT")
    total = sql.times(sql.wide_total(big), sql.wide_total(big))
    assert value(client, total) == float(2**124)


def test_nan_is_no_value(client: ClickHouseClient) -> None:
    number = Columns("t", {"x": "DOUBLE"}).number("x")
    row = exp.select(sql.named(sql.cast(sql.text("NaN"), "DOUBLE"), "x")).subquery("t")
    select = exp.select(sql.named(sql.count(number), "n")).from_(row)
    assert client.fetch(write(select, "clickhouse"), 1)["n"].tolist() == [0.0]


def test_a_workspace_asks_it_by_its_address_and_a_refusal_names_the_table(server: ClickHouse) -> None:
    server.run(
        "CREATE TABLE acts (ts DateTime64(6), user_id String, event String, flag String, variant String) "
        "ENGINE = MergeTree ORDER BY ts"
    )
    shown = ", ".join(
        f"('2026-03-0{1 + n % 2} 10:00:00', 'u{n}', 'shown', 'bulk', '{'on' if n % 2 else 'off'}')" for n in range(8)
    )
    rows = f"{shown}, ('2026-04-01 00:00:00', 'z', 'open', '', '')"
    server.run(f"INSERT INTO acts VALUES {rows}")  # noqa: S608 - our own words
    table = EventsTable("acts", "acts", "user_id", "ts", "event", None, server.address, "shown", "flag", "variant")
    asked = Warehouse([table], Path("/nowhere"), "UTC", nobody_wrote, environ=server.environ)
    found = arms(asked, ArmsQuestion(metric("share", "acts", event="open"), "bulk"))
    assert found.exposed == {"off": 4, "on": 4}
    nobody = failure(asked, ArmsQuestion(metric("share", "acts", event="open"), "blk"))
    assert nobody == "no unit of `acts` was exposed to the flag `blk`; did you mean `bulk`?"


def test_a_server_that_is_gone_costs_the_questions_about_it_alone(server: ClickHouse, tmp_path: Path) -> None:
    with clickhouse(tmp_path / "other") as other:
        table = EventsTable("acts", "acts", "user_id", "ts", "event", engine=other.address)
        other.process.kill()
        other.process.wait()
        asked = Warehouse([table], Path("/nowhere"), "UTC", nobody_wrote, environ=other.environ)
        assert "nobody answers at 127.0.0.1" in failure(asked, ArmsQuestion(metric("share", "acts", event="o"), "bulk"))


TWICE = exp.maybe_parse("WITH a AS (SELECT 1 AS x) SELECT a.x AS v FROM a JOIN a AS b ON a.x = b.x", into=exp.Select)
ONE = '{"meta": [{"name": "v", "type": "UInt8"}], "data": {"v": [1]}}'
NO_MEMORY = "Code: 241. DB::Exception: (total) memory limit exceeded. (MEMORY_LIMIT_EXCEEDED) (version 26.9.2.1)"


def steps_of(knows: bool, *, has_memory: bool = True) -> list[httpx.Request]:
    """What is asked of a server to answer `TWICE`."""
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        if b"system.settings" in request.content:
            found = f'{{"meta": [{{"name": "found", "type": "UInt64"}}], "data": {{"found": [{int(knows)}]}}}}'
            return httpx.Response(200, text=found)
        if b"MATERIALIZED" in request.content and not has_memory:
            return httpx.Response(500, text=NO_MEMORY, headers={"X-ClickHouse-Exception-Code": "241"})
        return httpx.Response(200, text=ONE)

    with closing(answering(answer)) as client:
        for _ in range(2):
            rows = Rows(client.fetch_in_steps(*in_steps(TWICE), 5))
            assert rows.sums("v").tolist() == [1.0]
    return requests


def test_a_server_that_can_keep_steps_is_asked_to_and_is_asked_once_whether_it_can() -> None:
    looked_up, *asked = steps_of(knows=True)
    assert b"system.settings" in looked_up.content
    assert len(asked) == 2
    assert all(b"WITH aftermerge_step_1 AS MATERIALIZED (SELECT" in request.content for request in asked)
    assert all(request.url.params["enable_materialized_cte"] == "1" for request in asked)


def test_an_older_server_works_steps_out_each_time() -> None:
    _, *asked = steps_of(knows=False)
    assert not any(b"MATERIALIZED" in request.content or b"materialized" in request.url.query for request in asked)


def test_where_memory_is_used_up_by_what_is_kept_the_query_is_asked_without() -> None:
    _, *asked = steps_of(knows=True, has_memory=False)
    assert [b"MATERIALIZED" in request.content for request in asked] == [True, False, True, False]


def test_a_real_server_gives_the_same_either_way(client: ClickHouseClient) -> None:
    kept = Rows(client.fetch_in_steps(*in_steps(TWICE), 5))
    assert client.known == {"enable_materialized_cte": True}
    assert kept.sums("v").tolist() == Rows(client.fetch(write(TWICE, "clickhouse"), 5)).sums("v").tolist() == [1.0]
