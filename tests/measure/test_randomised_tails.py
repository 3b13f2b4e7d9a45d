"""Values that are no bell: in steps, with heavy tails in a small arm, or decided by one unit."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from aftermerge.measure.case import Case, cases_of
from aftermerge.measure.randomised import read_arms
from aftermerge.measure.verdict import judge
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Arms
from aftermerge.model.readout import Readout
from aftermerge.stats.moments import Moments
from aftermerge.stats.quantile import Quantile
from support.rates import is_within
from support.units import moments
from support.world import FIRST_DAY, bet, metric

Floats = NDArray[np.float64]
LOAD = metric("load", worth="5%", kind="quantile", good="down", q=0.95)
SPENT = metric("spent", worth="0.001", kind="count")
LIFTED = metric("spent", worth="1%", kind="count")


def case_of(read: Metric, **more) -> Case:  # type: ignore[no-untyped-def]
    (found,) = cases_of([bet(metric=read.name, flag="bulk", **more)], [read], [], [])
    return found


def verdict_of(case: Case, control: Floats, treatment: Floats, **known: Floats) -> Readout:
    values = {"control": control, "treatment": treatment}
    total = {name: moments(y, **_of_arm(known, name)) for name, y in values.items()}
    arms = Arms(
        total,
        {name: len(y) for name, y in values.items()},
        largest={name: float(y.max()) for name, y in values.items()},
        smallest={name: float(y.min()) for name, y in values.items()},
    )
    return judge(case, read_arms(case, arms, FIRST_DAY))


def _of_arm(known: dict[str, Floats], arm: str) -> dict[str, Floats]:
    """`x_control` is the control's x."""
    return {name.split("_")[0]: values for name, values in known.items() if name.endswith(f"_{arm}")}


def of_ranks(values: Floats, q: float = 0.95) -> Quantile:
    ordered, n = np.sort(values), len(values)
    reach = 1.96 * math.sqrt(n * q * (1 - q))
    ranks = (math.ceil(n * q), math.floor(n * q - reach), math.ceil(n * q + reach))
    return Quantile(n, *(float(ordered[rank - 1]) for rank in ranks))


def quantiles_compared(control: Floats, treatment: Floats) -> Readout:
    values = {"control": control, "treatment": treatment}
    total = {name: moments(np.ones(len(y))) for name, y in values.items()}
    quantiles = {name: of_ranks(y) for name, y in values.items()}
    arms = Arms(total, {name: len(y) for name, y in values.items()}, quantiles=quantiles)
    case = case_of(LOAD)
    return judge(case, read_arms(case, arms, FIRST_DAY))


def spoke(readout: Readout) -> bool:
    return readout.verdict in ("improved", "harmed")


@pytest.mark.parametrize("mean", [2.613, 2.7])
def test_a_quantile_of_values_in_steps_raises_no_more_false_alarms_than_promised(mean: float) -> None:
    rng = np.random.default_rng(1)
    drawn = [quantiles_compared(*(rng.poisson(mean, 2000).astype(np.float64) for _ in range(2))) for _ in range(300)]
    assert is_within(sum(spoke(readout) for readout in drawn), 300, 0.05)


def test_a_quantile_that_moves_by_one_step_of_its_values_leaves_no_verdict() -> None:
    control, treatment = (np.repeat([3.0, 4.0], [2000 - above, above]) for above in (95, 105))
    readout = quantiles_compared(control, treatment)
    assert readout.verdict == "cannot_tell"
    assert "the values come in steps" in readout.reason


def test_a_quantile_in_steps_that_moves_by_many_of_them_is_seen() -> None:
    rng = np.random.default_rng(2)
    slow, fast = (np.ceil(np.exp(rng.normal(mean, 0.6, 2000))) for mean in (1.4, 1.0))
    assert quantiles_compared(slow, fast).verdict == "improved"


