"""A process that is killed while it takes files in leaves nothing half there: the next sync makes it whole."""

import time
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

import pytest

from aftermerge.ledger import open_ledger
from support.ledger_processes import heard, other_process
from support.stored import NOON, World, assert_same, in_place, silent

FIRST = datetime(2026, 3, 20)  # noqa: DTZ001 - as a file has it, UTC
EVENTS = [
    (
        f"e{n}",
        FIRST + timedelta(hours=n % 120),
        f"u{n % 7}",
        f"a{n % 3}",
        "open" if n % 3 else "pay",
        n * 0.5,
        None,
        None,
    )
    for n in range(600)
]
FILES = 6


def take_and_say(pipe: "Connection[Any, Any]", root: Path) -> None:
    """Say when each file of the store has been begun, and when all is done."""
    with open_ledger(root / "ledger.db", clock=lambda: NOON) as ledger:
        pipe.send("ready")
        pipe.recv()
        world = World(root, ledger=ledger)
        world.store.take_in(world.table, silent, world.rejected.append)
        pipe.send("done")


def written(root: Path) -> World:
    world = World(root)
    for number in range(FILES):
        world.write(f"{number}.parquet", EVENTS[number::FILES] + EVENTS[number : number + 20])
    return world


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_moment_a_second_sync_makes_it_whole(tmp_path: Path, seed: int) -> None:
    written(tmp_path)
    random = Random(seed)
    for _ in range(3):
        with other_process(take_and_say, tmp_path) as (process, pipe):
            assert heard(pipe) == "ready"
            pipe.send("go")
            time.sleep(random.uniform(0.0, 0.8))
            process.kill()
            process.join()
    with open_ledger(tmp_path / "ledger.db", clock=lambda: NOON) as ledger:
        world = World(tmp_path, ledger=ledger)
        world.take()
        listed = {world.store.file(part) for part in world.store.parts("app")}
        world.take()
        assert len(world.rows()) == len(EVENTS)
        assert_same(world.answers(), in_place(tmp_path, EVENTS))
        there = {path for path in world.on_disk() if path.suffix == ".parquet" and "codes" not in path.parts}
        assert there == listed
        assert not list((tmp_path / "home" / "tmp").iterdir())


def test_what_was_acknowledged_before_the_kill_is_there_before_the_next_sync(tmp_path: Path) -> None:
    written(tmp_path)
    with other_process(take_and_say, tmp_path) as (process, pipe):
        assert heard(pipe) == "ready"
        pipe.send("go")
        assert heard(pipe) == "done"
        process.kill()
        process.join()
    with open_ledger(tmp_path / "ledger.db", clock=lambda: NOON) as ledger:
        assert len(World(tmp_path, ledger=ledger).rows()) == len(EVENTS)
