"""Whatever the data holds, a readout has an answer with a reason: never a NaN, never a traceback."""

import math
from datetime import UTC, date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from aftermerge.measure.run import Request, run
from aftermerge.model.batch import Batch
from aftermerge.model.plan import Arms, ArmsOfDay, Series
from aftermerge.model.readout import Readout
from aftermerge.model.table import UnitsTable
from aftermerge.stats.moments import Moments
from support.memory_ledger import MemoryLedger
from support.memory_usage import MemoryUsage
from support.world import FIRST_DAY, bet, change, day, link, metric, release, series

Floats = NDArray[np.float64]
SWITCH, DAYS = 300, 400
PLAIN = series(DAYS).values


def ledger(flag: str | None = None, **metric_says: Any) -> MemoryLedger:
    kept = MemoryLedger()
    kept.store(
        "all",
        Batch(
            "1",
            bets=(bet(flag=flag),),
            metrics=(metric(**metric_says),),
            releases=(release("1.0", SWITCH, "c1"),),
            changes=(change("c1", SWITCH - 1),),
        ),
    )
    kept.replace_links([link("c1", "faster-export")])
    return kept


def read(answer: Series, **metric_says: Any) -> Readout:
    usage = MemoryUsage(series={"series:exports": answer})
    return run(Request(UTC), ledger(**metric_says), usage, lambda: day(500)).readouts[0]


def read_arms(arms: Arms, **metric_says: Any) -> Readout:
    table = UnitsTable("daily", "x.csv", "user", "variant", "gate")
    usage = MemoryUsage([table], arms={"arms:exports:gate:": arms})
    return run(Request(UTC), ledger("gate", kind="mean", **metric_says), usage, lambda: day(500)).readouts[0]


def is_whole(readout: Readout) -> bool:
    """Numbers are finite or not there at all, and there is a reason."""
    numbers = (readout.estimate, readout.low, readout.high, readout.baseline)
    known = [number for number in numbers if number is not None]
    return bool(readout.reason) and len(known) in (0, 4) and all(math.isfinite(number) for number in known)


def with_(where: slice | int, to: float) -> Floats:
    values = PLAIN.copy()
    values[where] = to
    return values


HOPELESS = {
    "constant": np.full(DAYS, 7.0),
    "all zero": np.zeros(DAYS),
    "all missing": np.full(DAYS, np.nan),
    "nothing before": with_(slice(0, SWITCH), np.nan),
    "nothing after": with_(slice(SWITCH, None), np.nan),
    "infinite before": with_(10 + SWITCH - 100, np.inf),
    "infinite after": with_(SWITCH + 3, np.inf),
    "one day": np.array([5.0]),
    "no day": np.array([]),
    "constant before": with_(slice(0, SWITCH), 5.0),
}


@pytest.mark.parametrize("what", HOPELESS)
@pytest.mark.parametrize("unit", ["5%", "5pp", "5"])
def test_a_series_that_says_nothing_is_answered_with_the_reason(what: str, unit: str) -> None:
    readout = read(Series(FIRST_DAY, HOPELESS[what]), worth=unit)
    assert is_whole(readout)
    assert readout.verdict in ("cannot_tell", "too_early")
    assert readout.estimate is None


ODD = {
    "negative": PLAIN - 300,
    "tiny": PLAIN * 1e-200,
    "huge": PLAIN * 1e200,
    "a trend and nothing else": np.arange(DAYS, dtype=float),
    "one value twice": np.where(np.arange(DAYS) % 2, 1.0, 2.0),
    "mostly missing": np.where(np.arange(DAYS) % 3, np.nan, PLAIN),
    "small counts": np.floor(PLAIN / 60),
    "rare events": (np.arange(DAYS) % 17 == 0).astype(float),
    "negative after": with_(slice(SWITCH + 2, None), -3.0),
    "one giant": with_(SWITCH + 5, 1e12),
}


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("unit", ["5%", "5pp", "5"])
def test_odd_values_are_answered_whole(what: str, unit: str) -> None:
    assert is_whole(read(Series(FIRST_DAY, ODD[what]), worth=unit))


@pytest.mark.parametrize("first", [date(1990, 1, 1), date(2030, 1, 1)])
def test_a_switch_outside_the_data_is_answered_with_where_the_data_ends_or_begins(first: date) -> None:
    readout = read(Series(first, PLAIN))
    assert readout.verdict in ("cannot_tell", "too_early")
    assert "data" in readout.reason


@pytest.mark.parametrize(
    "volume", [np.zeros(DAYS), np.where(np.arange(DAYS) > SWITCH, 0.0, 100.0), np.full(DAYS, np.nan)]
)
def test_a_rate_over_nobody_is_answered_whole(volume: Floats) -> None:
    rate = np.where(volume > 0, 0.4 + PLAIN / 1e4, np.nan)
    assert is_whole(read(Series(FIRST_DAY, rate, volume), worth="1pp"))


@pytest.mark.parametrize("control", [np.full(DAYS, np.nan), np.zeros(DAYS), with_(50, np.inf), -PLAIN, PLAIN * 2])
def test_a_useless_control_spoils_nothing(control: Floats) -> None:
    readout = read(Series(FIRST_DAY, PLAIN, controls={"odd": control, "odder": control.copy()}))
    assert is_whole(readout)
    assert readout.estimate is not None


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 330),
    st.lists(st.sampled_from([0.0, 1.0, -1.0, 1e9, 1e-9, 0.5, float("nan")]), min_size=1, max_size=40),
    st.sampled_from(["5%", "1pp", "2"]),
)
def test_any_values_at_all_are_answered_whole(length: int, pattern: list[float], unit: str) -> None:
    values = np.resize(np.array(pattern), length)
    assert is_whole(read(Series(date(2024, 6, 1), values), worth=unit))


def arms(control: Moments, treatment: Moments, **more: object) -> Arms:
    both = {"control": control, "on": treatment}
    return Arms(both, {name: m.n for name, m in both.items()}, **more)  # type: ignore[arg-type]


FINE = Moments(1000, 2.0, 900.0)


@pytest.mark.parametrize(
    "odd",
    [
        Moments(1, 2.0, 0.0),
        Moments(0, 0.0, 0.0),
        Moments(1000, 0.0, 0.0),
        Moments(1000, -2.0, 900.0),
        Moments(1000, 2.0, 900.0, 0.0),
        Moments(1000, math.inf, 900.0),
        Moments(1000, math.nan, 900.0),
        Moments(1000, 1e300, 1e300),
        Moments(1000, 2.0, 900.0, mean_x=math.nan, ss_x=1.0),
        Moments(1000, 2.0, 900.0, mean_x=1.0, ss_x=900.0, sp_yx=900.0),
    ],
)
@pytest.mark.parametrize("unit", ["5%", "5pp", "5"])
def test_an_odd_arm_is_answered_whole(odd: Moments, unit: str) -> None:
    assert is_whole(read_arms(arms(FINE, odd), worth=unit))
    assert is_whole(read_arms(arms(odd, FINE), worth=unit))
    assert is_whole(read_arms(arms(odd, odd), worth=unit))
    days = (ArmsOfDay(date(2024, 6, 1), {"control": FINE, "on": odd}),)
    assert is_whole(read_arms(arms(FINE, odd, days=days, first_exposure=day(1)), worth=unit))
