"""HTML as the text that its reader sees."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.connectors.told.plain import plain


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        ("<p>Hi <a href='https://harbor.example/x'>there</a> &amp; <b>you</b></p>", "Hi there & you"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<div><div>one</div></div>\n<div>two</div>", "one\ntwo"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("so\n much \t space", "so much space"),
        ("caf&eacute; &#8364;5 &nbsp;now &unknown; &", "café €5 now &unknown; &"),
        ("<p lang='en' title='a > b'>text</p>", "text"),
        ("<o:p>Outlook</o:p><?xml version='1.0'?><!DOCTYPE html><![if mso]>!<![endif]>", "Outlook!"),
        ("", ""),
    ],
)
def test_blocks_are_lines_and_links_keep_their_text(html: str, seen: str) -> None:
    assert plain(html) == seen


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>kept",
        "<STYLE type='text/css'>p { color: red }</STYLE>kept",
        "<script src=x>if (a < b) { '</div>' }</script >kept",
        "<!-- hidden -->kept",
        "<!-->kept",
        "kept<script>never ends",
    ],
)
def test_scripts_styles_and_comments_are_left_out(html: str) -> None:
    assert plain(html) == "kept"


@pytest.mark.parametrize(
    "text",
    ["a < b and c > d", "I <3 it", "write to <ada@customer.example>", "<!-- never ends", "5 <6", "<a href='never ends"],
)
def test_what_is_no_tag_stays_as_it_was_written(text: str) -> None:
    assert plain(text) == text


def test_entities_are_resolved_once_so_that_an_escaped_tag_is_text() -> None:
    assert plain("&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;") == "<script>alert(1)</script> &lt;"


@pytest.mark.parametrize("piece", ["<", "<a ", '<a b="', "<!--", "</a ", "<![CDATA[", "<div>", "<br/>", "&", "<a\"'>"])
def test_a_megabyte_of_hostile_markup_is_read_to_its_end(piece: str) -> None:
    assert plain(f"{piece * (1_000_000 // len(piece))}the end").endswith("the end")


@given(st.text(st.sampled_from("ab \n<>/!-\"'&;=scriptyle"), max_size=60))
def test_nothing_raises(html: str) -> None:
    plain(html)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_a_text_that_was_escaped_comes_back(text: str) -> None:
    assert plain(escape(text)) == " ".join(text.split())
