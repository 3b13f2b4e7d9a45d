"""Our one comment on a pull request, whatever comes in the way; and our status on a commit."""

import re
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest

from aftermerge.channels import kinds, load
from aftermerge.channels.github import GitHubComments, connect
from aftermerge.channels.github.client import api_of, opened
from aftermerge.errors import AftermergeError, OutsideError, SettingsError
from support.fake_api import FakeApi, FakeTime, Request
from support.fake_github_work import FakeGitHubWork

MARKER = "aftermerge: verdict"
MARK = f"<!-- {MARKER} -->\n"
SECRET = "gh-s3cret"  # noqa: S105


@pytest.fixture
def github() -> Iterator[FakeGitHubWork]:
    with FakeApi() as api:
        made = FakeGitHubWork(api)
        made.pull(12, 0)
        yield made


def channel(
    github: FakeGitHubWork, time: FakeTime | None = None, token: str | None = SECRET
) -> AbstractContextManager[GitHubComments]:
    passing = time or FakeTime()
    api = api_of({"base_url": github.api.url}, {"GITHUB_TOKEN": token} if token else {}, "work")
    return opened(replace(api, sleep=passing.sleep, clock=passing.clock))


def put(github: FakeGitHubWork, body: str = "it helped", number: int = 12, time: FakeTime | None = None) -> Any:
    with channel(github, time) as comments:
        return comments.put_comment("harbor/app", number, MARKER, body)


def writes(github: FakeGitHubWork) -> list[str]:
    return [
        request.method for request in github.api.requests if request.method != "GET" and "graphql" not in request.path
    ]


def failing_once(github: FakeGitHubWork, method: str, before: bool, status: int = 502) -> None:
    """The first such request fails, before or after it is done."""
    pattern = r"/repos/harbor/app/issues/(\d+)/comments" if method == "POST" else r".*/issues/comments/(\d+)"
    answer = github.api.handler(method, pattern.replace(r"(\d+)", "1").replace(".*", "/repos/harbor/app"))
    done = iter([False])

    def handler(request: Request) -> Any:
        if next(done, True):
            return answer(request)
        if not before:
            answer(request)
        return status, {}, {"message": "Server Error"}

    github.api.instead(method, pattern, handler)


def test_the_channel_is_found_by_the_kind_of_its_source() -> None:
    assert load("github") is connect
    assert "github" in kinds()


def test_a_kind_without_a_channel_is_told_so() -> None:
    with pytest.raises(SettingsError, match="source of kind `zendesk`"):
        load("zendesk")


def test_a_comment_is_made_once_and_bears_a_mark_that_nobody_sees(github: FakeGitHubWork) -> None:
    posted = put(github)
    assert (posted.outcome, posted.url) == ("created", "https://github.test/harbor/app/pull/12#issuecomment-3000000001")
    assert put(github).outcome == "unchanged"
    assert github.bodies(12) == [f"{MARK}it helped"]
    assert writes(github) == ["POST"]


def test_a_comment_that_says_something_else_is_updated_in_its_place(github: FakeGitHubWork) -> None:
    first = put(github, "too early")
    second = put(github, "it helped")
    assert (second.outcome, second.url) == ("updated", first.url)
    assert github.bodies(12) == [f"{MARK}it helped"]


def test_a_comment_kept_with_other_line_ends_is_the_same(github: FakeGitHubWork) -> None:
    github.say(12, f"{MARK}it\nhelped".replace("\n", "\r\n") + "\r\n")
    assert put(github, "it\nhelped\n").outcome == "unchanged"


def test_of_several_the_oldest_is_kept_though_they_are_pages_apart(github: FakeGitHubWork) -> None:
    for number in range(10):
        github.say(12, f"{MARK}old" if number % 3 == 1 else f"other words {number}")
    posted = put(github, "new")
    assert (posted.outcome, posted.removed) == ("updated", 2)
    assert [body for body in github.bodies(12) if body.startswith(MARK)] == [f"{MARK}new"]
    assert len(github.bodies(12)) == 8


