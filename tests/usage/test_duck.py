"""The adapter as a whole: what is asked, how often, and what happens when something is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from aftermerge import ports
from aftermerge.model.plan import ArmsQuestion, Plan, SeriesQuestion
from aftermerge.model.table import EventsTable, SeriesTable, UnitsTable
from aftermerge.usage.warehouse import Warehouse
from support.usage import EVENTS, answers, failure, metric, nobody_wrote, series, usage, write_events

SHOWN = "'$feature_flag_called', NULL, 'bulk'"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_events(
        tmp_path / "app.parquet",
        "'2026-03-01 00:10', 'a', 'x', 'open', 1.0, NULL, NULL",
        f"'2026-03-01 00:30', 'a', 'x', {SHOWN}, 'on'",
        "'2026-03-01 10:00', 'b', 'x', 'save', 'inf'::DOUBLE, NULL, NULL",
        "'2026-03-01 23:10', 'b', 'x', 'open', 3.0, NULL, NULL",
    )
    return tmp_path


OPENS = SeriesQuestion(metric("count", name="opens", event="open"))
SAVES = SeriesQuestion(metric("share", name="saves", event="save"))
SPENT = SeriesQuestion(metric("sum", name="spent", value="v"))


def test_it_fits_the_port(root: Path) -> None:
    asked: ports.Usage = usage(root)
    assert asked.tables() == (EVENTS,)


def test_a_table_is_asked_once_for_all_its_series(root: Path) -> None:
    (query,) = usage(root).compile(Plan((OPENS, SAVES, SPENT)))
    assert query.source == "app"
    assert query.keys == ("series:opens", "series:saves", "series:spent")


def test_a_flag_is_asked_once_for_each_window(root: Path) -> None:
    questions = [
        ArmsQuestion(metric("count", name=f"m{number}", event="open", window_days=days), "bulk")
        for number, days in enumerate([7, 14, 7])
    ]
    queries = usage(root).compile(Plan(tuple(questions)))
    assert [query.keys for query in queries] == [("arms:m0:bulk:", "arms:m2:bulk:"), ("arms:m1:bulk:",)]


def test_the_same_question_is_asked_once(root: Path) -> None:
    (query,) = usage(root).compile(Plan((OPENS, OPENS)))
    assert query.keys == ("series:opens",)


def test_what_is_compiled_is_what_is_run(root: Path) -> None:
    (query,) = usage(root).compile(Plan((OPENS, SAVES)))
    found = answers(usage(root), [OPENS, SAVES])
    assert {one.sql for one in found.series.values()} == {query.sql}


def test_the_same_plan_gives_the_same_sql(root: Path) -> None:
    plan = Plan((SAVES, OPENS, SPENT))
    assert usage(root).compile(plan) == usage(root).compile(plan)


def test_a_question_that_cannot_be_asked_leaves_the_others_standing(root: Path) -> None:
    typo = SeriesQuestion(metric("count", name="typo", event="opne"))
    column = SeriesQuestion(metric("sum", name="column", value="nothing"))
    found = answers(usage(root), [OPENS, typo, column, SPENT])
    assert set(found.series) == {"series:opens"}
    assert set(found.failed) == {"series:typo", "series:column", "series:spent"}


def test_a_query_that_the_engine_refuses_is_asked_again_question_by_question(root: Path) -> None:
    broken = SeriesQuestion(metric("count", name="broken", event="open", where="event > 3"))
    found = answers(usage(root), [OPENS, broken])
    assert found.series["series:opens"].values.tolist() == [2]
    assert "can't be asked" in found.failed["series:broken"]


def test_names_that_differ_in_case_only_are_both_answered(root: Path) -> None:
    questions = [
        SeriesQuestion(metric("count", name=name, event=event))
        for name, event in [("saves", "save"), ("Saves", "open")]
    ]
    found = answers(usage(root), questions)
    assert [found.series[question.key].values.tolist() for question in questions] == [[1], [2]]


@pytest.mark.parametrize("name", ["events", "cut", "Unit Days", 'quo"te', "select"])
def test_a_table_may_bear_any_name(root: Path, name: str) -> None:
    table = EventsTable(name, "app.parquet", "user_id", "ts", "event", account="account_id")
    found = series(usage(root, table), metric("count", source=name, event="open"))
    assert found.values.tolist() == [2]


def test_a_stored_file_takes_the_place_of_the_tables_own(root: Path) -> None:
    table = EventsTable("app", "never/there.csv", "user_id", "ts", "event")
    stored = Warehouse([table], root, "UTC", nobody_wrote, {"app": root / "app.parquet"})
    assert series(stored, OPENS.metric).values.tolist() == [2]


def test_a_glob_reads_all_its_files(root: Path) -> None:
    folder = root / "odd [name]"
    folder.mkdir()
    for number in (1, 2):
        (folder / f"part-{number}.parquet").write_bytes((root / "app.parquet").read_bytes())
    table = EventsTable("app", "part-*.parquet", "user_id", "ts", "event")
    assert series(usage(folder, table), OPENS.metric).values.tolist() == [4]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("app.csv", "ts,user_id,event\n2026-03-01 00:10:00,a,open\n2026-03-01 23:10:00,a,open\n"),
        (
            "app.jsonl",
            '{"ts":"2026-03-01 00:10:00","user_id":"a","event":"open"}\n'
            '{"ts":"2026-03-01 23:10:00","user_id":"a","event":"open"}\n',
        ),
    ],
)
def test_csv_and_json_are_read_as_they_are(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    table = EventsTable("app", name, "user_id", "ts", "event")
    assert series(usage(tmp_path, table), OPENS.metric).values.tolist() == [2]


def test_a_file_that_is_not_there_is_named_as_the_settings_name_it(tmp_path: Path) -> None:
    reason = failure(usage(tmp_path), OPENS)
    assert reason.startswith("`app`: there is no file `app.parquet`; run `aftermerge sync`")
    assert str(tmp_path) not in reason


def test_a_file_that_is_no_table_says_so(tmp_path: Path) -> None:
    (tmp_path / "app.parquet").write_text("not a table")
    assert "`app` can't be read from `app.parquet`" in failure(usage(tmp_path), OPENS)


@pytest.mark.parametrize(
    "table",
    [
        EventsTable("app", "t", "u", "ts", "e", engine="oracle://reader@host"),
        SeriesTable("app", "t", "d", "m", "v", engine="oracle://reader@host"),
        UnitsTable("app", "t", "u", "v", "f", engine="oracle://reader@host"),
    ],
)
def test_an_engine_that_there_is_not_is_said_by_name(
    tmp_path: Path, table: EventsTable | SeriesTable | UnitsTable
) -> None:
    assert failure(usage(tmp_path, table), OPENS).startswith("there is no engine `oracle`; ")


def test_a_password_in_the_address_is_refused_and_not_repeated(tmp_path: Path) -> None:
    table = EventsTable("app", "t", "u", "ts", "e", engine="postgres://reader:secret@host/db")
    reason = failure(usage(tmp_path, table), OPENS)
    assert reason.startswith("the engine's address holds a password")
    assert "secret" not in reason


def test_a_variable_that_is_not_set_is_named(tmp_path: Path) -> None:
    table = EventsTable("app", "t", "u", "ts", "e", engine="postgres://reader:${WAREHOUSE_PASSWORD}@host/db")
    assert "needs WAREHOUSE_PASSWORD, which is not set" in failure(usage(tmp_path, table), OPENS)


def test_a_metric_of_no_known_table_names_the_nearest(root: Path) -> None:
    question = SeriesQuestion(metric("count", source="apps", event="open"))
    assert failure(usage(root), question) == "there is no usage table `apps`; did you mean `app`?"


def test_an_empty_plan_has_no_answers(root: Path) -> None:
    found = answers(usage(root), [])
    assert (found.series, found.arms, found.failed) == ({}, {}, {})


def test_the_engines_are_not_imported_before_something_is_asked() -> None:
    code = "import sys, aftermerge.usage.warehouse; sys.exit(bool({'duckdb', 'sqlglot'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
