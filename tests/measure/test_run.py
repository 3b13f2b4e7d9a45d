from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from aftermerge.errors import BetError, UnknownIdError
from aftermerge.measure.run import Request, explain, run
from aftermerge.model.batch import Batch
from aftermerge.model.plan import Arms, Series
from aftermerge.model.readout import Readout
from aftermerge.model.table import EventsTable
from aftermerge.stats import Moments
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


def read(ledger: MemoryLedger, usage: MemoryUsage, today: datetime = NOW) -> list[Readout]:
    return list(run(Request(UTC), ledger, usage, lambda: today).readouts)


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


@pytest.mark.parametrize(("taken_back", "verdict"), [(304, "cannot_tell"), (400, "improved")])
def test_what_was_taken_back_while_it_was_measured_has_no_verdict(taken_back: int, verdict: str) -> None:
    ledger = ledger_with(bet())
    revert = change("c2", taken_back - 1, "Take it back\n\nThis reverts commit c1c1c1c1.")
    ledger.store("all", Batch("2", changes=(change("c1c1c1c1", 299), revert)))
    ledger.store("all", Batch("3", releases=(release("1.0", 300, "c1c1c1c1"), release("1.1", taken_back, "c2"))))
    ledger.replace_links([link("c1c1c1c1", "faster-export"), link("c2", "faster-export")])
    (readout,) = read(ledger, usage_with(series(rise_from=300, rise=0.15)))
    assert readout.verdict == verdict
    assert ("taken back in 1.1" in readout.reason) == (verdict == "cannot_tell")


def test_a_claim_made_before_anything_shipped_is_not_retrospective() -> None:
    assert not read(ledger_with(bet(), links=[]), usage_with(series()))[0].retrospective


def test_a_watched_metric_that_can_t_be_read_says_so_for_each_release() -> None:
    found = read(ledger_with(metrics=[metric(watch=True)]), MemoryUsage())
    assert [(r.subject.id, r.verdict, r.reason) for r in found] == [("1.0", "cannot_tell", "no such data")]


def test_a_bet_that_has_not_reached_users_is_answered_with_that() -> None:
    (readout,) = read(ledger_with(bet(), links=[]), usage_with(series()))
    assert readout.verdict == "cannot_tell"
    assert "not reached users" in readout.reason


def test_while_the_window_is_open_it_is_too_early_and_says_how_long() -> None:
    open_window = usage_with(series(days=311, rise_from=300, rise=0.3))
    (readout,) = read(ledger_with(bet()), open_window, today=day(311))
    assert readout.verdict == "too_early"
    assert readout.needs is not None
    assert readout.needs.days == 18


def test_data_that_ended_long_ago_is_not_waited_for() -> None:
    (readout,) = read(ledger_with(bet()), usage_with(series(days=311)), today=day(2000))
    assert readout.verdict == "cannot_tell"
    assert "the data ends on" in readout.reason


def test_a_guardrail_is_not_known_while_its_window_is_open() -> None:
    ledger = ledger_with(bet(guardrails=("imports",)), metrics=[metric(), metric("imports")])
    usage = MemoryUsage(series={"series:exports": series(), "series:imports": series(days=305)})
    guardrail = read(ledger, usage, today=day(305))[1]
    assert [c.detail for c in guardrail.checks if c.name == "guardrail"] == ["whether it held is not known"]


def test_the_window_ends_with_the_bet_s_decision() -> None:
    (readout,) = read(ledger_with(bet(decide=day(316).date())), usage_with(series()))
    assert readout.window == (day(301).date(), day(314).date())


def test_a_claim_stands_only_when_its_metric_does() -> None:
    late = ledger_with(bet(), metrics=[metric(framed_at=day(350))])
    assert read(late, usage_with(series()))[0].retrospective


def test_one_rise_is_claimed_by_one_of_many_daily_releases() -> None:
    releases = [release(f"r{index}", index) for index in range(200, 390)]
    found = read(
        ledger_with(metrics=[metric(watch=True)], releases=releases), usage_with(series(rise_from=300, rise=0.15))
    )
    spoke = [readout.subject.id for readout in found if readout.verdict == "improved"]
    assert len(spoke) <= 2
    assert all(293 <= int(name[1:]) <= 301 for name in spoke)


def test_a_change_just_outside_a_knot_makes_its_own_claim() -> None:
    releases = [release("1.0", 300, "c1"), release("1.1", 306, "c2"), release("1.2", 312, "c3")]
    links = [link("c1", "a"), link("c2", "b"), link("c3", "c")]
    ledger = ledger_with(bet("a"), bet("b"), bet("c"), releases=releases, links=links)
    found = {r.subject.id: r.verdict for r in read(ledger, usage_with(series(rise_from=312, rise=0.3)))}
    assert found["c"] == "improved"
    assert found["b"] == "cannot_tell"


def test_a_bet_close_after_a_release_that_claims_nothing_makes_the_joint_claim() -> None:
    releases = [release("0.9", 100), release("1.0", 296), release("1.1", 300, "c1")]
    (readout,) = read(ledger_with(bet(), releases=releases), usage_with(series(rise_from=300, rise=0.3)))
    assert readout.verdict == "improved"
    assert any("release 1.0" in c.detail and c.outcome == "warn" for c in readout.checks)


