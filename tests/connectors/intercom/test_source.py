"""An Intercom workspace is read by the search for what changed, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from aftermerge.connectors.intercom import IntercomSource, connect
from aftermerge.errors import OutsideError, SettingsError
from support.fake_api import FakeApi, FakeTime, Replied, Request
from support.pulled import context, patient, pull

SECRET = "sesame-0123456789"  # noqa: S105
BEGUN = 1_770_000_000


@dataclass
class FakeIntercom:
    """Speaks the documented search, conversations, contacts and companies."""

    conversations: dict[str, dict[str, Any]] = field(default_factory=dict)
    contacts: dict[str, dict[str, Any]] = field(default_factory=dict)
    page_size: int = 2
    is_stuck: bool = False

    def say(self, ref: int, second: int, words: str, contact: str = "c7", **more: Any) -> None:
        self.conversations[str(ref)] = {
            "type": "conversation",
            "id": str(ref),
            "created_at": BEGUN + ref,
            "updated_at": BEGUN + second,
            "source": {"id": f"s{ref}", "author": {"type": "user", "id": contact}, "body": f"<p>{words}</p>"},
            "contacts": {"contacts": [{"type": "contact", "id": contact}]},
            **more,
        }

    def search(self, request: Request) -> Replied:
        asked: Any = request.json
        assert (asked["query"]["field"], asked["query"]["operator"]) == ("updated_at", ">")
        assert asked["sort"] == {"field": "updated_at", "order": "ascending"}
        found = [row for row in self.conversations.values() if row["updated_at"] > asked["query"]["value"]]
        found.sort(key=lambda row: (row["updated_at"], row["id"]))
        start = int(asked["pagination"].get("starting_after", "0"))
        page, following = found[start : start + self.page_size], start + self.page_size
        pages: dict[str, Any] = {"type": "pages"}
        if following < len(found) or self.is_stuck:
            pages["next"] = {"page": 2, "starting_after": str(min(following, len(found)))}
        return 200, {}, {"type": "conversation.list", "conversations": page, "pages": pages, "total_count": len(found)}

    def one(self, request: Request) -> Replied:
        return _found(self.conversations, request.groups[0])

    def contact(self, request: Request) -> Replied:
        return _found(self.contacts, request.groups[0])


def _found(kept: dict[str, dict[str, Any]], ref: str) -> Replied:
    return (200, {}, kept[ref]) if ref in kept else (404, {}, {"type": "error.list", "errors": []})


@pytest.fixture
def intercom() -> FakeIntercom:
    fake = FakeIntercom()
    person = {"type": "contact", "id": "c7", "name": "Ada Obi", "email": "ada@customer.example"}
    fake.contacts["c7"] = {**person, "companies": {"data": [{"id": "k9"}]}}
    for ref in range(1, 6):
        fake.say(ref, ref * 600, f"words {ref}")
    return fake


@pytest.fixture
def service(intercom: FakeIntercom) -> Iterator[FakeApi]:
    with FakeApi() as api:
        api.route("POST", "/conversations/search", intercom.search)
        api.route("GET", r"/conversations/(\w+)", intercom.one)
        api.route("GET", r"/contacts/(\w+)", intercom.contact)
        api.answer("/companies/k9", {"type": "company", "id": "k9", "monthly_spend": 120})
        api.answer("/me", {"type": "admin", "app": {"type": "app", "id_code": "abc"}})
        yield api


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


def source(service: FakeApi, time: FakeTime, token: str | None = SECRET, **keys: Any) -> IntercomSource:
    environ = {"INTERCOM_TOKEN": token} if token else {}
    return patient(connect({"base_url": service.url, **keys}, context(environ), "intercom"), time)


def test_every_conversation_is_read_with_its_contact_and_company(service: FakeApi, time: FakeTime) -> None:
    pulled = pull(source(service, time))
    assert pulled.texts == [f"words {ref}" for ref in range(1, 6)]
    assert (pulled.feedback["3"].account, pulled.feedback["3"].account_value) == ("k9", 120.0)
    assert pulled.feedback["3"].url == "https://app.intercom.com/a/inbox/abc/inbox/conversation/3"
    assert pulled.customers["c7"].email == "ada@customer.example"
    assert pulled.names["intercom:3"] == ("Ada Obi",)
    assert pulled.batches == 3


def test_a_contact_a_company_and_the_workspace_are_asked_for_once(service: FakeApi, time: FakeTime) -> None:
    pull(source(service, time))
    assert len(service.asked("/contacts/c7")) == len(service.asked("/companies/k9")) == len(service.asked("/me")) == 1


def test_a_second_pull_with_nothing_new_has_no_batch_and_reads_no_conversation(
    service: FakeApi, time: FakeTime
) -> None:
    first = pull(source(service, time))
    asked = len(service.requests)
    again = pull(source(service, time), first)
    assert (again.batches, again.cursor) == (0, first.cursor)
    assert [request.path for request in service.requests[asked:]] == ["/conversations/search"]


def test_a_conversation_that_changed_is_read_again_and_no_other(
    service: FakeApi, intercom: FakeIntercom, time: FakeTime
) -> None:
    first = pull(source(service, time))
    intercom.say(2, 9_000, "words 2, and more")
    again = pull(source(service, time), first)
    assert again.feedback["2"].text == "words 2, and more"
    assert len(service.asked("/conversations/2")) == 2
    assert len(service.asked("/conversations/5")) == 1


def test_a_conversation_that_shows_late_is_read(service: FakeApi, intercom: FakeIntercom, time: FakeTime) -> None:
    first = pull(source(service, time))
    intercom.say(6, 5 * 600 - 60, "late")
    again = pull(source(service, time), first)
    assert (again.batches, again.feedback["6"].text) == (1, "late")


@pytest.mark.parametrize("stop_after", [1, 2])
def test_a_pull_that_was_cut_off_goes_on_to_the_same_end(service: FakeApi, time: FakeTime, stop_after: int) -> None:
    whole = pull(source(service, time))
    part = pull(source(service, time), stop_after=stop_after)
    assert 0 < len(part.feedback) < len(whole.feedback)
    resumed = pull(source(service, time), part)
    assert (resumed.feedback, resumed.cursor) == (whole.feedback, whole.cursor)


def test_many_changes_in_one_second_are_all_read_whatever_the_page(
    service: FakeApi, intercom: FakeIntercom, time: FakeTime
) -> None:
    for ref in range(10, 17):
        intercom.say(ref, 9_000, f"words {ref}")
    part = pull(source(service, time), stop_after=4)
    assert len(pull(source(service, time), part).feedback) == 12


def test_a_page_that_leads_to_itself_ends_the_pull(service: FakeApi, intercom: FakeIntercom, time: FakeTime) -> None:
    intercom.is_stuck = True
    assert len(pull(source(service, time)).feedback) == 5


def test_a_pull_that_fails_half_way_keeps_what_it_had(service: FakeApi, time: FakeTime) -> None:
    batches = source(service, time).pull(None)
    next(batches)
    service.fail_next(99, 500)
    with pytest.raises(OutsideError, match="Intercom does not hand out conversations: it answers 500"):
        next(batches)


def test_it_waits_until_the_quota_begins_anew(service: FakeApi, time: FakeTime) -> None:
    reset = str(int(time.now.timestamp()) + 9)
    service.fail_next(1, 429, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset})
    assert len(pull(source(service, time)).feedback) == 5
    assert time.slept == [9.0]


def test_a_token_that_expired_or_is_missing_is_told_by_the_variables_name(service: FakeApi, time: FakeTime) -> None:
    service.fail_next(1, 401, body={"type": "error.list", "errors": [{"code": "unauthorized"}]})
    with pytest.raises(SettingsError, match="the token in INTERCOM_TOKEN: it has expired") as expired:
        pull(source(service, time))
    with pytest.raises(SettingsError, match="INTERCOM_TOKEN is not set"):
        pull(source(service, time, token=None))
    assert SECRET not in f"{expired.value!r}{expired.value}{source(service, time)!r}"


def test_what_went_away_since_it_was_listed_is_passed_over(
    service: FakeApi, intercom: FakeIntercom, time: FakeTime
) -> None:
    intercom.contacts.clear()
    pulled = pull(source(service, time))
    assert len(pulled.feedback) == 5
    assert pulled.feedback["1"].account is None
    assert pulled.customers["c7"].name is None


def test_it_is_read_from_the_day_in_the_settings_on(service: FakeApi, time: FakeTime) -> None:
    pulled = pull(source(service, time, since="2026-02-02T03:00:00+00:00"))
    assert sorted(pulled.feedback) == ["2", "3", "4", "5"]


@pytest.mark.parametrize(
    ("given", "key"),
    [({"region": "mars"}, "region"), ({"regoin": "eu"}, "regoin"), ({"since": "soon"}, "since")],
)
def test_a_key_that_can_not_be_used_is_named(given: dict[str, object], key: str) -> None:
    with pytest.raises(SettingsError) as error:
        connect(given, context({}), "intercom")
    assert error.value.key == (key,)


def test_a_region_has_its_own_address() -> None:
    assert connect({"region": "eu"}, context({}), "intercom").api.base_url == "https://api.eu.intercom.io"
