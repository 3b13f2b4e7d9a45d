"""When a bet reached each stage, and by what that is known."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.learn.loop_stamps import loops_of
from aftermerge.learn.stamped import in_turn, stamped
from aftermerge.model.batch import Batch
from aftermerge.model.loop import STAGES, Loop, LoopStage, LoopStamp, in_order
from aftermerge.model.notice import Milestone
from support.looped import READ, confirm, looped, said, tell
from support.memory_ledger import MemoryLedger
from support.world import bet, change, day, link, release


def loop(held: MemoryLedger) -> Loop:
    return loops_of(held, UTC)[0]


def stamps(held: MemoryLedger) -> dict[LoopStage, tuple[datetime, str]]:
    return {stamp.stage: (stamp.at, stamp.source) for stamp in loop(held).stamps}


def test_each_stage_is_dated_by_the_first_fact_that_tells_of_it() -> None:
    held = looped()
    tell(held, 1, 70)
    tell(held, 2, 72)
    confirm(held, 2, 80)
    assert stamps(held) == {
        "heard": (day(2), "feedback desk:2"),
        "framed": (day(10), "commit of bets/faster-export.md"),
        "building": (day(14), "first commit of c1"),
        "merged": (day(19), "commit c1"),
        "deployed": (day(20), "release 1.0"),
        "exposed": (day(20), "release 1.0"),
        "measured": (datetime(2024, 2, 19, tzinfo=UTC), "last day of the readout"),
        "told": (day(72), "sent: faster-export/desk:2"),
        "confirmed": (day(80), "answer to desk:2, by link"),
    }
    assert loop(held).window_days == 28


def test_what_no_fact_tells_stays_unknown() -> None:
    held = MemoryLedger()
    held.store("all", Batch("1", bets=(bet("b", begun_at=None),), changes=(change("c", 3),)))
    held.replace_links([link("c", "b")])
    assert list(stamps(held)) == ["merged"]


def test_a_milestone_dates_the_measuring_rather_than_the_readouts_last_day() -> None:
    held = looped()
    held.mark_milestones([Milestone("faster-export", "measured", day(55), "readout of exports")])
    assert stamps(held)["measured"] == (day(55), "readout of exports")


def test_behind_a_flag_the_first_exposure_counts_and_not_the_release() -> None:
    randomised = replace(READ, design="randomised", window=(date(2024, 1, 30), date(2024, 2, 20)))
    exposed = stamps(looped(randomised, flag="gate"))["exposed"]
    assert exposed == (datetime(2024, 1, 30, tzinfo=UTC), "first exposure to gate")
    assert "exposed" not in stamps(looped(flag="gate"))


def test_it_is_told_once_the_last_of_those_who_may_be_answered_was() -> None:
    held = looped()
    tell(held, 1, 70)
    assert "told" not in stamps(held)
    tell(held, 2, 71, state="waived", sent_at=None)
    assert stamps(held)["told"] == (day(71), "waived: faster-export/desk:2")


def test_an_attempt_of_unknown_outcome_tells_nobody() -> None:
    held = looped()
    tell(held, 1, 70)
    tell(held, 2, 71, state="unknown")
    assert "told" not in stamps(held)


def test_an_answer_in_the_thread_tells_and_who_may_not_be_written_to_or_came_later_is_not_waited_for() -> None:
    held = looped()
    later = (said(1, 5, replied_at=day(30)), said(2, 2, may_contact=False), said(3, 50))
    held.store("all", Batch("2", feedback=later))
    assert stamps(held)["told"] == (day(30), "reply to desk:1")


def test_the_teams_part_is_done_when_those_who_asked_were_told() -> None:
    held = looped()
    assert (loop(held).done, loop(held).now_in) == (None, "told")
    tell(held, 1, 70)
    tell(held, 2, 72)
    done = loop(held).done
    assert done is not None
    assert (done.at, loop(held).now_in, loop(held).waits_since) == (day(72), "confirmed", day(72))
    confirm(held, 1, 80)
    assert loop(held).now_in is None


def test_where_nobody_is_to_be_told_it_is_done_once_it_is_measured() -> None:
    held = looped()
    held.store("all", Batch("2", feedback=(said(1, 5, may_contact=False), said(2, 2, may_contact=False))))
    done = loop(held).done
    assert done is not None
    assert (done.stage, loop(held).now_in) == ("measured", None)


def test_where_nobody_is_to_be_told_telling_takes_no_time_and_what_was_taken_back_is_left_out() -> None:
    measured = LoopStamp("measured", day(40), "x")
    back = LoopStamp("deployed", day(50), "taken back in 1.1")
    loops = (Loop("a", (measured,), 28, measured), Loop("b", (measured,), 28, back))
    known = stamped(loops, day(60)).known
    np.testing.assert_array_equal(known, [[np.nan] * 6 + [-20.0, -20.0, np.nan]])


def test_what_was_taken_back_waits_for_nothing() -> None:
    back = [change(f"r{n}", 30 + n, f"Revert\n\nThis reverts commit c{n}00000000.") for n in (1, 2)]
    held = MemoryLedger()
    changes = (change("c100000000", 19), change("c200000000", 25), *back)
    releases = (release("1.0", 26, "c100000000", "c200000000"), release("1.1", 33, "r1", "r2"))
    held.store("all", Batch("1", bets=(bet(),), changes=changes, releases=releases))
    held.replace_links([link("c100000000", "faster-export"), link("c200000000", "faster-export")])
    done = loop(held).done
    assert done is not None
    assert (done.source, done.at, loop(held).now_in) == ("taken back in 1.1", day(33), None)


def test_a_stamp_that_is_missing_before_it_reached_users_is_not_waited_for() -> None:
    known: tuple[LoopStage, ...] = ("framed", "merged", "deployed", "exposed")
    assert Loop("b", tuple(LoopStamp(stage, day(3), "x") for stage in known)).now_in == "measured"
    assert Loop("b", (LoopStamp("framed", day(3), "x"),)).now_in == "building"
    assert Loop("b", ()).now_in is None


@given(st.dictionaries(st.sampled_from(STAGES), st.integers(0, 300)))
def test_in_turn_no_stamp_is_earlier_than_one_before_it_and_none_is_made_up(given_: dict[LoopStage, int]) -> None:
    found = Loop("b", in_order([LoopStamp(stage, day(at), "x") for stage, at in given_.items()]))
    assert all(days >= 0 for days in found.days.values())
    (row,) = stamped([found], day(300)).known
    kept = row[np.isfinite(row)]
    assert len(kept) == len(given_)
    assert (np.diff(kept) >= 0).all()
    np.testing.assert_array_equal(in_turn(row[None, :])[0], row)
    assert found.stamps == tuple(sorted(found.stamps, key=lambda stamp: STAGES.index(stamp.stage)))
    assert all(stamp.at - day(0) <= timedelta(days=300) for stamp in found.stamps)
