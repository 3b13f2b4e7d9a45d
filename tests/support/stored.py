"""A local store for one test, and events to take into it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb
import numpy as np

from aftermerge.model.batch import Rejected
from aftermerge.model.kept import TakenIn
from aftermerge.model.plan import Answers, ArmsQuestion, Plan, Question, SeriesQuestion
from aftermerge.model.table import EventsTable
from aftermerge.usage.store import Store
from aftermerge.usage.store.store import StoreLedger
from aftermerge.usage.warehouse import Warehouse
from support.ledger_processes import SetClock
from support.memory_ledger import MemoryLedger
from support.usage import metric, nobody_wrote

TABLE = EventsTable(
    "app", "data/*", unit="user_id", time="ts", event="event", account="account_id", is_stored=True, event_id="id"
)
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
COLUMNS = ("id", "ts", "user_id", "account_id", "event", "v", "$feature_flag", "$feature_flag_response")
TYPES = ("VARCHAR", "TIMESTAMP", "VARCHAR", "VARCHAR", "VARCHAR", "DOUBLE", "VARCHAR", "VARCHAR")
Event = tuple[object, ...]

QUESTIONS: tuple[Question, ...] = (
    SeriesQuestion(metric("count", name="opened", event="open")),
    SeriesQuestion(metric("share", name="who_opened", event="open")),
    SeriesQuestion(metric("share", name="whose_account_opened", event="open", unit="account")),
    SeriesQuestion(metric("sum", name="paid", value="v")),
    SeriesQuestion(metric("sum", name="paid_by_one", value="v", where='user_id = "u1"')),
    ArmsQuestion(metric("mean", name="paid_each", value="v", window_days=2), "bulk"),
    ArmsQuestion(metric("share", name="accounts", event="open", window_days=2, unit="account"), "bulk"),
)


def silent(name: str, done: int | None, total: int | None) -> None:
    """Nobody looks."""


@dataclass
class World:
    """A workspace's folder with a store, whose clock can be set."""

    root: Path
    table: EventsTable = TABLE
    ledger: StoreLedger = field(default_factory=MemoryLedger)
    clock: SetClock = field(default_factory=lambda: SetClock(NOON))
    memory: str | None = None
    rejected: list[Rejected] = field(default_factory=list)

    @property
    def store(self) -> Store:
        folder, spill = self.root / "home" / "usage" / "store", self.root / "home" / "tmp"
        return Store(folder, self.root, self.ledger, self.clock, "Europe/Berlin", self.memory, spill)

    def take(self) -> TakenIn:
        return self.store.take_in(self.table, silent, self.rejected.append)

    def write(self, name: str, events: Sequence[Event]) -> Path:
        """A Parquet file under data/."""
        path = self.root / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_events(path, events)
        return path

    def text(self, name: str, text: str) -> Path:
        path = self.root / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    @property
    def usage(self) -> Warehouse:
        kept = {self.table.name: partial(self.store.files, self.table.name)}
        return Warehouse([self.table], self.root, "Europe/Berlin", nobody_wrote, kept=kept)

    def answers(self) -> Answers:
        return plain(self.usage.answer(Plan(QUESTIONS)))

    def rows(self) -> list[Event]:
        """What readers see, in some order."""
        with duckdb.connect(":memory:") as connection:
            paths = [str(path) for path in self.store.files(self.table.name).paths]
            names = ", ".join(f'"{name}"' for name in COLUMNS)
            query = f"SELECT {names} FROM read_parquet(?, union_by_name = true)"  # noqa: S608 - names of our own
            return connection.execute(query, [paths]).fetchall() if paths else []

    def on_disk(self) -> list[Path]:
        return sorted(path for path in (self.root / "home").rglob("*") if path.is_file())


def write_events(path: Path, events: Sequence[Event]) -> None:
    """All of them as one Parquet file."""
    typed = ", ".join(f'"{name}" {kind}' for name, kind in zip(COLUMNS, TYPES, strict=True))
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"CREATE TABLE events ({typed})")
        if events:
            connection.executemany(f"INSERT INTO events VALUES ({', '.join('?' for _ in COLUMNS)})", list(events))  # noqa: S608 - question marks
        connection.execute(f"COPY events TO '{path}' (FORMAT parquet)")


def in_place(root: Path, events: Sequence[Event]) -> Answers:
    """What reading the same events from one file says."""
    write_events(root / "clean.parquet", events)
    table = replace(TABLE, table="clean.parquet", is_stored=False)
    return plain(Warehouse([table], root, "Europe/Berlin", nobody_wrote).answer(Plan(QUESTIONS)))


def plain(answers: Answers) -> Answers:
    """Without the queries, which may differ."""
    series = {key: replace(one, sql="") for key, one in answers.series.items()}
    return replace(answers, series=series, arms={key: replace(one, sql="") for key, one in answers.arms.items()})


def assert_same(found: Answers, wanted: Answers) -> None:
    """To the last bit."""
    assert found.failed == wanted.failed
    assert found.arms == wanted.arms
    assert found.series.keys() == wanted.series.keys()
    for key, one in found.series.items():
        other = wanted.series[key]
        assert one.first_day == other.first_day
        np.testing.assert_array_equal(one.values, other.values)
        np.testing.assert_array_equal(one.volume, other.volume)
