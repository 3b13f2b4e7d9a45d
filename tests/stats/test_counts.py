import numpy as np
import pytest

from aftermerge.stats.counts import rate_of, zeros_beside


@pytest.mark.parametrize("rate", [0.3, 1.0, 2.5, 12.0, 45.0, 400.0])
def test_the_rate_behind_small_counts_is_found_again(rate: float) -> None:
    counts = np.random.default_rng(13).poisson(rate, 200_000)
    assert rate_of(float(np.log(counts + 0.5).mean())) == pytest.approx(rate, rel=0.02)


def test_a_rate_is_never_zero() -> None:
    assert rate_of(-50.0) == pytest.approx(0.02)


@pytest.mark.parametrize("rate", [0.1, 0.5, 1.0, 3.0, 8.0])
def test_the_zeros_of_a_count_are_told_by_its_other_days(rate: float) -> None:
    assert zeros_beside(rate / (1 - np.exp(-rate))) == pytest.approx(np.exp(-rate))


def test_where_no_day_counts_more_than_one_any_number_of_zeros_is_ordinary() -> None:
    assert zeros_beside(1.0) == 1.0
