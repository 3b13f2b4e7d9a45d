from datetime import UTC, timedelta

import numpy as np
import pytest

from aftermerge.errors import UnknownIdError
from aftermerge.measure.run import Request, explain, run
from aftermerge.model.batch import Batch
from aftermerge.model.plan import Series
from aftermerge.model.readout import Readout
from support.memory_ledger import MemoryLedger
from support.memory_usage import MemoryUsage
from support.world import bet, change, day, link, metric, release, series

NOW = day(500)


FIRST_RELEASE = (release("1.0", 300, "c1"),)
ONE_METRIC = (metric(),)


def ledger_with(*bets, metrics=ONE_METRIC, releases=FIRST_RELEASE, links=None) -> MemoryLedger:  # type: ignore[no-untyped-def]
    ledger = MemoryLedger()
    changes = tuple(change(name, 299) for r in releases for name in r.changes)
    batch = Batch("1", bets=bets, metrics=tuple(metrics), releases=tuple(releases), changes=changes)
    ledger.store("all", batch)
    ledger.replace_links(links if links is not None else [link("c1", b.slug) for b in bets])
    return ledger


def read(ledger: MemoryLedger, usage: MemoryUsage) -> list[Readout]:
    return list(run(Request(UTC), ledger, usage, lambda: NOW).readouts)


def usage_with(answer: Series, name: str = "exports") -> MemoryUsage:
    return MemoryUsage(series={f"series:{name}": answer})


def test_a_planted_rise_is_found_with_its_size() -> None:
    (readout,) = read(ledger_with(bet()), usage_with(series(rise_from=300, rise=0.15)))
    assert readout.verdict == "improved"
    assert readout.low is not None
    assert readout.high is not None
    assert readout.low < 15 < readout.high
    assert (readout.unit, readout.design, readout.grade) == ("percent", "before_after", "D")


def test_where_nothing_happened_nothing_is_claimed() -> None:
    (readout,) = read(ledger_with(bet()), usage_with(series(seed=2)))
    assert readout.verdict in ("no_change", "cannot_tell")


def test_a_rise_of_what_should_fall_is_harm() -> None:
    answer = usage_with(series(rise_from=300, rise=0.15))
    (readout,) = read(ledger_with(bet(), metrics=[metric(good="down")]), answer)
    assert readout.verdict == "harmed"
    assert readout.estimate is not None
    assert readout.estimate > 0, "numbers keep treatment − control"


def test_the_bet_s_own_worth_holds_over_the_metric_s() -> None:
    from aftermerge.model.amount import Amount

    (readout,) = read(ledger_with(bet(worth=Amount(40.0, "percent"))), usage_with(series(rise_from=300, rise=0.15)))
    assert readout.worth == 40.0
    assert readout.verdict == "no_change"


def test_a_claim_committed_after_users_had_it_is_retrospective() -> None:
    usage = usage_with(series())
    assert not read(ledger_with(bet(framed_at=day(299))), usage)[0].retrospective
    assert read(ledger_with(bet(framed_at=day(301))), usage)[0].retrospective
    assert read(ledger_with(bet(framed_at=None)), usage)[0].retrospective


def test_a_bet_that_has_not_reached_users_is_answered_with_that() -> None:
    (readout,) = read(ledger_with(bet(), links=[]), usage_with(series()))
    assert readout.verdict == "cannot_tell"
    assert "not reached users" in readout.reason


def test_while_the_window_is_open_it_is_too_early_and_says_how_long() -> None:
    (readout,) = read(ledger_with(bet()), usage_with(series(days=311, rise_from=300, rise=0.3)))
    assert readout.verdict == "too_early"
    assert readout.needs is not None
    assert readout.needs.days == 18


def test_a_prerelease_reaches_nobody() -> None:
    releases = [release("1.0rc1", 200, "c1", prerelease=True), release("1.0", 300, "c1")]
    (readout,) = read(ledger_with(bet(), releases=releases), usage_with(series()))
    assert readout.window is not None
    assert readout.window[0] == day(301).date()


