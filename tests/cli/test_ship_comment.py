"""From a merged pull request to the verdict on it, as one types it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aftermerge.bootstrap import open_workspace
from support.fake_api import FakeApi, FakeTime
from support.fake_github_app import FakeGitHubApp, private_key
from support.fake_github_work import FakeGitHubWork
from support.fake_gitlab_work import FakeGitLabWork
from support.histories import START, commit_at, git
from support.walks import aftermerge

DAYS = 260
SHIPPED = 200
BET = """---
bet: faster-export
asked: An export-all button
helps: Exports that finish
metric: exports
worth: 5%
---
Written before the work.
"""
METRICS = """[exports]
label = "Exports"
kind = "series"
from = "daily"
value = "exports"
good = "up"
worth = "5%"
"""


@dataclass(frozen=True, slots=True)
class Place:
    root: Path
    github: FakeGitHubWork
    merge: str


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Exports rise by a fifth on the day on which a pull request is merged and released, which names the bet."""
    monkeypatch.setenv("GITHUB_TOKEN", "t0ken-s3cret")
    root = tmp_path / "app"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    with FakeApi() as api:
        github = FakeGitHubWork(api)
        _write(root, api.url)
        commit_at(root, START + timedelta(days=10), "Begin")
        (root / "export.py").write_text("stream()\n")
        merge = commit_at(root, START + timedelta(days=SHIPPED), "Stream the export (#12)")
        git(root, "tag", "v1.0")
        github.pull(12, 0, merge_commit_sha=merge, body="Why\r\n\r\nBet: faster-export\r\n")
        github.pull(13, 1, merge_commit_sha="f" * 40, body="Bet: faster-export")
        yield Place(root, github, merge)


def _write(root: Path, url: str) -> None:
    (root / "bets").mkdir()
    (root / "bets" / "faster-export.md").write_text(BET)
    (root / "metrics.toml").write_text(METRICS)
    days = [(START + timedelta(days=at)).date() for at in range(DAYS)]
    values = [round((150 + (at * 37 % 11)) * (1.2 if at > SHIPPED else 1)) for at in range(DAYS)]
    rows = [f"{day},exports,{value}" for day, value in zip(days, values, strict=True)]
    (root / "daily.csv").write_text("\n".join(["day,metric,value", *rows]) + "\n")
    (root / ".gitignore").write_text(".aftermerge/\ndaily.csv\n")
    (root / "aftermerge.toml").write_text(
        f"""[workspace]
name = "Harbor"

[[source]]
kind = "git"

[[source]]
kind = "github"
name = "hub"
as = "pull_requests"
repo = "harbor/app"
base_url = "{url}"
comment = true

[[usage.series]]
name = "daily"
table = "daily.csv"
day = "day"
metric = "metric"
value = "value"
"""
    )


def test_the_nightly_round_reads_links_measures_and_tells_once(place: Place) -> None:
    first = aftermerge(place.root, "run")
    assert "comments on pull requests: 1 written" in first.out
    assert "harbor/app#12: https://github.test/harbor/app/pull/12#issuecomment-" in first.out
    [body] = place.github.bodies(12)
    assert body.startswith("<!-- aftermerge: verdict -->\n### ▲ Improved: Exports that finish\n")
    assert place.github.bodies(13) == []
    again = aftermerge(place.root, "run", "--json").json
    assert [told["outcome"] for told in again["told"]["comments"]] == ["unchanged"]
    assert place.github.bodies(12) == [body]
    log = aftermerge(place.root, "ship", "log", "--json").json["changes"]
    assert [(item["id"], item["rule"]) for item in log if item["bets"]] == [(place.merge, "pull_request")]


def test_a_dry_run_prints_what_would_be_written_and_sends_nothing(place: Place) -> None:
    aftermerge(place.root, "sync")
    aftermerge(place.root, "measure", "run")
    place.github.api.requests.clear()
    shown = aftermerge(place.root, "ship", "comment", "--dry-run")
    assert "### ▲ Improved: Exports that finish" in shown.out
    assert "1 comment would be written; nothing was sent" in shown.out
    [draft] = aftermerge(place.root, "ship", "comment", "--dry-run", "--json").json["drafts"]
    assert draft["pull_request"] == "harbor/app#12"
    assert place.github.api.requests == []
    assert "1 written" in aftermerge(place.root, "ship", "comment").out
    assert aftermerge(place.root, "ship", "comment", "--json").json["comments"][0]["outcome"] == "unchanged"


