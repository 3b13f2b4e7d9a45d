from dataclasses import replace
from datetime import UTC, date
from typing import Any

import pytest

from aftermerge.learn.period import Period
from aftermerge.learn.review import review
from aftermerge.model.amount import Amount, parse_amount
from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback
from aftermerge.model.message import Confirmation, Message
from aftermerge.model.portfolio import Forecasts
from aftermerge.model.readout import Check, Readout, Subject
from aftermerge.model.thanks import Thanks
from aftermerge.render.documents import review_document
from aftermerge.render.review import review_markdown, review_text
from support.memory_ledger import MemoryLedger
from support.world import bet, change, day, link, metric, release

READ = Readout(
    Subject("bet", "faster-export"), "exports", "randomised", "primary", "percent", 5.0, "improved", "so it is"
)
IMPROVED = replace(READ, estimate=8.0, low=5.5, high=10.5, units={"off": 900, "on": 912})


def said(number: int, index: int, **more) -> Feedback:  # type: ignore[no-untyped-def]
    return Feedback("desk", str(number), day(index), "The export <b>spins</b>.", author=f"cust-{number}", **more)


def ledger(*readouts: Readout) -> MemoryLedger:
    found = MemoryLedger()
    words = (
        said(1, 5, problem="slow"),
        said(2, 6, problem="slow", replied_at=day(30)),
        said(3, 7, problem="slow", replied_at=day(8)),
        said(4, 40, problem="slow"),
    )
    batch = Batch(
        "1",
        feedback=words,
        bets=(bet(problem="slow", helps="Exports that finish"), bet("not-built")),
        metrics=(metric(),),
        changes=(change("c1", 19), change("c2", 19)),
        releases=(release("1.0", 20, "c1", "c2"),),
    )
    found.store("all", batch)
    found.replace_links([link("c1", "faster-export")])
    if readouts:
        found.replace_readouts(day(60), readouts)
    return found


def everything(held: MemoryLedger):  # type: ignore[no-untyped-def]
    return review("Harbor", Period(UTC), held)


def test_those_who_asked_before_it_shipped_and_had_no_answer_since_still_wait() -> None:
    item = everything(ledger(IMPROVED)).bets[0]
    assert (item.asked, item.waiting) == (4, 2)


def test_it_opens_with_what_changed_for_customers() -> None:
    told = review_text(everything(ledger(IMPROVED)))
    lines = told.splitlines()
    assert lines[3] == "One change helped customers."
    assert lines[5] == "“The export <b>spins</b>.” desk:1"
    assert told.index("What changed") < told.index("On its way") < told.index("Who waits")
    assert "+8.0% [+5.5, +10.5]" in told
    assert "grade A, randomised" in told
    assert "4 customers asked" in told
    assert "2 asks still wait to hear what became of it: faster-export 2." in told
    assert "`aftermerge tell due`" in told


def test_a_harm_is_told_as_openly_as_a_gain() -> None:
    harmed = replace(IMPROVED, verdict="harmed", estimate=-8.0, low=-10.0, high=-6.0)
    assert "▼ harmed" in review_text(everything(ledger(harmed)))


def test_the_share_of_work_without_a_claim_is_shown_and_no_count_of_merges() -> None:
    answer = everything(ledger(IMPROVED))
    assert answer.no_claim_share == 0.5
    assert "50% of what shipped made no claim" in review_text(answer)


def test_an_empty_workspace_is_told_what_to_do_next() -> None:
    told = review_text(everything(MemoryLedger()))
    assert "next: nothing has been read yet: run `aftermerge sync`" in told
    assert "`aftermerge bet new NAME` writes one" in told


def test_a_bet_outside_the_period_is_left_out() -> None:
    period = Period(UTC, since=date(2025, 1, 1))
    answer = review("Harbor", period, ledger(IMPROVED))
    assert [item.bet.slug for item in answer.bets] == ["not-built"]


def test_customers_words_do_nothing_in_markdown() -> None:
    told = review_markdown(everything(ledger(IMPROVED)))
    assert "<b>" not in told
    assert "spins" in told


def test_only_releases_that_spoke_are_listed_and_the_others_are_counted() -> None:
    quiet = replace(IMPROVED, subject=Subject("release", "1.0"), role="watch", verdict="cannot_tell")
    loud = replace(quiet, verdict="harmed")
    told = review_text(everything(ledger(quiet, loud, quiet)))
    assert "3 readouts of releases: 1 harmed, 2 cannot tell." in told
    assert told.count("▼  1.0, exports: harmed") == 1


def many(*readouts: Readout, **more: Amount) -> MemoryLedger:
    """A ledger with a bet for each readout, all shipped with one release."""
    found = MemoryLedger()
    slugs = [f"bet-{index}" for index in range(len(readouts))]
    bets = tuple(bet(slug, **more) for slug in slugs)
    found.store(
        "all",
        Batch("1", bets=bets, metrics=(metric(),), changes=(change("c1", 19),), releases=(release("1.0", 20, "c1"),)),
    )
    found.replace_links([link("c1", slug) for slug in slugs])
    own = [replace(r, subject=Subject("bet", slug)) for r, slug in zip(readouts, slugs, strict=True)]
    found.replace_readouts(day(60), own)
    return found


NOTHING = replace(IMPROVED, verdict="no_change", estimate=0.2, low=-2.0, high=2.4)
SLIGHT = replace(IMPROVED, estimate=2.1, low=0.1, high=4.1)


