from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from aftermerge.connectors.git import connect
from aftermerge.connectors.git.repository import find_repository
from aftermerge.connectors.workspace import WorkspaceFiles
from aftermerge.demo.bets import BETS
from aftermerge.demo.company import Experiment
from aftermerge.demo.files import TEAMS
from aftermerge.demo.timeline import RELEASE_AGES, Calendar, version_of
from aftermerge.model.reach import reaches
from aftermerge.ports import SourceContext
from aftermerge.settings import read_metrics
from aftermerge.ship.link import relink
from support.harbor import Harbor
from support.memory_ledger import MemoryLedger

DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))


def synced(harbor: Harbor) -> MemoryLedger:
    """What the ordinary connectors read from the repository."""
    ledger, root = MemoryLedger(), harbor.root
    context = SourceContext(root, root / "data", root / "data", UTC)
    files = WorkspaceFiles(root, read_metrics(root), find_repository(root))
    for connector in (files, connect({"path": ".", "tag_pattern": "v*"}, context, "app")):
        for batch in connector.pull(None):
            ledger.store(connector.name, batch)
    relink(ledger)
    return ledger


def test_git_finds_the_repository_whole_and_the_working_tree_clean(harbor: Harbor) -> None:
    assert harbor.git("fsck", "--full", "--strict") == ""
    assert harbor.git("status", "--porcelain") == ""
    assert harbor.git("branch", "--format=%(refname:short)").split() == ["main"]


def test_data_is_not_committed(harbor: Harbor) -> None:
    assert "data/" not in harbor.git("ls-files")
    assert (harbor.root / "data" / "events.parquet").exists()


def test_the_main_line_is_of_a_mixed_style(harbor: Harbor) -> None:
    assert 150 <= int(harbor.git("rev-list", "--first-parent", "--count", "HEAD")) <= 300
    messages = harbor.git("log", "--first-parent", "--format=%B")
    for shape in (
        "Merge pull request #",
        "Merge branch 'bet/",
        "See merge request",
        "\n* ",
        "\nBet: ",
        "Co-authored-by:",
    ):
        assert shape in messages, shape


def test_everyone_in_the_history_is_a_team(harbor: Harbor) -> None:
    names = set(harbor.git("log", "--format=%an <%ae>").splitlines())
    teams = {f"Harbor {team} team <{team}@harbor.example>" for team in TEAMS}
    assert names == {"Harbor team <team@harbor.example>", *teams}
    assert set(harbor.git("log", "--format=%ce").split()) == {"team@harbor.example"}


def test_every_bet_was_committed_before_its_exposure_but_the_retrospective_one(harbor: Harbor) -> None:
    ledger = synced(harbor)
    reached = {s: r.release for s, r in reaches(ledger.releases(), ledger.links(), ledger.changes()).items()}
    late = {
        bet.slug
        for bet in ledger.bets()
        if bet.slug in reached and bet.framed_at and bet.framed_at >= reached[bet.slug].released_at
    }
    assert late == {"tide-digest"}


def test_every_claim_names_metrics_that_were_committed_by_then(harbor: Harbor) -> None:
    ledger = synced(harbor)
    framed = {metric.name: metric.framed_at for metric in ledger.metrics()}
    for bet in ledger.bets():
        for name in (bet.metric, *bet.guardrails, *bet.also):
            at = framed[name]
            assert at is not None
            assert bet.framed_at is not None
            assert at <= bet.framed_at, (bet.slug, name)


def test_each_bet_reaches_users_with_its_release_found_by_every_rule(harbor: Harbor) -> None:
    ledger = synced(harbor)
    reached = {s: r.release for s, r in reaches(ledger.releases(), ledger.links(), ledger.changes()).items()}
    expected = {bet.slug: version_of(bet.released) for bet in BETS if bet.released is not None}
    assert {slug: release.id for slug, release in reached.items()} == expected
    assert {link.rule for link in ledger.links()} == {"message", "branch", "paths"}
    assert {link.bet for link in ledger.links()} == {bet.slug for bet in BETS}


def test_a_branch_leaves_the_main_line_before_it_is_merged(harbor: Harbor) -> None:
    merges = harbor.git("rev-list", "--merges", "--parents", "HEAD").splitlines()
    assert merges
    for _, main, side in (line.split() for line in merges):
        base = harbor.git("merge-base", main, side).strip()
        assert int(harbor.git("show", "-s", "--format=%ct", base)) <= int(
            harbor.git("show", "-s", "--format=%ct", side)
        )
    times = [int(at) for at in harbor.git("rev-list", "--first-parent", "--timestamp", "HEAD").split()[::2]]
    assert times == sorted(times, reverse=True)


@given(DAYS)
def test_releases_come_in_order_on_workdays_and_at_least_weekly_whatever_today_is(today: date) -> None:
    calendar = Calendar(today)
    days = [calendar.workday(age) for age in RELEASE_AGES]
    assert all(one < two for one, two in pairwise(days))
    assert all(day.weekday() < 5 for day in days)
    assert (days[-1] - days[0]).days / (len(days) - 1) <= 7


@given(DAYS)
def test_a_flag_is_met_after_its_release_and_a_claim_framed_before_it_whatever_today_is(today: date) -> None:
    calendar = Calendar(today)
    for bet in BETS:
        if bet.released is None:
            continue
        released = calendar.workday(bet.released)
        assert (calendar.workday(bet.framed) < released) == (bet.slug != "tide-digest")
        if isinstance(bet.plant, Experiment):
            assert released < calendar.day(bet.plant.starts) < calendar.day(bet.decide)


@given(DAYS)
def test_a_day_begins_at_local_midnight(today: date) -> None:
    begins = Calendar(today).midnight(today)
    assert begins.tzinfo is UTC
    assert timedelta(0) <= datetime(today.year, today.month, today.day, tzinfo=UTC) - begins <= timedelta(hours=1)
