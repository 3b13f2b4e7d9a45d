"""How far a bet has come round the loop."""

from dataclasses import replace
from typing import Any

import pytest

from aftermerge.bet.stand import standing_of, standings
from aftermerge.errors import UnknownIdError
from aftermerge.model.batch import Batch
from aftermerge.model.change import Change, Link, Release
from aftermerge.model.feedback import Feedback
from aftermerge.model.message import Message
from aftermerge.model.readout import Readout, Subject
from aftermerge.model.standing import Stage
from aftermerge.render.standing import standing_document, standing_text, standings_text
from support.memory_ledger import MemoryLedger
from support.world import bet, day

READ = Readout(Subject("bet", "faster-export"), "exports", "controlled", "primary", "percent", 5.0, "improved", "it is")


def ledger(steps: int, *, answered: bool = False, **readout: Any) -> MemoryLedger:
    """The first `steps` of: linked, released, measured."""
    found = MemoryLedger()
    heard = Feedback("s", "1", day(1), "It \x1b[31mtimes out", author="c", problem="slow")
    if answered:
        heard = replace(heard, reply="Done", replied_at=day(30))
    found.store("s", Batch("1", feedback=(heard,)))
    found.store("ws", Batch("1", bets=(bet("faster-export", problem="slow"), bet("other"))))
    if steps >= 1:
        found.store("git", Batch("1", changes=(Change("c1", "git", day(20), "Stream", "Stream"),)))
        found.replace_links([Link("c1", "faster-export", "message")])
    if steps >= 2:
        found.store("git", Batch("2", releases=(Release("v2", "git", "tag", day(21), changes=("c1",)),)))
    if steps >= 3:
        found.replace_readouts(day(60), [replace(READ, **readout)])
    return found


@pytest.mark.parametrize(("steps", "stage"), [(0, "framed"), (1, "merged"), (2, "released"), (3, "measured")])
def test_a_bet_stands_at_the_last_stage_that_it_reached(steps: int, stage: Stage) -> None:
    assert standing_of("faster-export", ledger(steps)).stage == stage


def test_a_readout_that_came_too_early_measures_nothing_yet() -> None:
    assert standing_of("faster-export", ledger(3, verdict="too_early")).stage == "released"


def test_a_bet_is_told_once_everyone_who_asked_has_had_an_answer_since_the_release() -> None:
    assert standing_of("faster-export", ledger(3, answered=True)).stage == "told"
    assert len(standing_of("faster-export", ledger(3)).waiting) == 1


def test_an_answer_before_the_release_tells_nobody_what_came_of_it() -> None:
    early = ledger(3, answered=True)
    early.store("git", Batch("3", releases=(Release("v2", "git", "tag", day(40), changes=("c1",)),)))
    assert standing_of("faster-export", early).stage == "measured"


def test_what_was_taken_back_tells_nobody_what_came_of_it_and_nobody_waits_for_it() -> None:
    back = Release("v3", "git", "tag", day(32))
    told = standing_of("faster-export", ledger(3, answered=True))
    assert told.is_told
    assert not replace(told, withdrawn=back).is_told
    assert not replace(standing_of("faster-export", ledger(3)), withdrawn=back).waiting


def test_a_bet_that_nobody_asked_for_before_it_was_there_is_not_told_to_anyone() -> None:
    late = replace(standing_of("faster-export", ledger(3)).asks[0], asked_at=day(50))
    assert not replace(standing_of("faster-export", ledger(3)), asks=(late,)).is_told


def test_an_answer_that_we_sent_ends_the_wait_and_tells_the_bet() -> None:
    held = ledger(3)
    sent = Message("answer", "faster-export", "s:c", "s:1", "r", "sent", "It is there.", day(30))
    assert held.replace_message(None, sent)
    assert standing_of("faster-export", held).stage == "told"


def test_every_bet_is_listed_under_its_stage() -> None:
    text = standings_text(standings(ledger(3)))
    assert text.index("framed, not built yet (1)") < text.index("other") < text.index("measured (1)")


def test_one_bet_is_shown_with_its_voices_changes_and_verdict_and_words_that_do_nothing() -> None:
    text = standing_text(standing_of("faster-export", ledger(3)))
    assert "“It [31mtimes out” s:1" in text
    assert "by message" in text
    assert "▲ improved" in text
    assert "1 customer still waiting" in text


def test_the_document_bears_ids_that_can_be_given_back() -> None:
    document = standing_document(standing_of("faster-export", ledger(3)))
    assert (document["stage"], document["release"], document["changes"]) == (
        "measured",
        "v2",
        [{"id": "c1", "rule": "message"}],
    )


def test_an_unknown_bet_is_met_with_the_nearest() -> None:
    with pytest.raises(UnknownIdError, match="did you mean `faster-export`"):
        standing_of("faster-exprt", ledger(0))


def test_the_steps_that_are_known_are_stamped_with_the_days_between() -> None:
    window = (day(21).date(), day(49).date())
    standing = standing_of("faster-export", ledger(3, window=window))
    assert "framed 1 Jan 2024 → 20 days → first merged 21 Jan 2024 → 1 day → released 22 Jan 2024 → " in (
        standing_text(standing)
    )
    document = standing_document(standing)
    assert document["stamps"] == [
        {"step": "framed", "on": "2024-01-01"},
        {"step": "first merged", "on": "2024-01-21"},
        {"step": "released", "on": "2024-01-22"},
        {"step": "measured", "on": "2024-02-19"},
    ]
    assert document["merge_to_release_seconds"] == 86_400


def test_what_has_not_happened_bears_no_stamp() -> None:
    assert [stamp.step for stamp in standing_of("faster-export", ledger(0)).stamps] == ["framed"]
    assert standing_of("faster-export", ledger(1)).merge_to_release_seconds is None
    early = standing_of("faster-export", ledger(3, verdict="too_early", window=(day(21).date(), day(49).date())))
    assert [stamp.step for stamp in early.stamps] == ["framed", "first merged", "released"]