def test_two_bets_on_one_metric_in_one_week_make_one_joint_claim() -> None:
    releases = [release("1.0", 300, "c1"), release("1.1", 304, "c2")]
    ledger = ledger_with(bet("a"), bet("b"), releases=releases, links=[link("c1", "a"), link("c2", "b")])
    first, second = read(ledger, usage_with(series(rise_from=300, rise=0.2)))
    assert first.verdict == "improved"
    assert any(c.name == "concurrent_change" and c.outcome == "warn" and "bet b" in c.detail for c in first.checks)
    assert second.verdict == "cannot_tell"
    assert "bet a" in second.reason


def test_two_bets_in_one_release_on_different_metrics_do_not_disturb_each_other() -> None:
    metrics = [metric(), metric("imports")]
    ledger = ledger_with(bet("a"), bet("b", metric="imports"), metrics=metrics)
    usage = MemoryUsage(series={"series:exports": series(), "series:imports": series(seed=5)})
    for readout in read(ledger, usage):
        assert {c.outcome for c in readout.checks if c.name == "concurrent_change"} == {"pass"}


def test_the_window_ends_at_the_next_release_where_releases_are_rare() -> None:
    releases = [release("1.0", 300, "c1"), release("1.1", 316)]
    (readout,) = read(ledger_with(bet(), releases=releases), usage_with(series()))
    assert readout.window == (day(301).date(), day(314).date())


def test_a_team_that_ships_daily_has_its_releases_in_the_background() -> None:
    releases = [release("1.0", 300, "c1"), *(release(f"0.{i}", i) for i in range(200, 340) if i != 300)]
    (readout,) = read(ledger_with(bet(), releases=releases), usage_with(series()))
    assert readout.window == (day(301).date(), day(328).date())


def test_a_jump_in_who_is_measured_leaves_no_verdict_on_a_mean() -> None:
    rating = metric(kind="mean", worth="0.2")
    volume = np.where(np.arange(400) > 300, 90.0, 30.0) + np.random.default_rng(1).normal(size=400)
    values = 3 + np.random.default_rng(2).normal(size=400) * 0.1
    values[301:] -= 1
    (readout,) = read(ledger_with(bet(), metrics=[rating]), usage_with(Series(day(0).date(), values, volume=volume)))
    assert readout.verdict == "cannot_tell"
    assert "who is measured changed" in readout.reason


def test_a_steady_volume_lets_a_mean_be_judged() -> None:
    rating = metric(kind="mean", worth="0.2")
    volume = 30 + np.random.default_rng(1).normal(size=400)
    values = 3 + np.random.default_rng(2).normal(size=400) * 0.1
    values[301:] -= 1
    (readout,) = read(ledger_with(bet(), metrics=[rating]), usage_with(Series(day(0).date(), values, volume=volume)))
    assert readout.verdict == "harmed"
    assert readout.unit == "absolute"


def test_controls_raise_the_grade_and_are_named() -> None:
    shock = np.exp(np.cumsum(np.random.default_rng(3).normal(size=400) * 0.05))
    plain = series()
    answer = Series(
        plain.first_day, plain.values * shock, controls={"sister": shock * 100}, excluded_controls=("cousin",)
    )
    (readout,) = read(ledger_with(bet()), usage_with(answer))
    assert (readout.design, readout.grade) == ("controlled", "C")
    (controls,) = [c for c in readout.checks if c.name == "controls"]
    assert "sister" in controls.detail
    assert "cousin" in controls.detail


def test_a_long_quiet_past_calibrates_and_says_how_it_did() -> None:
    (readout,) = read(ledger_with(bet()), usage_with(series()))
    assert readout.placebo is not None
    assert readout.placebo.dates >= 15
    assert readout.placebo.alarms <= 0.1 * readout.placebo.dates


def test_a_short_past_gets_a_wide_default_and_says_so() -> None:
    releases = [release("1.0", 100, "c1")]
    (readout,) = read(ledger_with(bet(), releases=releases), usage_with(series(days=140)))
    assert any(c.name == "calibration" and c.outcome == "warn" for c in readout.checks)


