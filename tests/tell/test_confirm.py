"""Did it help? Asked once, answered by link or in the thread, never taken from a robot."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftermerge.errors import InputError, UnknownIdError
from aftermerge.model.batch import Batch
from aftermerge.render.tell import heard_text
from aftermerge.tell.confirm import answers, confirm_by_link, confirm_in_thread, stop_by_link
from aftermerge.tell.links import EXPIRES_AFTER, Links

from .conftest import Shop, said


def told(shop: Shop) -> Shop:
    shop.draft()
    shop.approve()
    shop.send()
    return shop


def asked(shop: Shop) -> Shop:
    told(shop).now += timedelta(days=7)
    shop.draft()
    shop.approve()
    shop.send()
    return shop


def test_the_question_is_drafted_some_days_after_the_answer_and_once(shop: Shop) -> None:
    told(shop).now += timedelta(days=6)
    assert shop.draft() == []
    shop.now += timedelta(days=1)
    questions = shop.draft()
    assert [row.id for row in questions] == ["faster-export/desk:1/helped", "faster-export/desk:2/helped"]
    assert shop.draft() == []


def test_the_question_bears_a_link_and_waits_for_a_human_too(shop: Shop) -> None:
    told(shop).now += timedelta(days=7)
    question = shop.draft()[0]
    assert "https://after.example/helped/" in question.text
    shop.send()
    assert len(shop.desk.arrived) == 2
    shop.approve()
    shop.send()
    assert len(shop.desk.arrived) == 4


def test_without_a_site_nobody_is_asked_but_in_their_thread(shop: Shop) -> None:
    shop.site = None
    told(shop).now += timedelta(days=30)
    assert shop.draft() == []
    assert confirm_in_thread(shop.ledger, "faster-export/desk:1", "yes", shop.clock()).by == "thread"


def test_who_said_it_by_themself_is_not_asked(shop: Shop) -> None:
    told(shop)
    confirm_in_thread(shop.ledger, "faster-export/desk:1", "no", shop.clock())
    shop.now += timedelta(days=7)
    assert [row.id for row in shop.draft()] == ["faster-export/desk:2/helped"]


def test_who_was_not_told_can_not_say_whether_it_helped(shop: Shop) -> None:
    shop.draft()
    with pytest.raises(InputError, match="was not sent"):
        confirm_in_thread(shop.ledger, "faster-export/desk:1", "yes", shop.clock())
    with pytest.raises(UnknownIdError, match="there is no message"):
        confirm_in_thread(shop.ledger, "faster-export/desk:3", "yes", shop.clock())


def test_the_last_answer_by_link_stands_beside_those_of_whom_nothing_is_heard(shop: Shop) -> None:
    asked(shop)
    question = next(row for row in shop.ledger.messages() if row.id == "faster-export/desk:1/helped")
    assert confirm_by_link(shop.ledger, question.reference, "no", shop.clock())
    assert confirm_by_link(shop.ledger, question.reference, "partly", shop.clock())
    assert not confirm_by_link(shop.ledger, "ref-99", "no", shop.clock())
    assert not confirm_by_link(shop.ledger, "", "no", shop.clock())
    found = {row.answer.id: row.confirmation and row.confirmation.helped for row in answers(shop.ledger)}
    assert found == {"faster-export/desk:1": "partly", "faster-export/desk:2": None}


def test_what_they_wrote_in_their_thread_since_is_shown_and_counts_for_nothing_by_itself(shop: Shop) -> None:
    told(shop)
    since = replace(said(7, "ana", shop.now + timedelta(days=1)), thread="t1", text="Still broken", problem=None)
    elsewhere = replace(said(8, "ana", shop.now + timedelta(days=1)), thread="t8")
    shop.ledger.store("desk", Batch("2", feedback=(since, elsewhere)))
    wrote = {row.answer.id: row.wrote and row.wrote.id for row in answers(shop.ledger)}
    assert wrote == {"faster-export/desk:1": "desk:7", "faster-export/desk:2": None}
    assert list(shop.ledger.confirmations()) == []
    shown = [(row.answer, row.question, row.confirmation, row.wrote) for row in answers(shop.ledger)]
    assert "they wrote since: “Still broken” desk:7" in heard_text(shown)


def test_stopping_by_link_stops_the_question_that_was_approved(shop: Shop) -> None:
    told(shop).now += timedelta(days=7)
    shop.draft()
    shop.approve()
    assert stop_by_link(shop.ledger, shop.desk.arrived[0].reference)
    shop.send()
    assert [letter.thread for letter in shop.desk.arrived[2:]] == ["t2"]


def test_a_link_is_good_for_its_purpose_and_its_time_alone(shop: Shop) -> None:
    links = Links("https://after.example", "a secret", shop.clock)
    token = links.helped("ref-1").rpartition("/")[2]
    assert links.read("helped", token) == "ref-1"
    assert links.read("stop", token) == "forged"
    assert links.read("helped", token[:-1]) == "forged"
    assert Links("https://after.example", "another", shop.clock).read("helped", token) == "forged"
    stop = links.stop("ref-1").rpartition("/")[2]
    shop.now += EXPIRES_AFTER + timedelta(days=1)
    assert links.read("helped", token) == "expired"
    assert links.read("stop", stop) == "ref-1"
