"""Pull requests, releases and deployments, over a GitHub that pages, fails, limits and changes."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

import pytest

from aftermerge.connectors.github import GitHubSource, connect
from aftermerge.errors import OutsideError, SettingsError
from aftermerge.model.batch import Batch
from aftermerge.model.change import Release
from aftermerge.model.pull_request import PullRequest
from support.fake_api import FakeApi, FakeTime
from support.fake_github import START
from support.fake_github_work import FakeGitHubWork
from support.memory_ledger import MemoryLedger
from support.pulled import context, patient


@pytest.fixture
def github() -> Iterator[FakeGitHubWork]:
    with FakeApi() as api:
        yield FakeGitHubWork(api)


def source(github: FakeGitHubWork, read_as: str, time: FakeTime | None = None, **keys: Any) -> GitHubSource:
    given = {"kind": "github", "repo": "harbor/app", "as": read_as, "base_url": github.api.url, **keys}
    return patient(connect(given, context({"GITHUB_TOKEN": "t0ken"}), "work"), time or FakeTime(START))


def sync(ledger: MemoryLedger, reading: GitHubSource, batches: int | None = None) -> list[Batch]:
    """Pull and store; as many batches as are wanted, as if killed then."""
    pulled = []
    for batch in islice(reading.pull(ledger.cursor(reading.name)), batches):
        ledger.store(reading.name, batch)
        pulled.append(batch)
    return pulled


def read(reading: GitHubSource) -> MemoryLedger:
    """What one undisturbed run brings."""
    ledger = MemoryLedger()
    sync(ledger, reading)
    return ledger


def busy(github: FakeGitHubWork) -> None:
    for number in range(1, 12):
        github.pull(number, minutes=10 * number, merged=number != 4)
    for number in range(1, 9):
        github.deploy(number, 10 * number, "in_progress", "failure" if number == 3 else "success", "inactive")


def numbers(ledger: MemoryLedger) -> list[int]:
    return [request.number for request in ledger.pull_requests()]


def test_a_merged_pull_request_is_its_text_its_commit_and_its_branch_and_names_no_person(
    github: FakeGitHubWork,
) -> None:
    github.pull(12, 0, body="Why\r\n\r\nBet: faster-export\r\n", head={"ref": "bet/faster-export"})
    [batch] = source(github, "pull_requests").pull(None)
    assert batch.pull_requests == (
        PullRequest(
            source="work",
            repository="harbor/app",
            number=12,
            merge_commit=f"{12:040x}",
            merged_at=START,
            title="Change 12",
            body="Why\r\n\r\nBet: faster-export\r\n",
            url="https://github.test/harbor/app/pull/12",
            branch="bet/faster-export",
        ),
    )
    assert "maya" not in repr(batch)


def test_a_body_may_be_empty_and_what_is_not_merged_is_none_yet(github: FakeGitHubWork) -> None:
    github.pull(1, 0, body=None)
    github.pull(2, 1, merged=False)
    github.pull(3, 2, html_url="javascript:alert(1)")
    ledger = read(source(github, "pull_requests"))
    assert [(one.number, one.body, one.url[:5]) for one in ledger.pull_requests()] == [
        (1, "", "https"),
        (3, "Bet: bet-3\r\n", ""),
    ]


def test_pages_are_read_to_the_last_and_again_only_as_far_as_needed(github: FakeGitHubWork) -> None:
    busy(github)
    ledger, reading = MemoryLedger(), source(github, "pull_requests")
    sync(ledger, reading)
    assert numbers(ledger) == [1, 2, 3, 5, 6, 7, 8, 9, 10, 11]
    github.api.requests.clear()
    assert sync(ledger, reading) == []
    assert len(github.api.requests) == 1


@pytest.mark.parametrize("batches", range(1, 5))
def test_a_run_that_was_killed_goes_on_where_it_was_and_loses_nothing(github: FakeGitHubWork, batches: int) -> None:
    busy(github)
    ledger, reading = MemoryLedger(), source(github, "pull_requests")
    sync(ledger, reading, batches)
    github.pull(2, 500, body="Bet: other")
    github.pull(99, 501)
    github.api.requests.clear()
    sync(ledger, reading)
    assert "1" not in [request.query["page"] for request in github.api.requests] or batches == 4
    sync(ledger, reading)
    assert ledger.pull_requests() == read(reading).pull_requests()


@pytest.mark.parametrize("read_as", ["pull_requests", "releases", "deployments"])
@pytest.mark.parametrize("requests", range(8))
def test_a_token_that_expires_in_the_middle_loses_nothing(github: FakeGitHubWork, read_as: str, requests: int) -> None:
    busy(github)
    for number in range(1, 8):
        github.release(f"v{number}", 10 * number, f"{number:040x}")
    ledger, reading = MemoryLedger(), source(github, read_as)
    github.api.fail_after(requests, 401, body={"message": "Bad credentials"})
    try:
        sync(ledger, reading)
    except SettingsError as error:
        assert "GITHUB_TOKEN" in str(error)  # noqa: PT017
    github.api.stop_failing()
    sync(ledger, reading)
    clean = read(reading)
    assert ledger.pull_requests() == clean.pull_requests()
    assert ledger.releases() == clean.releases()


@pytest.mark.parametrize("read_as", ["pull_requests", "releases", "deployments"])
def test_a_secondary_limit_is_waited_out(github: FakeGitHubWork, read_as: str) -> None:
    busy(github)
    github.release("v1", 5, "a" * 40)
    time, said = FakeTime(START), {"message": "You have exceeded a secondary rate limit."}
    github.api.fail_next(1, 403, {"Retry-After": "30"}, said)
    github.api.fail_next(1, 403, {}, said)
    ledger = read(source(github, read_as, time))
    assert time.slept == [30, 120]
    assert ledger.pull_requests() or ledger.releases()


@pytest.mark.parametrize("read_as", ["pull_requests", "releases", "deployments"])
def test_what_github_can_not_process_is_told_in_its_words(github: FakeGitHubWork, read_as: str) -> None:
    github.api.fail_next(1, 422, {}, {"message": "Validation Failed"})
    with pytest.raises(OutsideError, match=rf"{read_as.replace('_', ' ')} of harbor/app: it answers 422 \(Validation"):
        list(source(github, read_as).pull(None))


def test_an_edited_body_is_read_anew_even_in_the_second_of_the_last_one(github: FakeGitHubWork) -> None:
    github.pull(1, 0)
    ledger, reading = MemoryLedger(), source(github, "pull_requests")
    sync(ledger, reading)
    github.pull(1, 0, body="Bet: faster-export")
    sync(ledger, reading)
    assert [one.body for one in ledger.pull_requests()] == ["Bet: faster-export"]


def test_one_that_is_opened_again_while_we_read_pulls_no_other_past_us(github: FakeGitHubWork) -> None:
    for number in range(1, 8):
        github.pull(number, number, merged=number != 7)
    github.pulls[7]["state"] = "closed"

    def reopen(request: Any) -> None:
        if request.query.get("page") == "2":
            github.pulls[7]["state"] = "open"

    github.meanwhile = reopen
    assert numbers(read(source(github, "pull_requests"))) == [1, 2, 3, 4, 5, 6]


def test_reading_begins_where_it_is_told_to(github: FakeGitHubWork) -> None:
    for number, day in ((1, 0), (2, 5), (3, 10)):
        github.pull(number, day * 1440)
        github.deploy(number, day * 1440, "success")
        github.release(f"v{number}", day * 1440, "a" * 40)
    since = "2026-01-06"
    assert numbers(read(source(github, "pull_requests", since=since))) == [2, 3]
    assert len(read(source(github, "deployments", since=since)).releases()) == 2
    assert [one.id for one in read(source(github, "releases", since=since)).releases()] == ["v2", "v3"]


def test_a_release_is_the_commit_of_its_tag_at_the_time_it_was_published(github: FakeGitHubWork) -> None:
    github.release("v1.0", 5, "a" * 40)
    github.release("v1.1-rc1", 9, "b" * 40, prerelease=True)
    github.release("v2", 10, "c" * 40, draft=True)
    assert read(source(github, "releases")).releases() == [
        Release("v1.0", "work", "tag", START + timedelta(minutes=5), commit="a" * 40, notes="Notes of v1.0"),
        Release(
            "v1.1-rc1",
            "work",
            "tag",
            START + timedelta(minutes=9),
            prerelease=True,
            commit="b" * 40,
            notes="Notes of v1.1-rc1",
        ),
    ]


def test_a_release_that_was_taken_away_is_gone_and_nothing_new_is_no_batch(github: FakeGitHubWork) -> None:
    for number in range(5):
        github.release(f"v{number}", number, "a" * 40)
    ledger, reading = MemoryLedger(), source(github, "releases")
    sync(ledger, reading)
    assert sync(ledger, reading) == []
    del github.releases[2]
    sync(ledger, reading)
    assert [one.id for one in ledger.releases()] == ["v0", "v1", "v3", "v4"]


def test_releases_of_several_repositories_are_told_apart(github: FakeGitHubWork) -> None:
    other = FakeGitHubWork(github.api, "harbor/docs")
    github.release("v1", 1, "a" * 40)
    other.release("v1", 2, "b" * 40)
    found = read(source(github, "releases", repo=["harbor/app", "harbor/docs"])).releases()
    assert [one.id for one in found] == ["harbor/app@v1", "harbor/docs@v1"]


def test_a_deployment_counts_from_its_first_success_in_an_environment_that_was_named(github: FakeGitHubWork) -> None:
    github.deploy(1, 0, "queued", "in_progress", "success", "inactive", "success")
    github.deploy(2, 10, "failure")
    github.deploy(3, 20, "success", environment="staging")
    github.deploy(4, 30, "success", environment="eu")
    assert [one.commit for one in read(source(github, "deployments")).releases()] == [f"{1:040x}"]
    found = read(source(github, "deployments", environments=["production", "eu"])).releases()
    first, other = START + timedelta(minutes=3), START + timedelta(minutes=31)
    assert found == [
        Release("2026-01-01T00:03:00Z-000000000000", "work", "deployment", first, commit=f"{1:040x}"),
        Release("2026-01-01T00:31:00Z-000000000000", "work", "deployment", other, commit=f"{4:040x}"),
    ]


def test_a_deployment_that_was_under_way_is_asked_about_until_it_has_ended(github: FakeGitHubWork) -> None:
    github.deploy(1, 0, "in_progress")
    github.deploy(2, 5, "success")
    time = FakeTime(START)
    ledger, reading = MemoryLedger(), source(github, "deployments", time)
    sync(ledger, reading)
    assert len(ledger.releases()) == 1
    github.now_is(1, 30, "success")
    sync(ledger, reading)
    assert len(ledger.releases()) == 2
    github.api.requests.clear()
    assert sync(ledger, reading) == []
    assert len(github.api.requests) == 1


def test_a_deployment_that_never_ended_is_given_up_after_a_week(github: FakeGitHubWork) -> None:
    github.deploy(1, 0, "in_progress")
    time = FakeTime(START)
    ledger, reading = MemoryLedger(), source(github, "deployments", time)
    sync(ledger, reading)
    time.now += timedelta(days=8)
    sync(ledger, reading)
    github.api.requests.clear()
    assert sync(ledger, reading) == []
    assert len(github.api.requests) == 1


def test_what_was_deployed_since_is_all_that_is_asked_about(github: FakeGitHubWork) -> None:
    busy(github)
    ledger, reading = MemoryLedger(), source(github, "deployments")
    sync(ledger, reading)
    github.deploy(20, 900, "success")
    github.api.requests.clear()
    sync(ledger, reading)
    asked = [request.path.rpartition("deployments")[2] for request in github.api.requests]
    assert asked.count("/20/statuses") == 1
    assert set(asked) == {"", "/20/statuses", "/3", "/3/statuses"}
    assert ledger.releases() == read(reading).releases()


@pytest.mark.parametrize(
    ("read_as", "keys", "said"),
    [
        ("pull_requests", {"labels": ["x"]}, "means nothing where it is read as `pull_requests`"),
        ("feedback", {"comment": True}, 'as = "pull_requests"'),
        ("releases", {"environments": ["eu"]}, 'as = "deployments"'),
        ("deployments", {"environments": []}, "names no environment"),
        ("pull_requests", {"comment": "yes"}, "neither true nor false"),
        ("pull_requests", {"coment": True}, "did you mean `comment`"),
    ],
)
def test_a_key_that_can_not_be_used_is_told_so(
    github: FakeGitHubWork, read_as: str, keys: dict[str, Any], said: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        source(github, read_as, **keys)
    assert said in str(raised.value)
    assert raised.value.key == (next(iter(keys)),)