def test_data_that_can_t_be_had_is_a_reason_and_no_error() -> None:
    (readout,) = read(ledger_with(bet()), MemoryUsage())
    assert readout.verdict == "cannot_tell"
    assert readout.reason == "no such data"


def test_every_release_is_read_out_for_a_metric_that_watches_them() -> None:
    watching = metric(watch=True)
    releases = [release("0.1", -50), release("1.0", 200), release("2.0", 300), release("3.0rc1", 320, prerelease=True)]
    found = read(ledger_with(metrics=[watching], releases=releases), usage_with(series()))
    assert [(r.subject.kind, r.subject.id, r.role) for r in found] == [
        ("release", "1.0", "watch"),
        ("release", "2.0", "watch"),
    ]


def test_what_is_reported_beside_the_claim_gets_no_verdict() -> None:
    ledger = ledger_with(bet(also=("imports",)), metrics=[metric(), metric("imports")])
    usage = MemoryUsage(series={"series:exports": series(), "series:imports": series(rise_from=300, rise=0.5)})
    assert [(r.role, r.verdict is None) for r in read(ledger, usage)] == [("primary", False), ("also", True)]


def test_a_guardrail_says_whether_it_holds() -> None:
    ledger = ledger_with(bet(guardrails=("imports",)), metrics=[metric(), metric("imports")])
    fallen = MemoryUsage(series={"series:exports": series(), "series:imports": series(rise_from=300, rise=-0.2)})
    risen = MemoryUsage(series={"series:exports": series(), "series:imports": series(rise_from=300, rise=0.2)})
    outcomes = [[c.outcome for c in read(ledger, u)[1].checks if c.name == "guardrail"] for u in (fallen, risen)]
    assert outcomes == [["warn"], ["pass"]]


def test_each_question_is_asked_once_however_many_claims_rest_on_it() -> None:
    ledger = ledger_with(bet("a"), bet("b"), bet("c"))
    usage = usage_with(series())
    read(ledger, usage)
    assert usage.asked == [("series:exports",)]


def test_a_bet_with_a_problem_has_its_complaint_rate_read_without_instrumentation() -> None:
    ledger = ledger_with(bet(problem="export-times-out"))
    usage = MemoryUsage(series={"series:exports": series(), "series:feedback_rate:export-times-out": series(seed=9)})
    found = read(ledger, usage)
    assert [(r.metric, r.role) for r in found] == [("exports", "primary"), ("feedback_rate", "also")]


def test_the_readouts_are_kept_in_the_ledger() -> None:
    ledger = ledger_with(bet())
    found = read(ledger, usage_with(series()))
    assert ledger.readouts() == (NOW, tuple(found))


def test_explaining_asks_nothing() -> None:
    usage = usage_with(series())
    plan, queries = explain(Request(UTC), ledger_with(bet()), usage)
    assert [q.key for q in plan.questions] == ["series:exports"]
    assert queries[0].sql == "SELECT 'series:exports'"
    assert usage.asked == []


def test_explaining_what_makes_no_claim_offers_the_nearest_name() -> None:
    with pytest.raises(UnknownIdError, match="faster-export"):
        explain(Request(UTC, "faster-exprot"), ledger_with(bet()), usage_with(series()))


def test_the_day_of_the_change_itself_belongs_to_neither_side() -> None:
    answer = series()
    answer.values[300] *= 50
    (readout,) = read(ledger_with(bet()), usage_with(answer))
    assert readout.verdict in ("no_change", "cannot_tell")


def test_days_are_counted_in_the_workspace_s_time_zone() -> None:
    from datetime import timezone

    late = release("1.0", 300, "c1")
    ledger = ledger_with(bet(), releases=[late])
    found = run(Request(timezone(timedelta(hours=14))), ledger, usage_with(series()), lambda: NOW).readouts[0]
    assert found.window is not None
    assert found.window[0] == day(302).date()
