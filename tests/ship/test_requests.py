"""What a pull request's body says of the change that it became."""

from datetime import timedelta
from typing import Any

import pytest

from aftermerge.model.batch import Batch
from aftermerge.model.change import Link
from aftermerge.model.pull_request import PullRequest
from aftermerge.ship.link import links_of, relink
from aftermerge.ship.requests import requests_of
from support.memory_ledger import MemoryLedger
from support.world import bet, change, day

EXPORT, IMPORT = bet("faster-export", paths=("src/exports/**",)), bet("safer-import")
BETS = [EXPORT, IMPORT]


def request(number: int = 12, commit: str = "c", body: str = "Bet: faster-export", **more: Any) -> PullRequest:
    said: dict[str, Any] = {"source": "hub", "repository": "harbor/app", "title": "Stream", "url": ""} | more
    return PullRequest(number=number, merge_commit=commit, merged_at=day(20), body=body, **said)


@pytest.mark.parametrize(
    "body",
    [
        "Bet: faster-export",
        "Why\r\n\r\nBet: faster-export\r\n\r\nCloses #3\r\n",
        "<!-- which bet? -->\r\n  Bet:\tfaster-export  \r\n",
        "Bet: faster-export <!-- or another -->",
        "<!-- Bet: safer-import -->\nBet: faster-export",
    ],
)
def test_a_line_of_the_body_names_the_bet(body: str) -> None:
    assert links_of([change("c", 20)], BETS, [request(body=body)]) == [Link("c", "faster-export", "pull_request")]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Bet: ",
        "Bet:\r\nfaster-export",
        "<!-- Bet: faster-export -->",
        "<!--\r\nBet: faster-export\r\n-->",
        "<!-- never closed\nBet: faster-export",
        "> Bet: faster-export",
        "We bet: faster-export",
        "Bet: no-such-bet",
    ],
)
def test_what_is_hidden_unfilled_or_quoted_names_none(body: str) -> None:
    assert links_of([change("c", 20)], BETS, [request(body=body)]) == []


def test_the_body_comes_before_message_branch_and_paths() -> None:
    merged = change("c", 20, "Work\n\nBet: safer-import", branch="bet/safer-import", paths=("src/exports/a.py",))
    assert links_of([merged], BETS, [request()]) == [Link("c", "faster-export", "pull_request")]
    assert links_of([merged], BETS, [request(body="")]) == [Link("c", "safer-import", "message")]


def test_a_body_may_name_several_bets() -> None:
    found = links_of([change("c", 20)], BETS, [request(body="Bet: faster-export\r\nBet: safer-import")])
    assert [link.bet for link in found] == ["faster-export", "safer-import"]


def test_a_squash_is_linked_by_the_branch_that_its_request_was_made_on() -> None:
    found = links_of([change("c", 20, "Stream (#12)")], BETS, [request(body="", branch="bet/safer-import")])
    assert found == [Link("c", "safer-import", "branch")]


@pytest.mark.parametrize("title", ["Stream (#12)", "Merge pull request #12 from harbor/x\n\nStream"])
def test_a_change_that_was_rewritten_is_found_by_the_number_that_it_bears(title: str) -> None:
    assert requests_of([change("rewritten", 20, title)], [request(commit="gone")]).keys() == {"rewritten"}


@pytest.mark.parametrize(
    "title", ["Stream (#13)", "Stream #12", "(#12) stream", 'Revert "Stream (#12)" (#13)', "See #12"]
)
def test_another_number_or_one_elsewhere_is_not_its_own(title: str) -> None:
    assert requests_of([change("other", 20, title)], [request(commit="gone")]) == {}


def test_a_request_whose_merge_is_known_bears_no_copy_of_it() -> None:
    both = [change("c", 20, "Stream (#12)"), change("copy", 21, "Stream (#12)")]
    assert requests_of(both, [request()]).keys() == {"c"}


def test_a_number_that_two_repositories_have_names_none() -> None:
    twice = [request(commit="x"), request(commit="y", repository="harbor/docs")]
    assert requests_of([change("c", 20, "Stream (#12)")], twice) == {}
    same = [request(commit="x"), request(commit="x", source="other")]
    assert requests_of([change("c", 20, "Stream (#12)")], same).keys() == {"c"}


def test_relinking_reads_the_pull_requests_and_the_rule_is_kept() -> None:
    ledger = MemoryLedger()
    ledger.store("git", Batch("1", bets=(EXPORT,), changes=(change("c", 20, "Work"),)))
    assert relink(ledger).new == 0
    ledger.store("hub", Batch("1", pull_requests=(request(),)))
    assert relink(ledger).new == 1
    assert ledger.links() == [Link("c", "faster-export", "pull_request")]


def test_a_body_of_nothing_but_openings_is_read_in_no_time() -> None:
    body = "<!-- " * 13_000
    assert links_of([change("c", 20)], BETS, [request(body=body)] * 20) == []


def test_a_revert_serves_the_bet_that_the_request_of_what_it_takes_back_named() -> None:
    sha = "a1" * 20
    back = change("b2" * 20, 21, f"Take it back\n\nThis reverts commit {sha}.")
    found = links_of([change(sha, 20, "Stream"), back], BETS, [request(commit=sha)])
    assert [(link.change, link.bet) for link in found] == [(sha, "faster-export"), (back.id, "faster-export")]
    assert back.merged_at - day(20) == timedelta(days=1)
