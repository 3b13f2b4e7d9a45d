"""One piece of feedback, or one customer, whole."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aftermerge.errors import InputError, UnknownIdError
from aftermerge.hear.show import show
from aftermerge.model.batch import Batch
from aftermerge.model.change import Release
from aftermerge.model.feedback import Feedback, Verbatim
from aftermerge.model.problem import Attribution, Curation, Problem
from support.memory_ledger import MemoryLedger

AT = datetime(2026, 3, 1, tzinfo=UTC)


def said(name: str, text: str = "export fails", day: int = 0, **more: Any) -> Feedback:
    return Feedback("desk", name, AT + timedelta(days=day), text, **more)


@pytest.fixture
def ledger() -> MemoryLedger:
    ledger = MemoryLedger()
    rows = (said("101", author="7", version="1.2", day=2), said("102", author="7"), said("103", author="8"))
    verbatims = (Verbatim("desk:101", "export fails, mail me: me@x.example"),)
    releases = (Release("v1.2", "desk", "tag", AT),)
    ledger.store("desk", Batch(cursor="1", feedback=rows, verbatims=verbatims, releases=releases))
    said_so = Attribution("desk:101", "slow-export", "attracted", 0.8)
    ledger.curate(Curation("accept", "slow-export", (Problem("slow-export", "Slow exports", AT),), (said_so,)))
    ledger.mark_near_copies({"desk:103": "desk:101"})
    return ledger


def test_a_piece_comes_with_its_release_its_problem_who_says_so_and_its_near_copies(ledger: MemoryLedger) -> None:
    (whole,) = show("desk:101", ledger)
    assert whole.release is not None
    assert whole.release.id == "v1.2"
    assert whole.problem is not None
    assert whole.problem.title == "Slow exports"
    assert whole.attribution is not None
    assert (whole.attribution.by, whole.attribution.certainty) == ("attracted", 0.8)
    assert whole.copies == ("desk:103",)
    assert whole.verbatim is None
    (copy,) = show("desk:103", ledger)
    assert copy.copies == ("desk:101",)


def test_a_customer_s_id_gives_all_that_they_said_oldest_first(ledger: MemoryLedger) -> None:
    assert [item.feedback.external_id for item in show("desk:7", ledger)] == ["102", "101"]


def test_the_words_as_they_were_written_are_there_when_a_reason_is_given(ledger: MemoryLedger) -> None:
    (whole,) = show("desk:101", ledger, why="they rang")
    assert whole.verbatim is not None
    assert "me@x.example" in whole.verbatim.text
    with pytest.raises(InputError, match="one piece at a time"):
        show("desk:7", ledger, why="they rang")


def test_an_unknown_id_offers_the_nearest(ledger: MemoryLedger) -> None:
    with pytest.raises(UnknownIdError, match="did you mean `desk:101`"):
        show("desk:1o1", ledger)
    with pytest.raises(UnknownIdError, match="did you mean `desk:102`"):
        show("dsk:102", ledger)
    with pytest.raises(UnknownIdError, match="hear search"):
        show("zzz", ledger)
    with pytest.raises(UnknownIdError, match="hear search"):
        show("", MemoryLedger())


def test_an_id_that_was_forgotten_says_so(ledger: MemoryLedger) -> None:
    ledger.forget("desk:7")
    for given in ("desk:7", "desk:101"):
        with pytest.raises(UnknownIdError, match=f"`{given}` was forgotten on 20"):
            show(given, ledger)
