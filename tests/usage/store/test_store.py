"""What is taken in, what is not, and what stands on the disk after it."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from aftermerge.errors import DataError, LeaseTakenError, LedgerError
from aftermerge.model.kept import ManifestChange
from aftermerge.model.plan import Plan
from aftermerge.usage.store.store import layout_of
from support.stored import NOON, QUESTIONS, TABLE, Event, World
from support.usage import write

DAY = datetime(2026, 3, 20)  # noqa: DTZ001 - as a file has it, UTC


WIDE = "SELECT 'e1' AS id, TIMESTAMP '2026-03-20 10:00' AS ts, 'a' AS account_id, 'open' AS event,"


def event(number: int, day: int = 0, unit: str | None = "u1", **other: object) -> Event:
    given: dict[str, object] = {"account": "a", "event": "open", "v": 1.5, **other}
    at = DAY + timedelta(days=day, minutes=number)
    return (f"e{number}", at, unit, given["account"], given["event"], given["v"], None, None)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def ids(world: World) -> list[str]:
    return sorted(str(row[0]) for row in world.rows())


def names(world: World) -> dict[str, list[str]]:
    """Whom the store has codes for, as its files say."""
    manifest = world.ledger.manifest("app")
    assert manifest is not None
    found: dict[str, list[str]] = {"unit": [], "account": []}
    for file in manifest.codes:
        rows = duckdb.execute("SELECT text FROM read_parquet(?)", [str(world.store.folder / file.path)]).fetchall()
        found[file.kind] += [str(text) for (text,) in rows]
    return {kind: sorted(texts) for kind, texts in found.items()}


def test_a_file_is_taken_once_under_whatever_name(world: World) -> None:
    path = world.write("a.parquet", [event(1), event(2, 1)])
    assert (world.take().rows, world.take().rows) == (2, 0)
    path.rename(path.with_name("b.parquet"))
    report = world.take()
    assert (report.files, report.rows, report.duplicates) == (0, 0, 0)
    assert ids(world) == ["e1", "e2"]


def test_of_two_events_with_one_id_the_first_taken_stays_and_the_other_is_counted(world: World) -> None:
    world.write("a.parquet", [event(1, v=1.0), event(1, v=2.0)])
    world.write("b.parquet", [event(1, v=3.0), event(2)])
    assert world.take().duplicates == 2
    world.write("c.parquet", [event(1, v=4.0), event(3)])
    report = world.take()
    assert (report.rows, report.duplicates) == (1, 1)
    assert [row[5] for row in world.rows() if row[0] == "e1"] == [1.0]


def test_a_late_event_gets_a_part_of_its_own_and_is_counted(world: World) -> None:
    world.write("a.parquet", [event(1), event(2, 1)])
    assert world.take().late == 0
    world.write("b.parquet", [event(3), event(4, 2)])
    assert world.take().late == 1
    assert [part.day.day for part in world.store.parts("app")] == [20, 20, 21, 22]


def test_without_ids_a_file_that_changed_replaces_what_came_from_it(world: World) -> None:
    world.table = replace(TABLE, event_id=None)
    world.write("a.parquet", [event(1), event(2, 1)])
    world.write("b.parquet", [event(3), event(3)])
    assert world.take().rows == 4
    world.write("a.parquet", [event(1), event(4, 1), event(5, 3)])
    report = world.take()
    assert (report.rows, report.replaced, report.duplicates) == (3, 2, 0)
    assert ids(world) == ["e1", "e3", "e3", "e4", "e5"]


def test_without_ids_a_file_that_was_moved_aside_for_a_new_one_loses_nothing(world: World) -> None:
    world.table = replace(TABLE, event_id=None)
    path = world.write("log.parquet", [event(1), event(2)])
    world.take()
    path.rename(path.with_name("log.1.parquet"))
    world.write("log.parquet", [event(3)])
    assert world.take().replaced == 0
    assert ids(world) == ["e1", "e2", "e3"]


def test_lines_that_were_added_to_a_log_are_taken_alone(world: World) -> None:
    line = '{"id": "e%d", "user_id": "u1", "ts": "2026-03-20T00:00:00Z", "event": "open", "account_id": "a"}\n'
    world.text("log.jsonl", line % 1)
    assert world.take().rows == 1
    world.text("log.jsonl", line % 1 + line % 2)
    report = world.take()
    assert (report.rows, report.duplicates) == (1, 1)


def test_a_day_of_many_parts_becomes_one_and_its_old_files_go_with_the_next_sync(world: World) -> None:
    for number in range(5):
        world.write(f"{number}.parquet", [event(number)])
        world.take()
    (part,) = world.store.parts("app")
    assert (part.rows, part.files) == (5, (1, 2, 3, 4, 5))
    assert len([path for path in world.on_disk() if "2026-03-20" in str(path)]) == 6
    world.take()
    assert [path for path in world.on_disk() if "2026-03-20" in str(path)] == [world.store.file(part)]


def test_a_reader_that_began_before_a_merge_still_finds_its_files(world: World) -> None:
    for number in range(4):
        world.write(f"{number}.parquet", [event(number)])
        world.take()
    before = world.store.files("app").paths
    world.write("4.parquet", [event(4)])
    world.take()
    assert len(world.store.parts("app")) == 1
    assert all(path.exists() for path in before)


def test_rows_stand_by_unit_then_time_and_codes_never_change(world: World) -> None:
    world.write("a.parquet", [event(2, unit="b"), event(1, unit="b"), event(3, unit=None), event(4, unit="a")])
    world.take()
    world.write("b.parquet", [event(5, 1, unit="aa"), event(6, 1, unit="b")])
    world.take()
    query = "SELECT id, user_id, aftermerge_unit FROM read_parquet(?)"
    first, second = (duckdb.execute(query, [str(path)]).fetchall() for path in world.store.files("app").paths)
    assert first == [("e4", "a", 0), ("e1", "b", 1), ("e2", "b", 1), ("e3", None, None)]
    assert second == [("e6", "b", 1), ("e5", "aa", 2)]


def test_exposures_stand_before_the_other_events_of_their_day(world: World) -> None:
    exposed = ("e9", DAY + timedelta(minutes=9), "z", None, "$feature_flag_called", None, "bulk", "on")
    world.write("a.parquet", [event(1, unit="a"), exposed, event(2, unit="b")])
    world.take()
    (path,) = world.store.files("app").paths
    assert duckdb.execute("SELECT id FROM read_parquet(?)", [str(path)]).fetchone() == ("e9",)


def test_whole_days_that_are_too_old_leave_the_answers_then_the_disk(world: World) -> None:
    world.table = replace(TABLE, keep_days=12)
    world.write("a.parquet", [event(1), event(2, 1), event(3, -1)])
    report = world.take()
    assert (report.rows, report.expired, report.left) == (2, 1, 0)
    world.clock.now = NOON + timedelta(days=1)
    assert world.take().left == 1
    assert ids(world) == ["e2"]
    world.take()
    assert not [path for path in world.on_disk() if "2026-03-20" in str(path)]


def test_with_the_last_day_of_a_unit_and_an_account_their_names_leave_the_disk(world: World) -> None:
    world.table = replace(TABLE, keep_days=12)
    world.write("a.parquet", [event(1, unit="zebrafish", account="zebras"), event(2, unit="stays")])
    world.write("b.parquet", [event(3, 1, unit="stays")])
    world.take()
    assert names(world) == {"unit": ["stays", "zebrafish"], "account": ["a", "zebras"]}
    world.clock.now = NOON + timedelta(days=1)
    world.take()
    world.take()
    assert names(world) == {"unit": ["stays"], "account": ["a"]}
    assert not [path for path in world.on_disk() if b"zebra" in path.read_bytes()]
    world.write("c.parquet", [event(4, 2, unit="zebrafish")])
    assert world.take().rows == 1
    assert [row[2] for row in world.rows()] == ["stays", "zebrafish"]


def test_who_is_in_expired_rows_only_gets_no_code(world: World) -> None:
    world.table = replace(TABLE, keep_days=12)
    world.write("a.parquet", [event(1, unit="stays"), event(2, -30, unit="zebrafish", account="zebras")])
    assert (world.take().expired, names(world)) == (1, {"unit": ["stays"], "account": ["a"]})


def test_who_is_in_rows_that_are_dropped_or_replaced_only_leaves_no_name(world: World) -> None:
    world.write("a.parquet", [event(1, unit="stays")])
    world.take()
    world.write("b.parquet", [event(1, unit="zebrafish")])
    assert (world.take().duplicates, names(world)["unit"]) == (1, ["stays"])


def test_with_a_file_that_changed_the_names_of_its_rows_change(world: World) -> None:
    world.table = replace(TABLE, event_id=None)
    world.write("a.parquet", [event(1, unit="zebrafish"), event(2, unit="stays")])
    world.take()
    world.write("a.parquet", [event(2, unit="stays")])
    assert (world.take().replaced, names(world)["unit"]) == (2, ["stays"])


def test_where_all_days_leave_no_name_stays(world: World) -> None:
    world.table = replace(TABLE, keep_days=12)
    world.write("a.parquet", [event(1)])
    world.take()
    world.clock.now = NOON + timedelta(days=1)
    assert world.store.retire(world.table) == 1
    assert names(world) == {"unit": [], "account": []}


def test_events_without_a_time_or_of_the_future_are_rejected_with_the_reason(world: World) -> None:
    none = ("e8", None, "u", "a", "open", 1.0, None, None)
    soon, far = event(1, 13), event(2, 14)
    world.write("a.parquet", [event(0), none, soon, far])
    report = world.take()
    assert (report.rows, report.rejected) == (2, 2)
    assert [(row.row, row.column, row.reason) for row in world.rejected] == [
        (2, "ts", "blank"),
        (4, "ts", "in the future"),
    ]
    assert world.rejected[0].file == "data/a.parquet"
    assert '"e8"' in world.rejected[0].raw


def test_rows_of_text_that_can_t_be_used_are_told_and_the_others_kept(world: World) -> None:
    world.text(
        "a.csv",
        "id,user_id,account_id,ts,event,v\ne1,u1,a,2026-03-20T10:00:00+01:00,open,1\ne2,,a,2026-03-20,open,2\n"
        "e3,u,a,some day,open,1\ne4,u,a\ne5,007,a,1774000000,open,N/A\n",
    )
    assert world.take().rows == 2
    assert [(row.row, row.column, row.reason) for row in world.rejected][:2] == [
        (2, "user_id", "blank"),
        (3, "ts", "not a time"),
    ]
    found = duckdb.execute(
        "SELECT id, ts, v, user_id FROM read_parquet(?) ORDER BY id", [[str(p) for p in world.store.files("app").paths]]
    ).fetchall()
    assert [row[1].hour for row in found] == [9, 9]
    assert [row[3] for row in found] == ["u1", "007"]


def test_a_text_s_time_without_a_zone_is_the_workspace_s(world: World) -> None:
    world.text("a.csv", "id,user_id,account_id,ts,event\ne1,u1,a,2026-03-20 00:30:00,open\n")
    world.take()
    assert world.store.parts("app")[0].day.day == 19


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,user,account_id,ts,event\ne1,u,a,2026-03-20,open\n", ["no column `user_id`", "`user`", "bad.csv"]),
        ("id,user_id,account_id,ts,event\ne1,u,a,open,open\n", ["column `ts` holds no times", "`open`", "bad.csv"]),
        ("id,user_id,account_id,ts,event,v\ne1,u,a,2026-03-20,open,much\n", ["column `v`", "`much`", "DOUBLE"]),
    ],
)
def test_a_file_that_can_t_be_used_is_refused_alone_and_what_was_there_stays(
    world: World, text: str, words: list[str]
) -> None:
    world.write("a.parquet", [event(1)])
    world.take()
    world.text("bad.csv", text)
    world.write("c.parquet", [event(2)])
    report = world.take()
    (error,) = report.refused
    assert all(word in str(error) for word in words), error
    assert ids(world) == ["e1", "e2"]
    world.text("bad.csv", "id,user_id,account_id,ts,event,v\ne3,u,a,2026-03-20,open,3\n")
    assert world.take().refused == ()
    assert ids(world) == ["e1", "e2", "e3"]


def test_a_column_may_get_wider_numbers_but_no_other_kind(world: World) -> None:
    head = "id,user_id,account_id,ts,event,n\n"
    world.text("a.csv", f"{head}e1,u,a,2026-03-20,open,1\n")
    world.take()
    world.text("b.csv", f"{head}e2,u,a,2026-03-20,open,1.5\n")
    assert world.take().refused == ()
    query = "SELECT n FROM read_parquet(?, union_by_name = true) ORDER BY id"
    paths = [str(path) for path in world.store.files("app").paths]
    assert duckdb.execute(query, [paths]).fetchall() == [(1.0,), (1.5,)]


def test_a_unit_s_number_does_not_become_another_by_getting_wider(world: World) -> None:
    (world.root / "data").mkdir()
    write(world.root / "data/1.parquet", f"{WIDE} 1 AS user_id")
    world.take()
    write(world.root / "data/2.parquet", f"{WIDE} 1.0::DOUBLE AS user_id")
    refused = world.take().refused
    assert [error.what for error in refused] == ["column `user_id` holds DOUBLE, where the store has INTEGER"]


@pytest.mark.parametrize("name", ["rowid", "file_row_number", "Aftermerge_Unit"])
def test_a_column_that_bears_a_name_of_ours_is_refused_with_its_file_alone(world: World, name: str) -> None:
    world.write("a.parquet", [event(1)])
    write(world.root / "data/b.parquet", f"{WIDE} 'u' AS user_id, 1 AS {name}")
    found = world.take()
    assert (found.rows, [error.where.file for error in found.refused if error.where]) == (1, ["data/b.parquet"])


def test_a_property_may_be_called_filename_and_its_unit_forgotten(world: World) -> None:
    (world.root / "data").mkdir()
    write(world.root / "data/a.parquet", f"{WIDE} 'u' AS user_id, 'x.pdf' AS filename")
    world.take()
    assert world.store.forget(["u"]) == 1


def test_where_there_is_no_file_and_never_was_one_it_says_so(world: World) -> None:
    with pytest.raises(DataError, match="there is no file `data/\\*`"):
        world.take()


def test_before_the_first_sync_a_question_is_answered_with_what_to_do(world: World) -> None:
    failed = world.usage.answer(Plan(QUESTIONS[:1])).failed
    assert "run `aftermerge sync`" in next(iter(failed.values()))


def test_a_store_is_not_laid_out_anew_under_its_name(world: World) -> None:
    world.write("a.parquet", [event(1)])
    world.take()
    world.table = replace(TABLE, unit="account_id")
    with pytest.raises(DataError, match="begun with `user_id` as `unit`"):
        world.take()


def test_one_job_writes_at_a_time(world: World) -> None:
    world.write("a.parquet", [event(1)])
    with world.ledger.lease("store app", NOON, 60), pytest.raises(LeaseTakenError):
        world.take()


def test_a_writer_that_another_has_followed_leaves_no_rows(world: World) -> None:
    world.write("a.parquet", [event(1)])
    world.take()
    old = world.ledger.claim_store(layout_of(TABLE)).layout
    world.write("b.parquet", [event(2)])
    world.take()
    assert not world.ledger.change_manifest(ManifestChange(old))


def test_files_that_a_later_ledger_knew_are_never_removed(world: World) -> None:
    world.write("a.parquet", [event(1)])
    world.take()
    older = World(world.root)
    for _ in range(5):
        with pytest.raises(LedgerError, match="older than they are"):
            older.take()
    assert all(path.exists() for path in world.store.files("app").paths)


def test_a_part_that_is_missing_is_told_and_a_store_that_is_gone_is_taken_in_anew(world: World) -> None:
    world.write("a.parquet", [event(1), event(2, 1)])
    world.take()
    first, _ = world.store.files("app").paths
    first.unlink()
    with pytest.raises(LedgerError, match="is missing from the store"):
        world.take()
    for path in sorted((world.store.folder / "app").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (world.store.folder / "app").rmdir()
    assert world.take().rows == 2
    assert ids(world) == ["e1", "e2"]
