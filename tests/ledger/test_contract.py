"""What every ledger does, the one in memory too."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from aftermerge.errors import BetError, LeaseTakenError, UnknownIdError
from aftermerge.model.amount import Amount
from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Link, Release
from aftermerge.model.chart import ArmsChart, Chart, EventStudyChart, LooksChart, SeriesChart
from aftermerge.model.feedback import Ask, Feedback
from aftermerge.model.metric import Metric
from aftermerge.model.readout import Check, Needs, Placebo, Readout, Slice, Subject
from aftermerge.ports import Ledger, Stored

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
DAY = timedelta(days=1)

SAID = Feedback("reviews", "1", NOON, "The export times out", author="a7", rating=2)
BET = Bet(
    slug="faster-export",
    metric="export_success",
    also=("retention", "tickets"),
    guardrails=("latency",),
    expect=Amount(5.0, "pp"),
    worth=Amount(1.0, "pp"),
    appetite_days=2.5,
    decide=date(2026, 12, 15),
    split={"off": 0.9, "on": 0.1},
    rollout={"DE": date(2026, 3, 2), "FR": date(2026, 3, 16)},
    paths=("src/exports/**",),
    why="Why we believe it — in a line.\n",
    file="bets/faster-export.md",
    begun_at=NOON,
    framed_at=NOON,
)
METRIC = Metric("export_success", "ratio", "app", "up", Amount(1.0, "pp"), was=("exports_ok",), framed_at=NOON)
FUNNEL = Metric(
    "checkout", "funnel", "app", "up", Amount(1.0, "pp"), steps=("cart", "paid"), day=7, q=0.95, segment="country",
    covariate="before",
)  # fmt: skip
CHANGE = Change(
    "c1", "git", NOON, "Stream exports", "Stream exports\n\nBet: faster-export", "bet/x", ("a b.py", "é.py")
)
RELEASE = Release("v1", "git", "tag", NOON, commit="c1", notes="Faster", changes=("c2", "c1"))
READOUT = Readout(
    subject=Subject("bet", "faster-export"),
    metric="export_success",
    design="randomised",
    role="primary",
    unit="pp",
    worth=1.0,
    verdict="improved",
    reason="the interval lies above what is worth having",
    estimate=2.5,
    low=1.1,
    high=3.9,
    baseline=0.44,
    needs=Needs(None, 300),
    checks=(Check("sample_ratio", "pass", "p = .4"), Check("novelty", "warn", "first week")),
    placebo=Placebo(40, 2),
    units={"treatment": 100, "control": 99},
    window=(date(2026, 1, 1), date(2026, 1, 14)),
    slices=(Slice("segment", "DE", 2.0, -1.0, 5.0, 60), Slice("variant", "bold", 2.0, 1.0, 3.0, 40)),
    weights={"Utah": 0.33, "Nevada": 0.23},
    chart=ArmsChart(("all", "DE"), (2.5, 2.0), (1.1, -1.0), (3.9, 5.0)),
    sql="SELECT 1",
)


@pytest.fixture
def ledger(any_ledger: Ledger) -> Ledger:
    return any_ledger


def test_a_new_ledger_holds_nothing(ledger: Ledger) -> None:
    assert ledger.cursor("git") is None
    assert ledger.readouts() == (None, ledger.readouts()[1])
    for rows in (ledger.feedback(), ledger.changes(), ledger.releases(), ledger.bets(), ledger.readouts()[1]):
        assert not rows
    for more in (ledger.asks(), ledger.metrics(), ledger.links()):
        assert not more


def test_what_is_stored_comes_back_equal_in_every_field(ledger: Ledger) -> None:
    said = Feedback(
        "reviews", "2", NOON, "Größer!", "https://x.example", 4.5, "a", "acme", 1200.5, "t9", "1.2", "de", "slow",
        "Danke", NOON, "agent 4", NOON, may_contact=False, may_quote=True,
    )  # fmt: skip
    batch = Batch("7", feedback=(said,), changes=(CHANGE,), releases=(RELEASE,), bets=(BET,), metrics=(METRIC,))
    assert ledger.store("workspace", batch) == Stored(new=5)
    assert list(ledger.feedback()) == [said]
    assert list(ledger.changes()) == [CHANGE]
    assert list(ledger.releases()) == [RELEASE]
    assert list(ledger.bets()) == [BET]
    assert list(ledger.metrics()) == [METRIC]


def test_what_a_funnel_a_quantile_and_a_breakdown_name_comes_back_equal(ledger: Ledger) -> None:
    ledger.store("workspace", Batch("1", metrics=(FUNNEL,)))
    assert list(ledger.metrics()) == [FUNNEL]


@pytest.mark.parametrize("rollout", [None, "app_version", {"DE": date(2026, 3, 2)}])
def test_a_rollout_comes_back_as_what_it_was(ledger: Ledger, rollout: dict[str, date] | str | None) -> None:
    ledger.store("workspace", Batch("1", bets=(replace(BET, rollout=rollout),)))
    assert ledger.bets()[0].rollout == rollout


@pytest.mark.parametrize(
    "chart",
    [
        SeriesChart((date(2026, 1, 1),), (1.0,), (None,), (None,), (None,), date(2026, 1, 2)),
        LooksChart((date(2026, 1, 1),), (1.0,), (float("-inf"),), (2.0,)),
        EventStudyChart(7, (-1, 0), (0.0, 1.0), (-1.0, 0.0), (1.0, 2.0)),
        ArmsChart(("all",), (1.0,), (0.0,), (2.0,)),
        SeriesChart((), (), (), (), (), date(2026, 1, 2)),
        LooksChart((), (), (), ()),
        EventStudyChart(7, (), (), (), ()),
        ArmsChart((), (), (), ()),
    ],
    ids=lambda chart: f"{type(chart).__name__}-{len(chart.low)}",
)
def test_a_chart_comes_back_as_one_of_its_own_kind(ledger: Ledger, chart: Chart) -> None:
    ledger.replace_readouts(NOON, [replace(READOUT, chart=chart)])
    (found,) = ledger.readouts()[1]
    assert type(found.chart) is type(chart)
    assert found.chart == chart


def test_the_cursor_of_each_source_is_kept_with_its_rows(ledger: Ledger) -> None:
    ledger.store("git", Batch("one"))
    ledger.store("reviews", Batch("other"))
    ledger.store("git", Batch("two"))
    assert (ledger.cursor("git"), ledger.cursor("reviews")) == ("two", "other")


def test_storing_a_batch_twice_changes_nothing(ledger: Ledger) -> None:
    batch = Batch(
        "7", feedback=(SAID,), changes=(CHANGE,), releases=(RELEASE,), bets=(BET,), metrics=(METRIC,),
        whole=frozenset({"releases", "bets", "metrics"}),
    )  # fmt: skip
    ledger.store("git", batch)
    assert ledger.store("git", batch) == Stored()
    assert list(ledger.releases()) == [RELEASE]


def test_a_row_that_differs_is_changed_and_not_new(ledger: Ledger) -> None:
    ledger.store("git", Batch("1", feedback=(SAID,), changes=(CHANGE,), releases=(RELEASE,), bets=(BET,)))
    answered = Feedback("reviews", "1", NOON, "The export times out", author="a7", rating=4, reply="Mended")
    moved = Release("v1", "git", "tag", NOON, commit="c1", notes="Faster", changes=("c3", "c1", "c2"))
    bet = Bet("faster-export", "retention", file="bets/faster-export.md")
    stored = ledger.store("git", Batch("2", feedback=(answered,), changes=(CHANGE,), releases=(moved,), bets=(bet,)))
    assert stored == Stored(changed=3)
    assert list(ledger.feedback()) == [answered]
    assert list(ledger.releases()) == [moved]
    assert list(ledger.bets()) == [bet]


def test_of_two_rows_with_one_key_in_a_batch_the_later_stays(ledger: Ledger) -> None:
    later = Feedback("reviews", "1", NOON, "It works now", author="a7")
    assert ledger.store("reviews", Batch("1", feedback=(SAID, later))) == Stored(new=1)
    assert list(ledger.feedback()) == [later]


def test_what_a_whole_batch_leaves_out_is_gone_from_its_own_source_only(ledger: Ledger) -> None:
    other_release = Release("v1", "other", "tag", NOON)
    other_bet, other_metric = Bet("b", "m", file="b.md"), Metric("m", "count", "app", "up", Amount(1.0, "percent"))
    ledger.store("git", Batch("1", releases=(RELEASE,), bets=(BET,), metrics=(METRIC,)))
    ledger.store("other", Batch("1", releases=(other_release,), bets=(other_bet,), metrics=(other_metric,)))
    assert ledger.store("git", Batch("2", whole=frozenset({"releases", "bets", "metrics"}))) == Stored(gone=3)
    assert list(ledger.releases()) == [other_release]
    assert list(ledger.bets()) == [other_bet]
    assert list(ledger.metrics()) == [other_metric]


def test_a_batch_that_is_not_whole_takes_nothing_away(ledger: Ledger) -> None:
    ledger.store("git", Batch("1", releases=(RELEASE,), bets=(BET,), metrics=(METRIC,)))
    assert ledger.store("git", Batch("2")) == Stored()
    assert list(ledger.bets()) == [BET]


def test_a_restart_takes_along_what_the_source_no_longer_has(ledger: Ledger) -> None:
    kept, twin = replace(CHANGE, id="c0"), replace(CHANGE, source="fork")
    ledger.store("git", Batch("1", feedback=(SAID,), changes=(kept, CHANGE), releases=(RELEASE,), bets=(BET,)))
    ledger.store("fork", Batch("1", changes=(twin,)))
    ledger.replace_links([Link("c1", "faster-export", "hand")])
    again = Batch("2", changes=(kept, replace(CHANGE, id="c9")), restart=True)
    assert ledger.store("git", again) == Stored(new=1, gone=2)
    assert [(row.source, row.id) for row in ledger.changes()] == [("fork", "c1"), ("git", "c0"), ("git", "c9")]
    assert not ledger.releases()
    assert (len(ledger.feedback()), len(ledger.bets()), len(ledger.links())) == (1, 1, 1)
    assert ledger.store("git", again) == Stored()


def test_sources_are_those_with_a_cursor(ledger: Ledger) -> None:
    ledger.store("reviews", Batch("1", changes=(CHANGE,)))
    ledger.store("app", Batch("1"))
    assert list(ledger.sources()) == ["app", "reviews"]


def test_dropping_a_source_takes_all_that_it_said_and_nothing_of_the_others(ledger: Ledger) -> None:
    said, twin = replace(SAID, problem="slow"), replace(CHANGE, id="c2", source="fork")
    other = replace(SAID, source="forum")
    rows = (CHANGE, replace(CHANGE, id="c2"), replace(CHANGE, id="c3"))
    ledger.store("git", Batch("1", feedback=(other,), changes=rows, releases=(RELEASE,), bets=(BET,)))
    ledger.store("reviews", Batch("1", feedback=(said,)))
    ledger.store("fork", Batch("1", changes=(twin,)))
    links = [Link("c1", "b", "message"), Link("c2", "b", "message"), Link("c3", "b", "hand")]
    ledger.replace_links(links)
    assert ledger.drop_sources(["git", "reviews", "never read"]) == Stored(gone=6)
    assert list(ledger.sources()) == ["fork"]
    assert ledger.cursor("git") is None
    assert (list(ledger.feedback()), list(ledger.changes()), list(ledger.releases())) == ([other], [twin], [])
    assert list(ledger.links()) == links[1:]
    assert list(ledger.bets()) == [BET]
    ledger.store("reviews", Batch("1", feedback=(SAID,)))
    assert ledger.feedback("slow") == []


def test_dropping_no_source_drops_nothing(ledger: Ledger) -> None:
    ledger.store("git", Batch("1", changes=(CHANGE,)))
    assert ledger.drop_sources([]) == Stored()
    assert list(ledger.changes()) == [CHANGE]


def test_the_same_id_in_two_sources_is_two_rows(ledger: Ledger) -> None:
    twin = Change("c1", "fork", NOON, "Other", "Other")
    ledger.store("git", Batch("1", changes=(CHANGE,), releases=(RELEASE, Release("v1", "fork", "tag", NOON))))
    assert ledger.store("fork", Batch("1", changes=(twin,))) == Stored(new=1)
    assert list(ledger.changes()) == [twin, CHANGE]


def test_two_files_that_claim_one_slug_are_named_and_nothing_is_stored(ledger: Ledger) -> None:
    twins = (Bet("b", "m", file="bets/one.md"), Bet("b", "m", file="bets/two.md"))
    with pytest.raises(BetError, match=r"bets/two\.md.*bets/one\.md"):
        ledger.store("workspace", Batch("1", feedback=(SAID,), bets=twins))
    assert not ledger.bets()
    assert not ledger.feedback()
    assert ledger.cursor("workspace") is None


def test_times_of_any_zone_are_the_same_moment(ledger: Ledger) -> None:
    tokyo = datetime.fromisoformat("2026-03-01T21:00:00.123456+09:00")
    ledger.store("reviews", Batch("1", feedback=(Feedback("reviews", "1", tokyo, "x"),)))
    assert ledger.feedback()[0].time == NOON
    assert ledger.store("reviews", Batch("1", feedback=(Feedback("reviews", "1", NOON, "x"),))) == Stored()


def test_feedback_is_oldest_first_and_can_be_asked_by_problem(ledger: Ledger) -> None:
    rows = [Feedback("r", str(n), NOON - n * DAY, "x", problem="even" if n % 2 == 0 else None) for n in range(4)]
    ledger.store("r", Batch("1", feedback=tuple(rows)))
    assert [row.external_id for row in ledger.feedback()] == ["3", "2", "1", "0"]
    assert [row.external_id for row in ledger.feedback("even")] == ["2", "0"]
    assert not ledger.feedback("odd")


def test_an_attribution_survives_the_same_row_coming_again(ledger: Ledger) -> None:
    ledger.store("reviews", Batch("1", feedback=(SAID,)))
    assert ledger.attribute({"reviews:1": "export-times-out"}) == 1
    assert ledger.attribute({"reviews:1": "export-times-out"}) == 0
    assert ledger.store("reviews", Batch("1", feedback=(SAID,))) == Stored()
    assert ledger.feedback()[0].problem == "export-times-out"


def test_a_row_that_names_another_problem_is_moved_to_it(ledger: Ledger) -> None:
    ledger.store("reviews", Batch("1", feedback=(replace(SAID, problem="export-times-out"),)))
    named = Feedback("reviews", "1", NOON, "The export times out", author="a7", rating=2, problem="slow")
    assert ledger.store("reviews", Batch("2", feedback=(named,))) == Stored(changed=1)
    assert [row.problem for row in ledger.feedback()] == ["slow"]


def test_attributing_an_unknown_id_attributes_nothing(ledger: Ledger) -> None:
    ledger.store("reviews", Batch("1", feedback=(SAID,)))
    with pytest.raises(UnknownIdError, match="reviews:9"):
        ledger.attribute({"reviews:1": "slow", "reviews:9": "slow"})
    assert ledger.feedback()[0].problem is None


def test_an_ask_is_a_customer_and_a_problem(ledger: Ledger) -> None:
    rows = (
        Feedback("r", "2", NOON + DAY, "x", author="ann", problem="p", replied_at=NOON + 3 * DAY, may_contact=True),
        Feedback("r", "1", NOON, "x", author="ann", problem="p", replied_at=NOON + 2 * DAY, may_contact=False),
        Feedback("r", "3", NOON, "x", author="ann", problem="q", may_contact=False),
        Feedback("r", "4", NOON, "x", problem="p"),
        Feedback("r", "5", NOON, "x", problem="p"),
        Feedback("r", "6", NOON, "x", author="ann"),
        Feedback("s", "1", NOON, "x", author="ann", problem="p"),
    )
    ledger.store("r", Batch("1", feedback=rows))
    asked = [(ask.asker, ask.problem, ask.feedback) for ask in ledger.asks()]
    assert asked == [
        ("r:4", "p", "r:4"),
        ("r:5", "p", "r:5"),
        ("r:ann", "p", "r:1"),
        ("r:ann", "q", "r:3"),
        ("s:ann", "p", "s:1"),
    ]
    assert ledger.asks()[2] == Ask("r:ann", "p", "r:1", "r", NOON, NOON + 3 * DAY, may_contact=True)
    assert ledger.asks()[3] == Ask("r:ann", "q", "r:3", "r", NOON, None, may_contact=False)


def test_links_found_by_rules_are_replaced(ledger: Ledger) -> None:
    assert ledger.replace_links([Link("c1", "a", "paths"), Link("c2", "a", "message")]) == Stored(new=2)
    found = [Link("c1", "a", "message"), Link("c1", "b", "branch")]
    assert ledger.replace_links(found) == Stored(new=1, changed=1, gone=1)
    assert list(ledger.links()) == found
    assert ledger.replace_links(found) == Stored()


def test_a_link_made_by_hand_stays_whatever_the_rules_find(ledger: Ledger) -> None:
    by_hand = Link("c1", "a", "hand")
    ledger.replace_links([by_hand])
    assert ledger.replace_links([Link("c1", "a", "paths")]) == Stored()
    assert ledger.replace_links([]) == Stored()
    assert list(ledger.links()) == [by_hand]


def test_of_two_rules_for_one_change_and_bet_the_first_stays(ledger: Ledger) -> None:
    ledger.replace_links([Link("c1", "a", "message"), Link("c1", "a", "paths")])
    assert list(ledger.links()) == [Link("c1", "a", "message")]


def test_readouts_come_back_equal_and_in_order(ledger: Ledger) -> None:
    bare = Readout(Subject("release", "v1"), "m", "before_after", "watch", "percent", 5.0, None, "no data")
    ledger.replace_readouts(NOON, [READOUT, bare, READOUT])
    as_of, readouts = ledger.readouts()
    assert as_of == NOON
    assert list(readouts) == [READOUT, bare, READOUT]


def test_a_run_replaces_the_readouts_of_the_one_before(ledger: Ledger) -> None:
    ledger.replace_readouts(NOON, [READOUT])
    ledger.replace_readouts(NOON + DAY, [])
    as_of, readouts = ledger.readouts()
    assert as_of == NOON + DAY
    assert not readouts


def test_a_lease_is_refused_while_another_holds_it(ledger: Ledger) -> None:
    with ledger.lease("run", NOON, 60), pytest.raises(LeaseTakenError), ledger.lease("run", NOON, 60):
        pass


def test_leases_of_different_names_do_not_meet(ledger: Ledger) -> None:
    with ledger.lease("run", NOON, 60), ledger.lease("themes", NOON, 60):
        pass


def test_a_lease_is_given_back_even_when_the_job_fails(ledger: Ledger) -> None:
    with pytest.raises(ZeroDivisionError), ledger.lease("run", NOON, 60):
        raise ZeroDivisionError
    with ledger.lease("run", NOON, 60):
        pass


def test_a_lease_that_ran_out_may_be_taken_and_is_then_another_s(ledger: Ledger) -> None:
    with ledger.lease("run", NOON, 60):
        taken = ledger.lease("run", NOON + timedelta(seconds=60), 60)
        taken.__enter__()
    with pytest.raises(LeaseTakenError), ledger.lease("run", NOON + timedelta(seconds=61), 60):
        pass
    taken.__exit__(None, None, None)
