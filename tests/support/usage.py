"""Small usage tables, written for one test."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import duckdb

from aftermerge.model.amount import Amount
from aftermerge.model.feedback import Feedback
from aftermerge.model.metric import Kind, Metric
from aftermerge.model.plan import Answers, Arms, ArmsQuestion, Plan, Question, Series, SeriesQuestion
from aftermerge.model.table import EventsTable, UsageTable
from aftermerge.usage.warehouse import Warehouse

EVENTS = EventsTable("app", "app.parquet", unit="user_id", time="ts", event="event", account="account_id")


def metric(kind: Kind, source: str = "app", name: str = "m", **keys: object) -> Metric:
    return Metric(name, kind, source, "up", Amount(1.0, "pp"), **keys)  # type: ignore[arg-type]


def write(path: Path, select: str) -> None:
    """The rows of a SELECT as a Parquet file."""
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")


def write_values(path: Path, columns: str, *rows: str) -> None:
    """A Parquet file of literal rows; `columns` as in `ts TIMESTAMP, v DOUBLE`."""
    names = [column.split()[0] for column in columns.split(", ")]
    casts = [
        f"CAST({column.split()[0]} AS {column.split(maxsplit=1)[1]}) AS {name}"
        for column, name in zip(columns.split(", "), names, strict=True)
    ]
    values = ", ".join(f"({row})" for row in rows)
    write(path, f"SELECT {', '.join(casts)} FROM (VALUES {values}) AS t({', '.join(names)})")  # noqa: S608 - likewise


def write_events(path: Path, *rows: str) -> None:
    """An events table: time, user, account, event, v, flag, variant."""
    columns = (
        "ts TIMESTAMP, user_id VARCHAR, account_id VARCHAR, event VARCHAR, v DOUBLE, "
        '"$feature_flag" VARCHAR, "$feature_flag_response" VARCHAR'
    )
    write_values(path, columns, *rows)


def nobody_wrote() -> Iterable[Feedback]:
    return ()


def usage(
    root: Path,
    *tables: UsageTable,
    timezone: str = "UTC",
    feedback: Callable[[], Iterable[Feedback]] = nobody_wrote,
) -> Warehouse:
    return Warehouse(tables or (EVENTS,), root, timezone, feedback)


def answers(asked: Warehouse, questions: Sequence[Question]) -> Answers:
    return asked.answer(Plan(tuple(questions)))


def series(asked: Warehouse, chosen: Metric) -> Series:
    """The one series asked for."""
    question = SeriesQuestion(chosen)
    found = answers(asked, [question])
    assert not found.failed, found.failed
    return found.series[question.key]


def arms(asked: Warehouse, question: ArmsQuestion) -> Arms:
    """The one comparison asked for."""
    found = answers(asked, [question])
    assert not found.failed, found.failed
    return found.arms[question.key]


def failure(asked: Warehouse, question: Question) -> str:
    """Why the one question could not be answered."""
    found = answers(asked, [question])
    assert not found.series
    assert not found.arms
    return found.failed[question.key]
