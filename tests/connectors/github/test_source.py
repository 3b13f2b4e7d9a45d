"""The github connector over a GitHub that pages, fails, limits and changes."""

from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from aftermerge.connectors import load
from aftermerge.connectors.github import GitHubSource, connect
from aftermerge.errors import AftermergeError, OutsideError, SettingsError
from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback
from aftermerge.outside.http import Api
from aftermerge.ports import SourceContext
from support.fake_api import FakeApi, FakeTime, Request
from support.fake_github import START, FakeGitHub, at
from support.memory_ledger import MemoryLedger


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    with FakeApi() as api:
        yield FakeGitHub(api)


def source(github: FakeGitHub, token: str | None = "t0ken", time: FakeTime | None = None, **keys: Any) -> GitHubSource:  # noqa: S107
    context = SourceContext(Path(), Path(), Path(), UTC, {"GITHUB_TOKEN": token} if token else {})
    given = {"kind": "github", "repo": "harbor/app", "base_url": github.api.url, **keys}
    made = connect(given, context, "github")
    passing = time or FakeTime()
    api = Api("GitHub", made.api.base_url, made.api.token, made.api.headers, passing.sleep, passing.clock)
    return GitHubSource(made.name, made.config, api)


def sync(ledger: MemoryLedger, reading: GitHubSource, batches: int | None = None) -> list[Batch]:
    """Pull and store; as many batches as are wanted, as if killed then."""
    pulled = []
    for batch in islice(reading.pull(ledger.cursor(reading.name)), batches):
        ledger.store(reading.name, batch)
        pulled.append(batch)
    return pulled


def clean(reading: GitHubSource) -> list[Feedback]:
    """What one undisturbed run brings."""
    ledger = MemoryLedger()
    sync(ledger, reading)
    return by_id(ledger)


def by_id(ledger: MemoryLedger) -> list[Feedback]:
    return sorted(ledger.feedback(), key=lambda row: row.id)


def ids(rows: list[Feedback]) -> list[str]:
    return [row.external_id for row in rows]


