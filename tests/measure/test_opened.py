"""A flag that was opened to everybody on one day, and is seen where a unit does what is measured."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from benchmarks.adoption import cohort

from aftermerge.measure.opened import opened_at_once
from aftermerge.measure.run import Request, run
from aftermerge.model.batch import Batch
from aftermerge.model.plan import Arms, Rollout, Series
from aftermerge.model.readout import Readout
from aftermerge.model.table import EventsTable
from aftermerge.stats.moments import Moments
from support.memory_ledger import MemoryLedger
from support.memory_usage import MemoryUsage
from support.rates import is_within
from support.world import FIRST_DAY, bet, day, metric

APP = EventsTable("app", "app.parquet", unit="user_id", time="ts", event="event")
BEGUN, PERIODS, NEVER = 11, 21, 99
LAST = FIRST_DAY + timedelta(days=7 * PERIODS - 1)


def world(seed: int, openings: Sequence[int], a_week: float = 0.8, users: int = 1500, **more: Any) -> Rollout:
    """Users that come every week; from the week on in which it is opened to them they are seen with it, where
    `by_doing` in the first in which they save anything. Nothing happens, but for an `effect`.
    """
    rng = np.random.default_rng(seed)
    opened = np.array(openings)[rng.integers(0, len(openings), users)]
    weeks, rate = np.arange(PERIODS), rng.gamma(4.0, a_week / 4, (users, 1))
    has_it = weeks >= opened[:, None]
    saves = rng.poisson(rate * (1 + more.get("effect", 0.0) * has_it)).astype(float)
    seen = has_it & (saves > 0) if more.get("by_doing", True) else has_it
    first = np.where(seen.any(axis=1), seen.argmax(axis=1), PERIODS)
    groups = [(int(week), saves[first == week]) for week in np.unique(first)]
    found = tuple(cohort(week if week < PERIODS else None, values) for week, values in groups)
    return Rollout(FIRST_DAY, 7, found, BEGUN, 9)


def read(rollout: Rollout, series: Series | None = None, exposed_on: int = 7 * BEGUN) -> Readout:
    ledger = MemoryLedger()
    said: dict[str, Any] = {"kind": "count", "source": "app", "event": "save", "worth": "10%", "framed_at": day(-900)}
    bets, metrics = (bet(metric="saves", framed_at=day(0), flag="bulk"),), (metric("saves", **said),)
    ledger.store("all", Batch("1", bets=bets, metrics=metrics))
    moments = {"on": Moments(800, 1.0, 1.0)}
    arms = {"arms:saves:bulk:": Arms(moments, {"on": 800}, first_exposure=day(exposed_on))}
    days = {} if series is None else {"series:saves": series}
    usage = MemoryUsage([APP], series=days, arms=arms, rollouts={"rollout:saves:bulk:": rollout})
    now = datetime.combine(LAST, datetime.min.time(), UTC)
    return run(Request(UTC), ledger, usage, lambda: now).readouts[0]


def by_day(seed: int = 1) -> Series:
    return Series(FIRST_DAY, np.random.default_rng(seed).poisson(900, 7 * PERIODS).astype(float))


def test_seen_by_what_they_do_a_flag_opened_to_all_at_once_is_read_by_its_date() -> None:
    for a_week, users in ((0.4, 400), (0.8, 1500), (1.5, 1500)):
        claims = [read(world(seed, [BEGUN], a_week, users), by_day(seed)) for seed in range(5)]
        assert {found.design for found in claims} == {"before_after"}
        assert not any(found.verdict in ("improved", "harmed") for found in claims)
    told = next(check for check in claims[0].checks if check.name == "rollout")
    assert told.outcome == "warn"
    assert "it is no rollout, and is read by its date" in told.detail
    assert claims[0].window is not None
    assert claims[0].window[0] == FIRST_DAY + timedelta(days=7 * BEGUN + 1)


def test_why_it_is_no_rollout_is_told_where_it_can_t_be_read_by_its_date_either() -> None:
    found = read(world(1, [BEGUN]))
    assert found.verdict == "cannot_tell"
    assert "hardly did what is measured" in found.reason
    assert "no such data" in found.reason


def test_a_flag_that_all_met_within_two_weeks_is_read_by_its_date() -> None:
    found = read(world(1, [BEGUN], by_doing=False), by_day())
    assert found.design == "before_after"
    assert any("all but 0 of 1,500 units got it within two weeks" in check.detail for check in found.checks)


@pytest.mark.parametrize(
    "openings",
    [(BEGUN, NEVER), (BEGUN, 13, 15, NEVER), (BEGUN, 12, 13, 14, NEVER), (*range(BEGUN, 18), NEVER)],
    ids=["one half", "every other week", "every week", "a ramp"],
)
def test_a_rollout_by_bucket_stays_one_and_claims_nothing_where_nothing_happened(openings: Sequence[int]) -> None:
    claims = [read(world(seed, openings, by_doing=False), by_day()) for seed in range(20)]
    assert {found.design for found in claims} == {"staggered"}
    assert is_within(sum(found.verdict in ("improved", "harmed") for found in claims), 20, 0.05)
    blocked = [any(c.name == "adoption" and c.outcome == "block" for c in found.checks) for found in claims]
    assert is_within(sum(blocked), 20, 0.05)


def test_a_large_effect_on_half_of_the_units_is_no_opening_to_all() -> None:
    found = read(world(1, (BEGUN, NEVER), by_doing=False, effect=1.5), by_day())
    assert (found.design, found.verdict) == ("staggered", "improved")


@pytest.mark.parametrize("openings", [(BEGUN, NEVER), (BEGUN, 13, 15, NEVER)], ids=["one half", "every other week"])
def test_opened_to_some_and_seen_by_what_they_do_leaves_no_verdict(openings: Sequence[int]) -> None:
    for seed in range(5):
        found = read(world(seed, openings), by_day())
        assert (found.design, found.verdict) == ("staggered", "cannot_tell")
        told = next(check for check in found.checks if check.name == "adoption")
        assert (told.outcome, "because of what they do" in told.detail) == ("block", True)


def test_before_two_weeks_nothing_is_said_of_how_it_was_opened() -> None:
    whole = world(1, [BEGUN])
    short = [cohort(BEGUN, np.ones((50, BEGUN + 1))), cohort(None, np.ones((50, BEGUN + 1)))]
    assert opened_at_once(whole) is not None
    assert opened_at_once(Rollout(FIRST_DAY, 7, tuple(short), BEGUN, 9)) is None
    assert opened_at_once(Rollout(FIRST_DAY, 7, (), BEGUN, 9)) is None


@pytest.mark.parametrize(("exposed_on", "first_day"), [(20, 7 * BEGUN), (7 * BEGUN + 3, 7 * BEGUN + 3)])
def test_it_was_opened_on_the_day_of_the_first_exposure_and_a_tester_s_long_before_is_none(
    exposed_on: int, first_day: int
) -> None:
    found = read(world(1, [BEGUN]), by_day(), exposed_on)
    assert found.window is not None
    assert found.window[0] == FIRST_DAY + timedelta(days=first_day + 1)
