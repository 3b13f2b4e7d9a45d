"""The simulated series are what they say they are."""

import numpy as np
import pytest
from benchmarks.oracle import known_covariance
from benchmarks.peers import PEERS, Seen
from benchmarks.simulated import FAMILIES, Draw, Family, family
from numpy.testing import assert_array_equal
from scipy.stats import chi2

from support.rates import is_within

every_family = pytest.mark.parametrize("drawn", FAMILIES, ids=lambda found: found.name)


def draw(found: Family, n: int = 400, before: int = 120, seed: int = 1) -> Draw:
    return found.draw(np.random.default_rng(seed), n, before, 28)


@every_family
def test_the_same_seed_draws_the_same_series(drawn: Family) -> None:
    assert_array_equal(draw(drawn, 3).values, draw(drawn, 3).values)
    assert (draw(drawn, 3).values != draw(drawn, 3, seed=2).values).any()


@every_family
def test_one_who_knows_the_stated_covariance_is_wrong_as_often_as_he_says(drawn: Family) -> None:
    known = known_covariance(draw(drawn))
    assert is_within(int(known.speaks().sum()), 400, 0.05)
    squares = float(((1.96 * known.errors / known.half_width) ** 2).sum())
    tails = 3.0 if drawn.name == "rare big shifts" else 1.4  # few shifts, each large: a heavy-tailed sum of squares
    assert chi2.ppf(0.001, 400) / tails < squares < chi2.ppf(0.999, 400) * tails


@every_family
def test_the_effect_begins_at_the_switch_and_is_five_percent(drawn: Family) -> None:
    found = draw(drawn, 200)
    assert_array_equal(found.values[:, :120], found.lifted[:, :120])
    assert found.lifts.mean() == pytest.approx(np.log(1.05), abs=0.005)


@every_family
def test_the_latest_days_are_the_days_about_the_switch(drawn: Family) -> None:
    long = draw(drawn, 3, before=365)
    short = long.latest(120)
    assert short.values.shape == (3, 148)
    assert_array_equal(short.values, long.values[:, -148:])
    assert_array_equal(short.weekday, long.weekday[-148:])
    assert_array_equal(short.covariance, long.covariance[-148:, -148:])


@pytest.mark.parametrize(
    ("peer", "name", "published"),
    [
        ("t-test, 28 v 28 days", "drift", 0.130),
        ("interrupted time series, HAC(7)", "clean", 0.130),
        ("interrupted time series, HAC(7)", "drift", 0.283),
        ("interrupted time series, HAC(7)", "ctrl", 0.247),
        ("conformal moving block", "clean", 0.003),
        ("conformal moving block", "drift", 0.010),
    ],
)
def test_the_peers_speak_of_nothing_as_often_as_measured_elsewhere(peer: str, name: str, published: float) -> None:
    found, n = draw(family(name)), 200
    controls = np.log(found.controls)
    seen = [Seen(found.logs[i], found.switch, found.weekday, controls[i]) for i in range(n)]
    rate = sum(PEERS[peer](one) for one in seen) / n
    assert abs(rate - published) < 4 * (published * (1 - published) / n) ** 0.5 + 0.01