def test_a_quantile_of_fine_steps_that_stays_where_it_was_is_no_change() -> None:
    rng = np.random.default_rng(3)
    one, other = (np.ceil(1000 * np.exp(rng.normal(-1, 0.6, 20_000))) for _ in range(2))
    assert quantiles_compared(one, other).verdict == "no_change"


@pytest.mark.parametrize("read", [SPENT, LIFTED], ids=["absolute", "relative"])
@pytest.mark.parametrize("tail", [1.0, 1.5])
def test_a_small_arm_of_heavy_tails_raises_no_more_false_alarms_than_promised(read: Metric, tail: float) -> None:
    rng = np.random.default_rng(4)
    case = case_of(read, split={"control": 0.9, "treatment": 0.1})
    drawn = [verdict_of(case, *(np.exp(rng.normal(0, tail, n)) for n in (2520, 280))) for _ in range(400)]
    assert is_within(sum(spoke(readout) for readout in drawn), 400, 0.05)


def test_a_small_arm_of_a_rare_event_raises_no_more_false_alarms_than_promised() -> None:
    rng = np.random.default_rng(5)
    case = case_of(metric("paid", worth="0.1pp", kind="share"), split={"control": 0.9, "treatment": 0.1})
    drawn = [verdict_of(case, *(_yes(rng, n, 0.02) for n in (900, 100))) for _ in range(400)]
    assert is_within(sum(spoke(readout) for readout in drawn), 400, 0.05)


def test_arms_of_one_size_lose_nothing_to_the_caution_about_small_ones() -> None:
    case, rng = case_of(SPENT), np.random.default_rng(6)
    control, treatment = np.exp(rng.normal(0, 0.5, 1000)), 1.05 * np.exp(rng.normal(0, 0.5, 1000))
    readout = verdict_of(case, control, treatment)
    se = math.sqrt(control.var(ddof=1) / 1000 + treatment.var(ddof=1) / 1000)
    assert readout.low is not None
    assert readout.high is not None
    assert readout.high - readout.low == pytest.approx(2 * 1.961 * se, rel=1e-3)


def test_a_ratio_is_not_blocked_by_a_unit_whose_numerator_is_large() -> None:
    rng = np.random.default_rng(7)
    shown = [(1 + rng.poisson(np.exp(rng.normal(1, 1.5, 2000)))).astype(np.float64) for _ in range(2)]
    bought = [rng.binomial(d.astype(int), 0.95).astype(np.float64) for d in shown]
    read = metric("rate", worth="1pp", kind="ratio")
    readout = verdict_of(case_of(read), *bought, d_control=shown[0], d_treatment=shown[1])
    assert not [check for check in readout.checks if check.outcome == "block"]


def test_a_covariate_that_tells_most_does_not_make_one_unit_decide() -> None:
    rng = np.random.default_rng(8)
    drawn = [_told_by_before(rng) for _ in range(12)]
    outcomes = [check.outcome for readout in drawn for check in readout.checks if check.name == "single_unit"]
    assert len(outcomes) == 12
    assert outcomes.count("block") <= 1


def _told_by_before(rng: np.random.Generator) -> Readout:
    level = rng.normal(1, 1.2, (2, 2000))
    x, y = (rng.poisson(np.exp(level + rng.normal(0, 0.3, level.shape))).astype(np.float64) for _ in range(2))
    return verdict_of(case_of(LIFTED), *y, x_control=x[0], x_treatment=x[1])


def test_how_far_one_unit_moves_the_mean_is_said_in_a_number_that_can_be_read() -> None:
    alone = Moments(1000, 50.0, 49_950.0**2 * 1000 / 999)
    arms = Arms(
        {"control": alone, "treatment": Moments(1000, 1.0, 1e-9)},
        {"control": 1000, "treatment": 1000},
        largest={"control": 50_000.0},
    )
    case = case_of(metric("mean", worth="1", kind="mean"))
    assert "by more than 10 standard errors" in judge(case, read_arms(case, arms, FIRST_DAY)).reason


def _yes(rng: np.random.Generator, n: int, share: float) -> Floats:
    return (rng.random(n) < share).astype(np.float64)
