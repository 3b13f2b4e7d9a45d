"""`benchmarks/false_alarms.py` in short: seeded, and judged by the lower limit of the rate."""

import numpy as np
import pytest
from benchmarks.false_alarms import ALONE, LONG, ORACLE, SHIPPED, Judged, Tally, alone, judge, report, shipped
from benchmarks.rates import Rate
from benchmarks.simulated import FAMILIES, Family, family

from support.rates import is_within

every_family = pytest.mark.parametrize("drawn", FAMILIES, ids=lambda found: found.name)


@every_family
def test_the_estimator_alone_speaks_of_nothing_no_more_often_than_its_bar(drawn: Family) -> None:
    n, bar = 100, 0.07 if drawn.is_stress else 0.05
    draw = drawn.draw(np.random.default_rng(7), n, 120, 28)
    tally = sum((alone(draw, i) for i in range(n)), Tally())
    assert is_within(tally.alarms.hits, n, bar)


@pytest.mark.parametrize("name", ["drift", "ctrl", "rare big shifts"])
def test_as_shipped_it_speaks_of_nothing_no_more_often_than_its_bar(name: str) -> None:
    n = 20
    draw = family(name).draw(np.random.default_rng(8), n, 500, 28)
    alarms = sum(shipped(draw, i)[SHIPPED].alarms.hits for i in range(n))
    assert is_within(alarms, n, 0.07 if family(name).is_stress else 0.05)


@pytest.fixture(scope="module")
def clean() -> Judged:
    return Judged(family("clean"), judge("clean", 0, 10, ["conformal moving block"]))


def test_every_method_is_counted_on_every_series(clean: Judged) -> None:
    assert {tally.alarms.n for tally in clean.tallies.values()} == {10}
    assert {tally.found.n for tally in clean.tallies.values()} == {10}


def test_calibration_never_narrows(clean: Judged) -> None:
    shipped_widths, plain_widths = clean.tallies[SHIPPED].widths, clean.tallies[LONG].widths
    assert all(wide >= plain - 1e-9 for wide, plain in zip(shipped_widths, plain_widths, strict=True))


def test_nobody_is_sharper_than_the_oracle_on_the_same_days(clean: Judged) -> None:
    assert np.median(clean.tallies[ALONE].widths) >= np.median(clean.tallies[ORACLE].widths) * 0.95


def test_the_same_chunk_is_judged_alike_twice() -> None:
    first, second = (judge("drift", 3, 2)[SHIPPED] for _ in range(2))
    assert (first.alarms, first.found, first.widths) == (second.alarms, second.found, second.widths)


def test_a_rate_over_its_bar_is_printed_as_such() -> None:
    judged = judge("clean", 0, 1, ["t-test, 28 v 28 days"])
    over = {name: Tally(Rate(50, 100), Rate(100, 100), tally.widths * 100) for name, tally in judged.items()}
    peers = ("interrupted time series, HAC(7)", "CausalImpact (bsts port)", "conformal moving block")
    over.update(dict.fromkeys(peers, Tally(Rate(1, 100), Rate(1, 100))))
    told = report([Judged(family("clean"), over)])
    assert "| clean | **ours as shipped, 730 days** | 50.0% | 100 | 41.4% | ≤ 5% | **over** |" in told
    assert "- false alarms as shipped: **over**" in told
