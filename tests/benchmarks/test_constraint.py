"""The constraint on a few simulated organisations, as the benchmark judges it."""

import re

import numpy as np
import pytest
from benchmarks.constraint import OURS, Judged, judged, report, shares
from benchmarks.organisations import DAYS, MISSING, SEEDS, STATIONS, gains, organisation, seen, stamps, thinned

FEW = SEEDS[:8]


@pytest.fixture(scope="module")
def found() -> list[Judged]:
    return [item for seed in FEW for item in judged(seed, draws=8)]


def test_more_than_half_of_what_is_attainable_is_gained_with_stamps_missing(found: list[Judged]) -> None:
    thin = [item for item in found if item.pattern != "none"]
    answered = [item for item in thin if item.named[OURS]]
    assert len(answered) > len(thin) / 2
    assert shares(answered, OURS)[0] > 0.6  # of eight; by chance it would be a fifth


def test_the_report_has_a_row_for_each_method_and_pattern(found: list[Judged]) -> None:
    rows = re.findall(r"^\| (none|30% [a-z ]+) \| ([a-z, ]+) \| [\d.]+% ", report(found), re.MULTILINE)
    assert len(set(rows)) == 12


def test_five_hundred_organisations_are_as_they_were_seeded() -> None:
    assert (len(SEEDS), SEEDS[0]) == (500, 20260301)
    assert organisation(SEEDS[0]) == organisation(SEEDS[0])
    assert len({organisation(seed).arrivals for seed in SEEDS}) == len(SEEDS)


def test_a_stage_that_is_short_of_hands_gains_by_more_and_one_that_is_not_by_little() -> None:
    true = [gains(organisation(seed)) for seed in FEW[:3]]
    assert all(set(one) == set(STATIONS) for one in true)
    assert all(max(one.values()) > 5 * float(np.median(list(one.values()))) for one in true)


def test_stamps_are_in_order_end_with_the_last_day_and_go_missing_as_is_said() -> None:
    known = seen(stamps(organisation(FEW[2])))
    assert np.nanmax(known) <= DAYS
    assert (np.diff(known, axis=1)[np.isfinite(np.diff(known, axis=1))] >= 0).all()
    gone = [np.isnan(thinned(known, "at random", seed))[np.isfinite(known)].mean() for seed in FEW]
    assert np.mean(gone) == pytest.approx(MISSING, abs=0.05)
