"""Our one comment on a pull request, whatever comes in the way, and our status on a commit: at every service."""

import threading
from collections.abc import Iterator

import pytest

from aftermerge.channels import kinds, load
from aftermerge.errors import AftermergeError, OutsideError, SettingsError
from support.fake_api import FakeApi, FakeTime, Replied, Request
from support.speaking import MARK, MARKER, SECRET, SERVICES, Room


@pytest.fixture(params=sorted(SERVICES))
def room(request: pytest.FixtureRequest) -> Iterator[Room]:
    with FakeApi() as api:
        made = SERVICES[request.param](api)
        made.fake.pull(12, 0)
        yield made


def test_every_channel_that_is_installed_keeps_this_contract() -> None:
    assert kinds() == sorted(SERVICES)


def test_a_kind_without_a_channel_is_told_so() -> None:
    with pytest.raises(SettingsError, match="source of kind `zendesk`"):
        load("zendesk")


def test_a_comment_is_made_once_and_bears_a_mark_that_nobody_sees(room: Room) -> None:
    assert room.put().outcome == "created"
    assert room.put().outcome == "unchanged"
    assert room.fake.bodies(12) == [f"{MARK}it helped"]
    assert room.writes() == ["POST"]


def test_a_comment_that_says_something_else_is_updated_in_its_place(room: Room) -> None:
    first = room.put("too early")
    second = room.put("it helped")
    assert first.url
    assert (second.outcome, second.url) == ("updated", first.url)
    assert room.fake.bodies(12) == [f"{MARK}it helped"]


def test_a_comment_kept_with_other_line_ends_is_the_same(room: Room) -> None:
    room.fake.say(12, f"{MARK}it\nhelped".replace("\n", "\r\n") + "\r\n")
    assert room.put("it\nhelped\n").outcome == "unchanged"


def test_of_several_the_oldest_is_kept_though_they_are_pages_apart(room: Room) -> None:
    for number in range(10):
        room.fake.say(12, f"{MARK}old" if number % 3 == 1 else f"other words {number}")
    oldest = min(id_ for id_, said in room.fake.said.items() if said["body"].startswith(MARK))
    posted = room.put("new")
    assert (posted.outcome, posted.removed) == ("updated", 2)
    assert [id_ for id_, said in room.fake.said.items() if said["body"] == f"{MARK}new"] == [oldest]
    assert len(room.fake.bodies(12)) == 8


def test_what_others_wrote_with_our_mark_is_not_ours(room: Room) -> None:
    room.fake.say(12, f"{MARK}forged", "mallory")
    room.fake.say(12, f"quoted: {MARK}it helped")
    assert room.put().outcome == "created"
    assert room.fake.bodies(12) == [f"{MARK}forged", f"quoted: {MARK}it helped", f"{MARK}it helped"]


def test_a_comment_that_somebody_deleted_is_made_anew(room: Room) -> None:
    room.put()
    room.fake.said.clear()
    assert room.put().outcome == "created"


def test_a_comment_that_is_deleted_while_we_edit_it_is_made_anew(room: Room) -> None:
    room.put()

    def gone(request: Request) -> None:
        if request.method == room.edit:
            room.fake.said.clear()

    room.fake.meanwhile = gone
    assert room.put("new").outcome == "created"
    assert room.fake.bodies(12) == [f"{MARK}new"]


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("verb", ["create", "edit", "delete"])
def test_what_may_have_been_done_is_looked_for_and_not_done_twice(room: Room, verb: str, before: bool) -> None:
    if verb != "create":
        room.fake.say(12, f"{MARK}old")
        room.fake.say(12, f"{MARK}older")
    room.fail_once({"create": "POST", "edit": room.edit, "delete": "DELETE"}[verb], before=before)
    room.put()
    assert room.fake.bodies(12) == [f"{MARK}it helped"]


def test_a_limit_is_waited_out_as_it_asks(room: Room) -> None:
    status, body = room.limited
    time, fails = FakeTime(), iter([True, True])

    def handler(request: Request) -> Replied:
        return (status, {"Retry-After": "45"}, body) if next(fails, False) else room.fake._create(request)

    room.fake.api.instead("POST", room.comments, handler)
    assert room.put(time=time).outcome == "created"
    assert time.slept == [45, 45]
    assert len(room.fake.bodies(12)) == 1


def test_a_limit_that_lasts_too_long_ends_the_job_and_says_what_stands(room: Room) -> None:
    status, body = room.limited
    room.fake.api.fail_after(2, status, {"Retry-After": "3600"}, body)
    with pytest.raises(OutsideError, match="had enough questions") as raised:
        room.put()
    assert "what was written so far stands" in str(raised.value)


