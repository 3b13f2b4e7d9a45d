"""The pages behind signed links: what a customer, a mail scanner and a forger get."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
import pytest
from starlette.applications import Starlette

from aftermerge.model.customer import digest_of
from aftermerge.model.message import Message
from aftermerge.tell.links import EXPIRES_AFTER, Links
from aftermerge.web.app import customer_pages
from support.memory_ledger import MemoryLedger
from support.pages import ask_page

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
QUESTION = Message("question", "faster-export", "desk:ana", "desk:1", "ref-1", "sent", "Did it?", NOON, NOON, NOON)


class Site:
    def __init__(self) -> None:
        self.ledger = MemoryLedger()
        self.ledger.replace_message(None, QUESTION)
        self.now = NOON
        self.links = Links("http://after.example", "a secret", lambda: self.now)
        self.app: Starlette = customer_pages(self.ledger, self.links, lambda: self.now)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def ask(site: Site) -> Callable[..., httpx.Response]:
    return partial(ask_page, site.app)


Ask = Callable[..., httpx.Response]


def test_opening_a_link_changes_nothing_however_often_a_scanner_does(site: Site, ask: Ask) -> None:
    for method in ("GET", "HEAD", "GET"):
        assert ask(method, site.links.helped("ref-1")).status_code == 200
        assert ask(method, site.links.stop("ref-1")).status_code == 200
    assert list(site.ledger.confirmations()) == []
    assert not site.ledger.opted_out()


def test_one_click_answers_and_another_corrects_it(site: Site, ask: Ask) -> None:
    link = site.links.helped("ref-1")
    assert "Thank you" in ask("POST", link, data={"helped": "no"}).text
    assert [(row.asker, row.helped, row.by) for row in site.ledger.confirmations()] == [("desk:ana", "no", "link")]
    ask("POST", link, data={"helped": "yes"})
    assert [row.helped for row in site.ledger.confirmations()] == ["yes"]
    assert 'value="yes" aria-pressed="true"' in ask("GET", link).text


@pytest.mark.parametrize("data", [{}, {"helped": "maybe"}, {"helped": "no" * 1000}, {"other": "yes"}])
def test_what_is_no_answer_changes_nothing(site: Site, ask: Ask, data: dict[str, str]) -> None:
    assert ask("POST", site.links.helped("ref-1"), data=data).status_code == 400
    assert list(site.ledger.confirmations()) == []


def test_a_forged_link_and_one_whose_message_is_gone_say_the_same(site: Site, ask: Ask) -> None:
    forged = Links("http://after.example", "another", lambda: NOON).helped("ref-1")
    for link in (forged, site.links.helped("ref-2"), "http://after.example/helped/x", "http://after.example/"):
        for method in ("GET", "POST"):
            answer = ask(method, link, **({"data": {"helped": "no"}} if method == "POST" else {}))
            assert answer.status_code in (404, 405)
            assert method == "POST" or "no longer works" in answer.text
    assert list(site.ledger.confirmations()) == []


def test_an_expired_link_says_how_they_can_still_tell_us(site: Site, ask: Ask) -> None:
    link = site.links.helped("ref-1")
    site.now += EXPIRES_AFTER + timedelta(days=1)
    for method in ("GET", "POST"):
        answer = ask(method, link, **({"data": {"helped": "no"}} if method == "POST" else {}))
        assert (answer.status_code, "answer the message" in answer.text) == (410, True)
    assert list(site.ledger.confirmations()) == []


def test_a_mail_program_stops_messages_with_one_click(site: Site, ask: Ask) -> None:
    answer = ask("POST", site.links.stop("ref-1"), data={"List-Unsubscribe": "One-Click"})
    assert "will not write to you again" in answer.text
    assert set(site.ledger.opted_out()) == {digest_of("desk:ana")}


def test_no_page_names_anybody_or_runs_anything(site: Site, ask: Ask) -> None:
    for link in (site.links.helped("ref-1"), site.links.stop("ref-1"), "http://after.example/none"):
        answer = ask("GET", link)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert not [word for word in ("<script", "ana", "faster-export", "ref-1") if word in answer.text]
