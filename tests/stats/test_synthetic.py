from typing import Any

import numpy as np
import pytest
from benchmarks.panels import Basque, NamedPanel, basque, factor_panel, prop99
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from aftermerge.errors import StatisticsError
from aftermerge.stats import synthetic, synthetic_by_method
from aftermerge.stats.synthetic_control import METHODS, Method, SyntheticEffect, fit_predictors, predictor_weights
from support.rates import is_within
from support.real_data import real_data

Floats = NDArray[np.float64]

PUBLISHED = {
    "sdid": (-15.6038, 9.368, 2),
    "sc": (-19.6197, 10.615, 3),
    "did": (-27.3491, 17.287, 4),
    "difp": (-11.1046, 10.070, 11),
}
"""Arkhangelsky et al. (2021), table 1; standard deviation and rank of exhaustive placebos."""


@pytest.fixture(scope="module")
def california() -> NamedPanel:
    return prop99(real_data("timeseries", "california_prop99.csv"))


@pytest.fixture(scope="module")
def found(california: NamedPanel) -> dict[Method, SyntheticEffect]:
    return synthetic_by_method(california.values, california.treated, california.switch)


@pytest.fixture(scope="module")
def regions() -> Basque:
    return basque(real_data("timeseries", "basque.csv"))


@pytest.mark.parametrize("method", METHODS)
def test_the_published_effects_of_proposition_99_are_met(found: dict[Method, SyntheticEffect], method: Method) -> None:
    estimate, sd, rank = PUBLISHED[method]
    assert found[method].estimate == pytest.approx(estimate, abs=5e-5)
    assert found[method].sd == pytest.approx(sd, abs=5e-4)
    assert found[method].p == pytest.approx(rank / 39)
    assert len(found[method].placebos) == 38


def test_one_method_alone_finds_what_it_finds_beside_the_others(
    california: NamedPanel, found: dict[Method, SyntheticEffect]
) -> None:
    alone = synthetic(california.values, california.treated, california.switch, method="sc")
    assert alone.estimate == pytest.approx(found["sc"].estimate, abs=1e-9)
    assert alone.sd == pytest.approx(found["sc"].sd, abs=1e-9)


def test_a_synthetic_california_is_made_mostly_of_utah_montana_and_nevada(
    california: NamedPanel, found: dict[Method, SyntheticEffect]
) -> None:
    order = np.argsort(-found["sc"].weights)[:3]
    assert [california.untreated_names[index] for index in order] == ["Utah", "Montana", "Nevada"]


def test_the_gap_after_the_switch_averages_to_the_estimate(
    california: NamedPanel, found: dict[Method, SyntheticEffect]
) -> None:
    after = slice(california.switch, None)
    for effect in found.values():
        gap = california.values[california.treated, after] - effect.counterfactual[after]
        assert gap.mean() == pytest.approx(effect.estimate)


def test_the_published_basque_country_is_mostly_catalonia(regions: Basque) -> None:
    rest = regions.untreated
    fit = fit_predictors(
        regions.predictors[rest],
        regions.predictors[regions.treated],
        regions.outcomes[rest],
        regions.outcomes[regions.treated],
    )
    weights = dict(zip((regions.names[index] for index in rest), fit.weights.round(4), strict=True))
    assert weights["Cataluna"] == pytest.approx(0.8508, abs=1e-4)
    assert weights["Madrid (Comunidad De)"] == pytest.approx(0.1492, abs=1e-4)


def test_weights_at_a_given_importance_are_those_of_pysyncon(regions: Basque) -> None:
    rest, treated = regions.untreated, regions.treated
    importance = np.random.default_rng(5).dirichlet(np.ones(regions.predictors.shape[1]))
    ours = predictor_weights(regions.predictors[rest], regions.predictors[treated], importance)
    theirs = _pysyncon(regions, importance)
    assert ours == pytest.approx(theirs, abs=2e-3)