def test_a_pull_request_that_is_locked_is_told_and_the_others_get_theirs(room: Room) -> None:
    room.fake.pull(13, 1)
    room.fake.locked.add(12)
    with room.channel() as comments:
        refused = comments.put_comment("harbor/app", 12, MARKER, "it helped")
        assert (refused.outcome, refused.reason) == (
            "refused",
            f"{room.name} is locked, so that nobody may comment",
        )
        assert comments.put_comment("harbor/app", 13, MARKER, "it helped").outcome == "created"


def test_a_comment_that_is_too_long_is_refused_in_the_services_words(room: Room) -> None:
    refused = room.put("x" * 1_000_001)
    assert refused.outcome == "refused"
    assert f"can't take it for {room.name} (" in refused.reason
    assert "is too long" in refused.reason
    assert room.fake.bodies(12) == []


def test_a_pull_request_that_goes_while_we_write_is_told(room: Room) -> None:
    room.instead("POST", (404, {}, {"message": "404 Not found"}))
    refused = room.put()
    assert refused.outcome == "refused"
    assert f"{room.service} has no {room.name} (any more)" in refused.reason


def test_a_pull_request_that_is_not_there_is_told(room: Room) -> None:
    refused = room.put(number=99)
    assert refused.outcome == "refused"
    assert room.name.replace("12", "99") in refused.reason


@pytest.mark.parametrize(
    ("status", "message", "said"),
    [
        (401, "Bad credentials", "expired or was revoked"),
        (403, "Forbidden here", "may not comment on .*Forbidden"),
    ],
)
def test_a_token_without_the_right_ends_the_job_with_its_variables_name(
    room: Room, status: int, message: str, said: str
) -> None:
    room.instead("POST", (status, {}, {"message": f"{message} {SECRET}"}))
    with pytest.raises(SettingsError, match=said) as raised:
        room.put()
    assert room.variable in str(raised.value)
    assert SECRET not in str(raised.value)


def test_a_missing_token_is_asked_for(room: Room) -> None:
    asked = f"{room.variable} is not set"
    with pytest.raises(SettingsError, match=asked), room.channel(token=None) as comments:
        comments.put_comment("harbor/app", 12, MARKER, "x")
    assert room.fake.api.requests == []


def test_a_service_that_keeps_failing_is_let_be(room: Room) -> None:
    room.instead("POST", (502, {}, None))
    with pytest.raises(OutsideError, match=f"does not let us comment on {room.name}: it answers 502"):
        room.put()


def test_many_at_once_leave_one_comment(room: Room) -> None:
    together = threading.Barrier(6)
    failed: list[BaseException] = []

    def job() -> None:
        try:
            with room.channel() as comments:
                together.wait(10)
                comments.put_comment("harbor/app", 12, MARKER, "it helped")
        except (AftermergeError, AssertionError) as error:
            failed.append(error)

    jobs = [threading.Thread(target=job) for _ in range(6)]
    for one in jobs:
        one.start()
    for one in jobs:
        one.join()
    assert failed == []
    room.put()
    assert room.fake.bodies(12) == [f"{MARK}it helped"]


def test_those_that_make_one_at_the_same_moment_agree_on_which_stays(room: Room) -> None:
    """Each has listed none before either makes one."""
    listed = threading.Barrier(2)

    def hold(request: Request) -> None:
        if request.method == "POST" and "graphql" not in request.path:
            listed.wait(10)

    room.fake.meanwhile = hold
    jobs = [threading.Thread(target=room.put) for _ in range(2)]
    for one in jobs:
        one.start()
    for one in jobs:
        one.join()
    assert room.fake.bodies(12) == [f"{MARK}it helped"]
    assert room.fake.made == 2


def test_a_status_is_set_once_and_cut_to_what_the_service_takes(room: Room) -> None:
    with room.channel() as comments:
        set_ = [comments.put_status("harbor/app", "a" * 40, "success", "x" * 999, None).outcome for _ in range(2)]
        again = comments.put_status("harbor/app", "a" * 40, "failure", "two are missing", "https://harbor.test/1")
    assert [*set_, again.outcome] == ["created", "unchanged", "updated"]
    assert len(room.fake.statuses["a" * 40]) == 2


def test_a_status_whose_fate_is_unknown_is_looked_for(room: Room) -> None:
    def lose(request: Request) -> Replied:
        room.fake._set_status(request)
        return 502, {}, None

    room.fake.api.instead("POST", r".*/statuses/(a+)", lose)
    with room.channel() as comments:
        assert comments.put_status("harbor/app", "a" * 40, "success", "fine", None).outcome == "unchanged"
    assert len(room.fake.statuses["a" * 40]) == 1


@pytest.mark.parametrize("status", [404, 422])
def test_a_status_on_a_commit_that_is_not_there_is_refused(room: Room, status: int) -> None:
    room.fake.api.instead("POST", r".*/statuses/b+", lambda r: (status, {}, {"message": "No commit found"}))
    with room.channel() as comments:
        posted = comments.put_status("harbor/app", "b" * 40, "success", "fine", None)
    assert posted.outcome == "refused"
    assert "commit bbbbbbbbbb in harbor/app" in posted.reason
