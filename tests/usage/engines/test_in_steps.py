"""A query cut into views gives what it gives whole."""

from pathlib import Path

import pytest
from sqlglot import exp, parse_one

from aftermerge.model.table import EventsTable
from aftermerge.usage.dialects import write
from aftermerge.usage.engines import Places, opened
from aftermerge.usage.engines.in_steps import View, in_steps
from aftermerge.usage.windows.exposures import ask_exposures
from support.many_questions import EVERY, folder
from support.usage import EVENTS, nobody_wrote


def parsed(text: str) -> exp.Select:
    select = parse_one(text, dialect="duckdb")
    assert isinstance(select, exp.Select)
    return select


def kept(text: str) -> list[str]:
    """The steps that are, by what they read."""
    views, _ = in_steps(parsed(text))
    return [write(view.query) for view in views if view.is_kept]


def test_views_read_one_another_by_names_of_their_own_and_tables_by_theirs() -> None:
    query = (
        'WITH a AS (SELECT x FROM "usage"."a"), b AS (SELECT a.x FROM a) SELECT b.x, c.x FROM b JOIN a AS c USING (x)'
    )
    views, last = in_steps(parsed(query))
    assert [(view.name, write(view.query)) for view in views] == [
        ("aftermerge_step_1", 'SELECT x FROM "usage"."a"'),
        ("aftermerge_step_2", 'SELECT a.x FROM aftermerge_step_1 AS "a"'),
    ]
    assert write(last) == 'SELECT b.x, c.x FROM aftermerge_step_2 AS "b" JOIN aftermerge_step_1 AS "c" USING (x)'


def test_no_view_bears_the_name_of_a_table() -> None:
    views, last = in_steps(parsed("WITH a AS (SELECT x FROM aftermerge_step_1) SELECT x FROM a"))
    assert [view.name for view in views] == ["aftermerge_step__1"]
    assert write(last) == 'SELECT x FROM aftermerge_step__1 AS "a"'


def test_what_is_read_twice_is_kept_and_what_is_read_once_is_not() -> None:
    assert kept("WITH a AS (SELECT 1 AS x), b AS (SELECT x FROM a) SELECT * FROM b, b AS c") == [
        'SELECT x FROM aftermerge_step_1 AS "a"'
    ]


def test_what_stands_behind_a_step_that_is_worked_out_twice_is_kept_in_its_place() -> None:
    query = "WITH a AS (SELECT 1 AS x), b AS NOT MATERIALIZED (SELECT x FROM a) SELECT * FROM b, b AS c"
    assert kept(query) == ["SELECT 1 AS x"]


def test_a_query_of_a_table_alone_has_no_views() -> None:
    assert in_steps(parsed("SELECT x FROM t")) == ((), parsed("SELECT x FROM t"))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder(tmp_path_factory.mktemp("in-steps"))


def test_every_kind_of_question_has_the_same_rows_either_way(root: Path) -> None:
    table: EventsTable = EVENTS
    with opened(Places((table,), root, "UTC", nobody_wrote)) as engines:
        duck = engines.embedded

        def create(view: View) -> None:
            kind = "TABLE" if view.is_kept else "VIEW"
            made = exp.Create(this=exp.to_table(view.name), kind=kind, expression=view.query, replace=True)
            duck.connection.execute(write(made))

        for asked in ask_exposures(engines.open(table), table, EVERY).asked:
            views, last = in_steps(asked.statement)
            for view in views:
                create(view)
            found, expected = duck.rows(write(last)), duck.rows(write(asked.statement))
            assert {name: found.texts(name) for name in found.columns} == {
                name: expected.texts(name) for name in expected.columns
            }
            for view in reversed(views):
                duck.connection.execute(f"DROP {'TABLE' if view.is_kept else 'VIEW'} {view.name}")
