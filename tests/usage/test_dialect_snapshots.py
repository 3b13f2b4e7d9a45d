"""The SQL of every kind over every shape in the words of each engine, as `explain --dialect` shows it.

Refresh with AFTERMERGE_UPDATE_SNAPSHOTS=1, and read the difference before it is committed.
"""

import os
from pathlib import Path

import pytest
import sqlglot

from aftermerge.cli.measure import DIALECTS
from aftermerge.errors import InputError
from aftermerge.model.plan import Plan, Query
from aftermerge.usage import dialects
from usage.test_snapshots import CASES, asked_in, workspace

__all__ = ["workspace"]

SNAPSHOTS = Path(__file__).parent / "dialect_snapshots"
OTHERS = [name for name in dialects.NAMES if name != dialects.DUCKDB]


def written(root: Path, name: str, dialect: str) -> list[Query]:
    return list(asked_in(root).compile(Plan(tuple(CASES[name])), dialect))


@pytest.fixture(scope="module", params=OTHERS)
def written_in(request: pytest.FixtureRequest, workspace: Path) -> tuple[str, dict[str, list[Query]]]:
    """A dialect, and all cases in it."""
    return request.param, {name: written(workspace, name, request.param) for name in CASES}


def test_the_sql_of_a_dialect_is_the_one_that_was_read_and_agreed(
    written_in: tuple[str, dict[str, list[Query]]],
) -> None:
    dialect, cases = written_in
    snapshot = SNAPSHOTS / f"{dialect}.sql.txt"
    found = "\n".join(f"-- {name}\n{query.sql}\n" for name, queries in cases.items() for query in queries)
    if os.environ.get("AFTERMERGE_UPDATE_SNAPSHOTS") == "1":
        SNAPSHOTS.mkdir(exist_ok=True)
        snapshot.write_text(found)
    assert found == snapshot.read_text()


def test_every_question_can_be_written_in_every_dialect_and_can_be_read_again(
    written_in: tuple[str, dict[str, list[Query]]],
) -> None:
    dialect, cases = written_in
    for name, queries in cases.items():
        assert {key for query in queries for key in query.keys} == {question.key for question in CASES[name]}
        for query in queries:
            sqlglot.parse_one(query.sql, read=dialect)


@pytest.mark.parametrize("dialect", dialects.NAMES)
def test_a_table_of_files_bears_its_name_in_the_settings(workspace: Path, dialect: str) -> None:
    (query,) = written(workspace, "events_count", dialect)
    tables = sqlglot.parse_one(query.sql, read=dialect).find_all(sqlglot.exp.Table)
    assert ("app", "") in {(table.name, table.db) for table in tables}


def test_an_unknown_dialect_offers_the_nearest(workspace: Path) -> None:
    with pytest.raises(InputError, match=r"no dialect `snowfake`[^~]*snowflake"):
        written(workspace, "events_count", "snowfake")


def test_the_command_names_the_dialects_that_there_are() -> None:
    assert sorted(DIALECTS) == sorted(dialects.NAMES)


def test_no_snapshot_is_left_of_a_dialect_that_is_gone() -> None:
    assert {path.name for path in SNAPSHOTS.iterdir()} == {f"{dialect}.sql.txt" for dialect in OTHERS}
