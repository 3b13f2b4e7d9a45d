"""What is a near-copy, and what only sounds like one."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.hear.near_copies import find_near_copies
from aftermerge.model.feedback import Feedback
from support.world import day

LONG = "The export spins for twenty minutes and then there is nothing in my downloads folder, please help us"


def said(number: int, text: str, **more: Any) -> Feedback:
    return Feedback("s", str(number), day(number), text, author=f"c{number}", **more)


def copies(*texts: str) -> dict[str, str]:
    return dict(find_near_copies([said(number, text) for number, text in enumerate(texts, 1)], []))


@pytest.mark.parametrize(
    "again",
    [
        LONG,
        LONG.upper() + "!!!",
        LONG.replace("please help us", "please help us now"),
        f"  {LONG}\n",
        LONG.replace("é", "e"),
    ],
)
def test_the_same_words_again_are_a_copy_of_the_first(again: str) -> None:
    assert copies(LONG, "Something else that has nothing to do with it", again) == {"s:3": "s:1"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Great app", "Great app"),
        ("Good", "good"),
        ("It never works here", "It always works here"),
        (LONG, "The import fails for twenty rows and then there is nothing in my uploads folder, please fix it"),
        ("", ""),
        ("👍👍", "👍👍"),
    ],
)
def test_what_many_say_by_themselves_is_no_copy(one: str, other: str) -> None:
    assert copies(one, other) == {}


def test_four_words_that_are_the_same_are_a_copy() -> None:
    assert copies("Export is broken again", "export is BROKEN again") == {"s:2": "s:1"}


def test_all_copies_are_of_the_one_that_said_it_first() -> None:
    assert copies(LONG, LONG, LONG) == {"s:2": "s:1", "s:3": "s:1"}


def test_new_feedback_is_held_against_all_that_was_heard_and_that_is_left_in_peace() -> None:
    earlier = [said(1, LONG), said(2, LONG)]
    assert find_near_copies([said(9, LONG)], earlier) == {"s:9": "s:1"}


def test_a_new_row_that_was_said_before_the_others_is_the_first() -> None:
    assert find_near_copies([said(1, LONG), said(5, LONG)], []) == {"s:5": "s:1"}


@given(st.lists(st.text(alphabet="ab ", max_size=40), max_size=12))
def test_a_copy_is_never_of_itself_nor_of_a_copy(texts: list[str]) -> None:
    found = copies(*texts)
    assert not found.keys() & set(found.values())


def test_a_text_of_ten_megabytes_is_read_as_far_as_it_matters() -> None:
    huge = "word and word again then " * 400_000
    assert copies(huge, huge) == {"s:2": "s:1"}


def test_changing_one_word_in_ten_of_a_long_text_may_be_seen_and_half_of_them_never_is() -> None:
    rng = np.random.default_rng(3)
    words = [f"w{number}" for number in range(60)]
    half = [word if rng.random() < 0.5 else f"x{number}" for number, word in enumerate(words)]
    assert copies(" ".join(words), " ".join(half)) == {}
    one = [*words[:30], "other", *words[31:]]
    assert copies(" ".join(words), " ".join(one)) == {"s:2": "s:1"}
