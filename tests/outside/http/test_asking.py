"""A service is asked patiently, politely, and never for too long."""

import gzip
import logging
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from aftermerge.errors import OutsideError, SettingsError
from aftermerge.outside.http import Api, Limits, Raw, Token, Unreached
from support.fake_api import FakeApi, FakeTime, Request

SECRET = "sesame-0123456789"  # noqa: S105


@pytest.fixture
def service() -> Iterator[FakeApi]:
    with FakeApi() as fake:
        fake.answer("/things", [1, 2])
        yield fake


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


def api(service: FakeApi, time: FakeTime, token: str | None = SECRET, **limits: Any) -> Api:
    given = Token("HARBOR_TOKEN", token)
    chosen = Limits(**limits)
    return Api("Harbor", service.url, given, given.bearer(), sleep=time.sleep, clock=time.clock, limits=chosen)


def things(of: Api) -> object:
    with of.open() as http:
        return http.get("/things", {"page": 2, "none": None}, what="things of harbor").body


def test_an_answer_is_its_json_and_the_token_goes_along(service: FakeApi, time: FakeTime) -> None:
    assert things(api(service, time)) == [1, 2]
    [request] = service.requests
    assert request.query == {"page": "2"}
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert time.slept == []


def test_a_service_that_fails_is_asked_again_after_longer_and_longer(service: FakeApi, time: FakeTime) -> None:
    service.fail_next(3, 500)
    assert things(api(service, time)) == [1, 2]
    assert time.slept == [1, 2, 4]


def test_a_service_that_keeps_failing_is_let_be(service: FakeApi, time: FakeTime) -> None:
    service.fail_next(99, 503)
    with pytest.raises(OutsideError, match=r"Harbor does not hand out things of harbor: it answers 503\n.*is kept"):
        things(api(service, time))
    assert len(service.requests) == 5


def test_a_service_that_is_not_there_is_told_of_in_words(service: FakeApi, time: FakeTime) -> None:
    gone = Api("Harbor", "http://127.0.0.1:1", Token("HARBOR_TOKEN"), sleep=time.sleep, clock=time.clock)
    with pytest.raises(OutsideError, match=r"Harbor does not hand out things of harbor: .*refused"):
        things(gone)
    assert time.slept == [1, 2, 4, 8]


def test_what_the_service_asks_us_to_wait_is_waited_in_seconds_or_until_a_date(
    service: FakeApi, time: FakeTime
) -> None:
    service.fail_next(1, 429, {"Retry-After": "17"})
    later = format_datetime(time.now + timedelta(seconds=17 + 30), usegmt=True)
    service.fail_next(1, 429, {"Retry-After": later})
    assert things(api(service, time)) == [1, 2]
    assert time.slept == [17, 30]


def test_a_limit_that_hides_in_403_is_waited_for_and_a_real_403_is_not(service: FakeApi, time: FakeTime) -> None:
    service.fail_next(1, 403, body={"message": "You have exceeded a secondary rate limit."})
    assert things(api(service, time)) == [1, 2]
    assert time.slept == [60]
    service.fail_next(1, 403, body={"message": "Resource not accessible by personal access token"})
    with pytest.raises(SettingsError, match=r"HARBOR_TOKEN may not read things of harbor .Resource not accessible"):
        things(api(service, time))


@pytest.mark.parametrize("form", ["{:.0f}", "{:.0f}000"])
def test_a_quota_that_is_used_up_is_waited_for_before_the_next_question(
    service: FakeApi, time: FakeTime, form: str
) -> None:
    reset = form.format((time.now + timedelta(seconds=90)).timestamp())
    service.fail_next(1, 200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}, [0])
    with api(service, time).open() as http:
        assert http.get("/things", what="things").body == [0]
        assert time.slept == []
        assert http.get("/things", what="things").body == [1, 2]
    assert time.slept == [90]


def test_one_pull_waits_no_longer_than_its_patience_and_says_until_when(service: FakeApi, time: FakeTime) -> None:
    service.fail_next(9, 429, {"Retry-After": "400"})
    with pytest.raises(OutsideError, match=r"Harbor has had enough questions for now, until 2026-03-02 09:13 UTC"):
        things(api(service, time))
    assert time.slept == [400]


