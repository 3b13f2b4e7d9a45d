"""A bet before it is synced, asked about with what the ledger knows."""

from aftermerge.jobs.proposed import Proposed
from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback
from support.memory_ledger import MemoryLedger
from support.world import bet, day, metric


def said(number: int, problem: str | None = None) -> Feedback:
    return Feedback("support", str(number), day(number), "It times out", author="a", problem=problem)


def ledger_that_heard(*rows: Feedback) -> MemoryLedger:
    ledger = MemoryLedger()
    ledger.store("support", Batch("1", feedback=rows))
    ledger.store("workspace", Batch("1", bets=(bet("older"),), metrics=(metric("older"),)))
    return ledger


def test_what_a_bet_cites_speaks_of_its_problem_before_it_is_synced() -> None:
    ledger = ledger_that_heard(said(1), said(2, "slow"), said(3, "other"), said(4))
    tree = Batch("1", bets=(bet(problem="slow", why="See support:1, support:3, and support:99."),))
    found = Proposed(ledger, tree).feedback("slow")
    assert [row.id for row in found] == ["support:1", "support:2"]
    assert [row.id for row in ledger.feedback("slow")] == ["support:2"]


def test_bets_and_metrics_are_those_of_the_working_tree() -> None:
    ledger = ledger_that_heard()
    known = Proposed(ledger, Batch("1", bets=(bet("newer"),), metrics=(metric("newer"),)))
    assert [found.slug for found in known.bets()] == ["newer"]
    assert [found.name for found in known.metrics()] == ["newer"]
    assert [found.slug for found in ledger.bets()] == ["older"]
