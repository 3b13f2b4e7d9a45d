"""An answer to a customer where they asked: sent once, whatever comes in the way, and found again. At every service."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from aftermerge.channels import CORRESPONDENCE, kinds, load_correspondence
from aftermerge.errors import InputError, OutsideError, SettingsError
from support.answering import DESKS, SECRET, Desk, MailDesk
from support.fake_api import FakeApi, FakeTime, Replied, Request
from support.fake_smtp import FakeSmtp

AnyDesk = Desk | MailDesk


@pytest.fixture(params=[*sorted(DESKS), "mail"])
def any_desk(request: pytest.FixtureRequest) -> Iterator[AnyDesk]:
    if request.param == "mail":
        with FakeSmtp("harbor", SECRET) as smtp:
            yield MailDesk(smtp)
    else:
        with FakeApi() as api:
            yield DESKS[request.param](api)


@pytest.fixture(params=sorted(DESKS))
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    with FakeApi() as api:
        yield DESKS[request.param](api)


def test_every_way_to_answer_that_is_installed_keeps_this_contract() -> None:
    with FakeApi() as api:
        assert {*kinds(CORRESPONDENCE)} == {"email"} | {make(api).kind for make in DESKS.values()}


def test_a_kind_of_source_at_which_nobody_can_be_answered_is_told() -> None:
    with pytest.raises(SettingsError, match="can't be answered at a source of kind `csv`"):
        load_correspondence("csv")


def test_a_letter_arrives_once_where_they_asked(any_desk: AnyDesk) -> None:
    with any_desk.open() as letters:
        sent = letters.send(any_desk.letter(text="It is there. See [what changed](https://harbor.test/a)."))
        assert letters.can_look_up == any_desk.can_look_up
    [text] = any_desk.texts(1)
    assert sent.outcome == "sent"
    assert "It is there" in text
    assert "https://harbor.test/a" in text
    assert "ref-0123456789" in text or any_desk.service in ("Slack", "Zendesk")
    assert any_desk.texts(2) == []


def test_what_they_are_told_names_where_it_stands(desk: Desk) -> None:
    with desk.open() as letters:
        assert (letters.send(desk.letter()).url or "").startswith("http")


@pytest.mark.parametrize("ending", ["close", "remove"])
def test_a_conversation_that_takes_nothing_more_is_told_and_the_others_get_theirs(
    any_desk: AnyDesk, ending: str
) -> None:
    getattr(any_desk, ending)(1)
    with any_desk.open() as letters:
        refused = letters.send(any_desk.letter(1))
        assert letters.send(any_desk.letter(2, reference="ref-2222222222")).outcome == "sent"
    assert (refused.outcome, refused.url) == ("refused", None)
    assert any_desk.closed in refused.reason or ending == "remove"
    assert refused.reason
    assert any_desk.texts(1) == []
    assert len(any_desk.texts(2)) == 1


def test_what_may_have_arrived_is_not_sent_again_and_told_as_unknown(any_desk: AnyDesk) -> None:
    any_desk.fail_after_doing()
    with any_desk.open() as letters:
        sent = letters.send(any_desk.letter())
        found = letters.find(any_desk.letter())
    assert sent.outcome == "unknown"
    assert "does not say whether it took it" in sent.reason
    assert any_desk.attempts() == len(any_desk.texts(1)) == 1
    assert found is not None
    assert found.outcome == ("sent" if any_desk.can_look_up else "unknown")


def test_an_answer_that_does_not_come_in_time_leaves_it_unknown(any_desk: AnyDesk) -> None:
    released = any_desk.never_answer()
    with any_desk.open(timeout=0.5) as letters:
        sent = letters.send(any_desk.letter())
    released.set()
    assert sent.outcome == "unknown"
    assert any_desk.attempts() == 1


def test_a_secret_that_is_taken_no_more_ends_the_job_and_is_told_by_its_variable_alone(any_desk: AnyDesk) -> None:
    any_desk.expire()
    with pytest.raises(SettingsError) as raised, any_desk.open() as letters:
        letters.send(any_desk.letter())
    assert any_desk.variable in str(raised.value)
    assert SECRET not in str(raised.value)
    assert any_desk.texts(1) == []


def test_a_secret_that_is_missing_is_asked_for_before_anything_is_said(any_desk: AnyDesk) -> None:
    with pytest.raises(SettingsError, match=f"{any_desk.variable} is not set"), any_desk.open(token=None):
        pass
    assert any_desk.attempts() == 0


def test_a_letter_that_names_nowhere_is_refused(any_desk: AnyDesk) -> None:
    letter = any_desk.letter()
    with any_desk.open() as letters:
        for wrong in (None, "", "../../admin", "a/b#1?x=", "12/../13", "x-1 y", "harbor/app#12\n"):
            refused = letters.send(replace(letter, thread=wrong, address=wrong))
            assert refused.outcome == "refused"
            assert refused.reason
    assert any_desk.attempts() == 0


def test_a_reference_that_would_not_be_kept_is_no_reference(any_desk: AnyDesk) -> None:
    with any_desk.open() as letters:
        for wrong in ("", "short", "has space 12", "x-->12345678", "a@b.example1", "a\r\nBcc: x@y"):
            with pytest.raises(InputError, match="reference"):
                letters.send(any_desk.letter(reference=wrong))
    assert any_desk.attempts() == 0


def test_a_letter_is_found_among_many_and_only_by_its_own_reference(desk: Desk) -> None:
    desk.chat(1, 7)
    with desk.open() as letters:
        assert letters.find(desk.letter()) is None
        sent = letters.send(desk.letter())
        desk.chat(1, 7)
        assert letters.find(desk.letter()) == sent
        assert letters.find(desk.letter(reference="ref-9876543210")) is None
        assert letters.find(desk.letter(2)) is None


def test_a_letter_in_a_conversation_that_is_gone_did_not_arrive(desk: Desk) -> None:
    desk.remove(1)
    with desk.open() as letters:
        assert letters.find(desk.letter()) is None


def test_what_failed_before_it_was_done_is_not_found(desk: Desk) -> None:
    desk.instead(lambda request, usual: (500, {}, {}))
    with desk.open() as letters:
        assert letters.send(desk.letter()).outcome == "unknown"
        assert letters.find(desk.letter()) is None
    assert desk.attempts() == 1


def test_a_limit_is_waited_out_as_it_asks(desk: Desk) -> None:
    time, limited = FakeTime(), iter([True, True])

    def answer(request: Request, usual: Callable[[Request], Replied]) -> Replied:
        return (429, {"Retry-After": "45"}, {}) if next(limited, False) else usual(request)

    desk.instead(answer)
    with desk.open(time=time) as letters:
        assert letters.send(desk.letter()).outcome == "sent"
    assert time.slept == [45, 45]
    assert len(desk.texts(1)) == 1


def test_a_limit_that_lasts_too_long_ends_the_job_with_nothing_said(desk: Desk) -> None:
    desk.instead(lambda request, usual: (429, {"Retry-After": "3600"}, {}))
    with pytest.raises(OutsideError, match="had enough questions"), desk.open() as letters:
        letters.send(desk.letter())
    assert desk.texts(1) == []


def test_a_service_that_can_not_be_looked_into_ends_the_job(desk: Desk) -> None:
    desk.api.fail_after(0, 503)
    with pytest.raises(OutsideError, match=desk.service), desk.open() as letters:
        letters.find(desk.letter())


def test_words_call_nobody_and_are_no_markup(any_desk: AnyDesk) -> None:
    hostile = "@maya <!channel> <@U0MAYA> <script>x</script> <!-- x --> #12 &lt;!here&gt; https\\://evil.test"
    text = f"Hello @maya,\n/close\n\n> {hostile} https://evil.test [x](https://evil.test)\n\n{hostile}"
    with any_desk.open() as letters:
        assert letters.send(any_desk.letter(text=text)).outcome == "sent"
    [shown] = any_desk.texts(1)
    for live in ("<script", "<!channel", "<!here", "<@U", "<!-- x", '"https://evil', "<https://evil"):
        assert live not in shown
    if any_desk.service in ("GitHub", "GitLab", "Slack"):
        assert "@maya" not in shown
        assert "https://evil" not in shown
    assert any_desk.service != "GitLab" or "\n/" not in shown  # a command there
