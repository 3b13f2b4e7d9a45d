"""How a problem stands, counted by hand."""

from dataclasses import replace
from datetime import UTC
from typing import Any, cast

from aftermerge.hear.problems import problem_facts
from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback
from aftermerge.model.message import Confirmation, Message
from aftermerge.model.problem import Attribution, Curation
from aftermerge.model.problem_facts import ProblemFacts
from aftermerge.model.readout import Readout, Subject
from aftermerge.render.problems import problems_document, problems_text, spark
from support.memory_ledger import MemoryLedger
from support.world import bet, day, metric

TODAY = day(100).date()
FELL = Readout(
    Subject("bet", "faster-export"), "complaints", "before_after", "primary", "percent", 20.0, "improved", "it fell",
    estimate=-50.0, low=-70.0, high=-20.0,
)  # fmt: skip


def said(number: int, at: int, author: str, text: str = "It \x1b[2Jtimes out", **more: Any) -> Feedback:
    return Feedback("s", str(number), day(at), text, author=author, **{"problem": "slow", **more})


def facts(*rows: Feedback, ledger: MemoryLedger | None = None) -> ProblemFacts:
    ledger = ledger or MemoryLedger()
    ledger.store("s", Batch("1", feedback=rows))
    return problem_facts(ledger, TODAY, UTC)[0]


def test_each_customer_is_counted_once_however_often_they_wrote() -> None:
    found = facts(said(1, 10, "a"), said(2, 60, "a"), said(3, 90, "b"))
    assert (found.feedback, found.customers) == (3, 2)
    assert (found.since, found.last) == (day(10).date(), day(90).date())


def test_weeks_are_whole_and_end_with_yesterday() -> None:
    found = facts(*(said(n, at, f"c{n}") for n, at in enumerate((99, 93, 92, 86, 85, 16, 15, 100))))
    assert found.by_week[-3:] == (1, 2, 2)
    assert found.by_week[0] == 1
    assert sum(found.by_week) == 6


def test_an_account_is_worth_what_it_last_said() -> None:
    rows = (
        said(1, 10, "a", account="harbour", account_value=100.0),
        said(2, 20, "b", account="harbour", account_value=150.0),
        said(3, 30, "c", account_value=30.0),
    )
    assert facts(*rows).value == 180.0
    assert facts(said(1, 10, "a")).value is None


def test_a_problem_is_solved_when_fewer_complain_by_measurement_and_not_otherwise() -> None:
    ledger = MemoryLedger()
    named = metric("complaints", kind="feedback_rate", problem="slow", good="down")
    ledger.store("ws", Batch("1", bets=(bet("faster-export", problem="slow", metric="complaints"),), metrics=(named,)))
    row = said(1, 10, "a", reply="Closed", replied_at=day(11))
    assert facts(row, ledger=ledger).solved_by is None
    for verdict in ("no_change", "cannot_tell", "harmed"):
        ledger.replace_readouts(day(99), [replace(FELL, verdict=verdict)])
        assert facts(row, ledger=ledger).solved_by is None
    ledger.replace_readouts(day(99), [replace(FELL, retrospective=True)])
    assert facts(row, ledger=ledger).solved_by is None
    ledger.replace_readouts(day(99), [FELL])
    assert facts(row, ledger=ledger).solved_by == FELL


def test_what_was_attributed_by_likeness_is_told_apart() -> None:
    ledger = MemoryLedger()
    ledger.store("s", Batch("1", feedback=(said(1, 10, "a"), said(2, 20, "b", problem=None))))
    ledger.curate(Curation("attract", "slow", attributions=(Attribution("s:2", "slow", "attracted", 0.9),)))
    found = problem_facts(ledger, TODAY, UTC)[0]
    assert (found.feedback, found.attracted) == (2, 1)
    assert "1 attributed by likeness" in problems_text([found])


def test_voices_are_the_newest_that_say_something_and_copies_are_no_voice() -> None:
    ledger = MemoryLedger()
    rows = [said(n, n, f"c{n}", f"words of customer {n}") for n in range(1, 6)]
    ledger.store("s", Batch("1", feedback=(*rows, said(6, 6, "c6", ""))))
    ledger.mark_near_copies({"s:5": "s:1"})
    assert [row.id for row in problem_facts(ledger, TODAY, UTC)[0].voices] == ["s:4", "s:3", "s:2"]


def test_the_problem_with_most_customers_comes_first_and_words_do_nothing_to_a_terminal() -> None:
    ledger = MemoryLedger()
    rows = (said(1, 10, "a"), said(2, 20, "b"), said(3, 30, "a", problem="other"))
    ledger.store("s", Batch("1", feedback=rows))
    found = problem_facts(ledger, TODAY, UTC)
    assert [item.id for item in found] == ["slow", "other"]
    assert "\x1b" not in problems_text(found)
    shown = cast("list[dict[str, Any]]", problems_document(day(100), found)["problems"])
    assert [(item["id"], item["customers"]) for item in shown] == [("slow", 2), ("other", 1)]


def test_counts_are_drawn_as_bars() -> None:
    assert spark((0, 1, 4, 8)) == " ▁▄█"
    assert spark((0, 0)) == "··"


def test_a_customer_who_says_that_it_did_not_help_opens_the_problem_again_whatever_was_measured() -> None:
    ledger = MemoryLedger()
    named = metric("complaints", kind="feedback_rate", problem="slow", good="down")
    ledger.store("ws", Batch("1", bets=(bet("faster-export", problem="slow", metric="complaints"),), metrics=(named,)))
    ledger.replace_readouts(day(99), [FELL])
    for number, asker in enumerate(("s:a", "s:b", "s:c")):
        told = Message("answer", "faster-export", asker, "s:1", f"r{number}", "sent", "", day(98), day(98), day(98))
        ledger.replace_message(None, told)
    ledger.confirm(Confirmation("faster-export", "s:a", "s:1", "yes", day(99), "link"))
    affirmed = facts(said(1, 10, "a"), ledger=ledger)
    assert (affirmed.is_solved, affirmed.is_reopened) == (True, False)
    assert "asked whether it helped: 1 yes; 2 have not said" in problems_text([affirmed])
    ledger.confirm(Confirmation("faster-export", "s:b", "s:1", "no", day(99), "link"))
    denied = facts(said(1, 10, "a"), ledger=ledger)
    assert (denied.is_solved, denied.is_reopened) == (False, True)
    assert "open again: a customer says that it did not help" in problems_text([denied])
    assert denied.solved_by == FELL


def test_a_problem_is_solved_when_those_who_asked_say_so() -> None:
    ledger = MemoryLedger()
    ledger.store("ws", Batch("1", bets=(bet("faster-export", problem="slow", metric="complaints"),)))
    ledger.confirm(Confirmation("faster-export", "s:a", "s:1", "partly", day(99), "thread"))
    assert not facts(said(1, 10, "a"), ledger=ledger).is_solved
    ledger.confirm(Confirmation("faster-export", "s:a", "s:1", "yes", day(99), "thread"))
    assert facts(said(1, 10, "a"), ledger=ledger).is_solved
