"""A Zendesk is read by its incremental export, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from aftermerge.connectors.zendesk import ZendeskSource, connect
from aftermerge.errors import OutsideError, SettingsError
from support.fake_api import FakeApi, FakeTime, Replied, Request
from support.pulled import Pulled, context, patient, pull

SECRET = "sesame-0123456789"  # noqa: S105
USERS = [
    {"id": 7, "name": "Ada Obi", "email": "ada@customer.example", "role": "end-user"},
    {"id": 8, "name": "Ben Ito", "role": "agent"},
]


@dataclass
class FakeZendesk:
    """Speaks the documented export: changes in their order, a cursor that says how many were handed out."""

    changes: list[dict[str, Any]] = field(default_factory=list)
    comments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    page_size: int = 2

    def change(self, ref: int, second: int, *said: tuple[int, str], **more: Any) -> None:
        time = f"2026-02-01T10:00:{second:02}Z"
        row = {"id": ref, "subject": f"Ticket {ref}", "status": "open", "requester_id": 7, "created_at": time}
        self.changes.append({**row, "updated_at": time, **more})
        self.comments[ref] = [
            {"id": place, "author_id": by, "public": True, "plain_body": words, "created_at": time}
            for place, (by, words) in enumerate(said)
        ]

    def export(self, request: Request) -> Replied:
        done = int(request.query.get("cursor", "after-0").removeprefix("after-"))
        latest = {row["id"]: place for place, row in enumerate(self.changes)}
        rows = [row for place, row in enumerate(self.changes) if place >= done and latest[row["id"]] == place]
        page = rows[: self.page_size]
        after = self.changes.index(page[-1]) + 1 if page else done
        return (
            200,
            {},
            {
                "tickets": page,
                "users": USERS[:1],
                "after_cursor": f"after-{after}",
                "end_of_stream": len(rows) <= self.page_size,
            },
        )

    def commented(self, request: Request) -> Replied:
        ref = int(request.groups[0])
        if ref not in self.comments:
            return 404, {}, {"error": "RecordNotFound"}
        start, size = int(request.query.get("page[after]", "0")), 2
        rows = self.comments[ref]
        more = start + size < len(rows)
        meta = {"has_more": more, "after_cursor": str(start + size) if more else None}
        return 200, {}, {"comments": rows[start : start + size], "users": USERS, "meta": meta}


@pytest.fixture
def zendesk() -> FakeZendesk:
    fake = FakeZendesk()
    for ref in range(1, 6):
        fake.change(ref, ref, (7, f"words {ref}"), (8, f"answer {ref}"))
    return fake


@pytest.fixture
def service(zendesk: FakeZendesk) -> Iterator[FakeApi]:
    with FakeApi() as api:
        api.route("GET", "/api/v2/incremental/tickets/cursor.json", zendesk.export)
        api.route("GET", r"/api/v2/tickets/(\d+)/comments.json", zendesk.commented)
        yield api


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


def source(service: FakeApi, time: FakeTime, token: str | None = SECRET, **keys: Any) -> ZendeskSource:
    environ = {"ZENDESK_TOKEN": token} if token else {}
    return patient(connect({"base_url": service.url, **keys}, context(environ), "zendesk"), time)


def test_every_ticket_is_read_with_its_comments(service: FakeApi, time: FakeTime) -> None:
    pulled = pull(source(service, time))
    assert pulled.texts == [f"Ticket {ref}\n\nwords {ref}" for ref in range(1, 6)]
    assert pulled.feedback["3"].reply == "answer 3"
    assert pulled.customers["7"].email == "ada@customer.example"
    assert pulled.names["zendesk:3"] == ("Ada Obi", "Ben Ito")
    assert pulled.batches == 3


def test_the_export_is_asked_from_the_day_in_the_settings_then_by_its_cursor(service: FakeApi, time: FakeTime) -> None:
    pull(source(service, time, since="2026-01-01"))
    first, second, third = service.asked("/api/v2/incremental/.*")
    assert first.query["start_time"] == "1767225600"
    assert [request.query.get("cursor") for request in (first, second, third)] == [None, "after-2", "after-4"]
    assert first.query["include"] == "users,organizations"


def test_a_second_pull_with_nothing_new_has_no_batch(service: FakeApi, time: FakeTime) -> None:
    first = pull(source(service, time))
    again = pull(source(service, time), first)
    assert (again.batches, again.cursor, again.feedback) == (0, first.cursor, first.feedback)


def test_a_ticket_that_changed_is_read_again_and_no_other(
    service: FakeApi, zendesk: FakeZendesk, time: FakeTime
) -> None:
    first = pull(source(service, time))
    asked = len(service.requests)
    zendesk.change(2, 9, (7, "words 2"), (8, "better answer"), created_at="2026-02-01T10:00:02Z")
    again = pull(source(service, time), first)
    assert again.feedback["2"].reply == "better answer"
    assert [request.path for request in service.requests[asked:]][1:] == ["/api/v2/tickets/2/comments.json"]


def test_a_cursor_that_leads_nowhere_ends_the_pull(service: FakeApi, zendesk: FakeZendesk, time: FakeTime) -> None:
    stuck = {"tickets": zendesk.changes[:1], "after_cursor": "stuck", "end_of_stream": False}
    service.fail_next(1, 200, body=stuck)
    part = pull(source(service, time), stop_after=1)
    service.fail_next(1, 200, body=stuck)
    assert pull(source(service, time), part).batches == 1


@pytest.mark.parametrize("stop_after", [1, 2])
def test_a_pull_that_was_cut_off_goes_on_to_the_same_end(service: FakeApi, time: FakeTime, stop_after: int) -> None:
    whole = pull(source(service, time))
    part = pull(source(service, time), stop_after=stop_after)
    assert 0 < len(part.feedback) < len(whole.feedback)
    resumed = pull(source(service, time), part)
    assert (resumed.feedback, resumed.cursor) == (whole.feedback, whole.cursor)


def test_a_pull_that_fails_half_way_keeps_what_it_had_and_goes_on(
    service: FakeApi, zendesk: FakeZendesk, time: FakeTime
) -> None:
    batches = source(service, time).pull(None)
    first = next(batches)
    service.fail_next(99, 500)
    with pytest.raises(OutsideError, match="Zendesk does not hand out export of its tickets: it answers 500"):
        next(batches)
    service._next.clear()
    resumed = pull(source(service, time), Pulled({row.external_id: row for row in first.feedback}, cursor=first.cursor))
    assert resumed.feedback == pull(source(service, time)).feedback


def test_it_waits_as_long_as_zendesk_asks(service: FakeApi, time: FakeTime) -> None:
    service.fail_next(1, 429, {"Retry-After": "37"})
    assert len(pull(source(service, time)).feedback) == 5
    assert time.slept == [37.0]


def test_a_passing_failure_changes_nothing(service: FakeApi, time: FakeTime) -> None:
    service.fail_next(2, 503)
    assert len(pull(source(service, time)).feedback) == 5


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ({}, f"Bearer {SECRET}"),
        # base64 of ops@harbor.example/token:sesame-0123456789
        (
            {"email": "ops@harbor.example"},
            "Basic b3BzQGhhcmJvci5leGFtcGxlL3Rva2VuOnNlc2FtZS0wMTIzNDU2Nzg5",
        ),
    ],
)
def test_the_token_is_shown_as_what_it_is(service: FakeApi, time: FakeTime, keys: dict[str, Any], shown: str) -> None:
    pull(source(service, time, **keys))
    assert {request.headers["authorization"] for request in service.requests} == {shown}


def test_a_token_that_expired_or_is_missing_is_told_by_the_variables_name(service: FakeApi, time: FakeTime) -> None:
    service.fail_next(1, 401, body={"error": "invalid_token"})
    with pytest.raises(SettingsError, match="the token in ZENDESK_TOKEN: it has expired") as expired:
        pull(source(service, time))
    with pytest.raises(SettingsError, match="ZENDESK_TOKEN is not set"):
        pull(source(service, time, token=None))
    assert SECRET not in f"{expired.value!r}{expired.value}{source(service, time)!r}"


def test_a_deleted_ticket_is_passed_over_and_its_comments_are_not_asked_for(
    service: FakeApi, zendesk: FakeZendesk, time: FakeTime
) -> None:
    zendesk.change(6, 6, status="deleted")
    assert "6" not in pull(source(service, time)).feedback
    assert service.asked("/api/v2/tickets/6/.*") == []


def test_a_ticket_that_went_away_since_it_was_listed_is_passed_over(
    service: FakeApi, zendesk: FakeZendesk, time: FakeTime
) -> None:
    del zendesk.comments[3]
    assert sorted(pull(source(service, time)).feedback) == ["1", "2", "4", "5"]


def test_an_answer_on_a_later_page_of_comments_is_found(service: FakeApi, zendesk: FakeZendesk, time: FakeTime) -> None:
    zendesk.change(6, 6, (7, "one"), (7, "two"), (7, "three"), (8, "at last"))
    assert pull(source(service, time)).feedback["6"].reply == "at last"


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({}, "subdomain"),
        ({"subdomain": "harbor.zendesk.com"}, "subdomain"),
        ({"subdomain": "harbor", "emial": "x"}, "emial"),
        ({"subdomain": "harbor", "since": "soon"}, "since"),
        ({"base_url": "http://harbor.example"}, "base_url"),
        ({"subdomain": "harbor", "token_env": "sesame 1"}, "token_env"),
    ],
)
def test_a_key_that_can_not_be_used_is_named(given: dict[str, object], key: str) -> None:
    with pytest.raises(SettingsError) as error:
        connect(given, context({}), "zendesk")
    assert error.value.key == (key,)


def test_a_subdomain_is_where_it_stands() -> None:
    assert connect({"subdomain": "harbor"}, context({}), "zendesk").api.base_url == "https://harbor.zendesk.com"
