"""A metric's condition: what it may say."""

import duckdb
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from aftermerge.errors import DataError
from aftermerge.usage.columns import Columns
from aftermerge.usage.where import condition

PLAIN = Columns("app", {"plan": "VARCHAR", "seats": "BIGINT", "paid": "BOOLEAN", "Odd name": "VARCHAR"})
WITH_JSON = Columns("app", {"plan": "VARCHAR", "properties": "VARCHAR"}, json=True)


def sql(given_text: str, columns: Columns = PLAIN) -> str:
    bound = condition(given_text, columns)
    assert bound is not None
    return bound.sql(dialect="duckdb", comments=False)


@pytest.mark.parametrize(
    ("given_text", "bound"),
    [
        ("plan = 'pro'", "(\"plan\" = 'pro')"),
        ("PLAN = 'pro' and seats >= 5", '("plan" = \'pro\' AND "seats" >= 5)'),
        ("paid or not (seats between 1 and 3)", '("paid" OR NOT ("seats" BETWEEN 1 AND 3))'),
        ("\"Odd name\" like 'a%'", "(\"Odd name\" LIKE 'a%')"),
        ("plan in ('pro', 'team') and seats is not null", "(\"plan\" IN ('pro', 'team') AND NOT \"seats\" IS NULL)"),
        ("lower(plan) = 'pro' -- the dear one", "(LOWER(\"plan\") = 'pro')"),
        ("seats * 2 > -1", '("seats" * 2 > -1)'),
    ],
)
def test_a_condition_over_columns_is_kept(given_text: str, bound: str) -> None:
    assert sql(given_text) == bound


@pytest.mark.parametrize(
    ("given_text", "bound"),
    [
        ("seats > 3", "(TRY_CAST(\"properties\" ->> '$.seats' AS DOUBLE) > 3)"),
        ("seats > -3", "(TRY_CAST(\"properties\" ->> '$.seats' AS DOUBLE) > -3)"),
        ("kind = 'x'", "((\"properties\" ->> '$.kind') = 'x')"),
        ("not paid", "(NOT TRY_CAST(\"properties\" ->> '$.paid' AS BOOLEAN))"),
    ],
)
def test_a_property_takes_the_type_of_what_it_is_compared_with(given_text: str, bound: str) -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE TABLE app (plan VARCHAR, properties VARCHAR)")
        assert connection.table("app").filter(sql(given_text, WITH_JSON)).fetchall() == []
    assert sql(given_text, WITH_JSON) == bound


@pytest.mark.parametrize(
    "given_text",
    [
        "plan = 'pro'; DROP TABLE app",
        "DROP TABLE app",
        "SELECT 1",
        "plan IN (SELECT plan FROM app)",
        "EXISTS (SELECT 1)",
        "plan = (SELECT max(plan) FROM read_csv('secrets.csv'))",
        "plan = getenv('HOME')",
        "read_text('secrets.txt') = 'x'",
        "count(*) > 1",
        "row_number() over () = 1",
        "other.plan = 'pro'",
        "plan = ?",
        "plan = $1",
        "plan = 'pro' UNION SELECT 1",
        "*",
        "plan AS p",
        "CASE WHEN paid THEN 1 END = 1",
    ],
)
def test_anything_that_reaches_beyond_the_row_is_refused(given_text: str) -> None:
    with pytest.raises(DataError, match="where") as refused:
        condition(given_text, PLAIN)
    assert refused.value.then


@pytest.mark.parametrize("given_text", ["", "plan =", "((", "'", "seats", "plan and paid", "1", "seats + 1"])
def test_what_is_no_condition_is_refused_in_words(given_text: str) -> None:
    with pytest.raises(DataError, match="where"):
        condition(given_text, PLAIN)


def test_an_unknown_column_names_its_nearest() -> None:
    with pytest.raises(DataError) as refused:
        condition("plann = 'pro'", PLAIN)
    assert refused.value.then == "did you mean `plan`?"


def test_without_a_text_there_is_no_condition() -> None:
    assert condition(None, PLAIN) is None


@settings(max_examples=30, deadline=None)
@given(value=st.text(max_size=30).filter(lambda value: "\x00" not in value))
def test_a_quoted_value_stays_a_value(value: str) -> None:
    bound = sql("plan = '" + value.replace("'", "''") + "'")
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE TABLE app (plan VARCHAR)")
        connection.execute("INSERT INTO app VALUES (?)", [value])
        assert connection.table("app").filter(bound).fetchall() == [(value,)]


@settings(max_examples=200, deadline=None)
@given(given_text=st.text(alphabet="plansetid =<>()'\"0123;,.*-", max_size=25))
def test_any_text_is_a_condition_or_is_refused_in_words(given_text: str) -> None:
    try:
        bound = sql(given_text)
    except DataError:
        return
    assert bound.startswith("(")
    assert len(sqlglot.parse(bound, dialect="duckdb")) == 1
