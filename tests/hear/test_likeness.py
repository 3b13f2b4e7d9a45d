"""How sure a guess is, against how often it is right."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from aftermerge.hear.likeness import guess


def cloud(
    rng: np.random.Generator, centre: int, count: int, spread: float, dimensions: int = 40
) -> NDArray[np.float32]:
    points = rng.normal(scale=spread / np.sqrt(dimensions), size=(count, dimensions))
    points[:, centre] += 1.0
    return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True), dtype=np.float32)


def test_what_lies_with_a_group_is_of_it_and_surely() -> None:
    rng = np.random.default_rng(1)
    examples = np.vstack([cloud(rng, group, 8, 0.5) for group in range(3)])
    found = guess(examples, np.repeat(np.arange(3), 8), np.vstack([cloud(rng, group, 50, 0.5) for group in range(3)]))
    assert (found.group == np.repeat(np.arange(3), 50)).mean() > 0.98
    assert np.median(found.certainty) > 0.9


def test_what_lies_far_from_every_group_is_not_sure() -> None:
    rng = np.random.default_rng(2)
    examples = np.vstack([cloud(rng, group, 8, 0.5) for group in range(3)])
    strangers = cloud(rng, 20, 100, 0.5)
    assert (guess(examples, np.repeat(np.arange(3), 8), strangers).certainty < 0.6).all()


@pytest.mark.parametrize("spread", [1.0, 2.0, 3.0])
def test_guesses_are_right_about_as_often_as_they_say(spread: float) -> None:
    rng = np.random.default_rng(3)
    groups, labels = 12, np.repeat(np.arange(12), 10)
    examples = np.vstack([cloud(rng, group, 10, spread) for group in range(groups)])
    texts, truth = np.vstack([cloud(rng, group, 100, spread) for group in range(groups)]), np.repeat(np.arange(12), 100)
    found = guess(examples, labels, texts)
    right = found.group == truth
    assert found.certainty.mean() <= right.mean() + 0.05
    sure = found.certainty >= 0.8
    assert not sure.any() or right[sure].mean() >= 0.8


def test_one_group_alone_draws_only_what_lies_near_it() -> None:
    rng = np.random.default_rng(4)
    examples = cloud(rng, 0, 8, 0.5)
    found = guess(examples, np.zeros(8, dtype=np.int64), np.vstack([cloud(rng, 0, 20, 0.5), cloud(rng, 9, 20, 0.5)]))
    assert np.median(found.certainty[:20]) > 0.8
    assert (found.certainty[20:] < 0.5).all()


@given(st.integers(1, 4), st.integers(5, 9), st.integers(0, 99))
def test_certainty_is_a_number_from_nought_to_one(groups: int, each: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    examples = np.vstack([cloud(rng, group, each, 2.0) for group in range(groups)])
    found = guess(
        examples, np.repeat(np.arange(groups), each), np.vstack([cloud(rng, 7, 5, 3.0), np.zeros((1, 40), np.float32)])
    )
    assert ((found.certainty >= 0) & (found.certainty <= 1)).all()
