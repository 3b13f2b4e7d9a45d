"""A Linear workspace is read kind by kind, the oldest change first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from aftermerge.connectors.linear import LinearSource, connect
from aftermerge.errors import OutsideError, SettingsError
from support.fake_api import FakeApi, FakeTime, Replied, Request
from support.pulled import context, patient, pull

SECRET = "sesame-0123456789"  # noqa: S105
ADA = {"id": "x7", "name": "Ada Obi", "displayName": "ada", "email": "ada@customer.example"}


@dataclass
class FakeLinear:
    """Speaks the documented connections: the latest change first, `last` and `before` from the end."""

    records: dict[str, dict[str, dict[str, Any]]] = field(
        default_factory=lambda: {"customerNeeds": {}, "issues": {}, "comments": {}}
    )
    page_size: int = 2
    is_stuck: bool = False

    def put(self, kind: str, ref: str, minute: int, **more: Any) -> None:
        time = f"2026-02-01T10:{minute:02}:00.000Z"
        self.records[kind][ref] = {"id": ref, "createdAt": time, "updatedAt": time, **more}

    def answer(self, request: Request) -> Replied:
        asked: Any = request.json
        kind, variables = _kind(asked["query"]), asked["variables"]
        assert kind == "comments" or ("creator" in variables["filter"]) == (kind == "issues")
        since = variables["filter"].get("updatedAt", {}).get("gte", "1970-01-01T00:00:00+00:00")
        found = [row for row in self.records[kind].values() if _time(row["updatedAt"]) >= _time(since)]
        found.sort(key=lambda row: (row["updatedAt"], row["id"]), reverse=True)
        end = next((place for place, row in enumerate(found) if row["id"] == variables["before"]), len(found))
        start = max(0, end - min(self.page_size, variables["last"]))
        page = found[start:end]
        info = {"hasPreviousPage": start > 0 or self.is_stuck, "startCursor": found[start]["id"] if found else None}
        return 200, {}, {"data": {"changed": {"nodes": page, "pageInfo": info}}}


def _kind(query: str) -> str:
    """Which connection is asked for, in a query whose brackets are paired."""
    assert all(query.count(left) == query.count(right) for left, right in ("{}", "()"))
    [kind] = re.findall(r"changed: (\w+)\(", query)
    return str(kind)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
def linear() -> FakeLinear:
    fake = FakeLinear()
    for place in range(1, 6):
        customer = {"id": f"k{place}", "name": "Northwind", "revenue": 100 * place}
        fake.put("customerNeeds", f"n{place}", place * 5, body=f"words {place}", customer=customer)
        fake.put("comments", f"m{place}", place, body=f"remark {place}", externalUser=ADA if place % 2 else None)
    fake.put("issues", "i1", 7, identifier="ENG-12", title="Export", externalUserCreator=ADA)
    return fake


@pytest.fixture
def service(linear: FakeLinear) -> Iterator[FakeApi]:
    with FakeApi() as api:
        api.route("POST", "/graphql", linear.answer)
        yield api


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


def source(service: FakeApi, time: FakeTime, token: str | None = SECRET, **keys: Any) -> LinearSource:
    environ = {"LINEAR_TOKEN": token} if token else {}
    return patient(connect({"base_url": service.url, **keys}, context(environ), "linear"), time)


def test_requests_issues_and_comments_are_read(service: FakeApi, time: FakeTime) -> None:
    pulled = pull(source(service, time))
    assert sorted(pulled.feedback) == ["ENG-12", "m1", "m3", "m5", "n1", "n2", "n3", "n4", "n5"]
    assert pulled.feedback["n3"].account_value == 300.0
    assert pulled.customers["x7"].email == "ada@customer.example"


def test_what_is_not_named_in_the_settings_is_not_asked_for(service: FakeApi, time: FakeTime) -> None:
    assert sorted(pull(source(service, time, read=["issues"])).feedback) == ["ENG-12"]
    assert len(service.requests) == 1


def test_a_second_pull_with_nothing_new_has_no_batch(service: FakeApi, time: FakeTime) -> None:
    first = pull(source(service, time))
    again = pull(source(service, time), first)
    assert (again.batches, again.cursor, again.feedback) == (0, first.cursor, first.feedback)


def test_what_changed_is_read_again_and_what_shows_late_too(
    service: FakeApi, linear: FakeLinear, time: FakeTime
) -> None:
    first = pull(source(service, time))
    linear.put("customerNeeds", "n2", 30, body="more words", customer={"id": "k2"})
    linear.put("customerNeeds", "n6", 24, body="late words", customer={"id": "k6"})
    again = pull(source(service, time), first)
    assert (again.feedback["n2"].text, again.feedback["n6"].text) == ("more words", "late words")
    assert again.batches == 2


@pytest.mark.parametrize("stop_after", [1, 2, 3, 4, 5])
def test_a_pull_that_was_cut_off_goes_on_to_the_same_end(service: FakeApi, time: FakeTime, stop_after: int) -> None:
    whole = pull(source(service, time))
    part = pull(source(service, time), stop_after=stop_after)
    assert 0 < len(part.feedback) < len(whole.feedback)
    resumed = pull(source(service, time), part)
    assert (resumed.feedback, resumed.cursor) == (whole.feedback, whole.cursor)


def test_many_changes_at_once_are_all_read_whatever_the_page(
    service: FakeApi, linear: FakeLinear, time: FakeTime
) -> None:
    for place in range(10, 17):
        linear.put("customerNeeds", f"n{place}", 40, body=f"words {place}", customer={"id": "k1"})
    part = pull(source(service, time), stop_after=4)
    resumed = pull(source(service, time), part)
    assert len([ref for ref in resumed.feedback if ref.startswith("n")]) == 12


def test_a_limit_that_is_told_in_a_body_is_waited_for(service: FakeApi, time: FakeTime) -> None:
    limited = {"errors": [{"message": "Rate limit exceeded", "extensions": {"code": "RATELIMITED"}}]}
    reset = str((int(time.now.timestamp()) + 9) * 1000)
    headers = {"X-RateLimit-Requests-Remaining": "0", "X-RateLimit-Requests-Reset": reset}
    service.fail_next(1, 400, headers, limited)
    assert len(pull(source(service, time)).feedback) == 9
    assert time.slept == [9.0]


def test_a_429_and_a_passing_failure_change_nothing(service: FakeApi, time: FakeTime) -> None:
    service.fail_next(1, 429, {"Retry-After": "5"})
    service.fail_next(1, 500)
    assert len(pull(source(service, time)).feedback) == 9


def test_a_page_that_leads_to_itself_ends_the_pull(service: FakeApi, linear: FakeLinear, time: FakeTime) -> None:
    linear.is_stuck = True
    assert len(pull(source(service, time)).feedback) == 9


def test_a_pull_that_fails_half_way_keeps_what_it_had(service: FakeApi, time: FakeTime) -> None:
    batches = source(service, time).pull(None)
    next(batches)
    service.fail_next(99, 500)
    with pytest.raises(OutsideError, match="Linear does not hand out customers' requests: it answers 500"):
        next(batches)


def test_what_linear_says_of_a_query_is_told(service: FakeApi, time: FakeTime) -> None:
    service.fail_next(1, 200, body={"errors": [{"message": "Customer requests are not in your plan"}]})
    with pytest.raises(OutsideError, match="customers' requests: Customer requests are not in your plan"):
        pull(source(service, time))


def test_a_token_that_expired_or_is_missing_is_told_by_the_variables_name(service: FakeApi, time: FakeTime) -> None:
    service.fail_next(1, 401, body={"errors": [{"message": "Authentication required"}]})
    with pytest.raises(SettingsError, match="the token in LINEAR_TOKEN: it has expired") as expired:
        pull(source(service, time))
    with pytest.raises(SettingsError, match="LINEAR_TOKEN is not set"):
        pull(source(service, time, token=None))
    assert SECRET not in f"{expired.value!r}{expired.value}{source(service, time)!r}"


@pytest.mark.parametrize(
    ("token", "shown"), [(SECRET, f"Bearer {SECRET}"), ("lin_api_sesame0123", "lin_api_sesame0123")]
)
def test_a_personal_key_is_shown_bare_and_an_oauth_token_as_bearer(
    service: FakeApi, time: FakeTime, token: str, shown: str
) -> None:
    pull(source(service, time, token))
    assert {request.headers["authorization"] for request in service.requests} == {shown}


@pytest.mark.parametrize(
    ("given", "key"), [({"read": ["needz"]}, "read"), ({"raed": []}, "raed"), ({"since": "soon"}, "since")]
)
def test_a_key_that_can_not_be_used_is_named(given: dict[str, object], key: str) -> None:
    with pytest.raises(SettingsError) as error:
        connect(given, context({}), "linear")
    assert error.value.key == (key,)
