"""The questions as a comment: inert, short, and of nobody."""

import re

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from aftermerge.errors import BetError, Place
from aftermerge.model.asked import Answer, AskedBet
from aftermerge.render.asked_comment import asked_comment, asked_summary, unreadable_comment
from support.world import bet

ANSWERS = (
    Answer("who_asked", "Who asked?", "pass", "3 customers in 4 pieces of feedback"),
    Answer("visible", "Could it be seen?", "warn", "5% is not seen", "`aftermerge measure power exports` says more"),
    Answer("owner", "Who follows it?", "pass", "maya@harbor.example"),
    Answer("stop", "What would make us stop?", "missing", "the bet does not say", "add `stop: no | more`"),
)


def test_each_question_has_a_row_with_its_number_and_the_next_step() -> None:
    body = asked_comment([AskedBet(bet(helps="Exports that finish"), ANSWERS)])
    assert "### Exports that finish\n\n`faster-export`: 2 pass, 1 warning, 1 missing\n\n| | question" in body
    assert "| ✓ | Who asked? | 3 customers in 4 pieces of feedback |\n" in body
    assert "| 5% is not seen<br>→ `aftermerge measure power exports` says more |\n" in body
    assert r"<br>→ add `stop: no \| more` |" in body


def test_who_follows_a_bet_is_not_named() -> None:
    assert "maya" not in asked_comment([AskedBet(bet(), ANSWERS)])


def test_beyond_ten_bets_it_says_where_the_others_are() -> None:
    body = asked_comment([AskedBet(bet(f"bet-{at}"), ANSWERS) for at in range(12)])
    assert body.count("### ") == 10
    assert "2 more bets: `aftermerge bet ask`" in body
    assert len(body) < 65_536


def test_the_summary_names_a_bet_alone_and_counts_several() -> None:
    one = AskedBet(bet(), ANSWERS)
    assert asked_summary([one]) == "faster-export: 2 pass, 1 warning, 1 missing"
    assert asked_summary([one, one]) == "2 bets: 4 pass, 2 warnings, 2 missing"
    assert asked_summary([]) == "no bet is added or changed"
    assert len(asked_summary([AskedBet(bet("x" * 300), ANSWERS)])) <= 140


OURS = {"h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "br", "sub", "code"}
SIGNS = st.text(st.sampled_from("`|\\\\<>@#[]()!*_~&:-\n ab1"), max_size=30)


@given(SIGNS | st.text(max_size=30))
@example("```@b`")
@example("\\\\`a | b` <img src=x> @maya ![x](http://e.vil) www.e.vil #12")
def test_whatever_a_bet_says_is_text_or_code_in_its_own_cell(hostile: str) -> None:
    answers = (Answer("copy", "Copy?", "warn", hostile, hostile),)
    body = asked_comment([AskedBet(bet(helps=hostile), answers)])
    shown = MarkdownIt("commonmark").enable("table").render(body)
    table = shown[shown.index("<tbody>") : shown.index("</tbody>")]
    assert table.count("<tr>") == 1
    assert table.count("<td>") == 3
    assert set(re.findall(r"</?(\w+)", shown)) <= OURS
    said = re.sub(r"<code>.*?</code>", "", table, flags=re.DOTALL)
    assert not re.search(r"@\w|#\d|www\.", said)


def test_a_mistake_does_nothing_either() -> None:
    hostile = "unknown key `x` <b> @maya #12"
    told = unreadable_comment(BetError(hostile, where=Place("bets/a.md", 3), then=hostile))
    assert not {"<b>", "@", "#12"} & set(re.findall(r"<b>|@|#12", told))


def test_a_mistake_is_told_with_its_place_and_what_to_write() -> None:
    told = unreadable_comment(
        BetError("unknown key `metrc`", where=Place("bets/a.md", 3), then="did you mean `metric`?")
    )
    assert "**bets/a.md&#58;3**: unknown key `metrc`\n\n→ did you mean `metric`?" in told
