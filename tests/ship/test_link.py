import pytest

from aftermerge.model.batch import Batch
from aftermerge.model.change import Link
from aftermerge.ship.link import links_of, relink
from aftermerge.ship.log import log
from support.memory_ledger import MemoryLedger
from support.world import bet, change, day

EXPORT = bet("faster-export", paths=("src/exports/**",), begun_at=day(10), framed_at=day(30))
IMPORT = bet("safer-import")


@pytest.mark.parametrize(
    "message",
    [
        "Stream the export\n\nBet: faster-export",
        "Stream the export (#12)\n\n* stream\n\n\nBet: faster-export\n\n---------\n\nCo-authored-by: a <a@b.example>",
        "Stream the export\n\nCloses #12\nBet: faster-export\nSigned-off-by: a <a@b.example>",
        "Stream the export\n\n  Bet:   faster-export   \n",
        "Merge branch 'x'\n\nanother message\n\nBet: faster-export",
        "Stream the export\r\n\r\nBet: faster-export\r\n",
    ],
)
def test_a_line_of_the_message_names_the_bet(message: str) -> None:
    assert links_of([change("c", 20, message)], [EXPORT]) == [Link("c", "faster-export", "message")]


@pytest.mark.parametrize(
    "message", ["We bet: faster-export is good", "Bet: no-such-bet", "Bet faster-export", "> Bet: faster-export"]
)
def test_what_is_no_such_line_names_none(message: str) -> None:
    assert links_of([change("c", 20, message)], [EXPORT]) == []


def test_a_change_may_serve_several_bets() -> None:
    both = change("c", 20, "Work\n\nBet: faster-export\nBet: safer-import\nBet: faster-export")
    assert [link.bet for link in links_of([both], [EXPORT, IMPORT])] == ["faster-export", "safer-import"]


def test_the_branch_names_the_bet_where_the_message_does_not() -> None:
    merged = change("c", 20, "Merge", branch="bet/safer-import", paths=("src/exports/a.py",))
    assert links_of([merged], [EXPORT, IMPORT]) == [Link("c", "safer-import", "branch")]


def test_the_first_rule_that_matches_wins() -> None:
    merged = change("c", 20, "Merge\n\nBet: faster-export", branch="bet/safer-import")
    assert links_of([merged], [EXPORT, IMPORT]) == [Link("c", "faster-export", "message")]


@pytest.mark.parametrize(
    ("path", "serves"),
    [
        ("src/exports/a.py", True),
        ("src/exports/deep/b.py", True),
        ("src/exports.py", False),
        ("lib/src/exports/a", False),
    ],
)
def test_paths_name_the_bet_whose_pattern_they_match(path: str, serves: bool) -> None:
    assert bool(links_of([change("c", 20, "Work", paths=(path,))], [EXPORT])) is serves


def test_a_path_touched_before_the_bet_was_begun_serves_it_not() -> None:
    assert links_of([change("c", 5, "Work", paths=("src/exports/a.py",))], [EXPORT]) == []


def test_relinking_again_changes_nothing() -> None:
    ledger = MemoryLedger()
    ledger.store("all", Batch("1", bets=(EXPORT,), changes=(change("c", 20, "Work\n\nBet: faster-export"),)))
    assert relink(ledger).new == 1
    assert relink(ledger) == type(relink(ledger))()


def test_the_log_says_newest_first_what_each_change_serves() -> None:
    ledger = MemoryLedger()
    changes = (change("old", 19, "Chore"), change("new", 20, "Work\n\nBet: faster-export"))
    ledger.store("all", Batch("1", bets=(EXPORT,), changes=changes))
    relink(ledger)
    assert [(item.change.id, item.bets, item.rule) for item in log(ledger)] == [
        ("new", ("faster-export",), "message"),
        ("old", (), None),
    ]
