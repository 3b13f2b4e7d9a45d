"""What the team is told: posted once, whatever comes in the way, and found again where the place can be read."""

from collections.abc import Iterator

import pytest

from aftermerge.channels import NOTICEBOARDS, kinds, load_noticeboard
from aftermerge.errors import InputError, SettingsError
from support.fake_api import FakeApi
from support.fake_smtp import FakeSmtp
from support.noticing import SECRET, Wall, mail_wall, slack_wall


@pytest.fixture(params=["slack", "email"])
def wall(request: pytest.FixtureRequest) -> Iterator[Wall]:
    if request.param == "slack":
        with FakeApi() as api:
            yield slack_wall(api)
    else:
        with FakeSmtp("harbor", SECRET) as smtp:
            yield mail_wall(smtp)


def test_every_noticeboard_that_is_installed_keeps_this_contract() -> None:
    assert kinds(NOTICEBOARDS) == ["email", "slack"]


def test_a_noticeboard_that_is_not_installed_is_told() -> None:
    with pytest.raises(SettingsError, match="the team can't be told by `pager`"):
        load_noticeboard("pager")


def test_a_bulletin_stands_once_where_the_team_reads(wall: Wall) -> None:
    with wall.open() as board:
        assert board.post(wall.bulletin()).outcome == "sent"
    [text] = wall.texts()
    assert "helped" in text


def test_what_may_stand_there_is_not_posted_again(wall: Wall) -> None:
    wall.lose()
    with wall.open() as board:
        assert board.post(wall.bulletin()).outcome == "unknown"
        found = board.find(wall.bulletin())
        assert found is not None
        assert found.outcome == ("sent" if board.can_look_up else "unknown")
    assert len(wall.texts()) == 1


def test_an_answer_that_does_not_come_in_time_leaves_it_unknown(wall: Wall) -> None:
    released = wall.hang()
    with wall.open(timeout=0.5) as board:
        assert board.post(wall.bulletin()).outcome == "unknown"
    released.set()
    assert len(wall.texts()) == 1


def test_somewhere_that_is_not_there_is_told_and_the_others_get_theirs(wall: Wall) -> None:
    with wall.open() as board:
        refused = board.post(wall.bulletin(to=wall.other))
        assert board.post(wall.bulletin("ref-2222222222")).outcome == "sent"
    assert refused.outcome == "refused"
    assert refused.reason
    assert len(wall.texts()) == 1


def test_a_secret_that_is_taken_no_more_ends_the_job_and_is_told_by_its_variable_alone(wall: Wall) -> None:
    wall.expire()
    with pytest.raises(SettingsError) as raised, wall.open() as board:
        board.post(wall.bulletin())
    assert wall.variable in str(raised.value)
    assert SECRET not in str(raised.value)
    assert wall.texts() == []


def test_a_secret_that_is_missing_is_asked_for_before_anything_is_said(wall: Wall) -> None:
    with pytest.raises(SettingsError, match=f"{wall.variable} is not set"), wall.open(token=None):
        pass


def test_a_reference_that_would_not_be_kept_is_no_reference(wall: Wall) -> None:
    with wall.open() as board, pytest.raises(InputError, match="reference"):
        board.post(wall.bulletin("no\r\nBcc: x@y"))
    assert wall.texts() == []
