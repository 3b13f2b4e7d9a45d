"""A new bet's file, from what is known."""

import pytest

from aftermerge.bet.new import draft
from aftermerge.bet.parse import cited, parse_bet
from aftermerge.errors import AftermergeError
from aftermerge.model.amount import parse_amount
from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.feedback import Feedback
from support.memory_ledger import MemoryLedger
from support.world import bet, day, metric

NEW = Bet("faster-export", "exports", asked="A button", helps="They finish", problem="slow", expect=parse_amount("+5%"))


def test_the_file_reads_back_as_the_bet_and_cites_the_first_who_asked_without_quoting_them() -> None:
    ledger = MemoryLedger()
    rows = tuple(Feedback("support", str(n), day(n), f"Words {n}", problem="slow") for n in range(1, 9))
    ledger.store("support", Batch("1", feedback=rows))
    written = draft(NEW, (metric(),), ledger)
    found = parse_bet(written.text, written.path)
    assert (found.slug, found.metric, found.problem, found.expect) == ("faster-export", "exports", "slow", NEW.expect)
    assert cited(found) == tuple(f"support:{n}" for n in range(1, 6))
    assert "Words" not in written.text


def test_a_bet_with_no_problem_cites_nobody() -> None:
    assert cited(parse_bet(draft(Bet("x", "exports"), (metric(),), MemoryLedger()).text, "bets/x.md")) == ()


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (bet("other"), "there is a bet `other` already"),
        (Bet("x", "exprts"), "did you mean `exports`"),
        (Bet("No Slug", "exports"), "can't name a bet"),
    ],
)
def test_what_can_not_be_a_bet_is_refused_before_anything_is_written(new: Bet, told: str) -> None:
    ledger = MemoryLedger()
    ledger.store("ws", Batch("1", bets=(bet("other"),)))
    with pytest.raises(AftermergeError, match=told):
        draft(new, (metric(),), ledger)
