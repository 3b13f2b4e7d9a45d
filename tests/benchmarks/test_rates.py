"""A rate beside its bar."""

from benchmarks.rates import Rate
from hypothesis import given
from hypothesis import strategies as st

from support import rates


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_benchmarks_and_tests_judge_a_rate_alike(counted: tuple[int, int]) -> None:
    rate = Rate(*counted)
    assert rate.lower_limit == rates.lower_limit(*counted) <= rate.share
    assert rate.is_within(0.05) == rates.is_within(*counted, 0.05)
