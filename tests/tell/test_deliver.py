"""Each message once, whatever happens."""

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftermerge.errors import InputError, OutsideError
from aftermerge.model.batch import Batch
from aftermerge.model.quiet import QuietHours
from aftermerge.tell import decide
from aftermerge.tell.deliver import SETTLES_AFTER
from support.desk import Desk, KilledError

from .conftest import MARCH, Shop, said


def ready(shop: Shop) -> Shop:
    shop.draft()
    shop.approve()
    return shop


def test_nothing_is_sent_that_no_human_approved(shop: Shop) -> None:
    shop.draft()
    assert shop.send().delivered == ()
    assert shop.desk.arrived == []


def test_what_was_approved_arrives_where_they_asked_once(shop: Shop) -> None:
    ready(shop)
    report = shop.send()
    assert [done.message.state for done in report.delivered] == ["sent", "sent"]
    assert [letter.thread for letter in shop.desk.arrived] == ["t1", "t2"]
    assert shop.desk.arrived[0].address == "ana@mail.example"
    assert shop.send().delivered == ()
    assert len(shop.desk.arrived) == 2


@pytest.mark.parametrize("fault", ["killed before", "killed after"])
def test_a_job_that_is_killed_tells_nobody_twice_and_nobody_not(shop: Shop, fault: str) -> None:
    ready(shop).desk.faults = [fault]
    with pytest.raises(KilledError):
        shop.send()
    assert "sending" in shop.states().values()
    shop.send()  # too early to tell whether the first arrived
    assert len(set(shop.desk.references)) == len(shop.desk.references)
    shop.now += SETTLES_AFTER
    shop.send()
    assert sorted(shop.desk.references) == sorted(row.reference for row in shop.ledger.messages())
    assert set(shop.states().values()) == {"sent"}


@pytest.mark.parametrize("fault", ["silent", "lost"])
def test_after_a_timeout_it_is_looked_up_before_anything_is_sent_again(shop: Shop, fault: str) -> None:
    ready(shop).desk.faults = [fault]
    shop.send()
    assert "unknown" in shop.states().values()
    shop.now += SETTLES_AFTER
    shop.send()
    assert len(shop.desk.references) == 2 == len(set(shop.desk.references))
    assert set(shop.states().values()) == {"sent"}


@pytest.mark.parametrize("fault", ["silent", "killed after", "killed before"])
def test_where_nothing_can_be_looked_up_it_waits_for_a_human(shop: Shop, fault: str) -> None:
    shop.desk.can_look_up = False
    ready(shop).desk.faults = [fault]
    if fault.startswith("killed"):
        with pytest.raises(KilledError):
            shop.send()
    for _ in range(3):
        shop.now += SETTLES_AFTER
        shop.send()
    unknown = [row for row in shop.ledger.messages() if row.state == "unknown"]
    assert [row.id for row in unknown] == ["faster-export/desk:1"]
    assert len(shop.desk.references) == len(set(shop.desk.references))
    decide.settle(shop.ledger, unknown[0].id, shop.clock(), arrived=False)
    shop.send()
    assert set(shop.states().values()) == {"sent"}


def test_a_refusal_is_told_and_leaves_the_others_their_turn(shop: Shop) -> None:
    ready(shop).desk.faults = ["refused"]
    shop.send()
    refused = decide.message_of("faster-export/desk:1", shop.ledger.messages())
    assert (refused.state, refused.reason) == ("refused", "the ticket is closed")
    assert shop.states()["faster-export/desk:2"] == "sent"
    decide.approve(shop.ledger, [refused.id], shop.clock())
    shop.send()
    assert set(shop.states().values()) == {"sent"}


@pytest.mark.parametrize("error", [OutsideError("no answer"), InputError("the token has expired")])
def test_a_channel_that_takes_nothing_leaves_everything_approved(shop: Shop, error: Exception) -> None:
    ready(shop).desk.faults = [error]
    report = shop.send()
    assert list(report.errors) == [error]
    assert set(shop.states().values()) == {"approved"}
    shop.send()
    assert len(shop.desk.arrived) == 2


def test_an_opt_out_always_wins(shop: Shop) -> None:
    ready(shop)
    shop.ledger.opt_out("desk:ana")
    shop.send()
    assert [letter.thread for letter in shop.desk.arrived] == ["t2"]
    assert shop.states()["faster-export/desk:1"] == "waived"


def test_what_somebody_else_answered_meanwhile_is_read_again_first(shop: Shop) -> None:
    ready(shop)
    answered = replace(said(1, "ana", MARCH), replied_at=shop.now, updated_at=shop.now)
    shop.ledger.store("desk", Batch("2", feedback=(answered,)))
    shop.send()
    assert shop.states()["faster-export/desk:1"] == "drafted"
    assert [letter.thread for letter in shop.desk.arrived] == ["t2"]


def test_in_quiet_hours_nothing_new_is_sent_and_what_is_unknown_is_looked_up(shop: Shop) -> None:
    ready(shop).desk.faults = ["silent"]
    shop.send()
    shop.now += SETTLES_AFTER
    shop.quiet = QuietHours(time(0), time(23, 59))
    decide.approve(shop.ledger, [], shop.clock())
    assert shop.send().is_quiet
    assert shop.states()["faster-export/desk:1"] == "sent"


def test_those_who_can_not_be_answered_where_they_asked_are_named(shop: Shop) -> None:
    shop.ledger.store("forum", Batch("1", feedback=(replace(said(9, "eve", MARCH), source="forum"),)))
    ready(shop)
    report = shop.send()
    assert [row.id for row in report.nowhere] == ["faster-export/forum:9"]


def test_two_jobs_with_one_ledger_do_the_work_once(shop: Shop) -> None:
    ready(shop)
    with shop.ledger.lease("tell", shop.now, 3600.0):
        assert shop.send().taken
    assert shop.desk.arrived == []


def test_a_customer_who_was_forgotten_meanwhile_is_not_written_to(shop: Shop) -> None:
    ready(shop)
    shop.ledger.forget("desk:ana")
    shop.send()
    assert [letter.thread for letter in shop.desk.arrived] == ["t2"]


FAULTS = st.lists(st.sampled_from(["none", "killed before", "killed after", "silent", "lost"]), max_size=8)


@settings(max_examples=150)
@given(FAULTS, st.booleans())
def test_whatever_fails_in_whatever_order_nobody_is_told_twice(faults: list[str], can_look_up: bool) -> None:
    from .conftest import shop as made

    shop = ready(made.__wrapped__())  # type: ignore[attr-defined]
    shop.desk = Desk(can_look_up, list(faults))
    for _ in range(len(faults) + 3):
        shop.now += SETTLES_AFTER
        try:
            shop.send()
        except KilledError:
            continue
    assert len(shop.desk.references) == len(set(shop.desk.references))
    for row in shop.ledger.messages():
        assert row.state in ("sent", "unknown")
        assert row.state == "unknown" or row.reference in shop.desk.references
        assert can_look_up is False or row.state == "sent"
