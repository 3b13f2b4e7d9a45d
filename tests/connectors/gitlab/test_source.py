"""The gitlab connector over a GitLab that pages, fails, limits and changes."""

from collections.abc import Iterator
from datetime import UTC, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from aftermerge.connectors import load
from aftermerge.connectors.gitlab import GitLabSource, connect
from aftermerge.errors import SettingsError
from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback
from aftermerge.outside.http import Api
from aftermerge.ports import SourceContext
from support.fake_api import FakeApi, FakeTime
from support.fake_gitlab import START, FakeGitLab, at
from support.memory_ledger import MemoryLedger

PROJECT = "harbor/app/web"


@pytest.fixture
def gitlab() -> Iterator[FakeGitLab]:
    with FakeApi() as api:
        yield FakeGitLab(api, PROJECT, members={"mo": 40, "Guest": 10})


def source(gitlab: FakeGitLab, time: FakeTime | None = None, token: str = "t0ken", **keys: Any) -> GitLabSource:  # noqa: S107
    context = SourceContext(Path(), Path(), Path(), UTC, {"GITLAB_TOKEN": token})
    given = {"kind": "gitlab", "project": PROJECT, "base_url": gitlab.api.url, **keys}
    made = connect(given, context, "gitlab")
    passing = time or FakeTime()
    api = Api("GitLab", made.api.base_url, made.api.token, made.api.headers, passing.sleep, passing.clock)
    return GitLabSource(made.name, made.config, api)


def sync(ledger: MemoryLedger, reading: GitLabSource, batches: int | None = None) -> list[Batch]:
    """Pull and store; as many batches as are wanted, as if killed then."""
    pulled = []
    for batch in islice(reading.pull(ledger.cursor(reading.name)), batches):
        ledger.store(reading.name, batch)
        pulled.append(batch)
    return pulled


def by_id(ledger: MemoryLedger) -> list[Feedback]:
    return sorted(ledger.feedback(), key=lambda row: row.id)


def clean(reading: GitLabSource) -> list[Feedback]:
    """What one undisturbed run brings."""
    ledger = MemoryLedger()
    sync(ledger, reading)
    return by_id(ledger)


def ids(rows: list[Feedback]) -> list[str]:
    return [row.external_id.removeprefix(PROJECT) for row in rows]


