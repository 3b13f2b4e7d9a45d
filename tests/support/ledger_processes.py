"""What other processes do to a ledger, and how a test talks with them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from aftermerge.errors import LeaseTakenError
from aftermerge.ledger import open_ledger
from aftermerge.model.batch import Batch

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PATIENCE_SECONDS = 60


@contextmanager
def other_process(
    work: Callable[..., None], *arguments: object
) -> Iterator[tuple[BaseProcess, "Connection[Any, Any]"]]:
    """A process that starts from nothing and runs `work(pipe, *arguments)`; ended with the block."""
    context = get_context("spawn")
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