def test_what_others_wrote_with_our_mark_is_not_ours(github: FakeGitHubWork) -> None:
    github.say(12, f"{MARK}forged", "mallory")
    github.say(12, f"quoted: {MARK}it helped")
    assert put(github).outcome == "created"
    assert github.bodies(12) == [f"{MARK}forged", f"quoted: {MARK}it helped", f"{MARK}it helped"]


def test_who_we_are_is_learnt_from_what_we_wrote_where_the_login_is_spelt_otherwise(github: FakeGitHubWork) -> None:
    github.api.instead("POST", "/graphql", lambda r: (200, {}, {"data": {"viewer": {"login": "x"}}}))
    put(github)
    put(github)
    assert put(github, "new").outcome in ("created", "updated")
    assert github.bodies(12) == [f"{MARK}new"]


def test_a_comment_that_somebody_deleted_is_made_anew(github: FakeGitHubWork) -> None:
    put(github)
    github.said.clear()
    assert put(github).outcome == "created"


def test_a_comment_that_is_deleted_while_we_edit_it_is_made_anew(github: FakeGitHubWork) -> None:
    put(github)

    def gone(request: Request) -> None:
        if request.method == "PATCH":
            github.said.clear()

    github.meanwhile = gone
    assert put(github, "new").outcome == "created"
    assert github.bodies(12) == [f"{MARK}new"]


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_what_may_have_been_done_is_looked_for_and_not_done_twice(
    github: FakeGitHubWork, method: str, before: bool
) -> None:
    if method != "POST":
        github.say(12, f"{MARK}old")
        github.say(12, f"{MARK}older")
    failing_once(github, method, before)
    put(github)
    assert github.bodies(12) == [f"{MARK}it helped"]


def test_a_secondary_limit_is_waited_out_as_it_asks(github: FakeGitHubWork) -> None:
    time, limited = FakeTime(), {"message": "You have exceeded a secondary rate limit"}
    fails = iter([True, True])

    def handler(request: Request) -> Any:
        if next(fails, False):
            return 403, {"Retry-After": "45"}, limited
        return github._create(request)

    github.api.instead("POST", r"/repos/harbor/app/issues/(\d+)/comments", handler)
    assert put(github, time=time).outcome == "created"
    assert time.slept == [45, 45]
    assert len(github.bodies(12)) == 1


def test_a_limit_that_lasts_too_long_ends_the_job_and_says_what_stands(github: FakeGitHubWork) -> None:
    github.api.fail_after(2, 403, {"Retry-After": "3600"}, {"message": "secondary rate limit"})
    with pytest.raises(OutsideError, match="had enough questions") as raised:
        put(github)
    assert "what was written so far stands" in str(raised.value)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (404, {"message": "Not Found"}, r"no harbor/app#12 \(any more\)"),
        (410, {"message": "Gone"}, r"no harbor/app#12 \(any more\)"),
        (422, {"message": "Validation Failed", "errors": [{"message": "body is too long"}]}, "body is too long"),
        (403, {"message": "Unable to create comment because issue is locked."}, "harbor/app#12 is locked"),
    ],
)
def test_a_pull_request_that_takes_none_is_told_and_the_others_get_theirs(
    github: FakeGitHubWork, status: int, body: object, said: str
) -> None:
    github.pull(13, 1)
    with channel(github) as comments:
        comments.put_comment("harbor/app", 13, MARKER, "first")
        github.api.instead("POST", r".*/issues/12/comments", lambda r: (status, {}, body))
        refused = comments.put_comment("harbor/app", 12, MARKER, "second")
        assert refused.outcome == "refused"
        assert re.search(said, refused.reason)
        assert comments.put_comment("harbor/app", 13, MARKER, "third").outcome == "updated"


def test_a_pull_request_that_is_not_there_is_told(github: FakeGitHubWork) -> None:
    refused = put(github, number=99)
    assert refused.outcome == "refused"
    assert "harbor/app#99" in refused.reason