def test_two_bets_of_one_release_on_one_metric_make_one_claim() -> None:
    releases = [release("1.0", 300, "c1", "c2")]
    ledger = ledger_with(bet("a"), bet("b"), releases=releases, links=[link("c1", "a"), link("c2", "b")])
    verdicts = [r.verdict for r in read(ledger, usage_with(series(rise_from=300, rise=0.3)))]
    assert verdicts == ["improved", "cannot_tell"]


def test_a_flag_whose_exposures_are_not_known_leaves_no_verdict_by_date() -> None:
    (readout,) = read(ledger_with(bet(flag="bulk")), usage_with(series(rise_from=300, rise=0.3)))
    assert readout.verdict == "cannot_tell"
    assert "does not say who was given `bulk`" in readout.reason


def test_one_dark_day_of_a_busy_metric_is_an_outage_and_no_effect() -> None:
    answer = series()
    values = np.round(answer.values * 10)
    values[310] = 0
    (readout,) = read(ledger_with(bet()), usage_with(Series(answer.first_day, values)))
    assert readout.verdict == "cannot_tell"
    assert "outage" in readout.reason
    assert readout.estimate is not None
    assert abs(readout.estimate) < 5


def test_a_dark_day_long_ago_changes_nothing() -> None:
    plain, holed = series(rise_from=300, rise=0.2), series(rise_from=300, rise=0.2)
    holed.values[20] = 0.0
    readouts = [read(ledger_with(bet()), usage_with(answer))[0] for answer in (plain, holed)]
    assert readouts[0].estimate == pytest.approx(readouts[1].estimate, abs=0.5)


@pytest.mark.parametrize("worth", ["5%", "20"])
@pytest.mark.parametrize("dark", [3, 9, 28, 99])
def test_a_metric_that_fell_to_nothing_is_an_outage_however_long_it_lasts(worth: str, dark: int) -> None:
    answer = series()
    answer.values[301 : 301 + dark] = 0.0
    (readout,) = read(ledger_with(bet(), metrics=[metric(worth=worth)]), usage_with(answer))
    assert readout.verdict == "cannot_tell"
    assert "outage" in readout.reason


def test_a_small_rate_over_a_growing_number_of_customers_is_not_exaggerated() -> None:
    rng = np.random.default_rng(8)
    volume = np.round(np.geomspace(100, 5000, 400))
    rate = np.where(np.arange(400) > 300, 0.002, 0.001)
    answer = Series(day(0).date(), rng.poisson(volume * rate) / volume, volume=volume)
    complaints = metric(kind="feedback_rate", worth="20%", good="down", source="feedback")
    (readout,) = read(ledger_with(bet(), metrics=[complaints]), usage_with(answer))
    assert readout.estimate is not None
    assert 0 < readout.estimate < 300
    assert readout.baseline is not None
    assert 0.0004 < readout.baseline < 0.002


def test_a_rate_in_a_series_table_is_checked_for_who_is_measured() -> None:
    volume = np.where(np.arange(400) > 300, 900.0, 300.0) + np.random.default_rng(1).normal(size=400)
    values = 0.5 + np.random.default_rng(2).normal(size=400) * 0.01
    values[301:] -= 0.1
    ledger = ledger_with(bet(), metrics=[metric(worth="1pp")])
    (readout,) = read(ledger, usage_with(Series(day(0).date(), values, volume=volume)))
    assert readout.verdict == "cannot_tell"
    assert "who is measured" in readout.reason


def test_a_metric_recorded_on_one_day_of_its_window_is_not_judged() -> None:
    answer = series(rise_from=300, rise=0.5)
    answer.values[302:329] = np.nan
    (readout,) = read(ledger_with(bet()), usage_with(answer))
    assert readout.verdict == "cannot_tell"
    assert "1 of the 28 days" in readout.reason


def test_a_control_that_explodes_afterwards_stops_no_other_claim() -> None:
    wild = np.full(400, 1e6)
    wild[250], wild[310:] = 1e6 + 1, 2e6
    plain = series()
    answer = Series(plain.first_day, plain.values, controls={"wild": wild})
    found = read(ledger_with(bet()), usage_with(answer))
    assert len(found) == 1
    assert found[0].verdict in ("cannot_tell", "no_change")


def test_a_bet_on_a_metric_that_is_no_more_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(BetError, match="exports"):
        read(ledger_with(bet(metric="exprots")), usage_with(series()))


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


@pytest.mark.parametrize(("given", "design"), [({"off": 900, "on": 900}, "randomised"), ({}, "before_after")])
def test_what_is_reported_beside_an_experiment_is_read_by_variant_where_its_table_knows_the_flag(
    given: dict[str, int], design: str
) -> None:
    beside = metric("imports", worth="2pp", kind="share", source="app")
    ledger = ledger_with(bet(flag="bulk", also=("imports",)), metrics=[metric(source="app"), beside])
    total = {name: Moments(n, 0.2, 0.16 * n) for name, n in given.items()}
    arms = {f"arms:{name}:bulk:": Arms(total, given) for name in ("exports", "imports")}
    days = {f"series:{name}": series() for name in ("exports", "imports")}
    found = read(ledger, MemoryUsage([EventsTable("app", "e.parquet", "user", "at", "event")], days, arms))
    assert [(r.metric, r.design) for r in found][1] == ("imports", design)


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
