from aftermerge.hear.attribute import attribute_cited
from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback
from support.memory_ledger import MemoryLedger
from support.world import bet, day


def ledger() -> MemoryLedger:
    found = MemoryLedger()
    words = tuple(Feedback("desk", str(n), day(n), "It spins.") for n in (1, 2))
    bets = (bet("late", problem="slow", begun_at=day(9)), bet("early", problem="stuck", begun_at=day(3)))
    found.store("all", Batch("1", feedback=words, bets=bets))
    return found


def test_feedback_that_a_bet_cites_speaks_of_its_problem() -> None:
    held = ledger()
    assert attribute_cited(held, {"late": ["desk:1"]}) == 1
    assert [f.problem for f in held.feedback()] == ["slow", None]


def test_where_two_bets_cite_the_same_words_the_first_begun_says() -> None:
    held = ledger()
    attribute_cited(held, {"late": ["desk:1"], "early": ["desk:1"]})
    assert held.feedback()[0].problem == "stuck"


def test_what_is_cited_but_not_heard_yet_waits() -> None:
    assert attribute_cited(ledger(), {"late": ["desk:77"]}) == 0


def test_attributing_again_changes_nothing() -> None:
    held = ledger()
    attribute_cited(held, {"late": ["desk:1"]})
    assert attribute_cited(held, {"late": ["desk:1"]}) == 0
