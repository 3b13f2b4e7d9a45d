"""What a person types, understood."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.errors import InputError
from aftermerge.hear.matching import is_typo_of, marks
from aftermerge.hear.query import MOST_CHARACTERS, MOST_CLAUSES, understood


def shown(query: str) -> str:
    asked = understood(query)
    clauses = [("", clause) for clause in asked.wanted] + [("-", clause) for clause in asked.unwanted]
    return " ".join(
        sign + (f'"{" ".join(c.words)}"' if c.is_quoted or len(c.words) > 1 else c.words[0]) + "*" * c.is_prefix
        for sign, c in clauses
    )


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("", ""),
        ("  \n ", ""),
        ("Export fails", "export fails"),
        ('"times out" crash* -login', '"times out" crash* -login'),
        ('-"sign in" -cra*', '-"sign in" -cra*'),
        ("“times out” «so»", '"times out" "so"'),
        ('"not closed', '"not closed"'),
        ('closed" late', 'closed "late"'),
        ("log-in 3.5.1", '"log in" "3 5 1"'),
        ("wi-f*", '"wi" f*'),
        ("支付 失", '"支 付" 失'),
        ("a - b -- c", "a b c"),
        ("!? export :)", "export"),
        ("export export -export", "export -export"),
        ('""', None),
        ("*", None),
        ("  -", None),
        ("?!", None),
    ],
)
def test_a_query_is_understood(query: str, meant: str | None) -> None:
    if meant is None:
        with pytest.raises(InputError, match="no word in the query"):
            understood(query)
    else:
        assert shown(query) == meant


def test_what_can_t_be_understood_is_told_with_its_column() -> None:
    with pytest.raises(InputError, match="column 3: there is no word"):
        understood("  !!")
    with pytest.raises(InputError, match=f"column {MOST_CHARACTERS + 1}: the query has 10,000 characters; 1,000"):
        understood("x" * 10_000)
    with pytest.raises(InputError, match=f"column {3 * MOST_CLAUSES + 1}: .*more than {MOST_CLAUSES} words"):
        understood(" ".join(f"{i:02}" for i in range(90)))


@given(st.text())
def test_any_text_is_understood_or_refused_with_a_column(text: str) -> None:
    refused = None
    try:
        understood(text)
    except InputError as error:
        refused = error
    assert refused is None or "column" in str(refused.where)


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("The export crashed. Exports crash", "export crash", ["export", "crashed", "Exports", "crash"]),
        ("it Times. Out! times", '"times out"', ["Times. Out"]),
        ("支付失败了", "失败", ["失败"]),
        ("exporting expired", "exp*", ["exporting", "expired"]),
        ("l’Été", "ete", ["Été"]),
        ("export login", "export -login", ["export"]),
        ("nothing", "else", []),
    ],
)
def test_what_was_found_is_marked_where_it_stands(text: str, query: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in marks(text, understood(query))] == found


def test_a_mistyped_word_is_marked_when_it_was_found_so() -> None:
    text, asked = "the export fails", understood("exprot fails")
    assert [text[a:b] for a, b in marks(text, asked)] == ["fails"]
    assert [text[a:b] for a, b in marks(text, asked, ("exprot",))] == ["export", "fails"]


@given(st.text(), st.text(max_size=40))
def test_marks_are_in_order_and_apart(text: str, query: str) -> None:
    try:
        asked = understood(query)
    except InputError:
        return
    spans = marks(text, asked)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] < other[0] for one, other in pairwise(spans))


@pytest.mark.parametrize(
    ("term", "word", "distance"),
    [("export", "export", 0), ("export", "exprot", 1), ("export", "exort", 1), ("export", "expport", 1),
     ("export", "expert", 1), ("export", "xeprot", 2), ("ca", "abc", 3), ("", "ab", 2)],
)  # fmt: skip
def test_typos_are_counted_as_letters_missed_added_mistaken_or_swapped(term: str, word: str, distance: int) -> None:
    assert is_typo_of(term, word, distance)
    assert distance == 0 or not is_typo_of(term, word, distance - 1)
