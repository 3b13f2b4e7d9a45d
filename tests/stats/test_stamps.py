"""Stamps that are missing are filled in as they may have been."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from aftermerge.stats.stamps import filled, lengths, missing_shares

Floats = NDArray[np.float64]
TAKES = np.array([10.0, 2.0, 30.0])


def history(loops: int = 60, seed: int = 1) -> Floats:
    """Three intervals of 10, 2 and 30 days, a loop a week."""
    takes = TAKES * np.random.default_rng(seed).gamma(20.0, 1 / 20, (loops, 3))
    rows = np.hstack([np.zeros((loops, 1)), np.cumsum(takes, axis=1)]) + 7.0 * np.arange(loops)[:, None]
    return np.asarray(rows)


def thinned(share: float, seed: int = 2) -> tuple[Floats, Floats]:
    truth = history()
    return truth, np.where(np.random.default_rng(seed).random(truth.shape) < share, np.nan, truth)


def no_design(known: Floats) -> Floats:
    return np.zeros((len(known), known.shape[1] - 1))


def test_intervals_are_told_apart_from_gaps_that_hold_several() -> None:
    _, known = thinned(0.4)
    found = lengths(known, no_design(known))
    assert found is not None
    np.testing.assert_allclose(found.at(200.0), TAKES, rtol=0.25)


def test_what_is_fixed_by_design_is_no_part_of_a_length() -> None:
    known = history()
    fixed = no_design(known)
    fixed[:, 2] = 28.0
    found = lengths(known, fixed)
    assert found is not None
    assert found.at(200.0)[2] < 6


@settings(max_examples=40)
@given(st.floats(0.0, 0.8), st.integers(0, 50))
def test_what_is_filled_in_keeps_to_the_order_and_to_what_is_known(share: float, seed: int) -> None:
    _, known = thinned(share, seed)
    rows = filled(known, no_design(known), lengths(known, no_design(known)), 500.0, np.random.default_rng(seed))
    kept = np.isfinite(known)
    np.testing.assert_array_equal(rows[kept], known[kept])
    assert (np.diff(rows, axis=1)[np.isfinite(np.diff(rows, axis=1))] >= -1e-9).all()


def test_what_is_fixed_by_design_is_kept_within_a_gap_as_far_as_it_fits() -> None:
    known = history()
    known[::2, 2] = np.nan
    fixed = no_design(known)
    fixed[:, 1], fixed[0, 1] = 20.0, 500.0
    rows = filled(known, fixed, lengths(known, fixed), 500.0, np.random.default_rng(6))
    kept = rows[2::2, 2] - known[2::2, 1]
    assert (kept > np.minimum(20.0, 0.8 * (known[2::2, 3] - known[2::2, 1]))).all()
    assert (np.diff(rows, axis=1) >= 0).all()


def test_what_is_filled_in_lies_near_the_truth() -> None:
    truth, known = thinned(0.3)
    rows = filled(known, no_design(known), lengths(known, no_design(known)), 500.0, np.random.default_rng(3))
    inner = np.isnan(known) & np.isfinite(rows)
    assert inner.sum() > 20
    assert np.median(np.abs(rows - truth)[inner]) < 3.0


def test_a_stage_that_is_never_missing_is_waited_for_and_one_that_is_may_have_passed() -> None:
    known = history()
    known[-1, 3] = np.nan
    assert np.isnan(
        filled(known, no_design(known), lengths(known, no_design(known)), 450.0, np.random.default_rng(4))[-1, 3]
    )
    known[::2, 1] = np.nan
    np.testing.assert_allclose(missing_shares(known)[1], 0.5, atol=0.02)


def test_loops_without_any_gap_stay_as_they_are() -> None:
    known = np.array([[1.0, np.nan], [np.nan, 2.0]])
    assert lengths(known, no_design(known)) is None
    np.testing.assert_array_equal(filled(known, no_design(known), None, 9.0, np.random.default_rng(5)), known)
