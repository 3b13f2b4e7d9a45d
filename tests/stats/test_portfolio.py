import numpy as np
import pytest
from benchmarks.portfolio import World, sums
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from aftermerge.errors import StatisticsError
from aftermerge.stats import benjamini_hochberg, brier, shrink
from support.rates import is_within

PROBABILITIES = st.lists(st.floats(0, 1), min_size=1, max_size=30)
ESTIMATES = st.lists(st.floats(-50, 50), min_size=4, max_size=20)


@given(PROBABILITIES)
def test_the_survivors_are_those_of_scipy(p: list[float]) -> None:
    adjusted = false_discovery_control(p)
    clear = np.abs(adjusted - 0.05) > 1e-12
    assert (benjamini_hochberg(p)[clear] == (adjusted <= 0.05)[clear]).all()


def test_no_claims_have_no_survivors() -> None:
    assert not len(benjamini_hochberg([]))


def test_of_survivors_no_more_than_promised_are_false() -> None:
    found = sums(World(0.2, 4.0), 300, only_survivors=True)
    assert is_within(found.empty, found.wins, 0.05)


@given(ESTIMATES, st.floats(0.1, 5))
def test_with_equal_sds_it_is_the_positive_part_james_stein_estimator(estimates: list[float], sd: float) -> None:
    x = np.array(estimates)
    kept = max(0.0, 1 - (len(x) - 2) * sd**2 / max(float(x @ x), 1e-300))
    assert shrink(x, np.full(len(x), sd)) == pytest.approx(kept * x, rel=1e-5, abs=1e-5)


@given(ESTIMATES)
def test_nothing_is_shrunk_past_where_it_is_drawn_to(estimates: list[float]) -> None:
    x, sds = np.array(estimates), np.linspace(0.5, 3.0, len(estimates))
    for towards in ("zero", "mean"):
        found = shrink(x, sds, towards)
        middle = 0.0 if towards == "zero" else None
        if middle is not None:
            assert (np.abs(found) <= np.abs(x) + 1e-9).all()
            assert (found * x >= 0).all()
        else:
            assert found.min() >= x.min() - 1e-6
            assert found.max() <= x.max() + 1e-6


def test_the_less_certain_of_two_equal_estimates_is_shrunk_more() -> None:
    found = shrink([5.0, 5.0, -3.0, 0.1, 2.0], [0.5, 3.0, 1.0, 1.0, 1.0])
    assert found[0] > found[1] > 0


def test_shrinkage_halves_the_error_where_there_is_little_to_find() -> None:
    rng = np.random.default_rng(3)
    truth = rng.normal(0, 0.7, (200, 30))
    estimates = truth + rng.normal(size=truth.shape)
    shrunk = np.array([shrink(row, np.ones(30)) for row in estimates])
    assert ((shrunk - truth) ** 2).mean() < 0.5 * ((estimates - truth) ** 2).mean()


def test_what_picked_wins_add_up_to_is_overstated_at_least_half_as_much_again_unless_shrunk() -> None:
    found = sums(World(0.3, 1.0), 300, only_survivors=False)
    assert found.naive > 1.5 * found.truth
    assert 0.7 < found.shrunk / found.truth < 1.4


@pytest.mark.parametrize(("count", "towards"), [(2, "zero"), (3, "mean")])
def test_too_few_to_tell_how_far_effects_lie_apart_stay_as_they_are(count: int, towards: str) -> None:
    x = np.arange(1.0, count + 1)
    assert (shrink(x, np.ones(count), towards) == x).all()  # type: ignore[arg-type]


def test_the_parts_of_a_score_add_up_to_it() -> None:
    rng = np.random.default_rng(5)
    said = rng.integers(0, 11, 400) / 10
    came = rng.random(400) < said**2
    found = brier(said, came)
    assert found.score == pytest.approx(found.reliability - found.resolution + found.uncertainty)
    assert found.low < found.score < found.high
    assert found.reliability > 0.005, "they say more than comes"


def test_the_base_rate_said_each_time_scores_its_own_uncertainty() -> None:
    found = brier(np.full(10, 0.3), [1, 1, 1, *[0] * 7])
    assert (found.score, found.reliability, found.resolution) == pytest.approx((0.21, 0.0, 0.0))


def test_the_interval_of_a_score_holds_the_truth_as_often_as_promised() -> None:
    rng = np.random.default_rng(7)
    missed = 0
    for _ in range(400):
        said = rng.uniform(0.1, 0.9, 60)
        found = brier(said, rng.random(60) < said)
        missed += not found.low <= 0.25 - 0.8**2 / 12 <= found.high
    assert is_within(missed, 400, 0.06)


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        (lambda: benjamini_hochberg([0.1, float("nan")]), "between 0 and 1"),
        (lambda: shrink([1.0, 2.0], [1.0]), "2 estimates, 1 standard"),
        (lambda: shrink([1.0, 2.0], [1.0, 0.0]), "not positive"),
        (lambda: shrink([1.0, float("inf")], [1.0, 1.0]), "not finite"),
        (lambda: brier([0.5], [1]), "two of each"),
        (lambda: brier([0.5, 1.5], [1, 0]), "between 0 and 1"),
        (lambda: brier([0.5, 0.5], [1, 2]), "0 or 1"),
    ],
)
def test_numbers_from_which_nothing_follows_are_refused_with_the_reason(given_, told: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(StatisticsError, match=told):
        given_()
