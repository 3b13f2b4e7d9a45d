"""Several processes at one ledger, and processes that die."""

from contextlib import ExitStack
from datetime import timedelta

import pytest

from aftermerge.errors import LeaseTakenError
from aftermerge.ledger import open_ledger
from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback
from aftermerge.ports import Stored
from support.ledger_processes import NOON, heard, other_process, store_and_hang, take_lease


def test_of_two_processes_that_want_a_lease_exactly_one_gets_it(address: str) -> None:
    open_ledger(address).close()
    with ExitStack() as stack:
        pipes = [stack.enter_context(other_process(take_lease, address))[1] for _ in range(2)]
        assert [heard(pipe) for pipe in pipes] == ["ready", "ready"]
        for pipe in pipes:
            pipe.send("go")
        assert sorted(heard(pipe) for pipe in pipes) == ["taken", "won"]


def test_the_lease_of_a_process_that_died_runs_out(address: str) -> None:
    with open_ledger(address) as ledger:
        with other_process(take_lease, address) as (process, pipe):
            heard(pipe)
            pipe.send("go")
            assert heard(pipe) == "won"
            number = process.pid
            process.kill()
            process.join()
        with pytest.raises(LeaseTakenError, match=rf"process {number} on .* 12:01:00") as refused:
            ledger.lease("run", NOON, 60).__enter__()
        assert refused.value.then is not None
        with ledger.lease("run", NOON + timedelta(minutes=1), 60):
            pass


def test_a_writer_waits_for_the_one_before_it(address: str) -> None:
    open_ledger(address).close()
    batch = Batch("end", feedback=(Feedback("reviews", "1", NOON, "x"),))
    with (
        other_process(store_and_hang, address, batch) as (first, writes),
        other_process(take_lease, address) as (_, waits),
    ):
        assert heard(waits) == "ready"
        assert heard(writes) == "written, not committed"
        waits.send("go")
        assert not waits.poll(1)
        first.kill()
        assert heard(waits) == "won"


def test_a_writer_killed_before_it_commits_leaves_nothing_half_stored(address: str) -> None:
    rows = tuple(Feedback("reviews", str(n), NOON, "words " * 50, problem="slow") for n in range(6_000))
    batch = Batch("end", feedback=rows)
    with open_ledger(address) as ledger:
        with other_process(store_and_hang, address, batch) as (process, pipe):
            assert heard(pipe) == "written, not committed"
            process.kill()
            process.join()
        assert not ledger.feedback()
        assert ledger.cursor("reviews") is None
        assert not ledger.journal()
        assert ledger.store("reviews", batch) == Stored(new=6_000)
