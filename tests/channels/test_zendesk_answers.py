"""What only Zendesk does: comments that stay among the team, and refusals that name a field."""

from collections.abc import Iterator

import pytest

from aftermerge.channels.zendesk.letters import opened
from aftermerge.errors import SettingsError
from aftermerge.outside.keys import Keys
from aftermerge.outside.zendesk import zendesk_api
from aftermerge.ports import Correspondence, Letter
from support.fake_api import FakeApi
from support.fake_zendesk_desk import FakeZendeskDesk

LETTER = Letter("ref-0123456789", "You asked", "It is there.", "1")


@pytest.fixture
def fake() -> Iterator[FakeZendeskDesk]:
    with FakeApi() as api:
        yield FakeZendeskDesk(api, {1: "open"})


@pytest.fixture
def letters(fake: FakeZendeskDesk) -> Iterator[Correspondence]:
    with opened(zendesk_api(Keys("desk", {"base_url": fake.api.url}), {"ZENDESK_TOKEN": "t0ken"})) as letters:
        yield letters


def test_what_stays_among_the_team_was_told_nobody(fake: FakeZendeskDesk, letters: Correspondence) -> None:
    fake.light = True
    with pytest.raises(SettingsError, match="a note that only the team sees") as raised:
        letters.send(LETTER)
    assert "comment on tickets in public" in str(raised.value)
    assert letters.find(LETTER) is None


def test_the_reference_is_shown_to_nobody(fake: FakeZendeskDesk, letters: Correspondence) -> None:
    assert letters.send(LETTER).url == f"{fake.api.url}/agent/tickets/1"
    assert fake.texts(1) == ["<p>It is there.</p>"]
    assert fake.audits[1][0]["metadata"]["custom"] == {"aftermerge": "ref-0123456789"}


def test_what_is_wrong_with_a_field_is_told(fake: FakeZendeskDesk, letters: Correspondence) -> None:
    details = {"base": [{"description": "Version: is required", "error": "BlankValue"}]}
    body = {"error": "RecordInvalid", "description": "Record validation errors", "details": details}
    fake.api.instead("PUT", r"/api/v2/tickets/1\.json", lambda request: (422, {}, body))
    assert letters.send(LETTER).reason == "Zendesk can't take it for ticket 1 (Version: is required)"


def test_a_conflict_with_another_change_is_looked_up_before_it_is_sent_again(
    fake: FakeZendeskDesk, letters: Correspondence
) -> None:
    fake.api.instead("PUT", r"/api/v2/tickets/1\.json", lambda request: (409, {}, {"error": "Conflict"}))
    assert letters.send(LETTER).outcome == "unknown"
    assert letters.find(LETTER) is None
