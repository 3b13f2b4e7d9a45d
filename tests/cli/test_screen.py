import pytest

from aftermerge.cli.screen import paint, say


@pytest.mark.parametrize(
    "hostile", ["\x1b]0;title\x07", "\x1b[2J", "\x1b[8m", "\x9b31m", "\u202e", "\x1b[5m", "\r", "\x08"]
)
def test_what_a_terminal_would_obey_is_not_let_through(hostile: str, capsys: pytest.CaptureFixture[str]) -> None:
    say(f"before{hostile}after")
    shown = capsys.readouterr().out
    assert hostile not in shown
    assert not {"\x1b", "\x07", "\x9b", "\u202e", "\r", "\x08"} & set(shown)


def test_our_own_colours_come_through(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("click.utils.should_strip_ansi", lambda *_: False)
    say(paint("harmed", "bad"))
    assert capsys.readouterr().out == f"{paint('harmed', 'bad')}\n"


def test_lines_tabs_and_joined_emoji_stay(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\n\tb 👩‍🚀")
    assert capsys.readouterr().out == "a\n\tb 👩‍🚀\n"
