"""What stamps tell of a station: its slots, when each piece was begun, and Little's law."""

import numpy as np
import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from aftermerge.errors import StatisticsError
from aftermerge.stats.queues import begun, little_residual, ready, slot_chances

Floats = NDArray[np.float64]

histories = st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 20)), min_size=1, max_size=30)


def served(came: Floats, effort: Floats, slots: int) -> tuple[Floats, Floats]:
    """By simpy, in turn: when each was begun, and left."""
    env = simpy.Environment()
    at = simpy.Resource(env, slots)
    starts, left = np.empty(len(came)), np.empty(len(came))

    def go(piece: int):  # type: ignore[no-untyped-def]
        yield env.timeout(came[piece])
        with at.request() as asked:
            yield asked
            starts[piece] = env.now
            yield env.timeout(effort[piece])
        left[piece] = env.now

    for piece in np.argsort(came, kind="stable"):
        env.process(go(int(piece)))
    env.run()
    return starts, left


def random_history(slots: int, load: float, pieces: int = 300) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(slots)
    came = np.cumsum(rng.exponential(1.0, pieces))
    return came, served(came, rng.exponential(load * slots, pieces), slots)[1]


@given(histories)
def test_the_beginnings_of_one_slot_are_those_of_its_history(history: list[tuple[float, float]]) -> None:
    came, effort = (np.array(part) for part in zip(*history, strict=True))
    starts, left = served(came, effort, 1)
    np.testing.assert_allclose(begun(came, left, 1), starts, atol=1e-9)


@given(histories, st.integers(1, 4))
def test_nothing_begins_before_it_comes_nor_after_it_leaves(history: list[tuple[float, float]], slots: int) -> None:
    came, effort = (np.array(part) for part in zip(*history, strict=True))
    left = came + effort
    starts = begun(came, left, slots)
    assert (starts >= came).all()
    assert (starts <= left).all()


def test_what_still_waits_was_not_begun() -> None:
    starts = begun([0.0, 1.0, 2.0], [5.0, np.inf, np.inf], 1)
    np.testing.assert_array_equal(starts, [0.0, 5.0, np.nan])


@pytest.mark.parametrize("slots", [1, 2, 3])
def test_a_busy_stations_slots_are_found(slots: int) -> None:
    came, left = random_history(slots, 0.9)
    chances = slot_chances(came, left, float(left.max()))
    assert chances.sum() == pytest.approx(1)
    assert abs(float(chances @ np.arange(1, 10)) - slots) < 1.0


def test_what_leaves_in_company_was_carried_and_may_have_been_ready_before() -> None:
    found = ready([0.0, 1.0, 8.0, 9.0], [7.0, 7.0, 14.0, 14.0])
    assert found.train is not None
    np.testing.assert_array_equal(found.train, [7.0, 14.0])
    np.testing.assert_array_equal(found.at, [0.5, 1.5, 8.5, 9.5])


def test_what_leaves_one_by_one_is_not_carried() -> None:
    found = ready([0.0, 1.0, 8.0], [7.0, 7.5, np.inf])
    assert found.train is None
    np.testing.assert_array_equal(found.at, [7.0, 7.5, np.inf])


@given(st.integers(1, 9), st.integers(1, 9))
def test_littles_law_leaves_nothing_where_as_much_leaves_as_comes(every: int, stay: int) -> None:
    came = np.arange(-200.0, 400.0, every)
    since, until = 0.0, float(every * stay * 4)
    assert little_residual(came, came + stay, since, until) == pytest.approx(0.0, abs=1e-9)


def test_littles_law_is_broken_where_what_comes_stays() -> None:
    came = np.arange(0.0, 100.0)
    left = np.where(came < 20, came + 1, np.inf)
    residual = little_residual(came, left, 0.0, 100.0)
    assert residual is not None
    assert residual > 0.9


def test_littles_law_says_nothing_before_anything_was_done() -> None:
    assert little_residual([0.0], [np.inf], 0.0, 10.0) is None
    assert little_residual([], [], 0.0, 10.0) is None


def test_a_piece_that_leaves_before_it_comes_is_refused() -> None:
    with pytest.raises(StatisticsError, match="arrives, and leaves after that"):
        begun([2.0], [1.0], 1)
