"""Merge requests, releases and deployments, over a GitLab that pages, fails, limits and changes."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

import pytest

from aftermerge.connectors.gitlab import GitLabSource, connect
from aftermerge.errors import OutsideError, SettingsError
from aftermerge.model.batch import Batch
from aftermerge.model.change import Release
from aftermerge.model.pull_request import PullRequest
from support.fake_api import FakeApi, FakeTime
from support.fake_gitlab import START
from support.fake_gitlab_work import FakeGitLabWork
from support.memory_ledger import MemoryLedger
from support.pulled import context, patient

WAYS = ["pull_requests", "releases", "deployments"]


@pytest.fixture
def gitlab() -> Iterator[FakeGitLabWork]:
    with FakeApi() as api:
        yield FakeGitLabWork(api)


def source(gitlab: FakeGitLabWork, read_as: str, time: FakeTime | None = None, **keys: Any) -> GitLabSource:
    given = {"kind": "gitlab", "project": "harbor/app", "as": read_as, "base_url": gitlab.api.url, **keys}
    return patient(connect(given, context({"GITLAB_TOKEN": "t0ken"}), "work"), time or FakeTime())


def sync(ledger: MemoryLedger, reading: GitLabSource, batches: int | None = None) -> list[Batch]:
    """Pull and store; as many batches as are wanted, as if killed then."""
    pulled = []
    for batch in islice(reading.pull(ledger.cursor(reading.name)), batches):
        ledger.store(reading.name, batch)
        pulled.append(batch)
    return pulled


def read(reading: GitLabSource) -> MemoryLedger:
    """What one undisturbed run brings."""
    ledger = MemoryLedger()
    sync(ledger, reading)
    return ledger


def busy(gitlab: FakeGitLabWork) -> None:
    """Eleven merge requests, one of them open; eight deployments, one of them failed; seven releases."""
    for number in range(1, 12):
        gitlab.pull(number, minutes=10 * number, merged=number != 4)
    for number in range(1, 9):
        gitlab.deploy(number, 10 * number, "running", "failed" if number == 3 else "success")
    for number in range(1, 8):
        gitlab.release(f"v{number}", 10 * number, f"{number:040x}")


def told(ledger: MemoryLedger) -> tuple[Any, Any]:
    return ledger.pull_requests(), ledger.releases()


def numbers(ledger: MemoryLedger) -> list[int]:
    return [request.number for request in ledger.pull_requests()]


def names(ledger: MemoryLedger) -> list[str]:
    return [release.id for release in ledger.releases()]


def test_a_merged_request_is_its_text_its_commit_and_its_branch_and_names_no_person(gitlab: FakeGitLabWork) -> None:
    gitlab.pull(12, 0, description="Why\r\n\r\nBet: faster-export\r\n", source_branch="bet/faster-export")
    [batch] = source(gitlab, "pull_requests").pull(None)
    assert batch.pull_requests == (
        PullRequest(
            source="work",
            repository="harbor/app",
            number=12,
            merge_commit=f"{12:040x}",
            merged_at=START,
            title="Change 12",
            body="Why\r\n\r\nBet: faster-export\r\n",
            url="https://gitlab.test/harbor/app/-/merge_requests/12",
            branch="bet/faster-export",
        ),
    )
    assert not [name for name in ("maya", "noor") if name in repr(batch).lower()]


@pytest.mark.parametrize(
    ("merge", "squash", "landed"),
    [("a" * 40, None, "a"), ("a" * 40, "b" * 40, "a"), (None, "b" * 40, "b"), (None, None, "c")],
    ids=["merged", "squashed and merged", "squashed and fast-forwarded", "fast-forwarded"],
)
def test_the_commit_is_the_one_that_came_to_the_main_line(
    gitlab: FakeGitLabWork, merge: str | None, squash: str | None, landed: str
) -> None:
    gitlab.pull(1, 0, merge_commit_sha=merge, squash_commit_sha=squash, sha="c" * 40)
    [request] = read(source(gitlab, "pull_requests")).pull_requests()
    assert request.merge_commit == landed * 40


def test_a_body_may_be_empty_and_what_is_not_merged_is_none_yet(gitlab: FakeGitLabWork) -> None:
    gitlab.pull(1, 0, description=None)
    gitlab.pull(2, 1, merged=False)
    gitlab.pull(3, 2, web_url="javascript:alert(1)")
    ledger = read(source(gitlab, "pull_requests"))
    assert [(one.number, one.body, one.url[:5]) for one in ledger.pull_requests()] == [
        (1, "", "https"),
        (3, "Bet: bet-3\r\n", ""),
    ]


@pytest.mark.parametrize("read_as", WAYS)
def test_pages_are_read_to_the_last_and_again_nothing_is_new(gitlab: FakeGitLabWork, read_as: str) -> None:
    busy(gitlab)
    ledger, reading = MemoryLedger(), source(gitlab, read_as)
    sync(ledger, reading)
    assert numbers(ledger) == ([1, 2, 3, 5, 6, 7, 8, 9, 10, 11] if read_as == "pull_requests" else [])
    assert len(names(ledger)) == {"pull_requests": 0, "releases": 7, "deployments": 7}[read_as]
    assert sync(ledger, reading) == []


@pytest.mark.parametrize("read_as", ["pull_requests", "deployments"])
def test_only_what_changed_is_asked_for_again(gitlab: FakeGitLabWork, read_as: str) -> None:
    busy(gitlab)
    ledger, reading = MemoryLedger(), source(gitlab, read_as)
    sync(ledger, reading)
    gitlab.api.requests.clear()
    sync(ledger, reading)
    assert [request.query["updated_after"][:10] for request in gitlab.api.requests] == ["2026-01-01"]


def test_many_of_one_time_are_read_to_the_last(gitlab: FakeGitLabWork) -> None:
    for number in range(1, 11):
        gitlab.pull(number, 7)
    assert numbers(read(source(gitlab, "pull_requests"))) == list(range(1, 11))


@pytest.mark.parametrize("read_as", ["pull_requests", "deployments"])
@pytest.mark.parametrize("batches", range(1, 4))
def test_a_run_that_was_killed_goes_on_where_it_was_and_loses_nothing(
    gitlab: FakeGitLabWork, read_as: str, batches: int
) -> None:
    busy(gitlab)
    ledger, reading = MemoryLedger(), source(gitlab, read_as)
    sync(ledger, reading, batches)
    gitlab.pull(2, 500, description="Bet: other")
    gitlab.deploy(99, 501, "success")
    sync(ledger, reading)
    assert told(ledger) == told(read(reading))


@pytest.mark.parametrize("read_as", WAYS)
@pytest.mark.parametrize("requests", range(5))
def test_a_token_that_expires_in_the_middle_loses_nothing(gitlab: FakeGitLabWork, read_as: str, requests: int) -> None:
    busy(gitlab)
    ledger, reading = MemoryLedger(), source(gitlab, read_as)
    gitlab.api.fail_after(requests, 401, body={"message": "401 Unauthorized"})
    try:
        sync(ledger, reading)
    except SettingsError as error:
        assert "token in GITLAB_TOKEN: it has expired" in str(error)  # noqa: PT017
    gitlab.api.stop_failing()
    sync(ledger, reading)
    assert told(ledger) == told(read(reading))


@pytest.mark.parametrize("read_as", WAYS)
def test_limits_and_failures_are_waited_out(gitlab: FakeGitLabWork, read_as: str) -> None:
    busy(gitlab)
    time, expected = FakeTime(), told(read(source(gitlab, read_as)))
    gitlab.api.fail_next(1, 429, {"Retry-After": "30"})
    gitlab.api.fail_next(1, 500)
    assert told(read(source(gitlab, read_as, time))) == expected
    assert time.slept == [30, 2]


@pytest.mark.parametrize("read_as", WAYS)
def test_a_server_that_keeps_failing_is_told_and_what_was_read_is_kept(gitlab: FakeGitLabWork, read_as: str) -> None:
    busy(gitlab)
    ledger, reading = MemoryLedger(), source(gitlab, read_as)
    gitlab.api.fail_after(1, 500)
    what = {"pull_requests": "merge requests"}.get(read_as, read_as)
    with pytest.raises(OutsideError, match=f"{what} of harbor/app: it answers 500"):
        sync(ledger, reading)
    gitlab.api.stop_failing()
    sync(ledger, reading)
    assert told(ledger) == told(read(reading))


def test_an_edited_description_is_read_anew_even_in_the_moment_of_the_last_one(gitlab: FakeGitLabWork) -> None:
    gitlab.pull(1, 0)
    ledger, reading = MemoryLedger(), source(gitlab, "pull_requests")
    sync(ledger, reading)
    gitlab.pull(1, 0, description="Bet: faster-export")
    sync(ledger, reading)
    assert [one.body for one in ledger.pull_requests()] == ["Bet: faster-export"]


def test_one_that_is_changed_while_we_read_pulls_no_other_past_us(gitlab: FakeGitLabWork) -> None:
    for number in range(1, 10):
        gitlab.pull(number, 10 * number)

    def meanwhile(request: object) -> None:
        if len(gitlab.api.asked(".*/merge_requests")) == 2:
            gitlab.pull(1, 500)

    gitlab.meanwhile = meanwhile
    assert numbers(read(source(gitlab, "pull_requests"))) == list(range(1, 10))


def test_reading_begins_where_it_is_told_to(gitlab: FakeGitLabWork) -> None:
    for number, day in ((1, 0), (2, 5), (3, 10)):
        gitlab.pull(number, day * 1440)
        gitlab.deploy(number, day * 1440, "success")
        gitlab.release(f"v{number}", day * 1440, "a" * 40)
    since = "2026-01-06"
    assert numbers(read(source(gitlab, "pull_requests", since=since))) == [2, 3]
    assert names(read(source(gitlab, "deployments", since=since))) == ["production/2", "production/3"]
    assert names(read(source(gitlab, "releases", since=since))) == ["v2", "v3"]


def test_a_release_is_the_commit_of_its_tag_at_the_time_it_was_published(gitlab: FakeGitLabWork) -> None:
    gitlab.release("v1.0", 5, "a" * 40)
    gitlab.release("v1.1-rc1", 9, "b" * 40, description=None)
    assert read(source(gitlab, "releases")).releases() == [
        Release("v1.0", "work", "tag", START + timedelta(minutes=5), commit="a" * 40, notes="Notes of v1.0"),
        Release("v1.1-rc1", "work", "tag", START + timedelta(minutes=9), prerelease=True, commit="b" * 40),
    ]


def test_an_upcoming_release_is_one_once_its_time_has_come(gitlab: FakeGitLabWork) -> None:
    gitlab.release("v1", 5, "a" * 40)
    time = FakeTime(START)
    ledger, reading = MemoryLedger(), source(gitlab, "releases", time)
    sync(ledger, reading)
    assert names(ledger) == []
    time.now += timedelta(minutes=5)
    sync(ledger, reading)
    assert names(ledger) == ["v1"]


def test_a_release_that_was_taken_away_is_gone(gitlab: FakeGitLabWork) -> None:
    for number in range(5):
        gitlab.release(f"v{number}", number, "a" * 40)
    ledger, reading = MemoryLedger(), source(gitlab, "releases")
    sync(ledger, reading)
    del gitlab.releases[2]
    sync(ledger, reading)
    assert names(ledger) == ["v0", "v1", "v3", "v4"]


def test_a_token_that_may_not_see_the_tags_is_told_so(gitlab: FakeGitLabWork) -> None:
    gitlab.release("v1", 1, "a" * 40)
    del gitlab.releases[0]["tag_name"], gitlab.releases[0]["commit"]
    with pytest.raises(SettingsError, match="GITLAB_TOKEN may not see the tags of harbor/app"):
        read(source(gitlab, "releases"))


def test_what_several_projects_have_is_told_apart(gitlab: FakeGitLabWork) -> None:
    other = FakeGitLabWork(gitlab.api, "harbor/docs")
    both = ["harbor/app", "harbor/docs"]
    for place, number in ((gitlab, 1), (other, 2)):
        place.release("v1", number, "a" * 40)
        place.deploy(1, number, "success")
        place.pull(1, number)
    assert names(read(source(gitlab, "releases", project=both))) == ["harbor/app@v1", "harbor/docs@v1"]
    assert names(read(source(gitlab, "deployments", project=both))) == [f"{name}@production/1" for name in both]
    assert [one.id for one in read(source(gitlab, "pull_requests", project=both)).pull_requests()] == [
        "harbor/app#1",
        "harbor/docs#1",
    ]


def test_a_deployment_counts_from_its_success_in_an_environment_that_was_named(gitlab: FakeGitLabWork) -> None:
    gitlab.deploy(1, 0, "running", "success")
    gitlab.deploy(2, 10, "failed")
    gitlab.deploy(3, 20, "success", environment="staging")
    gitlab.deploy(4, 30, "success", environment="eu", has_job=False)
    assert names(read(source(gitlab, "deployments"))) == ["production/1"]
    first, other = START + timedelta(minutes=2), START + timedelta(minutes=31)
    assert read(source(gitlab, "deployments", environments=["production", "eu"])).releases() == [
        Release("production/1", "work", "deployment", first, commit=f"{1:040x}"),
        Release("eu/4", "work", "deployment", other, commit=f"{4:040x}"),
    ]


def test_a_deployment_that_was_under_way_is_read_once_it_succeeds(gitlab: FakeGitLabWork) -> None:
    gitlab.deploy(1, 0, "running")
    gitlab.deploy(2, 5, "success")
    ledger, reading = MemoryLedger(), source(gitlab, "deployments")
    sync(ledger, reading)
    assert names(ledger) == ["production/2"]
    gitlab.now_is(1, 20_000, "success")
    sync(ledger, reading)
    assert names(ledger) == ["production/2", "production/1"]


def test_a_deployment_that_is_touched_later_stays_one_and_keeps_its_time(gitlab: FakeGitLabWork) -> None:
    gitlab.deploy(1, 0, "success")
    ledger, reading = MemoryLedger(), source(gitlab, "deployments")
    sync(ledger, reading)
    before = ledger.releases()
    gitlab.deployments[1]["updated_at"] = "2026-02-01T00:00:00.000Z"
    sync(ledger, reading)
    assert ledger.releases() == before


def test_a_source_that_is_read_in_another_way_begins_anew(gitlab: FakeGitLabWork) -> None:
    busy(gitlab)
    ledger = MemoryLedger()
    for read_as in WAYS:
        sync(ledger, source(gitlab, read_as))
    assert len(ledger.pull_requests()) == 10
    assert {release.kind for release in ledger.releases()} == {"tag", "deployment"}


@pytest.mark.parametrize(
    ("read_as", "keys", "said"),
    [
        ("pull_requests", {"labels": ["x"]}, "means nothing where it is read as `pull_requests`"),
        ("feedback", {"comment": True}, 'as = "pull_requests"'),
        ("releases", {"environments": ["eu"]}, 'as = "deployments"'),
        ("deployments", {"environments": []}, "names no environment"),
        ("deployments", {"members": True}, 'as = "feedback"'),
        ("pull_requests", {"comment": "yes"}, "neither true nor false"),
        ("pull_requests", {"coment": True}, "did you mean `comment`"),
        ("merge_requests", {}, "can't be `merge_requests`"),
    ],
)
def test_a_key_that_can_not_be_used_is_told_so(
    gitlab: FakeGitLabWork, read_as: str, keys: dict[str, Any], said: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        source(gitlab, read_as, **keys)
    assert said in str(raised.value)
    assert raised.value.key == (next(iter(keys), "as"),)


@pytest.mark.parametrize("read_as", WAYS)
@pytest.mark.parametrize("listed", [{"message": "no list"}, [None, 1, [], {}], [{"iid": "x", "updated_at": "soon"}]])
def test_answers_of_another_form_are_passed_over(gitlab: FakeGitLabWork, read_as: str, listed: object) -> None:
    gitlab.api.answer("/api/v4/projects/harbor%2Fodd/.*", listed)
    assert told(read(source(gitlab, read_as, project="harbor/odd"))) == ([], [])
