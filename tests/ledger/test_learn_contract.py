"""Notices, milestones, thanks and own names: alike in every ledger."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aftermerge.errors import InputError
from aftermerge.model.notice import Milestone, Notice
from aftermerge.model.thanks import OwnName, Thanks
from aftermerge.ports import Ledger

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
THANKS = Thanks("t1", NOON, "ana@harbor.example", "bo@harbor.example", "followed_after_merge", "You stayed", ("x",))


def test_a_notice_is_begun_once(any_ledger: Ledger) -> None:
    begun = Notice("review", "sending", NOON)
    assert any_ledger.replace_notice(None, begun)
    assert not any_ledger.replace_notice(None, replace(begun, at=NOON + timedelta(hours=1)))
    sent = replace(begun, state="sent", url="https://chat.example/1")
    assert any_ledger.replace_notice(begun, sent)
    assert list(any_ledger.notices()) == [sent]


def test_the_first_time_that_a_stage_was_reached_stays(any_ledger: Ledger) -> None:
    first = Milestone("x", "measured", NOON, "a readout")
    assert any_ledger.mark_milestones([first, replace(first, stage="told")]) == 2
    assert any_ledger.mark_milestones([replace(first, at=NOON + timedelta(days=1))]) == 0
    assert list(any_ledger.milestones()) == [first, replace(first, stage="told")]


def test_a_thank_you_is_read_by_those_whom_it_concerns_until_it_is_published(any_ledger: Ledger) -> None:
    assert any_ledger.replace_thanks(None, THANKS)
    assert list(any_ledger.thanks("bo@harbor.example")) == [THANKS] == list(any_ledger.thanks("ana@harbor.example"))
    assert list(any_ledger.thanks("cy@harbor.example")) == []
    published = replace(THANKS, published_at=NOON)
    assert any_ledger.replace_thanks(THANKS, published)
    assert list(any_ledger.thanks("cy@harbor.example")) == [published]
    assert not any_ledger.replace_thanks(THANKS, None)
    assert any_ledger.replace_thanks(published, None)
    assert list(any_ledger.thanks("bo@harbor.example")) == []


def test_what_was_published_is_read_by_all_in_the_order_in_which_it_was(any_ledger: Ledger) -> None:
    first, later = replace(THANKS, id="t2", published_at=NOON), replace(THANKS, published_at=NOON + timedelta(days=1))
    for row in (later, first, replace(THANKS, id="t3")):
        assert any_ledger.replace_thanks(None, row)
    assert list(any_ledger.published_thanks()) == [first, later]


def test_a_name_belongs_to_the_one_who_said_so_first(any_ledger: Ledger) -> None:
    mine = OwnName("ana@harbor.example", "zendesk", "agent-9")
    assert any_ledger.link_own_name(mine)
    assert not any_ledger.link_own_name(mine)
    with pytest.raises(InputError, match="somebody else"):
        any_ledger.link_own_name(replace(mine, person="bo@harbor.example"))
    assert list(any_ledger.own_names("ana@harbor.example")) == [mine]
    assert list(any_ledger.own_names("bo@harbor.example")) == []
    assert not any_ledger.unlink_own_name(replace(mine, person="bo@harbor.example"))
    assert any_ledger.unlink_own_name(mine)