def test_a_token_without_the_right_is_told_with_its_line_and_the_readouts_are_kept(place: Place) -> None:
    place.github.api.instead(
        "POST", r".*/comments", lambda request: (403, {}, {"message": "Resource not accessible by integration"})
    )
    failed = aftermerge(place.root, "run", code=2)
    assert "aftermerge.toml:7" in failed.err
    assert "may not comment on harbor/app#12" in failed.err
    assert "t0ken-s3cret" not in failed.err + failed.out
    with open_workspace(place.root, os.environ) as workspace:
        assert workspace.ledger.readouts()[1]


def test_where_no_source_speaks_on_pull_requests_it_is_said_how_one_does(place: Place) -> None:
    settings = place.root / "aftermerge.toml"
    settings.write_text(settings.read_text().replace("comment = true", "comment = false"))
    assert "set `comment = true`" in aftermerge(place.root, "ship", "comment", code=2).err
    assert "comments on pull requests" not in aftermerge(place.root, "run").out
    assert place.github.said == {}


@pytest.fixture
def at_gitlab(place: Place) -> FakeGitLabWork:
    """The same, where the work is merged at GitLab."""
    api = place.github.api
    gitlab = FakeGitLabWork(api)
    settings = place.root / "aftermerge.toml"
    hub, lab = 'kind = "github"\nname = "hub"', 'kind = "gitlab"\nname = "lab"'
    settings.write_text(settings.read_text().replace(hub, lab).replace("repo =", "project ="))
    squash: Any = {"merge_commit_sha": None, "squash_commit_sha": place.merge}
    gitlab.pull(12, 0, description="Why\r\n\r\nBet: faster-export\r\n", **squash)
    gitlab.pull(13, 1, merge_commit_sha="f" * 40, description="Bet: faster-export")
    return gitlab


def test_a_merge_request_gets_its_note_in_the_nightly_round(
    place: Place, at_gitlab: FakeGitLabWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITLAB_TOKEN", "t0ken-s3cret")
    first = aftermerge(place.root, "run")
    assert "comments on pull requests: 1 written" in first.out
    assert f"{at_gitlab.api.url}/harbor/app/-/merge_requests/12#note_900001" in first.out
    [body] = at_gitlab.bodies(12)
    assert body.startswith("<!-- aftermerge: verdict -->\n### ▲ Improved: Exports that finish\n")
    assert (at_gitlab.bodies(13), at_gitlab.commands) == ([], [])
    assert aftermerge(place.root, "ship", "comment", "--json").json["comments"][0]["outcome"] == "unchanged"
    assert at_gitlab.bodies(12) == [body]


def test_a_merge_request_that_is_locked_is_told(
    place: Place, at_gitlab: FakeGitLabWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITLAB_TOKEN", "t0ken-s3cret")
    at_gitlab.locked.add(12)
    assert "harbor/app!12 is locked, so that nobody may comment" in aftermerge(place.root, "run").out


def test_a_gitlab_token_that_is_missing_is_told_with_its_line(place: Place, at_gitlab: FakeGitLabWork) -> None:
    at_gitlab.api.instead("GET", "/api/v4/.*", lambda request: (401, {}, {"message": "401 Unauthorized"}))
    failed = aftermerge(place.root, "sync", code=2)
    assert "aftermerge.toml:7" in failed.err
    assert "GITLAB_TOKEN is not set" in failed.err


def test_an_app_tells_the_verdict_without_any_token(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    FakeGitHubApp(place.github.api, FakeTime(datetime.now(UTC)))
    monkeypatch.delenv("GITHUB_TOKEN")
    monkeypatch.setenv("GITHUB_APP_PRIVATE_KEY", private_key())
    settings = place.root / "aftermerge.toml"
    app = "comment = true\napp_id = 5\ninstallation_id = 70"
    settings.write_text(settings.read_text().replace("comment = true", app))
    told = aftermerge(place.root, "run")
    assert "comments on pull requests: 1 written" in told.out
    assert len(place.github.bodies(12)) == 1
    monkeypatch.setenv("GITHUB_APP_PRIVATE_KEY", private_key("another"))
    failed = aftermerge(place.root, "ship", "comment", code=2)
    assert "does not know the private key of app 5" in failed.err
    assert not [line for line in private_key("another").splitlines() if line in failed.err + failed.out + told.out]