def test_each_pull_has_its_own_patience(service: FakeApi, time: FakeTime) -> None:
    patient = api(service, time, patience=10)
    for _ in range(3):
        service.fail_next(1, 429, {"Retry-After": "9"})
        assert things(patient) == [1, 2]


@pytest.mark.parametrize("asked", ["99999999999999999999", "-1", "soon", "", "Mon, 99 Foo"])
def test_a_senseless_wait_does_no_harm(service: FakeApi, time: FakeTime, asked: str) -> None:
    service.fail_next(9, 429, {"Retry-After": asked})
    with pytest.raises(OutsideError):
        things(api(service, time, patience=100))


def test_an_expired_token_names_its_variable_and_never_itself(service: FakeApi, time: FakeTime) -> None:
    service.fail_next(1, 401, body={"message": f"Bad credentials {SECRET}"})
    with pytest.raises(SettingsError) as raised:
        things(api(service, time))
    assert "HARBOR_TOKEN: it has expired" in str(raised.value)
    assert raised.value.key == ("token_env",)
    assert SECRET not in f"{raised.value!s}{raised.value!r}"


def test_a_missing_token_says_which_variable_to_set(service: FakeApi, time: FakeTime) -> None:
    service.fail_next(1, 401)
    with pytest.raises(SettingsError, match="wants a token: HARBOR_TOKEN is not set"):
        things(api(service, time, token=None))


def test_an_echoed_token_is_not_repeated(service: FakeApi, time: FakeTime) -> None:
    service.fail_next(1, 422, body={"message": f"what is\x1b[31m {SECRET}?"})
    with pytest.raises(OutsideError, match=r"it answers 422 .what is�.31m …") as raised:
        things(api(service, time))
    assert SECRET not in str(raised.value)


def test_nothing_logged_or_shown_has_the_token(
    service: FakeApi, time: FakeTime, caplog: pytest.LogCaptureFixture
) -> None:
    asking = api(service, time)
    with caplog.at_level(logging.DEBUG):
        things(asking)
    assert SECRET not in caplog.text
    assert SECRET not in repr(asking)


def test_what_is_not_there_is_an_error_or_none_as_one_likes(service: FakeApi, time: FakeTime) -> None:
    with api(service, time).open() as http:
        assert http.find("/nothing", what="nothing") is None
        with pytest.raises(SettingsError, match="Harbor has no issues of harbor/app"):
            http.get("/nothing", what="issues of harbor/app")
        service.fail_next(1, 410)
        assert http.find("/things", what="things") is None


def test_an_answer_that_is_too_large_is_cut_off_before_it_fills_memory(service: FakeApi, time: FakeTime) -> None:
    packed = gzip.compress(b" " * 5_000_000)
    service.fail_next(1, 200, {"Content-Encoding": "gzip"}, packed)
    with pytest.raises(OutsideError, match="answers with more than 1 MB for things of harbor"):
        things(api(service, time, largest=1_000_000))
    assert len(packed) < 10_000


def test_what_was_written_may_be_done_though_the_answer_is_too_large_to_be_read(
    service: FakeApi, time: FakeTime
) -> None:
    service.route("POST", "/things", lambda request: (201, {}, b" " * 2_000_000))
    with api(service, time, largest=1_000_000).open() as http:
        assert isinstance(http.send("POST", "/things", {"a": 1}, what="things"), Unreached)


@pytest.mark.parametrize("body", [b"<html>", b"\xff", b"[" * 100_000, b"", b"1" * 9_999])
def test_what_is_not_json_is_told_so(service: FakeApi, time: FakeTime, body: bytes) -> None:
    service.fail_next(1, 200, body=body)
    with pytest.raises(OutsideError, match="does not answer in JSON"):
        things(api(service, time))


def test_a_damaged_answer_is_asked_for_again(service: FakeApi, time: FakeTime) -> None:
    service.fail_next(1, 200, {"Content-Encoding": "gzip"}, b"not gzip")
    assert things(api(service, time)) == [1, 2]


def test_a_redirect_within_the_service_is_followed(service: FakeApi, time: FakeTime) -> None:
    service.fail_next(1, 301, {"Location": "/things?moved=1"})
    assert things(api(service, time)) == [1, 2]
    assert service.requests[-1].query == {"moved": "1"}