def busy(github: FakeGitHub) -> None:
    """Eleven issues, some with a conversation, some of one time; five discussions."""
    for number in range(1, 12):
        github.issue(number, minutes=10 * (number // 2))
    for number in (2, 5, 11):
        github.comment(number, 200, "ben")
        github.comment(number, 201, "mo", "MEMBER")
        github.comment(number, 202, "ana")
        github.comment(number, 203, "mo", "MEMBER")
    for number in range(21, 26):
        github.discussion(number, minutes=5 * number)
    github.say(23, 300, "ben")
    github.say(23, 301, "mo", "OWNER", under=0)


def test_the_kind_is_found_by_its_name() -> None:
    assert load("github") is connect


def test_an_issue_is_feedback_with_its_thread_link_and_author(github: FakeGitHub) -> None:
    github.issue(12, minutes=0, title="Export hangs", body="It *hangs*.")
    github.issue(12, minutes=60, title="Export hangs", body="It *hangs*.")
    [batch] = source(github).pull(None)
    [feedback] = batch.feedback
    assert feedback == Feedback(
        source="github",
        external_id="harbor/app#12",
        time=START,
        text="Export hangs\n\nIt *hangs*.",
        url="https://github.test/harbor/app/issues/12",
        author="ana",
        thread="harbor/app#12",
        updated_at=START + timedelta(hours=1),
        may_contact=True,
        may_quote=False,
    )
    assert [customer.id for customer in batch.customers] == [feedback.asker] == ["github:ana"]
    assert batch.names == {feedback.id: ("ana",)}


def test_the_first_thing_that_the_team_writes_afterwards_is_the_answer(github: FakeGitHub) -> None:
    github.issue(1, 0)
    github.comment(1, 1, "ben")
    github.comment(1, 2, "mo", "MEMBER", body="Fixed in 2.1")
    github.comment(1, 3, "ana", body="Thanks")
    github.comment(1, 4, "mo", "MEMBER", body="Closing")
    github.comment(1, 5, "cy")
    rows = {row.external_id.removeprefix("harbor/app#1"): row for row in clean(source(github))}
    answered = {id_: (row.reply, row.replied_by) for id_, row in rows.items()}
    assert answered == {
        "": ("Fixed in 2.1", "mo"),
        "/comment-1000": ("Fixed in 2.1", "mo"),
        "/comment-1002": ("Closing", "mo"),
        "/comment-1004": (None, None),
    }
    assert rows[""].replied_at == START + timedelta(minutes=2)
    assert {row.thread for row in rows.values()} == {"harbor/app#1"}


def test_who_is_addressed_in_a_thread_is_named_so_that_they_can_be_taken_out(github: FakeGitHub) -> None:
    github.issue(1, 0, body="It hangs")
    github.comment(1, 1, "ben-Oak", body="As @Ana says. @nobody, mail x@mo")
    github.comment(1, 2, "mo", "MEMBER", body="Thanks @ben-oak, and @ana.")
    [batch] = source(github, discussions=False).pull(None)
    assert batch.names == {
        "github:harbor/app#1": ("ana", "ben-Oak"),
        "github:harbor/app#1/comment-1000": ("ben-Oak", "ana"),
    }


def test_only_customers_are_heard(github: FakeGitHub) -> None:
    github.issue(1, 0, "mo", author_association="MEMBER")
    github.issue(2, 1, "renovate[bot]")
    github.issue(3, 2, pull_request={"url": "x"})
    github.issue(4, 3, "Sam")
    github.issue(5, 4, "cy", title=" ", body=None)
    github.issue(6, 5, None, title="From a ghost", body=None)
    github.comment(1, 6, "ben")
    rows = clean(source(github, team=["@sam"]))
    assert ids(rows) == ["harbor/app#1/comment-1000", "harbor/app#6"]
    assert rows[1].author is None


def test_who_the_team_are_can_be_said(github: FakeGitHub) -> None:
    github.issue(1, 0, "cy", author_association="COLLABORATOR")
    assert clean(source(github)) == []
    assert ids(clean(source(github, team_associations=["owner", "member"]))) == ["harbor/app#1"]


def test_pages_are_read_to_the_last(github: FakeGitHub) -> None:
    busy(github)
    rows = clean(source(github))
    assert {row.thread for row in rows} >= {f"harbor/app#{number}" for number in range(1, 12)}
    assert {row.thread for row in rows} >= {f"harbor/app/discussions/{number}" for number in range(21, 26)}
    assert "harbor/app#5/comment-5002" in ids(rows)


def test_many_issues_of_one_time_are_read_to_the_last(github: FakeGitHub) -> None:
    for number in range(1, 11):
        github.issue(number, minutes=7)
    assert len(clean(source(github))) == 10


def test_reading_again_brings_nothing_and_asks_little(github: FakeGitHub) -> None:
    busy(github)
    ledger, reading = MemoryLedger(), source(github)
    sync(ledger, reading)
    before = by_id(ledger)
    github.api.requests.clear()
    assert sync(ledger, reading) == []
    assert by_id(ledger) == before
    assert len(github.api.requests) == 2


@pytest.mark.parametrize("batches", range(1, 12))
def test_a_run_that_was_killed_goes_on_where_it_was_and_ends_with_the_same(github: FakeGitHub, batches: int) -> None:
    busy(github)
    ledger = MemoryLedger()
    sync(ledger, source(github), batches)
    sync(ledger, source(github))
    assert by_id(ledger) == clean(source(github))


@pytest.mark.parametrize("requests", range(14))
def test_a_token_that_expires_in_the_middle_loses_nothing(github: FakeGitHub, requests: int) -> None:
    busy(github)
    ledger, reading = MemoryLedger(), source(github)
    github.api.fail_after(requests, 401, body={"message": "Bad credentials"})
    with pytest.raises(SettingsError, match="token in GITHUB_TOKEN: it has expired"):
        sync(ledger, reading)
    github.api.stop_failing()
    sync(ledger, reading)
    assert by_id(ledger) == clean(reading)


def test_what_was_read_before_an_error_is_kept_though_its_page_was_not_whole(github: FakeGitHub) -> None:
    for number in (1, 2, 3):
        github.issue(number, number)
        github.comment(number, 10 + number, "ben")
    github.api.fail_after(2, 401)
    ledger = MemoryLedger()
    with pytest.raises(SettingsError):
        sync(ledger, source(github))
    assert ids(by_id(ledger)) == ["harbor/app#1", "harbor/app#1/comment-1000"]


def test_limits_and_failures_are_waited_out(github: FakeGitHub) -> None:
    busy(github)
    time = FakeTime()
    expected = clean(source(github))
    github.api.fail_next(1, 429, {"Retry-After": "30"})
    github.api.fail_next(1, 500)
    assert clean(source(github, time=time)) == expected
    assert time.slept == [30, 2]


def test_a_quota_that_is_used_up_for_an_hour_ends_the_pull_and_the_next_goes_on(github: FakeGitHub) -> None:
    busy(github)
    time, ledger = FakeTime(), MemoryLedger()
    reset = str(int((time.now + timedelta(hours=1)).timestamp()))
    github.api.fail_after(3, 403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}, {"message": "rate limit"})
    with pytest.raises(OutsideError, match="until 2026-03-02 10:00 UTC"):
        sync(ledger, source(github, time=time))
    assert time.slept == []
    github.api.stop_failing()
    sync(ledger, source(github))
    assert by_id(ledger) == clean(source(github))


def test_what_changed_is_read_anew_and_nothing_else(github: FakeGitHub) -> None:
    busy(github)
    ledger, reading = MemoryLedger(), source(github)
    sync(ledger, reading)
    github.issue(3, 400, body="More words")
    github.comment(4, 401, "mo", "OWNER", body="Here it is")
    github.discussion(22, 402, body="More to discuss")
    changed = [row for batch in sync(ledger, reading) for row in batch.feedback]
    assert sorted(ids(changed)) == ["harbor/app#3", "harbor/app#4", "harbor/app/discussions/22"]
    known = {row.external_id: row for row in ledger.feedback()}
    assert known["harbor/app#3"].text == "Title 3\n\nMore words"
    assert known["harbor/app#4"].reply == "Here it is"
    assert by_id(ledger) == clean(reading)


def test_a_change_in_the_same_second_as_the_last_one_read_is_not_missed(github: FakeGitHub) -> None:
    github.issue(1, 0)
    ledger, reading = MemoryLedger(), source(github)
    sync(ledger, reading)
    github.issue(1, 0, body="Edited at once")
    github.issue(2, 0)
    sync(ledger, reading)
    assert [row.text for row in by_id(ledger)] == ["Title 1\n\nEdited at once", "Title 2\n\nBody 2"]


def test_a_change_that_is_shown_late_is_not_missed(github: FakeGitHub) -> None:
    github.issue(1, 10)
    ledger, reading = MemoryLedger(), source(github)
    sync(ledger, reading)
    github.issue(2, 9)
    sync(ledger, reading)
    assert ids(by_id(ledger)) == ["harbor/app#1", "harbor/app#2"]


def test_an_issue_that_moves_while_we_read_pulls_no_other_past_us(github: FakeGitHub) -> None:
    for number in range(1, 10):
        github.issue(number, 10 * number)
    github.meanwhile = once(lambda: github.issue(1, 500), at_request=2)
    assert {*ids(clean(source(github)))} == {f"harbor/app#{number}" for number in range(1, 10)}


def once(change: Callable[[], object], at_request: int) -> Callable[[Request], None]:
    counted = iter(range(1, 1000))

    def meanwhile(request: Request) -> None:
        if next(counted) == at_request:
            change()

    return meanwhile


def test_an_issue_that_is_deleted_while_we_read_is_passed_over(github: FakeGitHub) -> None:
    github.issue(1, 0)
    github.comment(1, 1)
    github.issue(2, 2)
    github.issues = Listed(github.issues, missing=1)
    assert ids(clean(source(github))) == ["harbor/app#2"]


class Listed(dict[int, Any]):
    """Issues of which one is still listed, and no longer there."""

    def __init__(self, issues: dict[int, Any], missing: int) -> None:
        super().__init__(issues)
        self.missing = missing

    def __contains__(self, number: object) -> bool:
        return number != self.missing and super().__contains__(number)


def test_a_discussion_brings_its_comments_their_replies_and_names(github: FakeGitHub) -> None:
    github.discussion(7, 0)
    for minute in range(1, 6):
        github.say(7, minute, "ben")
    github.say(7, 8, "mo", "MEMBER", under=4)
    rows = clean(source(github))
    assert ids(rows) == [
        "harbor/app/discussions/7",
        *(f"harbor/app/discussions/7/comment-700{minute}" for minute in range(1, 6)),
    ]
    assert {row.reply for row in rows} == {"Said 7008"}
    [batch, _] = source(github).pull(None)
    assert {customer.name for customer in batch.customers} == {"Ana", "Ben"}


def test_a_discussion_that_moves_while_we_read_is_read_next_time(github: FakeGitHub) -> None:
    for number in range(1, 9):
        github.discussion(number, 10 * number)
    ledger, reading = MemoryLedger(), source(github, issues=False)
    sync(ledger, reading, 1)
    github.discussion(1, 500, body="Moved")
    sync(ledger, reading)
    sync(ledger, reading)
    assert by_id(ledger) == clean(reading)
    assert len(ledger.feedback()) == 8


def test_a_run_that_was_killed_in_discussions_asks_for_no_page_again(github: FakeGitHub) -> None:
    for number in range(1, 10):
        github.discussion(number, 10 * number)
    ledger, reading = MemoryLedger(), source(github, issues=False)
    sync(ledger, reading, 2)
    github.api.requests.clear()
    sync(ledger, reading)
    assert len(github.api.requests) == 1
    assert by_id(ledger) == clean(reading)


def test_only_what_bears_the_labels_is_read(github: FakeGitHub) -> None:
    github.issue(1, 0, labels=[{"name": "feedback"}, {"name": "ui"}])
    github.issue(2, 1, labels=[{"name": "ui"}])
    github.discussion(3, 2, labels={"nodes": [{"name": "feedback"}]})
    github.discussion(4, 3)
    assert ids(clean(source(github, labels=["feedback"]))) == ["harbor/app#1", "harbor/app/discussions/3"]


def test_what_is_not_wanted_is_not_asked_for(github: FakeGitHub) -> None:
    busy(github)
    rows = clean(source(github, token=None, comments=False, discussions=False))
    assert len(rows) == 11
    assert {request.path for request in github.api.requests} == {"/repos/harbor/app/issues"}


def test_discussions_want_a_token_and_the_issues_before_them_are_kept(github: FakeGitHub) -> None:
    busy(github)
    ledger = MemoryLedger()
    with pytest.raises(SettingsError, match="GitHub, for discussions, wants a token: GITHUB_TOKEN is not set"):
        sync(ledger, source(github, token=None))
    assert len(ledger.feedback()) > 11


def test_reading_begins_where_it_is_told_to(github: FakeGitHub) -> None:
    for number, day in ((1, 0), (2, 5), (3, 10)):
        github.issue(number, day * 1440)
        github.discussion(number, day * 1440)
    rows = clean(source(github, since="2026-01-06"))
    assert ids(rows) == [f"harbor/app{kind}{number}" for kind in ("#", "/discussions/") for number in (2, 3)]


def test_other_settings_read_everything_anew(github: FakeGitHub) -> None:
    github.issue(1, 0)
    github.comment(1, 1, "ben")
    ledger = MemoryLedger()
    sync(ledger, source(github, comments=False))
    assert len(ledger.feedback()) == 1
    sync(ledger, source(github))
    assert len(ledger.feedback()) == 2


def test_several_repositories_are_one_source(github: FakeGitHub) -> None:
    other = FakeGitHub(github.api, "harbor/docs")
    github.issue(1, 0)
    other.issue(1, 0)
    ledger, reading = MemoryLedger(), source(github, repo=["harbor/app", "harbor/docs"], discussions=False)
    sync(ledger, reading, 1)
    sync(ledger, reading)
    assert ids(by_id(ledger)) == ["harbor/app#1", "harbor/docs#1"]
    assert sync(ledger, reading) == []


def test_a_repository_that_is_not_there_is_named(github: FakeGitHub) -> None:
    with pytest.raises(SettingsError, match="GitHub has no issues of harbor/gone"):
        list(source(github, repo="harbor/gone").pull(None))


def test_an_enterprise_server_is_asked_for_graphql_beside_its_rest(github: FakeGitHub) -> None:
    assert source(github, base_url="https://git.test/api/v3").config.graphql_url == "https://git.test/api/graphql"
    assert source(github, base_url="https://api.github.com/").config.graphql_url == "https://api.github.com/graphql"


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"repo": None}, "repo"),
        ({"repo": "app"}, "repo"),
        ({"repo": ["harbor/app", "../x"]}, "repo"),
        ({"repo": "harbor/app?x=1"}, "repo"),
        ({"repo": "../.."}, "repo"),
        ({"as": "changes"}, "as"),
        ({"comments": "yes"}, "comments"),
        ({"labels": "bug"}, "labels"),
        ({"since": "yesterday"}, "since"),
        ({"base_url": "http://git.test"}, "base_url"),
        ({"password": "ghp"}, "password"),
    ],
)
def test_a_key_that_can_not_be_used_is_named(github: FakeGitHub, keys: dict[str, Any], key: str) -> None:
    with pytest.raises(SettingsError) as raised:
        source(github, **keys)
    assert raised.value.key == (key,)


