"""Units and segments that got a change at different times, from bet to verdict."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.adoption import cohort, cohorts, nothing, panel

from aftermerge.measure.run import Request, explain, run
from aftermerge.model.batch import Batch
from aftermerge.model.chart import EventStudyChart
from aftermerge.model.plan import Arms, Rollout
from aftermerge.model.readout import Check, Readout
from aftermerge.model.table import EventsTable
from aftermerge.ports import Usage
from aftermerge.stats.moments import Moments
from support.memory_ledger import MemoryLedger
from support.memory_usage import MemoryUsage
from support.rates import is_within
from support.rollouts import Rollout as Simulated
from support.usage import EVENTS, usage
from support.world import bet, change, day, link, metric, release

APP = EventsTable("app", "app.parquet", unit="user_id", time="ts", event="event")
FIRST_DAY = date(2024, 1, 1)
BEGUN, PERIODS = 10, 20
LAST = FIRST_DAY + timedelta(days=7 * PERIODS - 1)
SIZES: dict[int | None, int] = {10: 300, 12: 200, 14: 250, None: 200}
KEY = "rollout:saves:bulk:"
SAVES = {"kind": "count", "source": "app", "event": "save", "worth": "10%"}


def ledger_with(metric_: Mapping[str, Any] = SAVES, **more: Any) -> MemoryLedger:
    ledger = MemoryLedger()
    bets = (bet(metric="saves", framed_at=day(0), **more),)
    releases = (release("v2.0", 73, "c1"),)
    said = {"framed_at": day(-900)} | dict(metric_)
    ledger.store("all", Batch("1", bets=bets, metrics=(metric("saves", **said),), releases=releases))
    ledger.store("git", Batch("1", changes=(change("c1", 70),)))
    ledger.replace_links([link("c1", bets[0].slug)])
    return ledger


def read(ledger: MemoryLedger, usage_: Usage, today: date = LAST) -> Readout:
    now = datetime.combine(today, datetime.min.time(), UTC)
    (found,) = run(Request(UTC), ledger, usage_, lambda: now).readouts
    return found


def rollout(effect: float = 0.0, seed: int = 1, sizes: Mapping[int | None, int] = SIZES, **more: Any) -> Rollout:
    units = panel(np.random.default_rng(seed), sizes, PERIODS, lambda adopted, since: effect)
    if None in units:
        units[None] += more.get("trend", 0.0) * np.arange(PERIODS)
    return Rollout(FIRST_DAY, 7, tuple(cohorts(units)), BEGUN, 9, more.get("left_out", 0))


def one_variant(name: str = "on") -> dict[str, Arms]:
    exposed_at = datetime(2024, 3, 12, tzinfo=UTC)
    return {"arms:saves:bulk:": Arms({name: Moments(800, 1.0, 1.0)}, {name: 800}, first_exposure=exposed_at)}


def memory(answer: Rollout, variant: str = "on") -> MemoryUsage:
    return MemoryUsage([APP], arms=one_variant(variant), rollouts={KEY: answer})


def check(readout: Readout, name: str) -> Check:
    return next(check for check in readout.checks if check.name == name)


def test_a_flag_that_was_only_ever_on_is_read_as_a_staggered_rollout() -> None:
    asked = memory(rollout(effect=2.0))
    found = read(ledger_with(flag="bulk"), asked)
    assert (found.design, found.grade, found.verdict) == ("staggered", "B", "improved")
    assert found.low is not None
    assert found.high is not None
    assert found.baseline is not None
    assert found.low < 100 * 2.0 / found.baseline < found.high
    assert found.units == {"treated": 750, "not_yet": 200}
    assert found.window == (FIRST_DAY + timedelta(days=7 * BEGUN), LAST)
    assert asked.asked[1] == (KEY,), "asked after the first answers"


def test_where_nothing_happened_nothing_is_claimed() -> None:
    claims = [read(ledger_with(flag="bulk"), memory(rollout(seed=seed))).verdict for seed in range(40)]
    assert is_within(sum(claim in ("improved", "harmed") for claim in claims), 40, 0.05)


def test_a_flag_with_two_variants_stays_an_experiment() -> None:
    arms = Arms({}, {"on": 100, "off": 100})
    asked = MemoryUsage([APP], arms={"arms:saves:bulk:": arms})
    assert read(ledger_with(flag="bulk"), asked).design == "randomised"
    assert len(asked.asked) == 1


def test_a_declared_experiment_of_which_one_arm_is_missing_is_no_rollout() -> None:
    for more in ({"control": "off"}, {"split": {"off": 0.5, "on": 0.5}}):
        assert read(ledger_with(flag="bulk", **more), memory(rollout())).design == "randomised"


def test_a_flag_that_was_never_on_is_no_rollout() -> None:
    assert read(ledger_with(flag="bulk"), memory(rollout(), variant="false")).design == "randomised"


def test_the_event_study_is_drawn_in_the_readout_s_unit() -> None:
    found = read(ledger_with(SAVES | {"worth": "1"}, flag="bulk"), memory(rollout(effect=2.0)))
    chart = found.chart
    assert isinstance(chart, EventStudyChart)
    assert chart.periods == (*range(-10, 0), *range(5))
    at = dict(zip(chart.periods, chart.estimate, strict=True))
    assert at[-2] == 0.0
    assert at[2] == pytest.approx(2.0, abs=0.5)


def test_units_that_ran_apart_before_leave_no_verdict() -> None:
    found = read(ledger_with(flag="bulk"), memory(rollout(trend=0.4)))
    assert found.verdict == "cannot_tell"
    assert "ran apart before they got it" in found.reason


def heavy_first(seed: int, users: int = 1200) -> Rollout:
    """Those who do most get it first; another release in the third week takes 15% from everybody for two weeks."""
    random, common = np.random.default_rng(seed), np.ones(PERIODS)
    common[[BEGUN + 2, BEGUN + 3]] = 0.85
    rate = np.sort(random.gamma(2.0, 7.0, users))[::-1]
    waves = zip((10, 12, 14, None), np.split(rate, 4), strict=True)
    found = [cohort(adopted, random.poisson(each[:, None] * common).astype(float)) for adopted, each in waves]
    return Rollout(FIRST_DAY, 7, tuple(found), BEGUN, 9)


def test_what_moves_everybody_by_the_same_share_is_no_effect_where_those_who_do_most_got_it_first() -> None:
    claims = [read(ledger_with(SAVES | {"worth": "3%"}, flag="bulk"), memory(heavy_first(seed))) for seed in range(20)]
    assert is_within(sum(found.verdict in ("improved", "harmed") for found in claims), 20, 0.05)
    missed = [found for found in claims if found.low is not None and found.high is not None]
    assert len(missed) == 20
    assert is_within(sum(not (found.low or 0) <= 0 <= (found.high or 0) for found in missed), 20, 0.05)


def test_units_that_did_much_more_before_leave_no_verdict_unless_they_are_shown_to_have_run_alike() -> None:
    fine, coarse = (ledger_with(SAVES | {"worth": worth}, flag="bulk") for worth in ("3%", "20%"))
    told = check(read(fine, memory(heavy_first(1))), "pre_trend")
    assert told.outcome == "block"
    assert "times as much before as those that had not" in told.detail
    assert check(read(coarse, memory(heavy_first(1))), "pre_trend").outcome == "pass"


def test_what_can_t_be_told_about_before_is_a_warning() -> None:
    small = dict.fromkeys(SIZES, 25)
    found = read(ledger_with(SAVES | {"worth": "1%"}, flag="bulk"), memory(rollout(sizes=small)))
    assert check(found, "pre_trend").outcome == "warn"


def test_few_units_are_said_and_leave_no_verdict() -> None:
    nobody_left = {10: 100, None: 19}
    found = read(ledger_with(flag="bulk"), memory(rollout(sizes=nobody_left)))
    assert (found.verdict, "fewer than 20 units" in found.reason) == ("cannot_tell", True)
    hardly_any = {10: 10, None: 500}
    found = read(ledger_with(flag="bulk"), memory(rollout(sizes=hardly_any)))
    assert (found.verdict, check(found, "few_units").outcome) == ("cannot_tell", "block")


def test_how_many_stayed_away_is_said() -> None:
    found = read(ledger_with(flag="bulk"), memory(rollout(left_out=950)))
    assert (
        check(found, "who_came").detail == "read over the 950 units that came every week, 50% of those there before it"
    )
    assert check(read(ledger_with(flag="bulk"), memory(rollout(left_out=951))), "who_came").outcome == "warn"


def test_an_effect_that_fades_is_warned_about() -> None:
    units = panel(np.random.default_rng(1), SIZES, PERIODS, lambda adopted, since: 3.0 if since < 3 else 0.5)
    fading = Rollout(FIRST_DAY, 7, tuple(cohorts(units)), BEGUN, 9)
    assert check(read(ledger_with(flag="bulk"), memory(fading)), "novelty").outcome == "warn"
    assert check(read(ledger_with(flag="bulk"), memory(rollout(effect=2.0))), "novelty").outcome == "pass"


def test_before_the_declared_weeks_are_full_it_is_too_early_with_the_days() -> None:
    units = panel(np.random.default_rng(1), {10: 300, None: 300}, 17, nothing)
    open_ = Rollout(FIRST_DAY, 7, tuple(cohorts(units)), BEGUN, 9)
    last = FIRST_DAY + timedelta(days=7 * 17)
    found = read(ledger_with(flag="bulk"), memory(open_), today=last)
    assert found.verdict == "too_early"
    assert found.needs is not None
    assert found.needs.days == 21
    assert read(ledger_with(flag="bulk"), memory(open_), today=date(2026, 1, 1)).verdict != "too_early"


def test_a_claim_written_after_the_first_exposure_is_retrospective() -> None:
    ledger = ledger_with(flag="bulk")
    assert not read(ledger, memory(rollout())).retrospective
    late = ledger_with(SAVES | {"framed_at": day(80)}, flag="bulk")
    assert read(late, memory(rollout())).retrospective


def test_a_column_that_shows_who_has_the_release_is_asked_for_from_the_start() -> None:
    ledger, key = ledger_with(rollout="version"), "rollout:saves:version=v2.0:"
    asked = MemoryUsage([APP], rollouts={key: rollout(effect=2.0)})
    plan, _ = explain(Request(UTC), ledger, asked)
    assert key in {question.key for question in plan.questions}
    assert read(ledger, asked).verdict == "improved"


def test_a_column_s_rollout_without_a_release_has_not_reached_users() -> None:
    ledger = ledger_with(rollout="version")
    ledger.replace_links([])
    assert "no release carries it" in read(ledger, MemoryUsage([APP])).reason


def test_why_a_rollout_could_not_be_asked_is_the_reason() -> None:
    assert read(ledger_with(rollout="version"), MemoryUsage([APP])).reason == "no such data"


@pytest.mark.parametrize("said", [{"rollout": "version"}, {"flag": "bulk"}])
def test_a_simulated_rollout_by_user_is_found_in_its_events(tmp_path: Path, said: dict[str, Any]) -> None:
    """By flag and by version; users come by chance, and a null must stay one though arrivals decide who is seen."""
    claims: dict[float, list[Readout]] = {}
    for effect in (0.0, 0.25):
        for seed in range(3):
            simulated = Simulated(effect=effect)
            simulated.write(tmp_path / "app.parquet", seed)
            found = read(ledger_with(**said), usage(tmp_path, EVENTS), today=simulated.end.date())
            claims.setdefault(effect, []).append(found)
    assert {found.design for each in claims.values() for found in each} == {"staggered"}
    assert sum(found.verdict == "improved" for found in claims[0.25]) >= 2, [f.reason for f in claims[0.25]]
    for found in claims[0.25]:
        assert found.low is not None
        assert found.high is not None
        assert found.low < 27
        assert found.high > 23
    assert not any(found.verdict in ("improved", "harmed") for found in claims[0.0])
