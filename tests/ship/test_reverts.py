"""What a revert serves, and when a change that was taken back had reached users."""

import pytest

from aftermerge.model.change import Change, Link, Release
from aftermerge.model.reach import Reach, reaches, taken_back
from aftermerge.ship.link import links_of
from support.world import bet, change, link, release

SHA = "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334"
BACK = "b1b2c3d4e5f60718293a4b5c6d7e8f9001122334"
AGAIN = "c1b2c3d4e5f60718293a4b5c6d7e8f9001122334"
FIRST = change(SHA, 1, "Stream the export (#12)\n\nBet: faster-export")


@pytest.mark.parametrize(
    "message",
    [
        f'Revert "Stream the export (#12)"\n\nThis reverts commit {SHA}.',
        f'Revert "Stream the export (#12)" (#13)\n\n* Revert "Stream"\n\nThis reverts commit {SHA[:12]}.',
        'Revert "Stream the export (#12)" (#13)\n\nReverts harbor/app#12',
        "Merge pull request #13 from harbor/revert-12\n\nRevert\n\nReverts #12",
        f"Take it back\r\n\r\nThis reverts commit {SHA}, reversing\nchanges made to {BACK}.",
    ],
)
def test_a_revert_serves_the_bet_of_what_it_takes_back(message: str) -> None:
    found = links_of([FIRST, change(BACK, 2, message)], [bet("faster-export")])
    assert found == [Link(SHA, "faster-export", "message"), Link(BACK, "faster-export", "message")]


@pytest.mark.parametrize(
    "message",
    ["Revert to the old export", "It reverts harbor/app#12 to what it was", f"See {SHA}", "Reverts harbor/app#999"],
)
def test_what_only_speaks_of_reverting_takes_nothing_back(message: str) -> None:
    assert taken_back([FIRST, change(BACK, 2, message)]) == {}


def test_a_revert_of_a_revert_serves_it_too() -> None:
    history = [FIRST, _reverting(BACK, SHA, 2), _reverting(AGAIN, BACK, 3)]
    assert {found.bet for found in links_of(history, [bet("faster-export")]) if found.change == AGAIN} == {
        "faster-export"
    }


def test_a_revert_of_several_changes_serves_all_their_bets() -> None:
    other = change("d1" * 20, 1, "Tidy the import\n\nBet: safer-import")
    both = change(BACK, 2, f"Take both back\n\nThis reverts commit {SHA}.\n\nThis reverts commit {other.id}.")
    found = links_of([FIRST, other, both], [bet("faster-export"), bet("safer-import")])
    assert [item.bet for item in found if item.change == BACK] == ["faster-export", "safer-import"]


def test_a_cherry_pick_serves_the_bet_that_its_message_names() -> None:
    picked = change(BACK, 2, f"{FIRST.message}\n\n(cherry picked from commit {SHA})")
    assert [found.change for found in links_of([FIRST, picked], [bet("faster-export")])] == [SHA, BACK]
    assert taken_back([FIRST, picked]) == {}


def test_reverts_that_name_one_another_do_not_go_round_for_ever() -> None:
    circle = [_reverting(SHA, BACK, 1), _reverting(BACK, SHA, 2)]
    assert links_of(circle, [bet("faster-export")]) == []
    assert _reach(circle, release("v1", 5, SHA, BACK)) is None


def test_what_was_taken_back_before_its_release_never_reached_users() -> None:
    history = [FIRST, _reverting(BACK, SHA, 2)]
    assert _reach(history, release("v1", 5, SHA, BACK)) is None


def test_what_was_taken_back_by_a_later_release_reached_users_until_then() -> None:
    v1, v2 = release("v1", 5, SHA), release("v2", 9, BACK)
    assert _reach([FIRST, _reverting(BACK, SHA, 7)], v1, v2) == Reach(v1, v2)


def test_a_revert_that_no_release_has_carried_has_taken_nothing_from_users_yet() -> None:
    v1 = release("v1", 5, SHA)
    assert _reach([FIRST, _reverting(BACK, SHA, 7)], v1) == Reach(v1)


def test_what_came_back_reached_users_with_the_release_that_carried_it_again() -> None:
    history = [FIRST, _reverting(BACK, SHA, 2), _reverting(AGAIN, BACK, 6)]
    v1, v2 = release("v1", 5, SHA, BACK), release("v2", 9, AGAIN)
    assert _reach(history, v1, v2) == Reach(v2)


def test_a_bet_is_withdrawn_with_the_last_of_its_changes() -> None:
    other = change("other", 3, "More\n\nBet: faster-export")
    v1, v2 = release("v1", 5, SHA, "other"), release("v2", 9, BACK)
    links = [link(SHA, "faster-export"), link("other", "faster-export")]
    assert reaches([v1, v2], links, [FIRST, other, _reverting(BACK, SHA, 7)])["faster-export"] == Reach(v1)


def _reverting(by: str, what: str, index: int) -> Change:
    return change(by, index, f"Revert\n\nThis reverts commit {what}.")


def _reach(history: list[Change], *releases: Release) -> Reach | None:
    links = [link(step.id, "faster-export") for step in history]
    return reaches(releases, links, history).get("faster-export")
