"""Who waits, and what they would be told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftermerge.errors import InputError, UnknownIdError
from aftermerge.model.batch import Batch
from aftermerge.model.change import Change, Release
from aftermerge.tell import decide
from aftermerge.tell.due import due
from aftermerge.tell.template import ANSWER, read_wording

from .conftest import MARCH, Shop, said


def test_who_asked_before_it_reached_them_is_due_and_the_longest_waiting_comes_first(shop: Shop) -> None:
    found = due(shop.ledger)
    assert [item.id for item in found] == ["faster-export/desk:1", "faster-export/desk:2"]
    assert (found[0].release, found[0].reached_at) == ("v2", MARCH + timedelta(days=10))
    assert found[0].waiting_days(shop.now) == 30


def test_what_is_merged_and_not_released_has_reached_nobody(shop: Shop) -> None:
    shop.ledger.store("git", Batch("2", releases=(), whole=frozenset({"releases"}), restart=True))
    assert due(shop.ledger) == ()


def test_what_was_taken_back_is_told_to_nobody(shop: Shop) -> None:
    revert = Change("c2", "git", MARCH + timedelta(days=11), 'Revert "Faster"', "This reverts commit c1aaaaaaa.")
    first = Change("c1aaaaaaa", "git", MARCH, "Faster", "Bet: faster-export")
    releases = (
        Release("v2", "git", "tag", MARCH + timedelta(days=10), changes=("c1aaaaaaa",)),
        Release("v3", "git", "tag", MARCH + timedelta(days=12), changes=("c2",)),
    )
    shop.ledger.store("git", Batch("2", changes=(first, revert), releases=releases))
    from aftermerge.model.change import Link

    shop.ledger.replace_links([Link("c1aaaaaaa", "faster-export", "message")])
    assert due(shop.ledger) == ()


def test_who_was_answered_in_their_thread_since_it_reached_them_is_not_due(shop: Shop) -> None:
    answered = replace(said(1, "ana", MARCH), replied_at=MARCH + timedelta(days=12), updated_at=shop.now)
    shop.ledger.store("desk", Batch("2", feedback=(answered,)))
    assert [item.id for item in due(shop.ledger)] == ["faster-export/desk:2"]


def test_a_draft_quotes_them_and_says_what_changed_and_since_when(shop: Shop) -> None:
    first, second = shop.draft()
    assert (first.id, first.state, first.asker) == ("faster-export/desk:1", "drafted", "desk:ana")
    assert "on 1 March 2026 you wrote" in first.text
    assert "> It stops at 1 rows <b>@all</b>" in first.text
    assert "Since 11 March 2026 (v2) this has changed: Exports finish" in first.text
    assert first.reference != second.reference


def test_drafting_again_changes_nothing(shop: Shop) -> None:
    shop.draft()
    before = list(shop.ledger.messages())
    assert shop.draft() == []
    assert list(shop.ledger.messages()) == before


def test_a_template_that_names_something_unknown_says_where_and_what_is_near() -> None:
    assert read_wording("answer", ANSWER, "tell/answer.md").text == ANSWER
    with pytest.raises(InputError, match=r"\$realease") as caught:
        read_wording("answer", "Hello,\n\nsince $realease", "tell/answer.md")
    assert caught.value.where is not None
    assert (caught.value.where.file, caught.value.where.line) == ("tell/answer.md", 3)
    assert "release" in str(caught.value.then)
    with pytest.raises(InputError, match="names nothing"):
        read_wording("answer", "it costs 5 $ now", "tell/answer.md")
    assert read_wording("answer", "it costs $$5", "x").filled({}) == "it costs $5"


def test_other_words_have_to_be_approved_again(shop: Shop) -> None:
    message = shop.draft()[0]
    decide.approve(shop.ledger, [message.id], shop.clock())
    approved = decide.message_of(message.id, shop.ledger.messages())
    changed = decide.reword(shop.ledger, approved, "Dear Ana", shop.clock())
    assert (changed.state, changed.text) == ("drafted", "Dear Ana")


def test_nothing_without_words_is_approved(shop: Shop) -> None:
    message = shop.draft()[0]
    decide.reword(shop.ledger, message, " \n", shop.clock())
    with pytest.raises(InputError, match="no words"):
        decide.approve(shop.ledger, [message.id], shop.clock())


def test_of_several_all_are_approved_or_none(shop: Shop) -> None:
    message = shop.draft()[0]
    with pytest.raises(UnknownIdError):
        decide.approve(shop.ledger, [message.id, "faster-export/desk:99"], shop.clock())
    assert set(shop.states().values()) == {"drafted"}


def test_a_waiver_has_a_reason_and_ends_the_waiting(shop: Shop) -> None:
    message = shop.draft()[0]
    with pytest.raises(InputError, match="reason"):
        decide.waive(shop.ledger, [message.id], " ", shop.clock())
    decide.waive(shop.ledger, [message.id], "told on the phone", shop.clock())
    assert [item.id for item in due(shop.ledger)] == ["faster-export/desk:2"]
    with pytest.raises(InputError, match="is waived"):
        decide.approve(shop.ledger, [message.id], shop.clock())
