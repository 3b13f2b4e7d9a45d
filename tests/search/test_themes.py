"""Texts are grouped by what they speak of, always alike, without a number of groups."""

import sys

import numpy as np
import pytest

from aftermerge.errors import InputError
from aftermerge.search.theme_groups import in_order
from aftermerge.search.themes import TextThemer
from support.phrases import SUBJECTS, spoken

THEMER = TextThemer()


def test_what_speaks_alike_is_grouped_and_nobody_says_how_many_groups_there_are() -> None:
    texts, subjects = spoken(40)
    groups = THEMER.groups(THEMER.vectors(texts))
    assert len(SUBJECTS) / 2 <= groups.max() + 1 <= 4 * len(SUBJECTS)
    pure = [np.bincount(subjects[groups == group]).max() for group in range(groups.max() + 1)]
    assert sum(pure) >= 0.9 * (groups >= 0).sum()


def test_the_same_texts_give_the_same_vectors_and_groups() -> None:
    texts, _ = spoken(30)
    first, again = THEMER.vectors(texts), TextThemer().vectors(texts)
    assert np.array_equal(first, again)
    assert np.array_equal(THEMER.groups(first), TextThemer().groups(again))


@pytest.mark.parametrize(
    "texts", [[], ["one"], ["a b c"] * 3, ["", " ", "!!"], ["same words here"] * 40, ["", ""] * 20]
)
def test_few_empty_and_equal_texts_are_no_trouble(texts: list[str]) -> None:
    vectors = THEMER.vectors(texts)
    assert len(THEMER.groups(vectors)) == len(texts)
    assert np.isfinite(vectors).all()


def test_vectors_have_length_one() -> None:
    assert np.allclose(np.linalg.norm(THEMER.vectors(spoken(10)[0]), axis=1), 1, atol=1e-5)


def test_a_team_s_own_embedder_takes_the_place_of_what_is_learnt() -> None:
    themer = TextThemer(lambda texts: np.array([[3.0, 4.0]] * len(texts), dtype=np.float32))
    assert themer.vectors(["x", "y"]).tolist() == [[pytest.approx(0.6), pytest.approx(0.8)]] * 2


def test_an_embedder_that_gives_no_vector_for_each_text_is_refused() -> None:
    for wrong in (np.zeros((1, 3)), np.zeros(2), np.full((2, 3), np.nan)):
        themer = TextThemer(lambda texts, wrong=wrong: wrong)  # type: ignore[misc]
        with pytest.raises(InputError, match="embedder"):
            themer.vectors(["x", "y"])


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "evoc", raising=False)
    with pytest.raises(InputError, match=r"aftermerge\[themes\]"):
        TextThemer().vectors(["x"])


def test_groups_are_numbered_by_who_comes_first() -> None:
    assert in_order(np.array([7, -1, 7, 2, 0])).tolist() == [0, -1, 0, 1, 2]