def test_a_win_that_many_tries_would_give_by_chance_is_said_to_be_doubtful() -> None:
    answer = everything(many(SLIGHT, *[NOTHING] * 9))
    assert answer.portfolio is not None
    assert answer.portfolio.doubtful == ("bet-0",)
    told = review_text(answer)
    assert "a win that may be chance" in told
    assert "0 of 1 win survive among 10 claims read together." in told


def test_a_clear_win_survives_and_counts_for_less_than_was_read() -> None:
    answer = everything(many(IMPROVED, *[NOTHING] * 9))
    assert answer.portfolio is not None
    (added,) = answer.portfolio.added
    assert (answer.portfolio.doubtful, added.wins, added.as_read) == ((), 1, 8.0)
    assert 4 < added.shrunk < 8
    assert "may be chance" not in review_text(answer)
    assert "read as \\+8.0%" in review_markdown(answer)


def test_wins_in_one_metric_are_added_up() -> None:
    answer = everything(many(*[IMPROVED] * 4))
    assert answer.portfolio is not None
    (added,) = answer.portfolio.added
    assert (added.wins, added.as_read) == (4, 32.0)


def test_claims_after_the_fact_blocked_or_open_are_not_counted() -> None:
    after = replace(IMPROVED, retrospective=True)
    blocked = replace(NOTHING, verdict="cannot_tell", checks=(Check("outage", "block", "it was dark"),))
    waiting = replace(NOTHING, verdict="too_early")
    assert everything(many(IMPROVED, IMPROVED, after, blocked, waiting)).portfolio is None
    answer = everything(many(IMPROVED, IMPROVED, NOTHING, after, blocked, waiting))
    assert answer.portfolio is not None
    assert answer.portfolio.claims == 3


def test_what_was_expected_is_set_beside_what_came() -> None:
    answer = everything(many(IMPROVED, IMPROVED, NOTHING, expect=parse_amount("10%")))
    assert answer.portfolio is not None
    assert answer.portfolio.forecasts == Forecasts(3, 2, 0.8)
    assert "2 of 3 intervals hold what the bet expected; the median bet brought 80% of it." in review_text(answer)


def test_an_expectation_in_another_unit_is_not_compared() -> None:
    answer = everything(many(*[IMPROVED] * 3, expect=parse_amount("10pp")))
    assert answer.portfolio is not None
    assert answer.portfolio.forecasts is None


def test_the_document_holds_the_portfolio() -> None:
    held = review_document(everything(many(IMPROVED, *[NOTHING] * 9)))["portfolio"]
    assert isinstance(held, dict)
    assert held["claims"] == 10


def test_declared_maintenance_is_not_counted_among_the_work_that_made_no_claim() -> None:
    held = ledger(IMPROVED)
    held.store("git", Batch("2", changes=(change("c3", 19, "chore: bump"),)))
    assert review("Harbor", Period(UTC), held).no_claim_share == pytest.approx(2 / 3)
    assert review("Harbor", Period(UTC), held, ("chore*",)).no_claim_share == 0.5
    assert review("Harbor", Period(UTC), held, ("c?", "chore*")).no_claim_share == 0.0


def test_a_customer_who_was_sent_an_answer_waits_no_longer() -> None:
    held = ledger(IMPROVED)
    held.replace_message(
        None, Message("answer", "faster-export", "desk:cust-1", "desk:1", "r", "sent", "Done", day(30))
    )
    assert everything(held).bets[0].waiting == 1


def test_the_document_says_who_waits_what_they_said_and_which_thanks_were_published() -> None:
    held = ledger(IMPROVED)
    held.confirm(Confirmation("faster-export", "desk:cust-2", "desk:2", "no", day(40), "link"))
    thanks = Thanks("t1", day(21), "maya@x.example", "theo@x.example", "closed_the_loop", "You called", ("desk:2",))
    for row in (replace(thanks, published_at=day(30)), replace(thanks, id="t2")):
        assert held.replace_thanks(None, row)
    document: Any = review_document(everything(held))
    assert document["waits"] == [{"bet": "faster-export", "customers": 2}]
    assert document["bets"][0]["customers_said"] == {"no": 1}
    assert [row["id"] for row in document["thanks"]] == ["t1"]
    assert "1 that it did not" in review_text(everything(held))


def test_a_bet_is_news_when_it_ships_and_again_when_its_verdict_is_in() -> None:
    held = ledger(replace(IMPROVED, window=(day(20).date(), day(48).date())))

    def of(index: int) -> list[str]:
        week = Period(UTC, day(index).date(), day(index + 6).date())
        return [item.bet.slug for item in review("Harbor", week, held).bets]

    assert (of(15), of(25), of(45), of(52)) == (["faster-export"], [], ["faster-export"], [])


def test_who_waits_is_as_of_now_whatever_the_period() -> None:
    later = Period(UTC, since=date(2025, 1, 1), until=date(2025, 1, 7))
    answer = review("Harbor", later, ledger(IMPROVED))
    assert answer.bets == ()
    assert [(wait.bet.slug, wait.customers) for wait in answer.waits] == [("faster-export", 2)]


def test_for_a_place_from_which_words_can_not_be_taken_back_only_quotable_ones_are_chosen() -> None:
    held = ledger(IMPROVED)
    assert review("Harbor", Period(UTC), held, only_quotable=True).bets[0].quote is None
    held.store("all", Batch("2", feedback=(said(9, 9, problem="slow", may_quote=True),)))
    quote = review("Harbor", Period(UTC), held, only_quotable=True).bets[0].quote
    assert quote is not None
    assert quote.id == "desk:9"
