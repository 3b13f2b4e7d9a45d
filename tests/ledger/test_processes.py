"""Several processes at one ledger, and processes that die."""

import threading
from contextlib import ExitStack
from datetime import timedelta

import pytest

from aftermerge.errors import LeaseTakenError, LedgerError
from aftermerge.ledger import open_ledger
from aftermerge.ledger.leases.heartbeat import heartbeat
from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback
from aftermerge.ports import Stored
from support.ledger_processes import (
    NOON,
    SetClock,
    heard,
    holding,
    lease_ends,
    other_process,
    rewrite_lease,
    store_and_hang,
    take_lease,
    wait_for,
    wait_until_dead,
)


def test_of_two_processes_that_want_a_lease_exactly_one_gets_it(address: str) -> None:
    open_ledger(address).close()
    with ExitStack() as stack:
        pipes = [stack.enter_context(other_process(take_lease, address))[1] for _ in range(2)]
        assert [heard(pipe) for pipe in pipes] == ["ready", "ready"]
        for pipe in pipes:
            pipe.send("go")
        assert sorted(heard(pipe) for pipe in pipes) == ["taken", "won"]


def test_whoever_finds_a_lease_taken_is_told_by_whom_and_what_to_do(address: str) -> None:
    with open_ledger(address) as ledger, holding(address) as process:
        with pytest.raises(LeaseTakenError, match=rf"process {process.pid} on .* 12:01:00") as refused:
            ledger.lease("run", NOON, 60).__enter__()
        assert refused.value.then is not None


@pytest.mark.parametrize("is_collected", [True, False])
def test_the_lease_of_a_process_that_was_killed_is_taken_at_once(address: str, is_collected: bool) -> None:
    with open_ledger(address) as ledger, holding(address) as process:
        process.kill()
        wait_until_dead(process, collect=is_collected)
        with ledger.lease("run", NOON, 60):
            pass


def test_a_lease_whose_holder_s_id_is_another_process_s_now_is_taken_at_once(address: str) -> None:
    with open_ledger(address) as ledger, holding(address) as process:
        rewrite_lease(ledger, started="1")
        assert process.is_alive()
        with ledger.lease("run", NOON, 60):
            pass


def test_a_holder_on_another_host_is_left_its_term(address: str) -> None:
    with open_ledger(address) as ledger, holding(address) as process:
        process.kill()
        process.join()
        rewrite_lease(ledger, host="elsewhere.example")
        with pytest.raises(LeaseTakenError, match=r"on elsewhere\.example"):
            ledger.lease("run", NOON + timedelta(seconds=59), 60).__enter__()
        with ledger.lease("run", NOON + timedelta(seconds=60), 60):
            pass


def test_a_living_holder_is_renewed_beyond_its_first_term(address: str) -> None:
    clock = SetClock(NOON)
    with open_ledger(address, clock=clock) as ledger, ledger.lease("run", NOON, 1):
        clock.now = NOON + timedelta(seconds=10)
        wait_for(lambda: lease_ends(ledger) == NOON + timedelta(seconds=11))
        with pytest.raises(LeaseTakenError):
            ledger.lease("run", clock.now, 1).__enter__()


def test_a_beat_that_finds_the_ledger_busy_is_tried_again() -> None:
    beats: list[str] = []

    def beat() -> None:
        beats.append("beat")
        if len(beats) == 1:
            raise LedgerError("database is locked")

    with heartbeat(beat, 0.01):
        wait_for(lambda: len(beats) > 2)
    after = len(beats)
    assert "heartbeat" not in {thread.name for thread in threading.enumerate()}
    assert len(beats) == after


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
