"""A letter's Markdown in the form of each place: what its writer marked stays so, and others' words do nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.channels.text import as_html, as_markdown, as_mrkdwn, as_plain
from aftermerge.render.untrusted import calling_nobody

LETTER = """Hello Ada,

you asked for **one button**: see [what changed](https://harbor.test/a?b=1&c=2)
or https://harbor.test/b.

> The export *never* ends

- as `CSV`
- as Parquet

1. open it
2. press it
"""


def test_a_reader_without_markup_sees_where_links_lead() -> None:
    assert as_plain(LETTER) == (
        "Hello Ada,\n\nyou asked for one button: see what changed (https://harbor.test/a?b=1&c=2)\n"
        "or https://harbor.test/b.\n\n> The export never ends\n\n- as CSV\n- as Parquet\n\n1. open it\n2. press it"
    )


def test_html_has_our_tags_alone() -> None:
    assert as_html(LETTER) == (
        "<p>Hello Ada,</p>\n"
        '<p>you asked for <strong>one button</strong>: see <a href="https://harbor.test/a?b=1&amp;c=2">what changed</a>'
        '<br>or <a href="https://harbor.test/b">https://harbor.test/b</a>.</p>\n'
        "<blockquote><p>The export <em>never</em> ends</p></blockquote>\n"
        "<ul><li>as <code>CSV</code></li><li>as Parquet</li></ul>\n"
        "<ol><li>open it</li><li>press it</li></ol>"
    )


def test_markdown_is_written_anew() -> None:
    assert as_markdown(LETTER) == (
        "Hello Ada,\n\nyou asked for **one button**&#58; see [what changed](<https://harbor.test/a?b=1&c=2>)\n"
        "or <https://harbor.test/b>.\n\n> The export *never* ends\n\n"
        "- as `CSV`\n- as Parquet\n\n1. open it\n2. press it"
    )


def test_slack_has_marks_of_its_own() -> None:
    assert as_mrkdwn(LETTER) == (
        "Hello Ada,\n\nyou asked for *one button*: see <https://harbor.test/a?b=1&amp;c=2|what changed>\n"
        "or <https://harbor.test/b>.\n\n> The export _never_ ends\n\n"
        "• as `CSV`\n• as Parquet\n\n1. open it\n2. press it"
    )


@pytest.mark.parametrize(
    "words",
    [
        "@maya",
        "<b>x</b>",
        "a *b* _c_ `d`",
        "# x",
        "[x](https://evil.test)",
        "www.evil.test",
        "x & y; &amp;",
        "1. x \\ y",
    ],
)
def test_words_that_were_escaped_are_read_as_they_were(words: str) -> None:
    assert as_plain(f"You wrote: {calling_nobody(words)}") == f"You wrote: {words}"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "//evil.test", "file:///etc/passwd"])
def test_only_an_address_of_the_web_or_of_mail_is_a_link(link: str) -> None:
    assert "href" not in as_html(f"[x]({link})")
    assert "|x>" not in as_mrkdwn(f"[x]({link})")


def test_marks_that_turn_the_direction_of_writing_are_taken_out() -> None:
    assert as_plain("a\u202eb &#8238;c &#x202E;d\u0007") == "ab c d"


def test_code_is_fenced_by_more_ticks_than_it_has() -> None:
    assert as_markdown("```\na ``` b\n```") == "````\na ``` b\n````"
    assert as_markdown("`` a`b ``") == "`` a`b ``"


SIGNS = st.text(st.sampled_from("ab @<>!&;#:/[]()*_`\\|~\"'\n-.1wh\u202e") | st.characters(), max_size=80)


@given(SIGNS)
def test_nothing_that_was_quoted_is_a_tag_or_rings(words: str) -> None:
    quote = "> " + " ".join(words.split())
    html, mrkdwn = as_html(quote), as_mrkdwn(quote)
    for tag in ("blockquote", "p", "strong", "em", "code", "br"):
        html = html.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    assert "<" not in html
    assert "<" not in mrkdwn


@given(SIGNS)
def test_no_text_is_too_odd_for_any_form(text: str) -> None:
    for form in (as_html, as_markdown, as_mrkdwn, as_plain):
        form(text)