def test_no_other_host_ever_sees_the_token(service: FakeApi, time: FakeTime) -> None:
    with FakeApi() as other:
        service.fail_next(1, 302, {"Location": f"{other.url}/things"})
        with pytest.raises(OutsideError, match="Harbor sends us elsewhere for things of harbor: http://127"):
            things(api(service, time))
        with api(service, time).open() as http, pytest.raises(OutsideError, match="sends us elsewhere"):
            http.get(f"{other.url}/things", what="things")
        assert other.requests == []


@pytest.mark.parametrize("link", ["http://[", "https://\udcff", "http://a b/", "http:///"])
def test_a_link_that_is_no_address_is_told_of_in_words(service: FakeApi, time: FakeTime, link: str) -> None:
    with api(service, time).open() as http, pytest.raises(OutsideError, match="sends us elsewhere"):
        http.get(link, what="things")


def test_a_redirect_in_a_circle_ends(service: FakeApi, time: FakeTime) -> None:
    service.fail_next(99, 302, {"Location": "/things"})
    with pytest.raises(OutsideError, match="sends us elsewhere"):
        things(api(service, time))
    assert len(service.requests) == 5


def test_a_question_with_a_body_is_not_lost_in_a_redirect(service: FakeApi, time: FakeTime) -> None:
    service.route("POST", "/ask", lambda request: (200, {}, request.json))
    with api(service, time).open() as http:
        service.fail_next(1, 307, {"Location": "/ask"})
        assert http.post("/ask", {"words": "a\ud800b"}, what="words").body == {"words": "a\ud800b"}
        service.fail_next(1, 302, {"Location": "/ask"})
        with pytest.raises(OutsideError, match="sends us elsewhere"):
            http.post("/ask", {}, what="words")


def graph(request: Request) -> tuple[int, dict[str, str], object]:
    return 200, {}, {"data": {"asked": request.json}}


def test_a_graphql_query_gives_its_data(service: FakeApi, time: FakeTime) -> None:
    service.route("POST", "/graphql", graph)
    with api(service, time).open() as http:
        answer = http.graphql("/graphql", "query { x }", {"n": 1}, what="x")
    assert answer.body == {"asked": {"query": "query { x }", "variables": {"n": 1}}}


@pytest.mark.parametrize(
    ("status", "error"),
    [(200, {"type": "RATE_LIMITED"}), (400, {"extensions": {"code": "RATELIMITED"}})],
)
def test_a_limit_that_graphql_tells_in_its_body_is_waited_for(
    service: FakeApi, time: FakeTime, status: int, error: object
) -> None:
    service.route("POST", "/graphql", graph)
    service.fail_next(1, status, {"Retry-After": "5"}, {"errors": [error]})
    with api(service, time).open() as http:
        assert http.graphql("/graphql", "{ x }", {}, what="x").body is not None
    assert time.slept == [5]


@pytest.mark.parametrize("status", [200, 400])
def test_a_graphql_query_that_is_refused_says_why(service: FakeApi, time: FakeTime, status: int) -> None:
    service.fail_next(1, status, body={"data": None, "errors": [{"message": "Could not resolve harbor/app"}]})
    with api(service, time).open() as http, pytest.raises(OutsideError, match="Could not resolve harbor/app"):
        http.graphql("/graphql", "{ x }", {}, what="x")


def test_the_link_to_the_next_page_is_found(service: FakeApi, time: FakeTime) -> None:
    link = f'<{service.url}/things?page=1>; rel="prev", <{service.url}/things?page=3>; rel="next"'
    service.fail_next(1, 200, {"Link": link}, [])
    with api(service, time).open() as http:
        answer = http.get("/things", what="things")
        assert answer.next_link == f"{service.url}/things?page=3"
        assert http.get(answer.next_link, what="things").next_link is None


def test_what_changes_something_is_asked_again_only_when_it_was_turned_away_unread(
    service: FakeApi, time: FakeTime
) -> None:
    service.route("POST", "/things", lambda request: (201, {}, {"id": 1}))
    service.fail_next(1, 429, {"Retry-After": "7"})
    with api(service, time).open() as http:
        done = http.send("POST", "/things", {"a": 1}, what="things")
        service.fail_next(1, 502)
        failed = http.send("POST", "/things", {"a": 1}, what="things")
    assert isinstance(done, Raw)
    assert isinstance(failed, Raw)
    assert (done.status, failed.status, time.slept) == (201, 502, [7])
    assert len(service.requests) == 3
