"""What other processes do to a ledger, and how a test talks with them."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from typing import Any

from sqlalchemy import select, update

from aftermerge.errors import LeaseTakenError
from aftermerge.ledger import SqlLedger, open_ledger
from aftermerge.ledger.tables.upkeep import lease
from aftermerge.model.batch import Batch

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PATIENCE_SECONDS = 60


@contextmanager
def other_process(
    work: Callable[..., None], *arguments: object, is_our_child: bool = False
) -> Iterator[tuple[BaseProcess, "Connection[Any, Any]"]]:
    """A process that has nothing of ours and runs `work(pipe, *arguments)`; ended with the block.

    `is_our_child`: a slow start from nothing, and once dead a zombie until it is joined; else a server collects it.
    """
    context: SpawnContext | ForkServerContext = get_context("spawn") if is_our_child else get_context("forkserver")
    if not is_our_child:
        context.set_forkserver_preload(
            ["aftermerge.bootstrap", "aftermerge.jobs.tell"]
        )  # so that each is there at once
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs, *arguments))
    process.start()
    theirs.close()
    try:
        yield process, ours
    finally:
        ours.close()
        process.kill()
        process.join()
        process.close()


def heard(pipe: "Connection[Any, Any]") -> Any:
    """The next word of the other process."""
    if not pipe.poll(PATIENCE_SECONDS):
        raise TimeoutError("the other process said nothing")
    return pipe.recv()


def take_lease(pipe: "Connection[Any, Any]", address: str) -> None:
    """Say `ready`, wait for the word, try for the lease, say who won, hold it until told to stop."""
    with open_ledger(address) as ledger:
        pipe.send("ready")
        pipe.recv()
        try:
            with ledger.lease("run", NOON, 60):
                pipe.send("won")
                pipe.recv()
        except LeaseTakenError:
            pipe.send("taken")


@contextmanager
def holding(address: str) -> Iterator[BaseProcess]:
    """Another process that holds the lease `run` for a minute from noon."""
    with other_process(take_lease, address, is_our_child=True) as (process, pipe):
        heard(pipe)
        pipe.send("go")
        if heard(pipe) != "won":
            raise LeaseTakenError("the other process did not get the lease")
        yield process


def wait_until_dead(process: BaseProcess, *, collect: bool) -> None:
    """`collect`: as its parent does, or leave it a zombie."""
    if collect:
        process.join()
    else:
        os.waitid(os.P_PID, process.pid or 0, os.WEXITED | os.WNOWAIT)


@dataclass
class SetClock:
    """A clock that stands where it was set."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


def wait_for(happened: Callable[[], bool]) -> None:
    """Look again and again until it has."""
    for _ in range(PATIENCE_SECONDS * 100):
        if happened():
            return
        time.sleep(0.01)
    raise TimeoutError("it did not happen")


def lease_ends(ledger: SqlLedger) -> datetime | None:
    with ledger.database.reading() as connection:
        return connection.scalar(select(lease.c.until))


def rewrite_lease(ledger: SqlLedger, **columns: str) -> None:
    with ledger.database.writing() as connection:
        connection.execute(update(lease).values(columns))


def open_and_close(pipe: "Connection[Any, Any]", address: str) -> None:
    """Say `ready`, wait for the word, open the ledger."""
    pipe.send("ready")
    pipe.recv()
    with open_ledger(address) as ledger:
        pipe.send(len(ledger.journal()))


def store_and_hang(pipe: "Connection[Any, Any]", address: str, batch: Batch) -> None:
    """Write a batch and stop just before it is committed: the journal asks the time last."""

    def clock() -> datetime:
        pipe.send("written, not committed")
        time.sleep(PATIENCE_SECONDS)
        return NOON

    with open_ledger(address, clock=clock) as ledger:
        ledger.store("reviews", batch)
