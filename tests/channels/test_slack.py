"""What only Slack does: people by their address, limits, errors in a 200, marks that ring."""

from collections.abc import Iterator

import pytest

from aftermerge.channels import load_correspondence, load_noticeboard
from aftermerge.channels.slack.bulletins import connect as connect_board
from aftermerge.channels.slack.letters import connect as connect_letters
from aftermerge.errors import InputError, OutsideError, SettingsError
from aftermerge.ports import Bulletin, Delivery
from support.fake_api import FakeApi, FakeTime, Replied, Request
from support.fake_slack import FakeSlack
from support.noticing import SECRET, slack_board

TOLD = Bulletin("ref-0123456789", "#product", "This week", "It helped")
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "It helped"}}


@pytest.fixture
def fake() -> Iterator[FakeSlack]:
    with FakeApi() as api:
        channels = {f"C0OTHER{number}0": f"other-{number}" for number in range(5)}
        people = {"maya@harbor.example": "U0MAYA"}
        yield FakeSlack(api, SECRET, {**channels, "C0PRODUCT1": "product"}, people=people)


def posted(fake: FakeSlack, **more: object) -> Delivery:
    with slack_board(fake.api) as board:
        return board.post(Bulletin(**{**_given(), **more}))  # type: ignore[arg-type]


def test_it_is_found_by_what_it_is_called() -> None:
    assert load_correspondence("slack_export") is connect_letters
    assert load_noticeboard("slack") is connect_board


def test_a_channel_is_known_by_its_name_or_its_id(fake: FakeSlack) -> None:
    for to in ("#product", "product", "C0PRODUCT1"):
        assert posted(fake, to=to).outcome == "sent"
    assert fake.texts("C0PRODUCT1") == ["It helped"] * 3


def test_one_person_is_told_alone_by_their_address(fake: FakeSlack) -> None:
    assert posted(fake, to="maya@harbor.example").outcome == "sent"
    assert fake.texts("D0MAYA") == ["It helped"]
    assert posted(fake, to="left@harbor.example").outcome == "refused"


def test_where_a_channel_stands_is_asked_once(fake: FakeSlack) -> None:
    with slack_board(fake.api) as board:
        for number in range(3):
            board.post(Bulletin(f"ref-000000000{number}", "#product", "This week", "It helped"))
    assert len(fake.api.asked("/conversations.list")) == 2  # its pages


def test_a_bulletin_is_found_pages_back_and_not_for_ever(fake: FakeSlack) -> None:
    with slack_board(fake.api) as board:
        assert board.find(TOLD) is None
        board.post(TOLD)
        for number in range(9):
            fake.say("C0PRODUCT1", f"chat {number}")
        assert board.find(TOLD) == Delivery("sent")
        for number in range(30):
            fake.say("C0PRODUCT1", f"chat {number}")
        lost = board.find(TOLD)
    assert lost is not None
    assert (lost.outcome, lost.reason) == ("unknown", "#product has too many newer messages to look through")


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        ([SECTION] * 51, "takes 50 blocks, and this has 51"),
        ([SECTION, {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3_001}}], "one of block 2 has 3,001"),
        ([{"type": "context", "elements": [{"type": "mrkdwn", "text": "x" * 3_001}]}], "one of block 1 has 3,001"),
        ([{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}], "takes 150 characters"),
    ],
)
def test_more_than_slack_takes_is_not_sent(fake: FakeSlack, blocks: list[object], said: str) -> None:
    with pytest.raises(InputError, match=said) as raised:
        posted(fake, blocks=blocks)
    assert raised.value.then == "say less, or split it into several"
    assert fake.api.requests == []


def test_as_much_as_slack_takes_is_sent(fake: FakeSlack) -> None:
    full = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3_000}}
    assert posted(fake, blocks=[full] * 50).outcome == "sent"


def test_no_bulletin_rings_for_a_whole_channel(fake: FakeSlack) -> None:
    quoted = {"type": "section", "text": {"type": "mrkdwn", "text": "> <!channel> <!here|x> <!subteam^S1> said Ada"}}
    posted(fake, blocks=[quoted], text="<!everyone> <@U0MAYA>")
    assert fake.rung == []


@pytest.mark.parametrize(
    ("error", "said"),
    [("not_in_channel", "invite it there"), ("is_archived", "archived"), ("some_new_error", "some_new_error")],
)
def test_why_a_channel_takes_nothing_is_told(fake: FakeSlack, error: str, said: str) -> None:
    fake.api.instead("POST", "/chat.postMessage", lambda request: (200, {}, {"ok": False, "error": error}))
    refused = posted(fake)
    assert refused.outcome == "refused"
    assert said in refused.reason


def test_a_scope_that_is_missing_is_named(fake: FakeSlack) -> None:
    fake.scopes_missing["chat.postMessage"] = "chat:write"
    with pytest.raises(SettingsError, match=r"may not write in #product .missing_scope: it needs chat:write"):
        posted(fake)
    fake.scopes_missing["conversations.list"] = "channels:read"
    with pytest.raises(SettingsError, match=r"may not read the list of channels .missing_scope: it needs channels"):
        posted(fake)


def test_a_limit_that_is_told_in_a_body_ends_the_job_with_nothing_said(fake: FakeSlack) -> None:
    fake.api.instead("POST", "/chat.postMessage", lambda request: (200, {}, {"ok": False, "error": "rate_limited"}))
    with pytest.raises(OutsideError, match="rate_limited"):
        posted(fake)


def test_a_limit_is_waited_out_as_it_asks(fake: FakeSlack) -> None:
    time, limited = FakeTime(), iter([True])
    usual = fake.api.handler("POST", "/chat.postMessage")

    def answer(request: Request) -> Replied:
        refused: Replied = (429, {"Retry-After": "7"}, {"ok": False, "error": "ratelimited"})
        return refused if next(limited, False) else usual(request)

    fake.api.instead("POST", "/chat.postMessage", answer)
    with slack_board(fake.api, time=time) as board:
        assert board.post(TOLD).outcome == "sent"
    assert time.slept == [7]
    assert fake.texts("C0PRODUCT1") == ["It helped"]


def test_a_key_that_nobody_knows_is_refused() -> None:
    with pytest.raises(SettingsError, match="unknown key `chanel`"), connect_board({"chanel": "x"}, {}, "slack"):
        pass


def _given() -> dict[str, object]:
    return {"reference": TOLD.reference, "to": TOLD.to, "subject": TOLD.subject, "text": TOLD.text}
