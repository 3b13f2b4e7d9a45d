"""When a bet was first seen to be measured."""

from dataclasses import replace
from datetime import UTC, date

from aftermerge.jobs.milestones import mark_measured
from aftermerge.model.readout import Readout, Subject
from support.memory_ledger import MemoryLedger
from support.world import day

READ = Readout(
    Subject("bet", "faster-export"),
    "exports",
    "before_after",
    "primary",
    "percent",
    5.0,
    "improved",
    "it is",
    window=(date(2024, 1, 10), date(2024, 1, 20)),
)


def marked(held: MemoryLedger, *readouts: Readout, at: int) -> dict[str, tuple[object, str]]:
    held.replace_readouts(day(at), readouts)
    mark_measured(held, UTC, day(at))
    return {mark.bet: (mark.at, mark.source) for mark in held.milestones()}


def of(slug: str, **more: object) -> Readout:
    return replace(READ, subject=Subject("bet", slug), **more)  # type: ignore[arg-type]


def test_what_was_settled_before_anything_was_marked_is_dated_by_its_readouts_last_day() -> None:
    found = marked(MemoryLedger(), READ, at=90)
    assert found["faster-export"] == (day(20).replace(hour=0), "last day of the readout")


def test_what_is_settled_later_is_dated_by_the_run_that_saw_it_first() -> None:
    held = MemoryLedger()
    marked(held, READ, of("slower", verdict="too_early"), at=30)
    assert marked(held, READ, of("slower"), at=40)["slower"] == (day(40), "readout of exports")
    assert marked(held, READ, of("slower", verdict="harmed"), at=50)["slower"] == (day(40), "readout of exports")


def test_a_claim_made_after_the_fact_was_not_waited_for() -> None:
    held = MemoryLedger()
    marked(held, READ, at=30)
    assert marked(held, of("late", retrospective=True), at=200)["late"][1] == "last day of the readout"


def test_what_is_open_could_not_be_read_or_is_no_claim_is_not_marked() -> None:
    open_, unread = of("open", verdict="too_early"), of("unread", verdict="cannot_tell", window=None)
    others = of("guarded", role="guardrail"), replace(READ, subject=Subject("release", "v1"))
    assert marked(MemoryLedger(), open_, unread, *others, at=30) == {}
