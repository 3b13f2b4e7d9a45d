"""Since when what a bet or a metric claims has stood."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.connectors.git.repository import find_repository
from aftermerge.connectors.workspace import WorkspaceFiles
from aftermerge.connectors.workspace.claims import metric_claim_in, metric_tables
from aftermerge.connectors.workspace.framed import stood_since
from aftermerge.model.amount import Amount
from aftermerge.model.metric import Metric
from support.histories import commit_at, git
from support.versions import Versions

MAY, JUNE, JULY = (datetime(2026, month, 4, 9, tzinfo=UTC) for month in (5, 6, 7))
METRICS = tuple(
    Metric(name, "count", "app", "up", Amount(5.0, "percent"), was=was)
    for name, was in (("imports", ("imports_done",)), ("exports", ()))
)
FRONT = {"bet": "faster", "metric": "imports", "expect": "+30%", "worth": "10%", "guardrails": "[exports]"}
TABLE = {"kind": '"count"', "from": '"app"', "event": '"import"', "good": '"up"', "worth": '"5%"'}


def bet_text(why: str = "Why we believe it.", **changes: str) -> str:
    lines = [f"{key}: {value}" for key, value in (FRONT | changes).items() if value]
    return "\n".join(["---", *lines, "---", why, ""])


def metric_text(name: str = "imports", **changes: str) -> str:
    lines = [f"{key} = {value}" for key, value in (TABLE | changes).items() if value]
    return "\n".join([f"[{name}]", *lines, ""])


def framed_bet(root: Path, now: str, *newest_first: tuple[datetime, str]) -> datetime | None:
    (root / "bets").mkdir()
    (root / "bets/faster.md").write_text(now, encoding="utf-8")
    (batch,) = WorkspaceFiles(root, METRICS, Versions({"bets/faster.md": newest_first})).pull(None)
    return batch.bets[0].framed_at


def framed_metric(root: Path, now: str, *newest_first: tuple[datetime, str]) -> datetime | None:
    (root / "metrics.toml").write_text(now, encoding="utf-8")
    (batch,) = WorkspaceFiles(root, METRICS, Versions({"metrics.toml": newest_first})).pull(None)
    return batch.metrics[0].framed_at


@pytest.mark.parametrize(
    "moved",
    [
        {"metric": "exports"},
        {"worth": "1%"},
        {"expect": "+1%"},
        {"guardrails": ""},
        {"also": "exports"},
        {"decide": "2026-12-15"},
        {"problem": "slow"},
        {"flag": "bulk"},
        {"control": "off"},
        {"treatment": "on"},
        {"split": "[off 90, on 10]"},
        {"rollout": "app_version"},
        {"rollout": "[DE 2026-03-02]"},
        {"bet": "quicker"},
    ],
    ids=lambda moved: next(iter(moved)),
)
def test_moving_the_goalposts_dates_a_bet_anew(tmp_path: Path, moved: dict[str, str]) -> None:
    now = bet_text(**moved)
    assert framed_bet(tmp_path, now, (JULY, now), (JUNE, bet_text()), (MAY, bet_text())) == JULY


@pytest.mark.parametrize(
    "changed",
    [
        {"why": "Why we still believe it."},
        {"owner": "harbor"},
        {"asked": "A button"},
        {"helps": "Imports that finish"},
        {"appetite": "5d"},
        {"stop": "no change"},
        {"paths": "[src]"},
        {"worth": "10.0%"},
        {"split": "[]"},
        {"metric": "imports_done"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_what_is_no_claim_may_be_changed(tmp_path: Path, changed: dict[str, str]) -> None:
    now = bet_text(**changed)
    assert framed_bet(tmp_path, now, (JULY, now), (MAY, bet_text())) == MAY


def test_a_claim_that_is_not_committed_as_it_stands_has_no_date(tmp_path: Path) -> None:
    assert framed_bet(tmp_path, bet_text(worth="1%"), (MAY, bet_text())) is None


def test_prose_that_is_not_committed_leaves_the_claim_its_date(tmp_path: Path) -> None:
    assert framed_bet(tmp_path, bet_text(why="Mended."), (MAY, bet_text())) == MAY


def test_going_back_to_the_old_claim_dates_from_the_way_back(tmp_path: Path) -> None:
    assert framed_bet(tmp_path, bet_text(), (JULY, bet_text()), (JUNE, bet_text(worth="1%")), (MAY, bet_text())) == JULY


@pytest.mark.parametrize("broken", ["", "no front matter", bet_text(worth="much"), bet_text(unknown="key")])
def test_a_version_that_claims_nothing_interrupts(tmp_path: Path, broken: str) -> None:
    assert framed_bet(tmp_path, bet_text(), (JULY, bet_text()), (JUNE, broken), (MAY, bet_text())) == JULY


@pytest.mark.parametrize(
    "moved",
    [
        {"good": '"down"'},
        {"worth": '"1%"'},
        {"window": '"7d"'},
        {"event": '"export"'},
        {"where": '"plan = 1"'},
        {"unit": '"account"'},
        {"winsorize": "0.99"},
        {"steps": '["cart", "paid"]'},
        {"day": "7"},
        {"q": "0.95"},
        {"segment": '"country"'},
        {"covariate": '"before"'},
        {"from": '"feedback"'},
        {"kind": '"share"'},
        {"problem": '"slow"'},
    ],
    ids=lambda moved: next(iter(moved)),
)
def test_another_definition_dates_a_metric_anew(tmp_path: Path, moved: dict[str, str]) -> None:
    now = metric_text(**moved)
    assert framed_metric(tmp_path, now, (JULY, now), (MAY, metric_text())) == JULY


@pytest.mark.parametrize(
    "now",
    [
        metric_text(label='"Imports"', watch='"releases"', was='["imports_done"]'),
        metric_text(worth='"5.0%"'),
        metric_text(window='"4w"', unit='"user"'),
        "\ufeff# Counted daily\r\n" + metric_text().replace("\n", "\r\n"),
        "[other]\nkind = 'count'\n" + metric_text(event="", worth="") + "worth='5%'\nevent='import'\n",
    ],
    ids=["label", "amount", "left-out", "comment", "order"],
)
def test_another_wording_leaves_a_metric_its_date(tmp_path: Path, now: str) -> None:
    assert framed_metric(tmp_path, now, (JULY, now), (MAY, metric_text())) == MAY


def test_a_metric_that_was_renamed_with_was_keeps_its_date(tmp_path: Path) -> None:
    now = metric_text(was='["imports_done"]')
    assert framed_metric(tmp_path, now, (JULY, now), (MAY, metric_text("imports_done"))) == MAY


@pytest.mark.parametrize("broken", ["", "[imports", metric_text("others"), "imports = 1\n", metric_text(worth="")])
def test_a_version_without_the_metric_interrupts(tmp_path: Path, broken: str) -> None:
    versions = ((JULY, metric_text()), (JUNE, broken), (MAY, metric_text()))
    assert framed_metric(tmp_path, metric_text(), *versions) == JULY


def test_a_metric_that_is_not_committed_as_it_stands_has_no_date(tmp_path: Path) -> None:
    assert framed_metric(tmp_path, metric_text(good='"down"'), (MAY, metric_text())) is None


def test_each_metric_has_a_date_of_its_own(tmp_path: Path) -> None:
    now = metric_text() + metric_text("exports")
    (tmp_path / "metrics.toml").write_text(now, encoding="utf-8")
    versions = Versions({"metrics.toml": ((JULY, now), (MAY, metric_text()))})
    (batch,) = WorkspaceFiles(tmp_path, METRICS, versions).pull(None)
    assert [metric.framed_at for metric in batch.metrics] == [MAY, JULY]


def test_a_table_nested_without_end_claims_nothing() -> None:
    assert metric_claim_in(metric_tables("imports = " + "[" * 50_000), METRICS[0]) is None


@given(st.lists(st.sampled_from([{"worth": 1}, {"worth": 2}, None]), max_size=8))
def test_every_version_since_then_makes_the_claim_and_the_one_before_does_not(
    claims: list[dict[str, int] | None],
) -> None:
    now = {"worth": 1}
    versions = [(JULY - timedelta(days=age), claim) for age, claim in enumerate(claims)]
    since = stood_since(now, versions)
    standing = [claim for time, claim in versions if since and time >= since]
    assert all(claim == now for claim in standing)
    assert claims[len(standing) : len(standing) + 1] != [now]


def test_in_a_real_repository_below_a_subfolder_goalposts_are_dated_by_git(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    root = tmp_path / "product"
    (root / "bets").mkdir(parents=True)
    (root / "bets/idea.md").write_text(bet_text("A long reason.\n" * 9), encoding="utf-8")
    (root / "metrics.toml").write_text(metric_text(), encoding="utf-8")
    commit_at(tmp_path, MAY, "Frame")
    (root / "bets/idea.md").rename(root / "bets/faster.md")
    commit_at(tmp_path, JUNE, "Rename")
    (root / "metrics.toml").write_text(metric_text(good='"down"'), encoding="utf-8")
    commit_at(tmp_path, JULY, "Turn it round")
    (batch,) = WorkspaceFiles(root, METRICS, find_repository(root)).pull(None)
    assert batch.bets[0].framed_at == MAY
    assert batch.metrics[0].framed_at == JULY