@pytest.mark.parametrize(
    ("status", "message", "said"),
    [
        (401, "Bad credentials", "expired or was revoked"),
        (403, "Resource not accessible by integration", "may not comment on harbor/app#12 .Resource not accessible"),
    ],
)
def test_a_token_without_the_right_ends_the_job_with_its_variables_name(
    github: FakeGitHubWork, status: int, message: str, said: str
) -> None:
    github.api.instead("POST", r".*/comments", lambda r: (status, {}, {"message": f"{message} {SECRET}"}))
    with pytest.raises(SettingsError, match=said) as raised:
        put(github)
    assert "GITHUB_TOKEN" in str(raised.value)
    assert SECRET not in str(raised.value)


def test_a_missing_token_is_asked_for(github: FakeGitHubWork) -> None:
    with pytest.raises(SettingsError, match="GITHUB_TOKEN is not set"), channel(github, token=None) as comments:
        comments.put_comment("harbor/app", 12, MARKER, "x")


def test_a_service_that_keeps_failing_is_let_be(github: FakeGitHubWork) -> None:
    github.api.instead("POST", r".*/comments", lambda r: (502, {}, None))
    with pytest.raises(OutsideError, match="does not let us comment on harbor/app#12: it answers 502"):
        put(github)


def test_many_at_once_leave_one_comment(github: FakeGitHubWork) -> None:
    together = threading.Barrier(6)
    failed: list[BaseException] = []

    def job(number: int) -> None:
        try:
            with channel(github) as comments:
                together.wait(10)
                comments.put_comment("harbor/app", 12, MARKER, "it helped")
        except (AftermergeError, AssertionError) as error:
            failed.append(error)

    jobs = [threading.Thread(target=job, args=(number,)) for number in range(6)]
    for one in jobs:
        one.start()
    for one in jobs:
        one.join()
    assert failed == []
    put(github)
    assert github.bodies(12) == [f"{MARK}it helped"]


def test_those_that_make_one_at_the_same_moment_agree_on_which_stays(github: FakeGitHubWork) -> None:
    """Each has listed none before either makes one."""
    listed = threading.Barrier(2)

    def hold(request: Request) -> None:
        if request.method == "POST" and "comments" in request.path:
            listed.wait(10)

    github.meanwhile = hold
    jobs = [threading.Thread(target=put, args=(github,)) for _ in range(2)]
    for one in jobs:
        one.start()
    for one in jobs:
        one.join()
    assert github.bodies(12) == [f"{MARK}it helped"]
    assert github.made == 2


def test_a_status_is_set_once_and_cut_to_what_github_takes(github: FakeGitHubWork) -> None:
    with channel(github) as comments:
        set_ = [comments.put_status("harbor/app", "a" * 40, "success", "x" * 200, None).outcome for _ in range(2)]
        again = comments.put_status("harbor/app", "a" * 40, "failure", "two are missing", "https://harbor.test/1")
    assert [*set_, again.outcome] == ["created", "unchanged", "updated"]
    assert [one["state"] for one in github.statuses["a" * 40]] == ["failure", "success"]
    assert {one["context"] for one in github.statuses["a" * 40]} == {"aftermerge/bet-ask"}


def test_a_status_on_a_commit_that_is_not_there_is_refused(github: FakeGitHubWork) -> None:
    github.api.instead("POST", r".*/statuses/b+", lambda r: (422, {}, {"message": "No commit found"}))
    with channel(github) as comments:
        posted = comments.put_status("harbor/app", "b" * 40, "success", "fine", None)
    assert posted.outcome == "refused"
    assert "No commit found" in posted.reason


def test_the_address_and_the_variable_are_those_of_the_source() -> None:
    api = api_of({"base_url": "https://git.test/api/v3", "token_env": "GH"}, {"GH": SECRET}, "work")
    assert (api.base_url, api.token.value) == ("https://git.test/api/v3", SECRET)
    assert SECRET not in repr(api)
