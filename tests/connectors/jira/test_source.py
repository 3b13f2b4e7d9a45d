"""A Jira is read by JQL in the order of its changes, page by page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.connectors.jira import JiraSource, connect
from aftermerge.connectors.jira.client import jql_since
from aftermerge.errors import OutsideError, SettingsError
from support.fake_api import FakeApi, FakeTime, Replied, Request
from support.pulled import context, patient, pull

SECRET = "sesame-0123456789"  # noqa: S105
ADA = {"accountId": "qm:7", "displayName": "Ada Obi", "accountType": "customer"}
BEN = {"accountId": "8", "displayName": "Ben Ito", "accountType": "atlassian"}
ZONE = "Asia/Kolkata"
BEGUN = datetime(2026, 2, 1, 10, tzinfo=UTC)


@dataclass
class FakeJira:
    """Speaks the documented search; JQL knows minutes, in the zone of who asks."""

    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    comments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    page_size: int = 2
    is_stuck: bool = False
    shown_comments: int = 1

    def report(self, ref: int, second: int, words: str, *answers: str, reporter: dict[str, str] = ADA) -> None:
        told = [
            {"id": str(place), "author": BEN, "body": answer, "created": f"2026-02-01T1{place}", "jsdPublic": True}
            for place, answer in enumerate(answers)
        ]
        self.comments[f"SUP-{ref}"] = told
        shown = {"comments": told[: self.shown_comments], "total": len(told)}
        updated = (BEGUN + timedelta(seconds=second)).isoformat(timespec="milliseconds")
        fields = {"summary": words, "reporter": reporter, "created": BEGUN.isoformat(), "updated": updated}
        self.issues[ref] = {"id": str(ref), "key": f"SUP-{ref}", "fields": {**fields, "comment": shown}}

    def search(self, request: Request) -> Replied:
        asked = re.search(r'updated >= "([^"]+)" ORDER BY updated ASC, key ASC$', request.query["jql"])
        assert asked, request.query["jql"]
        since = datetime.fromisoformat(asked[1]).replace(tzinfo=ZoneInfo(ZONE))
        found = [row for row in self.issues.values() if datetime.fromisoformat(row["fields"]["updated"]) >= since]
        found.sort(key=lambda row: (row["fields"]["updated"], row["key"]))
        start = int(request.query.get("nextPageToken", "page-0").removeprefix("page-"))
        following = start + self.page_size
        goes_on = following < len(found) or self.is_stuck
        more = {"nextPageToken": f"page-{min(following, len(found))}"} if goes_on else {}
        return 200, {}, {"issues": found[start:following], "isLast": not more, **more}

    def commented(self, request: Request) -> Replied:
        rows, start = self.comments[request.groups[0]], int(request.query["startAt"])
        return 200, {}, {"comments": rows[start : start + 2], "startAt": start, "total": len(rows)}


@pytest.fixture
def jira() -> FakeJira:
    fake = FakeJira()
    for ref in range(1, 6):
        fake.report(ref, ref * 600, f"words {ref}", f"answer {ref}")
    return fake


@pytest.fixture
def service(jira: FakeJira) -> Iterator[FakeApi]:
    with FakeApi() as api:
        api.answer("/rest/api/3/myself", {"accountId": "8", "timeZone": ZONE})
        api.route("GET", "/rest/api/3/search/jql", jira.search)
        api.route("GET", r"/rest/api/3/issue/([\w-]+)/comment", jira.commented)
        yield api


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


def source(service: FakeApi, time: FakeTime, token: str | None = SECRET, **keys: Any) -> JiraSource:
    environ = {"JIRA_TOKEN": token} if token else {}
    return patient(connect({"base_url": service.url, **keys}, context(environ), "jira"), time)


def test_every_issue_of_a_customer_is_read_with_its_answer(service: FakeApi, jira: FakeJira, time: FakeTime) -> None:
    jira.report(6, 9_000, "ours", reporter=BEN)
    pulled = pull(source(service, time))
    assert pulled.texts == [f"words {ref}" for ref in range(1, 6)]
    assert pulled.feedback["SUP-3"].reply == "answer 3"
    assert pulled.feedback["SUP-3"].url == f"{service.url}/browse/SUP-3"
    assert pulled.names["jira:SUP-3"] == ("Ada Obi", "Ben Ito")
    assert sorted(pull(source(service, time, reporters="all")).feedback)[-1] == "SUP-6"


def test_comments_that_the_search_does_not_show_are_asked_for(service: FakeApi, jira: FakeJira, time: FakeTime) -> None:
    jira.shown_comments = 0
    jira.report(6, 9_000, "words 6", "first", "second", "third")
    assert pull(source(service, time)).feedback["SUP-6"].reply == "first"
    assert [request.query["startAt"] for request in service.asked("/rest/api/3/issue/SUP-6/comment")] == ["0", "2"]
    assert service.asked("/rest/api/3/issue/SUP-1/comment") == []


def test_what_is_read_is_narrowed_by_jql(service: FakeApi, time: FakeTime) -> None:
    pull(source(service, time, jql="project = SUP OR labels = asked"))
    [first, *_] = service.asked("/rest/api/3/search/jql")
    assert first.query["jql"].startswith("(project = SUP OR labels = asked) AND updated >= ")


def test_a_second_pull_with_nothing_new_has_no_batch(service: FakeApi, time: FakeTime) -> None:
    first = pull(source(service, time))
    again = pull(source(service, time), first)
    assert (again.batches, again.cursor, again.feedback) == (0, first.cursor, first.feedback)


def test_an_issue_that_changed_or_shows_late_is_read(service: FakeApi, jira: FakeJira, time: FakeTime) -> None:
    first = pull(source(service, time))
    jira.report(2, 9_000, "words 2, and more")
    jira.report(6, 5 * 600 - 60, "late")
    again = pull(source(service, time), first)
    assert (again.feedback["SUP-2"].text, again.feedback["SUP-6"].text) == ("words 2, and more", "late")


@pytest.mark.parametrize("stop_after", [1, 2])
def test_a_pull_that_was_cut_off_goes_on_to_the_same_end(service: FakeApi, time: FakeTime, stop_after: int) -> None:
    whole = pull(source(service, time))
    part = pull(source(service, time), stop_after=stop_after)
    assert 0 < len(part.feedback) < len(whole.feedback)
    resumed = pull(source(service, time), part)
    assert (resumed.feedback, resumed.cursor) == (whole.feedback, whole.cursor)


def test_many_changes_in_one_minute_are_all_read_whatever_the_page(
    service: FakeApi, jira: FakeJira, time: FakeTime
) -> None:
    for ref in range(10, 17):
        jira.report(ref, 9_000, f"words {ref}")
    part = pull(source(service, time), stop_after=4)
    assert len(pull(source(service, time), part).feedback) == 12


def test_with_another_jql_it_is_read_from_the_beginning(service: FakeApi, time: FakeTime) -> None:
    first = pull(source(service, time))
    assert pull(source(service, time, jql="project = SUP"), first).batches == 3


def test_a_page_that_leads_to_itself_ends_the_pull(service: FakeApi, jira: FakeJira, time: FakeTime) -> None:
    jira.is_stuck = True
    assert len(pull(source(service, time)).feedback) == 5


def test_a_pull_that_fails_half_way_keeps_what_it_had(service: FakeApi, time: FakeTime) -> None:
    batches = source(service, time).pull(None)
    next(batches)
    service.fail_next(99, 500)
    with pytest.raises(OutsideError, match="Jira does not hand out issues: it answers 500"):
        next(batches)


def test_it_waits_as_long_as_jira_asks_and_a_passing_failure_changes_nothing(service: FakeApi, time: FakeTime) -> None:
    service.fail_next(1, 429, {"Retry-After": "37"})
    service.fail_next(1, 503)
    assert len(pull(source(service, time)).feedback) == 5
    assert time.slept[0] == 37.0


def test_a_question_that_jira_refuses_is_not_asked_again(service: FakeApi, time: FakeTime) -> None:
    batches = source(service, time, jql="projet = SUP").pull(None)
    service.fail_next(1, 400, body={"errorMessages": ["Field 'projet' does not exist"]})
    with pytest.raises(OutsideError, match="it answers 400"):
        next(batches)
    assert time.slept == []


def test_a_token_that_expired_or_is_missing_is_told_by_the_variables_name(service: FakeApi, time: FakeTime) -> None:
    service.fail_next(1, 401)
    with pytest.raises(SettingsError, match="the token in JIRA_TOKEN: it has expired") as expired:
        pull(source(service, time))
    with pytest.raises(SettingsError, match="JIRA_TOKEN is not set"):
        pull(source(service, time, token=None))
    assert SECRET not in f"{expired.value!r}{expired.value}{source(service, time)!r}"


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ({}, f"Bearer {SECRET}"),
        # base64 of ops@harbor.example:sesame-0123456789
        ({"email": "ops@harbor.example"}, "Basic b3BzQGhhcmJvci5leGFtcGxlOnNlc2FtZS0wMTIzNDU2Nzg5"),
    ],
)
def test_the_token_is_shown_as_what_it_is(service: FakeApi, time: FakeTime, keys: dict[str, Any], shown: str) -> None:
    pull(source(service, time, **keys))
    assert {request.headers["authorization"] for request in service.requests} == {shown}


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({}, "base_url"),
        ({"base_url": "https://harbor.atlassian.net", "jql": "project = A order  BY key"}, "jql"),
        ({"base_url": "https://harbor.atlassian.net", "reporters": "some"}, "reporters"),
        ({"base_url": "https://harbor.atlassian.net", "rating_field": "a-b"}, "rating_field"),
        ({"base_url": "https://harbor.atlassian.net", "jqll": "x"}, "jqll"),
    ],
)
def test_a_key_that_can_not_be_used_is_named(given: dict[str, object], key: str) -> None:
    with pytest.raises(SettingsError) as error:
        connect(given, context({}), "jira")
    assert error.value.key == (key,)


@given(
    st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Mars/Base", None]),
)
def test_the_question_never_reaches_back_too_little(start: datetime, zone: str | None) -> None:
    aware = start.replace(tzinfo=UTC)
    [minute] = re.findall(r'"(.*?)"', jql_since(None, aware, zone))
    known = ZoneInfo(zone if zone and zone != "Mars/Base" else "Pacific/Kiritimati")
    for fold in (0, 1):
        assert datetime.fromisoformat(minute).replace(tzinfo=known, fold=fold) <= aware
