"""The team is told each thing once: whenever the job dies, however often it is repeated."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aftermerge.errors import AftermergeError
from aftermerge.jobs.announce import SETTLES_AFTER, Announced, Announcement, announce, reference_of
from aftermerge.model.destination import Destination, parse_destination
from aftermerge.model.notice import Notice
from aftermerge.ports import Bulletin
from support.fake_noticeboard import FakeNoticeboard, Killed, Moment, MortalLedger

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
PLACE = Destination("slack", "#product")
REFERENCE = reference_of("Harbor", "review of a week")


def announcement(place: Destination = PLACE, name: str = "review of a week") -> Announcement:
    return Announcement(name, place, lambda: Bulletin(reference_of("Harbor", name), place.to, "Harbor", "It helped."))


def tell(
    board: FakeNoticeboard, ledger: MortalLedger, hours: float = 0, *, again: bool = False
) -> tuple[tuple[Announced, ...], tuple[AftermergeError, ...]]:
    now = NOON + timedelta(hours=hours)
    boards = {"slack": board.open, "email": board.open}
    return announce([announcement()], ledger, boards, lambda: now, again=again)  # type: ignore[arg-type]


def became(board: FakeNoticeboard, ledger: MortalLedger, hours: float = 0, *, again: bool = False) -> list[str]:
    return [one.became for one in tell(board, ledger, hours, again=again)[0]]


def test_it_is_told_once_however_often_the_job_runs() -> None:
    board, ledger = FakeNoticeboard(), MortalLedger()
    assert became(board, ledger) == ["posted"]
    assert became(board, ledger, 1) == ["already"]
    assert [one.reference for one in board.posted] == [REFERENCE]
    assert ledger.notices() == [Notice("review of a week", "sent", NOON, "https://board.example/#product")]


DEATHS: list[tuple[Moment | None, tuple[int, Moment] | None]] = [
    (None, (0, "before")),
    (None, (0, "after")),
    ("before", None),
    ("after", None),
    (None, (1, "before")),
    (None, (1, "after")),
]


@pytest.mark.parametrize(("board_dies", "ledger_dies"), DEATHS)
@pytest.mark.parametrize("can_look_up", [True, False])
def test_whenever_it_dies_it_never_tells_twice_and_loses_nothing(
    board_dies: Moment | None, ledger_dies: tuple[int, Moment] | None, can_look_up: bool
) -> None:
    board, ledger = FakeNoticeboard(can_look_up, dies=board_dies), MortalLedger()
    ledger.dies = ledger_dies
    with suppress(Killed):
        tell(board, ledger)
    board.dies = ledger.dies = None
    for hours in (1, 2, 3):
        tell(board, ledger, hours)
    [notice] = ledger.notices()
    assert len(board.posted) <= 1
    if can_look_up:
        assert (len(board.posted), notice.state) == (1, "sent")
    else:
        assert notice.state == ("unknown" if board_dies or ledger_dies in ((0, "after"), (1, "before")) else "sent")


def test_one_that_was_begun_just_now_has_time_to_arrive_before_it_is_looked_up() -> None:
    board, ledger = FakeNoticeboard(dies="before"), MortalLedger()
    with suppress(Killed):
        tell(board, ledger)
    board.dies = None
    shortly = SETTLES_AFTER / timedelta(hours=1) / 2
    assert became(board, ledger, shortly) == ["under_way"]
    assert board.posted == []
    assert became(board, ledger, 1) == ["posted"]


def test_one_of_which_nobody_knows_is_told_again_only_on_a_humans_word() -> None:
    board, ledger = FakeNoticeboard(can_look_up=False, loses=True), MortalLedger()
    [first], _ = tell(board, ledger)
    assert (first.became, first.reason) == ("unknown", "it hung up")
    board.loses = False
    assert became(board, ledger, 1) == ["unknown"]
    assert len(board.posted) == 1
    assert became(board, ledger, 2, again=True) == ["posted"]
    assert (len(board.posted), ledger.notices()[0].state) == (2, "sent")


def test_a_refusal_is_told_with_its_reason_and_tried_again() -> None:
    board, ledger = FakeNoticeboard(refuses="no such channel"), MortalLedger()
    [refused], errors = tell(board, ledger)
    assert (refused.became, refused.reason, errors) == ("refused", "no such channel", ())
    board.refuses = ""
    assert became(board, ledger, 1) == ["posted"]


def test_a_board_that_is_down_leaves_the_others_their_turn_and_is_tried_again() -> None:
    down, up, ledger = FakeNoticeboard(down=True), FakeNoticeboard(), MortalLedger()
    given = [announcement(), announcement(parse_destination("mailto:team@harbor.example"), "the same by mail")]
    told, errors = announce(given, ledger, {"slack": down.open, "email": up.open}, lambda: NOON)
    assert [(one.name, one.became) for one in told] == [("the same by mail", "posted")]
    assert [error.what for error in errors] == ["the board does not answer"]
    assert became(replace(down, down=False), ledger, 1) == ["posted"]


class _Overtaken(MortalLedger):
    """Another job begins it between our look and our word."""

    def replace_notice(self, before: Notice | None, after: Notice) -> bool:
        super().replace_notice(None, replace(after, at=NOON - timedelta(seconds=1)))
        return super().replace_notice(before, after)


def test_of_two_jobs_at_once_one_tells_it() -> None:
    board = FakeNoticeboard()
    assert became(board, _Overtaken()) == ["under_way"]
    assert board.posted == []


def test_two_workspaces_that_share_a_channel_are_told_apart() -> None:
    assert reference_of("Harbor", "review") != reference_of("Pier", "review")
    assert reference_of("Harbor", "review of a week") == REFERENCE