@pytest.mark.parametrize(
    "listed",
    [
        {"message": "not a list"},
        [None, 1, "x", [], {}],
        [{"number": 1}, {"number": "x", "updated_at": at(0), "created_at": at(0)}, {"updated_at": 10**30}],
        [{"number": 1, "updated_at": at(0), "created_at": "soon", "user": [], "body": {}}],
        [
            {
                "number": 1,
                "updated_at": at(0),
                "created_at": at(0),
                "user": {"login": 7},
                "title": ["x"],
                "comments": "2",
            }
        ],
    ],
)
def test_answers_of_another_form_are_passed_over(listed: object) -> None:
    with FakeApi() as api:
        api.answer("/repos/harbor/app/issues", listed)
        github = FakeGitHub(api)
        assert clean(source(github)) == []


def test_half_a_surrogate_pair_and_ten_megabytes_are_kept_as_they_are(github: FakeGitHub) -> None:
    github.issue(1, 0, "a\ud800", body="x\udfff\0")
    github.issue(2, 1, body="é" * 5_000_000)
    rows = clean(source(github))
    assert rows[0].text == "Title 1\n\nx\udfff\0"
    assert len(rows[1].text) > 5_000_000


def test_the_token_is_in_no_cursor_and_no_error(github: FakeGitHub) -> None:
    busy(github)
    reading = source(github, token="s3same")  # noqa: S106
    assert all("s3same" not in batch.cursor for batch in reading.pull(None))
    github.api.fail_next(1, 401, body={"message": "s3same"})
    with pytest.raises(AftermergeError) as raised:
        list(reading.pull(None))
    assert "s3same" not in f"{raised.value}{raised.value!r}{reading!r}"