def _pysyncon(regions: Basque, importance: Floats) -> Any:
    pd, synth = pytest.importorskip("pandas"), pytest.importorskip("pysyncon").Synth()
    rest, treated = regions.untreated, regions.treated
    synth.fit(
        X0=pd.DataFrame(regions.predictors[rest].T),
        X1=pd.Series(regions.predictors[treated], name="treated"),
        Z0=pd.DataFrame(regions.outcomes[rest].T),
        Z1=pd.Series(regions.outcomes[treated], name="treated"),
        custom_V=importance,
    )
    return synth.W


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=4, deadline=None)
@given(shift=st.floats(-100, 100), scale=st.floats(0.1, 50), effect=st.floats(-20, 20))
def test_an_effect_that_is_added_is_found_in_full_on_any_scale(
    method: Method, shift: float, scale: float, effect: float
) -> None:
    values = factor_panel(np.random.default_rng(3), 8, 20)
    plain = synthetic(values, 2, 14, method=method)
    values[2, 14:] += effect
    moved = synthetic(shift + scale * values, 2, 14, method=method)
    assert moved.estimate == pytest.approx(scale * (plain.estimate + effect), rel=1e-5, abs=1e-5 * scale)
    assert moved.sd == pytest.approx(scale * plain.sd, rel=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_weights_are_shares(method: Method) -> None:
    effect = synthetic(factor_panel(np.random.default_rng(7), 9, 24), [0, 3], 16, method=method)
    assert effect.weights.min() >= 0
    assert effect.weights.sum() == pytest.approx(1)
    assert effect.time_weights.sum() == pytest.approx(0 if method == "sc" else 1)
    assert effect.low < effect.estimate < effect.high


def test_treated_units_are_named_by_index_indices_or_mask() -> None:
    values = factor_panel(np.random.default_rng(9), 9, 24)
    mask = np.isin(np.arange(9), [1, 4])
    assert synthetic(values, [4, 1], 16).estimate == synthetic(values, mask, 16).estimate
    assert synthetic(values, 4, 16).estimate == synthetic(values, [4], 16).estimate


def test_with_several_treated_units_a_placebo_has_as_many() -> None:
    values = factor_panel(np.random.default_rng(11), 12, 24)
    effect = synthetic(values, [0, 1, 2], 16, method="did")
    rest = values[3:]
    pair = rest[[0, 1, 2]].mean(axis=0) - rest[3:].mean(axis=0)
    assert effect.placebos[0] == pytest.approx(pair[16:].mean() - pair[:16].mean())
    assert len(effect.placebos) == 9


@pytest.mark.parametrize(("method", "panels"), [("did", 400), ("sdid", 40)])
def test_when_nothing_happened_it_speaks_no_more_often_than_promised(method: Method, panels: int) -> None:
    rng = np.random.default_rng(13)
    found = [synthetic(factor_panel(rng, 12, 24), 0, 18, method=method) for _ in range(panels)]
    assert is_within(sum(not effect.low <= 0 <= effect.high for effect in found), panels, 0.05)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_numbers_in_give_the_same_bits_out(method: Method) -> None:
    values = factor_panel(np.random.default_rng(15), 8, 20)
    assert synthetic(values, 0, 14, method=method).estimate == synthetic(values.copy(), 0, 14, method=method).estimate


GOOD = factor_panel(np.random.default_rng(17), 6, 20)
HOLED = np.where(np.arange(20) == 7, np.nan, GOOD)


@pytest.mark.parametrize(
    ("values", "treated", "switch", "told"),
    [
        (np.ones((6, 20)), 0, 12, "do not vary"),
        (np.ones((6, 1)) * np.arange(20), 0, 12, "do not vary"),
        (HOLED, 0, 12, "unit 0 has no finite value in period 7"),
        (GOOD, 0, 20, "does not fit"),
        (GOOD, 0, 2, "does not fit"),
        (GOOD, 0, -3, "does not fit"),
        (GOOD, 6, 12, "not among the 6 units"),
        (GOOD, [], 12, "not among the 6 units"),
        (GOOD, 0.5, 12, "not among the 6 units"),
        (GOOD, np.zeros(6, dtype=bool), 12, "no unit is treated"),
        (GOOD, np.ones(5, dtype=bool), 12, "a mask of 5 units for 6"),
        (GOOD, np.arange(6), 12, "0 untreated units"),
        (GOOD[:2], 0, 12, "1 untreated unit; "),
        (GOOD, [0, 1, 2], 12, "3 untreated units; with 3 treated, 4 are the least"),
        (GOOD[0], 0, 12, "1 dimension"),
    ],
)
def test_a_panel_from_which_nothing_follows_is_refused_with_the_reason(
    values: Floats, treated: Any, switch: int, told: str
) -> None:
    with pytest.raises(StatisticsError, match=told):
        synthetic(values, treated, switch)


def test_a_method_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(StatisticsError, match="known: sdid, sc, did, difp"):
        synthetic(GOOD, 0, 12, method="sdd")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("untreated", "treated", "importance", "told"),
    [
        (np.ones((4, 2)), np.ones(2), [0.5, 0.5], "predictor 0 is the same"),
        (GOOD[1:], GOOD[0], np.zeros(20), "not all nought"),
        (GOOD[1:], GOOD[0], np.ones(3), "one number each"),
        (GOOD[1:], GOOD[0][:5], np.ones(5), "do not fit together"),
        (HOLED[1:], GOOD[0], np.ones(20), "not finite"),
    ],
)
def test_predictors_from_which_nothing_follows_are_refused_with_the_reason(
    untreated: Floats, treated: Floats, importance: Any, told: str
) -> None:
    with pytest.raises(StatisticsError, match=told):
        predictor_weights(untreated, treated, importance)