def busy(gitlab: FakeGitLab) -> None:
    """Eleven issues, some with a conversation, some of one time; more members than fit on a page."""
    gitlab.members |= {f"member{number}": 30 for number in range(7)}
    for number in range(1, 12):
        gitlab.issue(number, minutes=10 * (number // 2))
    for number in (2, 5, 11):
        gitlab.note(number, 200, "ben")
        gitlab.note(number, 201, "member6")
        gitlab.note(number, 202.001)
        gitlab.note(number, 203, "mo")


def test_the_kind_is_found_by_its_name() -> None:
    assert load("gitlab") is connect


def test_an_issue_is_feedback_with_its_thread_link_and_author(gitlab: FakeGitLab) -> None:
    gitlab.issue(12, minutes=0)
    gitlab.issue(12, minutes=60, title="Export hangs", description="It *hangs*.")
    [batch] = source(gitlab).pull(None)
    [feedback] = batch.feedback
    assert feedback == Feedback(
        source="gitlab",
        external_id="harbor/app/web#12",
        time=START,
        text="Export hangs\n\nIt *hangs*.",
        url="https://gitlab.test/harbor/app/web/-/issues/12",
        author="ana",
        thread="harbor/app/web#12",
        updated_at=START + timedelta(hours=1),
        may_contact=True,
        may_quote=False,
    )
    assert [(one.ref, one.name) for one in batch.customers] == [("ana", "Ana Lind")]
    assert batch.names == {feedback.id: ("Ana Lind", "ana")}
    assert {request.headers["private-token"] for request in gitlab.api.requests} == {"t0ken"}


def test_the_first_thing_that_a_member_writes_afterwards_is_the_answer(gitlab: FakeGitLab) -> None:
    gitlab.issue(1, 0)
    gitlab.note(1, 1, "ben")
    gitlab.note(1, 2, "mo", body="changed the description", system=True)
    gitlab.note(1, 2, "mo", body="Not for them", internal=True)
    gitlab.note(1, 3, "mo", body="Fixed in 2.1")
    gitlab.note(1, 4, "mo", body="Closing")
    rows = clean(source(gitlab))
    assert ids(rows) == ["#1", "#1/note-1000"]
    assert {(row.reply, row.replied_by) for row in rows} == {("Fixed in 2.1", "mo")}
    assert rows[1].url == "https://gitlab.test/harbor/app/web/-/issues/1#note_1000"


def test_only_customers_are_heard(gitlab: FakeGitLab) -> None:
    gitlab.issue(1, 0, "mo")
    gitlab.issue(2, 1, "project_7_bot_c0ffee")
    gitlab.issue(3, 2, moved_to_id=99)
    gitlab.issue(4, 3, "Sam")
    gitlab.issue(5, 4, title="", description=None)
    gitlab.issue(6, 5, None)
    gitlab.issue(7, 6, "ghost")
    gitlab.issue(8, 7, "Guest")
    rows = clean(source(gitlab, team=["@sam"]))
    assert ids(rows) == ["#6", "#7", "#8"]
    assert [row.author for row in rows] == [None, None, "Guest"]


def test_who_writes_by_mail_is_known_by_their_address_which_stands_apart(gitlab: FakeGitLab) -> None:
    gitlab.issue(1, 0, "support-bot", service_desk_reply_to="Ana@harbor.example")
    gitlab.issue(2, 1, "support-bot", service_desk_reply_to="ana@harbor.example")
    gitlab.issue(3, 2, "support-bot")
    [batch] = source(gitlab).pull(None)
    assert len({row.author for row in batch.feedback}) == 1
    assert "harbor.example" not in str(batch.feedback[0].author)
    assert {one.email for one in batch.customers} == {"Ana@harbor.example", "ana@harbor.example"}


def test_without_members_only_the_named_are_the_team(gitlab: FakeGitLab) -> None:
    gitlab.issue(1, 0, "mo")
    gitlab.issue(2, 0, "sam")
    assert ids(clean(source(gitlab, members=False, team=["sam"]))) == ["#1"]
    assert not gitlab.api.asked(".*/members/.*")


def test_pages_of_members_issues_and_notes_are_read_to_the_last(gitlab: FakeGitLab) -> None:
    busy(gitlab)
    rows = clean(source(gitlab))
    assert {row.thread for row in rows} == {f"{PROJECT}#{number}" for number in range(1, 12)}
    assert "#5/note-5002" in ids(rows)
    assert "#5/note-5001" not in ids(rows)


def test_many_issues_of_one_time_are_read_to_the_last(gitlab: FakeGitLab) -> None:
    for number in range(1, 11):
        gitlab.issue(number, minutes=7)
    assert len(clean(source(gitlab))) == 10


def test_reading_again_brings_nothing(gitlab: FakeGitLab) -> None:
    busy(gitlab)
    ledger, reading = MemoryLedger(), source(gitlab)
    sync(ledger, reading)
    before = by_id(ledger)
    assert sync(ledger, reading) == []
    assert by_id(ledger) == before


@pytest.mark.parametrize("batches", range(1, 7))
def test_a_run_that_was_killed_goes_on_where_it_was_and_ends_with_the_same(gitlab: FakeGitLab, batches: int) -> None:
    busy(gitlab)
    ledger = MemoryLedger()
    sync(ledger, source(gitlab), batches)
    sync(ledger, source(gitlab))
    assert by_id(ledger) == clean(source(gitlab))


@pytest.mark.parametrize("requests", range(13))
def test_a_token_that_expires_in_the_middle_loses_nothing(gitlab: FakeGitLab, requests: int) -> None:
    busy(gitlab)
    ledger, reading = MemoryLedger(), source(gitlab)
    gitlab.api.fail_after(requests, 401, body={"message": "401 Unauthorized"})
    with pytest.raises(SettingsError, match="token in GITLAB_TOKEN: it has expired"):
        sync(ledger, reading)
    gitlab.api.stop_failing()
    sync(ledger, reading)
    assert by_id(ledger) == clean(reading)


def test_limits_and_failures_are_waited_out(gitlab: FakeGitLab) -> None:
    busy(gitlab)
    time, expected = FakeTime(), clean(source(gitlab))
    gitlab.api.fail_next(1, 429, {"Retry-After": "30"})
    gitlab.api.fail_next(1, 502)
    assert clean(source(gitlab, time)) == expected
    assert time.slept == [30, 2]


def test_a_quota_that_is_used_up_is_waited_for(gitlab: FakeGitLab) -> None:
    gitlab.issue(1, 0)
    time = FakeTime()
    reset = str(int(time.now.timestamp()) + 45)
    gitlab.api.fail_next(1, 200, {"RateLimit-Remaining": "0", "RateLimit-Reset": reset}, [])
    assert ids(clean(source(gitlab, time))) == ["#1"]
    assert time.slept == [45]


def test_what_changed_is_read_anew_and_nothing_else(gitlab: FakeGitLab) -> None:
    busy(gitlab)
    ledger, reading = MemoryLedger(), source(gitlab)
    sync(ledger, reading)
    gitlab.issue(3, 400, description="More words")
    gitlab.note(4, 401, "mo", body="Here it is")
    changed = [row for batch in sync(ledger, reading) for row in batch.feedback]
    assert sorted(ids(changed)) == ["#3", "#4"]
    assert by_id(ledger) == clean(reading)


def test_an_issue_that_moves_while_we_read_pulls_no_other_past_us(gitlab: FakeGitLab) -> None:
    for number in range(1, 10):
        gitlab.issue(number, 10 * number)

    def meanwhile(request: object) -> None:
        if len(gitlab.api.asked(".*/issues")) == 2:
            gitlab.issue(1, 500)

    gitlab.meanwhile = meanwhile
    assert {*ids(clean(source(gitlab)))} == {f"#{number}" for number in range(1, 10)}


def test_an_issue_that_is_deleted_while_we_read_is_passed_over(gitlab: FakeGitLab) -> None:
    gitlab.issue(1, 0)
    gitlab.note(1, 1)
    gitlab.issue(2, 2)
    gitlab.gone = {1}
    assert ids(clean(source(gitlab))) == ["#2"]


def test_what_is_not_wanted_is_not_asked_for(gitlab: FakeGitLab) -> None:
    busy(gitlab)
    gitlab.issue(3, 500, labels=["feedback", "ui"])
    assert ids(clean(source(gitlab, comments=False, labels=["feedback"], since="2026-01-01"))) == ["#3"]
    assert not gitlab.api.asked(".*/notes")


def test_a_project_that_is_not_there_is_named(gitlab: FakeGitLab) -> None:
    with pytest.raises(SettingsError, match="GitLab has no members of harbor/gone"):
        list(source(gitlab, project="harbor/gone").pull(None))


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"project": None}, "project"),
        ({"project": "app"}, "project"),
        ({"project": ["harbor/app", "a b/c"]}, "project"),
        ({"as": "changes"}, "as"),
        ({"members": "yes"}, "members"),
        ({"base_url": "http://git.test"}, "base_url"),
        ({"repo": "harbor/app"}, "repo"),
    ],
)
def test_a_key_that_can_not_be_used_is_named(gitlab: FakeGitLab, keys: dict[str, Any], key: str) -> None:
    with pytest.raises(SettingsError) as raised:
        source(gitlab, **keys)
    assert raised.value.key == (key,)


@pytest.mark.parametrize(
    "listed",
    [
        {"message": "not a list"},
        [None, 1, "x", [], {}],
        [{"iid": 1}, {"iid": "x", "updated_at": at(0), "created_at": at(0)}],
        [{"iid": 1, "updated_at": at(0), "created_at": "soon", "author": [], "description": {}}],
    ],
)
def test_answers_of_another_form_are_passed_over(gitlab: FakeGitLab, listed: object) -> None:
    gitlab.api.answer("/api/v4/projects/harbor%2Fodd/.*", listed)
    assert clean(source(gitlab, project="harbor/odd")) == []
