"""Pull requests, claims that were frozen, links by hand: alike in every ledger."""

from datetime import UTC, datetime, timedelta

import pytest

from aftermerge.errors import UnknownIdError
from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Link
from aftermerge.model.frozen import FrozenClaim, claim_of
from aftermerge.model.pull_request import PullRequest
from aftermerge.ports import Ledger, Stored

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE = PullRequest("github", "harbor/app", 12, "c1", NOON, "Stream", "Bet: x", "https://x.example/12", "bet/x")
TWO = PullRequest("github", "harbor/app", 9, "c2", NOON - timedelta(days=1), "Tidy", "", "https://x.example/9")
BETS = (Bet("faster-export", "exports"), Bet("safer-import", "imports"))
CLAIM = FrozenClaim("faster-export", NOON, "c1", claim_of(BETS[0]))


@pytest.fixture
def ledger(any_ledger: Ledger) -> Ledger:
    return any_ledger


@pytest.fixture(autouse=True)
def known(ledger: Ledger) -> None:
    changes = tuple(Change(name, "git", NOON, name, name) for name in ("c1", "c2"))
    ledger.store("all", Batch("1", changes=changes, bets=BETS))


def test_pull_requests_come_oldest_first_and_again_change_nothing(ledger: Ledger) -> None:
    assert ledger.store("github", Batch("1", pull_requests=(ONE, TWO))) == Stored(new=2)
    assert ledger.store("github", Batch("1", pull_requests=(TWO, ONE))) == Stored()
    assert list(ledger.pull_requests()) == [TWO, ONE]


def test_pull_requests_go_with_their_source(ledger: Ledger) -> None:
    ledger.store("github", Batch("1", pull_requests=(ONE,)))
    assert ledger.drop_sources(["github"]).gone == 1
    assert list(ledger.pull_requests()) == []


def test_what_is_frozen_never_changes(ledger: Ledger) -> None:
    assert ledger.freeze([CLAIM]) == 1
    later = FrozenClaim("faster-export", NOON + timedelta(days=1), "c2", "{}")
    assert ledger.freeze([later, FrozenClaim("safer-import", NOON, None, claim_of(BETS[1]))]) == 1
    assert [claim.bet for claim in ledger.frozen_claims()] == ["faster-export", "safer-import"]
    assert ledger.frozen_claims()[0] == CLAIM


def test_of_two_claims_frozen_at_once_the_first_stays(ledger: Ledger) -> None:
    assert ledger.freeze([CLAIM, FrozenClaim("faster-export", NOON, None, "{}")]) == 1
    assert list(ledger.frozen_claims()) == [CLAIM]


def test_a_link_by_hand_stands_in_place_of_what_the_rules_find(ledger: Ledger) -> None:
    found = [Link("c1", "faster-export", "message"), Link("c2", "faster-export", "paths")]
    ledger.replace_links(found)
    assert ledger.link_by_hand("c1", ["safer-import"]) == Stored(new=1, gone=1)
    assert ledger.replace_links(found) == Stored()
    assert list(ledger.links()) == [Link("c1", "safer-import", "hand"), found[1]]


def test_a_change_can_be_said_to_serve_no_bet(ledger: Ledger) -> None:
    ledger.replace_links([Link("c1", "faster-export", "message")])
    assert ledger.link_by_hand("c1", []) == Stored(gone=1)
    ledger.replace_links([Link("c1", "faster-export", "message")])
    assert list(ledger.links()) == []
    assert ledger.link_by_hand("c1", ["faster-export"]) == Stored(new=1)
    assert ledger.link_by_hand("c1", ["faster-export"]) == Stored()


@pytest.mark.parametrize(("change", "bets"), [("c9", ["faster-export"]), ("c1", ["faster-export", "no-such"])])
def test_what_is_not_there_can_not_be_linked_and_nothing_is(ledger: Ledger, change: str, bets: list[str]) -> None:
    with pytest.raises(UnknownIdError):
        ledger.link_by_hand(change, bets)
    ledger.replace_links([Link("c1", "faster-export", "message")])
    assert [link.rule for link in ledger.links()] == ["message"]
