"""The kept cube gives what would be asked without it, whatever happens to the files, the metrics and the zone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftermerge.model.metric import Metric
from aftermerge.model.plan import Answers, Plan, SeriesQuestion
from aftermerge.model.table import EventsTable
from aftermerge.usage.engines.duck import Duck
from aftermerge.usage.rows import Rows
from aftermerge.usage.warehouse import Warehouse
from support.usage import metric, nobody_wrote

TABLE = EventsTable("app", "days/*.parquet", unit="user_id", time="ts", event="event", account="account_id")
METRICS = (
    metric("count", name="a", event="open"),
    metric("sum", name="b", value="v"),
    metric("share", name="c", event="pay"),
    metric("mean", name="d", value="v", event="pay", unit="account"),
    metric("ratio", name="e", numerator="pay", denominator="open"),
    metric("share", name="f", event="open", unit="account", where="v > 0.5"),
    metric("count", name="a", event="look"),
    metric("sum", name="b", value="v", where="v < 1000"),
)
ZONES = ("UTC", "Europe/London", "America/St_Johns", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia")
FIRST = datetime(2011, 10, 28)  # noqa: DTZ001 - as files store it: Newfoundland put its clocks back at a minute past midnight
Event = tuple[datetime, str, str | None, float | None]


def write(path: Path, events: Sequence[Event]) -> None:
    path.parent.mkdir(exist_ok=True)
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE TABLE t(ts TIMESTAMP, user_id VARCHAR, account_id VARCHAR, event VARCHAR, v DOUBLE)")
        for at, event, unit, value in events:
            connection.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?)", [at, unit, unit and unit[0], event, value])
        draft = path.with_suffix(".draft")
        connection.execute(f"COPY t TO '{draft}' (FORMAT parquet, ROW_GROUP_SIZE 2048)")
        draft.replace(path)


@dataclass
class Watched:
    """A workspace with a cube, and how many rows were read for it."""

    root: Path
    queries: list[str] = field(default_factory=list)

    def ask(self, metrics: Sequence[Metric], zone: str = "UTC", *, kept: bool = True) -> Answers:
        cube = self.root / "cube" if kept else None
        warehouse = Warehouse((TABLE,), self.root, zone, nobody_wrote, cube=cube)
        return warehouse.answer(Plan(tuple(SeriesQuestion(each) for each in metrics)))

    def same(self, metrics: Sequence[Metric], zone: str = "UTC") -> None:
        assert told(self.ask(metrics, zone)) == told(self.ask(metrics, zone, kept=False))


def told(answers: Answers) -> Mapping[str, object]:
    """Everything but the query, to the last bit."""

    def bits(values: object) -> object:
        return None if values is None else [value.hex() for value in np.asarray(values).tolist()]

    series = {key: (one.first_day, bits(one.values), bits(one.volume)) for key, one in answers.series.items()}
    return {"series": series, "failed": dict(answers.failed)}


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """Four days, a file each."""
    found = Watched(tmp_path)
    plain: Callable[[Duck, str], Rows] = Duck.rows

    def rows(duck: Duck, text: str) -> Rows:
        found.queries.append(text)
        return plain(duck, text)

    monkeypatch.setattr(Duck, "rows", rows)
    for day in range(4):
        write(tmp_path / f"days/{day}.parquet", a_day(day))
    return found


def a_day(day: int, more: Sequence[Event] = ()) -> list[Event]:
    at = FIRST + timedelta(days=day)
    return [
        (at + timedelta(minutes=1), "open", "x1", 0.1 * day),
        (at + timedelta(hours=12), "pay", "x2", 1e-3 + day),
        (at + timedelta(hours=13), "pay", None, 7.0),
        (at + timedelta(hours=23, minutes=59), "look", "y1", None),
        *more,
    ]


def asked_days(watched: Watched) -> list[str]:
    """The queries of events since it was last looked."""
    found = [query for query in watched.queries if "of_days" in query]
    watched.queries.clear()
    return found


def test_what_is_kept_is_not_asked_for_again(watched: Watched) -> None:
    watched.same(METRICS[:6])
    assert len(asked_days(watched)) == 1
    watched.same(METRICS[:6])
    assert not asked_days(watched)


def test_a_new_day_is_asked_for_alone(watched: Watched) -> None:
    watched.same(METRICS[:6])
    asked_days(watched)
    write(watched.root / "days/4.parquet", a_day(4))
    watched.same(METRICS[:6])
    (query,) = asked_days(watched)
    assert "2011-11-01 00:00:00" in query
    assert "2011-11-02 00:00:00" in query


def test_a_late_file_for_an_old_day_has_that_day_asked_for_again_and_no_other(watched: Watched) -> None:
    watched.same(METRICS[:6])
    asked_days(watched)
    write(watched.root / "days/late.parquet", [(FIRST + timedelta(days=1, hours=3), "open", "z", 2.0)])
    watched.same(METRICS[:6])
    (query,) = asked_days(watched)
    assert "2011-10-29 00:00:00" in query
    assert "2011-10-30 00:00:00" in query


def test_a_customer_who_is_forgotten_is_no_longer_in_the_sums(watched: Watched) -> None:
    watched.same(METRICS[:6])
    asked_days(watched)
    kept = [event for event in a_day(2) if event[2] != "x2"]
    write(watched.root / "days/2.parquet", kept)
    watched.same(METRICS[:6])
    assert len(asked_days(watched)) == 1


def test_a_metric_that_changes_is_asked_for_alone(watched: Watched) -> None:
    watched.same(METRICS[:6])
    asked_days(watched)
    watched.same((METRICS[6], *METRICS[1:6]))
    (query,) = asked_days(watched)
    assert '"a.y"' in query
    assert '"b.y' not in query
    assert "user_id" not in query


def test_a_ratio_whose_events_are_counted_already_costs_nothing_more(watched: Watched) -> None:
    watched.same([metric("count", name=event, event=event) for event in ("open", "pay")])
    asked_days(watched)
    watched.same([METRICS[4]])
    assert not asked_days(watched)


def test_a_metric_under_another_name_is_what_it_was(watched: Watched) -> None:
    watched.same([metric("share", name="old", event="pay")])
    asked_days(watched)
    watched.same([metric("share", name="new", event="pay")])
    assert not asked_days(watched)


def test_a_damaged_cube_is_computed_again(watched: Watched) -> None:
    watched.same(METRICS[:6])
    asked_days(watched)
    for path in sorted((watched.root / "cube").iterdir()):
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    watched.same(METRICS[:6])
    assert len(asked_days(watched)) == 1
    watched.same(METRICS[:6])
    assert not asked_days(watched)


def test_a_changed_byte_is_noticed(watched: Watched) -> None:
    watched.same(METRICS[:1])
    for path in sorted((watched.root / "cube").iterdir()):
        whole = path.read_bytes()
        for at in range(0, len(whole), 37):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
            watched.same(METRICS[:1])


def test_a_cube_that_cannot_be_written_costs_time_and_nothing_else(watched: Watched) -> None:
    (watched.root / "cube").write_text("a file, and no folder")
    watched.same(METRICS[:6])


def test_files_that_change_while_they_are_read_are_not_kept(watched: Watched) -> None:
    plain = Duck.rows

    def rows(duck: Duck, text: str) -> Rows:
        found = plain(duck, text)
        if "of_days" in text:
            write(watched.root / "days/late.parquet", [(FIRST + timedelta(hours=3), "open", "z", 2.0)])
        return found

    with patch.object(Duck, "rows", rows):
        watched.ask(METRICS[:6])
    assert not list((watched.root).glob("cube/*.days"))
    watched.same(METRICS[:6])


def test_the_cube_holds_no_unit(watched: Watched) -> None:
    watched.ask(METRICS[:6], "Europe/London")
    kept = b"".join(path.read_bytes() for path in (watched.root / "cube").iterdir())
    assert kept
    for name in (b"x1", b"x2", b"y1", "x1".encode("utf-32-le")):
        assert name not in kept


def test_folders_that_name_days_are_asked_as_a_whole(tmp_path: Path) -> None:
    table = EventsTable("app", "days/*/*.parquet", unit="user_id", time="ts", event="event", account="account_id")
    for day in range(2):
        (tmp_path / "days").mkdir(exist_ok=True)
        write(tmp_path / f"days/plan={day:02}/0.parquet", a_day(day))
    counted = metric("count", event="open", where="plan = 1")
    for kept in (None, tmp_path / "cube"):
        warehouse = Warehouse((table,), tmp_path, "UTC", nobody_wrote, cube=kept)
        found = warehouse.answer(Plan((SeriesQuestion(counted),)))
        assert found.series["series:m"].values.tolist() == [0, 1]
    assert not (tmp_path / "cube").exists()


def test_a_column_that_older_files_lack_is_empty_there(watched: Watched) -> None:
    with duckdb.connect(":memory:") as connection:
        old = watched.root / "days/0.parquet"
        connection.execute(f"CREATE TABLE t AS SELECT * EXCLUDE (v) FROM '{old}'")  # noqa: S608 - a path of our own
        connection.execute(f"COPY t TO '{old}' (FORMAT parquet)")
    watched.same(METRICS[:6])
    watched.same(METRICS[:6])


moments = st.integers(0, 6 * 24 * 60 - 1).map(lambda minutes: FIRST + timedelta(minutes=minutes))
events = st.lists(
    st.tuples(
        moments,
        st.sampled_from(["open", "pay", "look"]),
        st.sampled_from([None, "x1", "x2", "y1"]),
        st.one_of(st.none(), st.floats(-1e6, 1e6), st.sampled_from([1e290, -1e290, 1e-300])),
    ),
    min_size=1,
    max_size=12,
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("file"), st.integers(0, 4), events),
        st.tuples(st.just("gone"), st.integers(0, 4), st.none()),
        st.tuples(st.just("ask"), st.sets(st.integers(0, 5), min_size=1), st.sampled_from(ZONES)),
        st.tuples(st.just("edit"), st.sampled_from([6, 7]), st.sampled_from(ZONES)),
    ),
    min_size=3,
    max_size=10,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=steps)
def test_after_anything_the_cube_answers_what_would_be_answered_without_it(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, object, object]]
) -> None:
    watched = Watched(tmp_path_factory.mktemp("any"))
    write(watched.root / "days/4.parquet", a_day(1))
    zone: str = "UTC"
    for step, what, how in steps:
        path = watched.root / f"days/{what}.parquet"
        if step == "file":
            write(path, how)  # type: ignore[arg-type]
        elif step == "gone" and len(list(path.parent.iterdir())) > 1:
            path.unlink(missing_ok=True)
        elif step == "ask":
            zone = str(how)
            watched.same([METRICS[each] for each in sorted(what)], zone)  # type: ignore[call-overload]
        elif step == "edit":
            watched.same([METRICS[what], METRICS[2]], zone)  # type: ignore[call-overload]
    watched.same(METRICS[:6], zone)


@pytest.mark.parametrize("zone", ZONES)
def test_days_of_any_zone_are_those_that_the_engine_finds(tmp_path: Path, zone: str) -> None:
    """A year of half hours, so that every change of the clocks lies within."""
    (tmp_path / "days").mkdir()
    with duckdb.connect(":memory:") as connection:
        for month in range(13):
            connection.execute(
                f"""COPY (SELECT TIMESTAMP '2011-01-01' + INTERVAL {30 * month} DAY + INTERVAL 30 MINUTE * i AS ts,
                'x' || i % {month + 2} AS user_id, 'x' AS account_id, 'open' AS event, i / 7 AS v
                FROM range({30 * 48}) AS t(i)) TO '{tmp_path / "days" / str(month)}.parquet' (FORMAT parquet)"""  # noqa: S608 - a path of our own
            )
    Watched(tmp_path).same(METRICS[:3], zone)
