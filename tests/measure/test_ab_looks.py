"""The bars of `benchmarks/ab_looks.py`, in short."""

import pytest
from benchmarks.ab_looks import SCENARIOS, UNEVEN, Rate, Scenario, late_rate, rates, report

from support.rates import is_within


@pytest.fixture(scope="module", params=SCENARIOS, ids=lambda scenario: scenario.name)
def found(request: pytest.FixtureRequest) -> dict[str, Rate]:
    scenario: Scenario = request.param
    return {rate.rule: rate for rate in rates(scenario, 11, 200)}


def test_daily_looks_raise_no_more_false_alarms_than_promised(found: dict[str, Rate]) -> None:
    for rule in ("aftermerge, decision date declared", "aftermerge, none declared"):
        assert is_within(found[rule].alarms, 200, 0.05)


def test_a_t_test_every_day_raises_many(found: dict[str, Rate]) -> None:
    assert found["a t-test every day"].alarms > 0.12 * 200


def test_declaring_the_decision_date_costs_little_power(found: dict[str, Rate]) -> None:
    one, ours = found["one t-test at the end"], found["aftermerge, decision date declared"]
    part = 0.7 if one.scenario == UNEVEN else 0.9  # where one look's own interval is too narrow
    assert ours.found > part * one.found, "the bar of 95% is held by the benchmark's 4,000 experiments"
    assert ours.found > found["GrowthBook's sequential bound"].found


def test_the_report_has_a_line_a_rule() -> None:
    assert report([late_rate(3, 20)]).count("\n") == 2
