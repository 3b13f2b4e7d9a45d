"""The uncomfortable questions, against answers that were worked out by hand."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from scipy.special import ndtri

from aftermerge.bet.ask import Known, ask
from aftermerge.bet.earlier import earlier_on
from aftermerge.model.amount import parse_amount
from aftermerge.model.asked import Answer
from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.feasibility import Feasibility, Recent, Visible
from aftermerge.model.feedback import Feedback
from aftermerge.model.problem import Attribution, Curation
from aftermerge.model.readout import Check, Readout, Subject
from support.memory_ledger import MemoryLedger
from support.world import bet, day, metric

TODAY = date(2026, 6, 15)
METRIC = metric("exports", worth="5%")
SEEN = Feasibility(
    metric="exports",
    title="Exports",
    good="up",
    effect=parse_amount("5%"),
    visible=(Visible(28, 4.0, None),),
    seen_after_days={"before_after": 28, "randomised": None},
    past_dates=40,
    recent=Recent(151.25, date(2026, 6, 14)),
)
WHOLE = bet(
    problem="export-times-out",
    asked="A button",
    helps="Exports that finish",
    stop="no more finish",
    appetite_days=5.0,
    guardrails=("latency",),
    owner="team@harbor.example",
    decide=date(2026, 9, 1),
    expect=parse_amount("+4%"),
    worth=parse_amount("5%"),
)


def said(number: int, author: str, **more: Any) -> Feedback:
    return Feedback(
        "support", str(number), day(number), "It times out", author=author, problem="export-times-out", **more
    )


def readout(slug: str, estimate: float, sd: float, **more: Any) -> Readout:
    half = float(ndtri(0.975)) * sd
    shown: dict[str, Any] = {"low": estimate - half, "high": estimate + half, "verdict": "improved"} | more
    return Readout(
        Subject("bet", slug), "exports", "controlled", "primary", "percent", 5.0, reason="", estimate=estimate, **shown
    )


def answers(
    asked: Bet = WHOLE,
    feasibility: Feasibility | None = SEEN,
    feedback: tuple[Feedback, ...] = (),
    readouts: tuple[Readout, ...] = (),
    others: tuple[Bet, ...] = (),
) -> dict[str, Answer]:
    ledger = MemoryLedger()
    ledger.store("support", Batch("1", feedback=feedback))
    ledger.store("ws", Batch("1", bets=(asked, *others)))
    ledger.replace_readouts(day(60), readouts)
    found = ask(asked, Known(TODAY, METRIC, feasibility, "the table is not there"), ledger)
    return {answer.name: answer for answer in found.answers}


def test_each_customer_is_counted_once_and_each_account_is_worth_its_newest_value() -> None:
    heard = (
        said(1, "a", account="harbour", account_value=100.0),
        said(2, "a", account="harbour", account_value=120.0),
        said(3, "b", account="marina", account_value=30.0),
        said(4, "c"),
    )
    found = answers(feedback=heard)["who_asked"]
    assert (found.outcome, found.told) == ("pass", "3 customers in 4 pieces of feedback, worth 150 together")


def test_what_was_found_by_likeness_is_told_apart_from_what_somebody_said() -> None:
    ledger = MemoryLedger()
    heard = [said(number, f"author-{number}") for number in range(1, 5)]
    ledger.store("support", Batch("1", feedback=(*heard[:3], replace(heard[3], problem=None))))
    drawn = Attribution("support:4", "export-times-out", "attracted", 0.9)
    ledger.curate(Curation("attract", "export-times-out", attributions=(drawn,)))
    found = ask(WHOLE, Known(TODAY, METRIC, SEEN), ledger).answers[0]
    assert found.told == "3 customers in 3 pieces of feedback; 1 more by likeness alone"


def test_one_customer_is_too_few_to_build_for_without_asking_more() -> None:
    assert answers(feedback=(said(1, "a"),))["who_asked"].outcome == "warn"


@pytest.mark.parametrize("asked", [replace(WHOLE, problem=None), WHOLE])
def test_where_nobody_is_known_to_have_asked_it_says_how_to_find_them(asked: Bet) -> None:
    found = answers(asked)["who_asked"]
    assert found.outcome == "missing"
    assert found.then


def test_what_was_asked_in_the_very_words_of_what_helps_is_questioned() -> None:
    assert answers(replace(WHOLE, helps="a button "))["asked_and_helps"].outcome == "warn"
    assert answers(replace(WHOLE, helps=""))["asked_and_helps"].outcome == "missing"
    assert answers()["asked_and_helps"].outcome == "pass"


@pytest.mark.parametrize(
    ("value", "told"), [(13152.6, "13,153"), (0.000028861, "0.00002886"), (0.31, "0.31"), (0.0, "0"), (-42.0, "-42")]
)
def test_where_the_metric_is_reads_without_powers_of_ten(value: float, told: str) -> None:
    found = answers(feasibility=replace(SEEN, recent=Recent(value, date(2026, 6, 14))))["metric_alive"]
    assert f"was {told} on average" in found.told


def test_a_ledger_that_hears_nobody_says_so_and_not_that_nobody_asked() -> None:
    known = Known(TODAY, METRIC, SEEN, hears=False)
    found = ask(WHOLE, known, MemoryLedger()).answers[0]
    assert (found.outcome, found.told) == ("missing", "no customer is heard in this ledger")


@pytest.mark.parametrize(("last", "outcome"), [(date(2026, 6, 8), "pass"), (date(2026, 6, 7), "warn")])
def test_a_metric_that_has_not_been_recorded_for_a_week_may_be_dead(last: date, outcome: str) -> None:
    found = answers(feasibility=replace(SEEN, recent=Recent(151.25, last)))["metric_alive"]
    assert found.outcome == outcome
    assert "151.2 on average" in found.told


def test_an_effect_that_would_not_be_seen_is_said_so() -> None:
    never = replace(SEEN, seen_after_days={"before_after": None, "randomised": None})
    found = answers(feasibility=never)["visible"]
    assert (found.outcome, found.told) == ("warn", "5% would not be seen within 28 days at this traffic")


@pytest.mark.parametrize(("decide", "outcome"), [(date(2026, 7, 13), "pass"), (date(2026, 7, 12), "warn")])
def test_a_decision_before_the_effect_can_be_seen_is_questioned(decide: date, outcome: str) -> None:
    assert answers(replace(WHOLE, decide=decide))["visible"].outcome == outcome


def test_a_bet_behind_a_flag_is_seen_by_its_experiment() -> None:
    known = replace(SEEN, seen_after_days={"before_after": 28, "randomised": 9}, arms_a_day=(100.0, 100.0), flag="x")
    assert "seen 9 days" in answers(replace(WHOLE, flag="bulk"), known)["visible"].told
    assert "seen 28 days" in answers(WHOLE, known)["visible"].told


def test_what_could_not_be_looked_at_is_told_of_the_bets_own_design() -> None:
    finished = replace(
        SEEN, seen_after_days={"before_after": None, "randomised": None}, past_dates=0, unknown=("no days", "no times")
    )
    assert answers(WHOLE, finished)["visible"].told == "no days"
    assert answers(replace(WHOLE, flag="gate"), finished)["visible"].told == "no times"


def test_what_is_not_known_of_the_metric_is_missing_with_the_reason() -> None:
    found = answers(feasibility=None)
    assert {found[name].outcome for name in ("metric_alive", "visible")} == {"missing"}
    assert found["visible"].told == "the table is not there"


def test_a_claim_beyond_all_that_was_ever_reached_is_questioned() -> None:
    earlier = (readout("bet-one", 8.0, 0.1), readout("two", 2.0, 0.1), readout("three", 0.0, 0.1))
    found = answers(replace(WHOLE, expect=parse_amount("+20%")), readouts=earlier)["earlier"]
    assert found.outcome == "warn"
    assert found.told.startswith("1 of 3 reached 5%; the most, of `bet-one`, was +8.0% once chance")
    assert "38% of the time" in found.told
    assert answers(readouts=earlier)["earlier"].outcome == "pass"


def test_earlier_effects_are_shrunk_before_they_are_believed() -> None:
    lucky = [readout("one", 6.0, 4.0), readout("two", -1.0, 4.0), readout("three", -3.0, 4.0)]
    found = earlier_on(METRIC, 5.0, "faster-export", lucky)
    assert (found.count, found.reached) == (3, 0)
    assert found.chance == pytest.approx(0.5 / 4)


def test_where_down_is_good_a_fall_is_what_was_reached() -> None:
    found = earlier_on(replace(METRIC, good="down"), 5.0, "x", [readout(slug, -8.0, 0.1) for slug in "abc"])
    assert found.reached == 3
    assert found.largest == pytest.approx(8.0, rel=0.01)
    assert "was −8.0% once" in found.largest_told


@pytest.mark.parametrize(
    "more",
    [
        {"verdict": "too_early"},
        {"verdict": None},
        {"retrospective": True},
        {"checks": (Check("outage", "block", ""),)},
        {"low": None},
    ],
)
def test_what_was_not_read_out_fairly_is_no_experience(more: dict[str, Any]) -> None:
    assert earlier_on(METRIC, 5.0, "x", [readout("one", 8.0, 1.0, **more)]).count == 0


def test_a_bets_own_readout_is_no_earlier_one() -> None:
    assert answers(readouts=(readout("faster-export", 8.0, 1.0),))["earlier"].outcome == "missing"


@pytest.mark.parametrize("key", ["stop", "appetite_days", "owner", "decide"])
def test_what_the_bet_does_not_say_is_missing_with_the_line_to_add(key: str) -> None:
    left_out: dict[str, Any] = {key: None}
    found = answers(replace(WHOLE, **left_out))[key.removesuffix("_days")]
    assert found.outcome == "missing"
    assert (found.then or "").startswith("add `")


def test_a_day_of_decision_that_has_passed_is_questioned() -> None:
    assert answers(replace(WHOLE, decide=date(2026, 6, 14)))["decide"].outcome == "warn"
    assert answers(replace(WHOLE, decide=TODAY))["decide"].outcome == "pass"


def test_a_bet_in_nearly_the_same_words_is_named() -> None:
    twin = bet("older", metric="other", asked="A button", helps="Exports that finish")
    stranger = bet("other", metric="other", asked="Dark mode", helps="Fewer glares on the bridge")
    assert "`older`" in answers(others=(twin, stranger))["copy"].told
    assert answers(others=(stranger,))["copy"].outcome == "pass"


def test_what_the_like_bet_came_to_is_told() -> None:
    twin = bet("older", metric="other", asked="A button", helps="Exports that finish")
    found = answers(others=(twin,), readouts=(readout("older", 0.1, 0.2, verdict="no_change"),))
    assert found["copy"].told.endswith("Exports that finish; it came to: no meaningful change")


def test_a_bet_on_the_same_problem_and_metric_is_named_whatever_its_words() -> None:
    same = bet("older", problem="export-times-out", asked="Something else", helps="Entirely")
    assert answers(others=(same,))["copy"].outcome == "warn"
