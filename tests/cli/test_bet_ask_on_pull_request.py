"""The uncomfortable questions, brought to the pull request that adds a bet, as a workflow types it."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.screen import WANTS_ATTENTION
from support.fake_api import FakeApi
from support.fake_github_work import FakeGitHubWork
from support.histories import START, commit_at, git
from support.walks import Typed, aftermerge

MARK = "<!-- aftermerge: questions -->\n"
WORDS = "the horrid spinner eats my afternoon"
BET = """---
bet: {slug}
asked: "A button | for @harbor/all, #12"
helps: "Exports that <b>finish</b>"
problem: export-times-out
metric: exports
worth: 5%
owner: maya@harbor.example
---
See heard:7.
"""
METRICS = '[exports]\nkind = "series"\nfrom = "daily"\nvalue = "exports"\ngood = "up"\nworth = "5%"\n'
SETTINGS = """[workspace]
name = "Harbor"

[[source]]
kind = "git"

[[source]]
kind = "csv"
name = "heard"
path = "heard.csv"
as = "feedback"

[[usage.series]]
name = "daily"
table = "daily.csv"
day = "day"
metric = "metric"
value = "value"
"""
HEARD = "id,time,text,author\n" + "".join(f"{at},2024-03-0{at},{WORDS},Ada {at}\n" for at in range(1, 8))


@dataclass(slots=True)
class Place:
    """A checkout, and what the workflow's event says of the pull request."""

    root: Path
    github: FakeGitHubWork
    event: Path

    def propose(self, slug: str, text: str = BET) -> str:
        """A commit with a bet."""
        (self.root / "bets").mkdir(exist_ok=True)
        (self.root / "bets" / f"{slug}.md").write_text(text.replace("{slug}", slug))
        return commit_at(self.root, START + timedelta(days=100), f"Propose {slug}")

    def ask(self, *words: str, code: int = 0, fork: bool = False) -> Typed:
        """As the workflow of the pull request from this commit runs it."""
        head = git(self.root, "rev-parse", "HEAD^2" if self.is_merge else "HEAD")
        said = {
            "repository": {"full_name": "harbor/app"},
            "pull_request": {
                "number": 12,
                "base": {"sha": git(self.root, "rev-parse", "begun")},
                "head": {"sha": head, "repo": {"full_name": "stranger/app" if fork else "harbor/app"}},
            },
        }
        self.event.write_text(json.dumps(said))
        return aftermerge(self.root, "bet", "ask", "--on-pull-request", *words, code=code)

    @property
    def is_merge(self) -> bool:
        return len(git(self.root, "rev-list", "--parents", "-1", "HEAD").split()) > 2

    @property
    def status(self) -> tuple[str, str, str | None]:
        """The state, the description and the address of the last commit's status."""
        head = git(self.root, "rev-parse", "HEAD^2" if self.is_merge else "HEAD")
        latest = self.github.statuses[head][0]
        return latest["state"], latest["description"], latest["target_url"]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A workspace on its main branch, synced; the pull request stands on a branch `idea`."""
    root = tmp_path / "app"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    days = [(datetime.now(UTC) - timedelta(days=300 - at)).date() for at in range(300)]
    rows = [f"{day},exports,{150 + at * 37 % 11}" for at, day in enumerate(days)]
    texts = {"aftermerge.toml": SETTINGS, "metrics.toml": METRICS, "heard.csv": HEARD, ".gitignore": ".aftermerge/\n"}
    for name, text in {**texts, "daily.csv": "\n".join(["day,metric,value", *rows])}.items():
        (root / name).write_text(text)
    commit_at(root, START, "Begin")
    git(root, "tag", "begun")
    aftermerge(root, "sync")
    git(root, "checkout", "-q", "-b", "idea")
    with FakeApi() as api:
        github = FakeGitHubWork(api)
        github.pull(12, 0, merged=False)
        monkeypatch.setenv("GITHUB_TOKEN", "t0ken-s3cret")
        monkeypatch.setenv("GITHUB_API_URL", api.url)
        monkeypatch.setenv("GITHUB_EVENT_PATH", str(tmp_path / "event.json"))
        yield Place(root, github, tmp_path / "event.json")


def test_a_pull_request_that_adds_a_bet_gets_every_answer_in_one_comment_and_a_status(place: Place) -> None:
    place.propose("faster-export")
    told = place.ask()
    [body] = place.github.bodies(12)
    assert body.startswith(f"{MARK}## Is it worth building?\n")
    assert "| ! | Who asked? | only 1 customer in 1 piece of feedback<br>→ ask more of them before you build |" in body
    assert (
        "| ✓ | Could this effect be seen by the day of decision? | 5% is seen 7 days after it reaches users |" in body
    )
    assert body.count("\n| ") == 2 + 11, "a row a question, under the head"
    state, description, url = place.status
    assert (state, description) == ("success", "faster-export: 5 pass, 1 warning, 5 missing")
    assert url == f"https://github.test/harbor/app/pull/12#issuecomment-{max(place.github.said)}"
    assert f"comment written: {url}" in told.out
    assert "status written" in told.out


def test_asking_again_changes_nothing_and_a_mended_bet_is_told_in_the_same_place(place: Place) -> None:
    place.github.say(12, "<!-- aftermerge: verdict -->\nwhat it did")
    place.propose("faster-export")
    place.ask()
    sent = len([request for request in place.github.api.requests if request.method != "GET"])
    assert "comment unchanged" in place.ask().out
    again = [request for request in place.github.api.requests if request.method != "GET"][sent:]
    assert [request.path for request in again] == ["/graphql"], "only who we are was asked"
    place.propose("faster-export", BET.replace("worth: 5%", "worth: 5%\nstop: no more finish"))
    assert "comment updated" in place.ask().out
    verdict, questions = place.github.bodies(12)
    assert verdict == "<!-- aftermerge: verdict -->\nwhat it did"
    assert "| ✓ | What would make us stop? | no more finish |" in questions
    assert place.status[1] == "faster-export: 6 pass, 1 warning, 4 missing"


def test_a_warning_blocks_only_where_it_is_asked_to(place: Place) -> None:
    place.propose("faster-export")
    place.ask("--check", code=WANTS_ATTENTION)
    assert place.status[0] == "failure"
    place.ask()
    assert place.status[0] == "success"


def test_nobody_is_named_nobody_is_quoted_and_nothing_is_kept(place: Place) -> None:
    place.propose("faster-export")
    place.ask()
    [body] = place.github.bodies(12)
    for said in (WORDS, "Ada", "maya", "@harbor", "#12", "<b>"):
        assert said not in body
    assert "| the bet says who |" in body
    with open_workspace(place.root, os.environ) as workspace:
        assert workspace.ledger.bets() == []
        assert {row.problem for row in workspace.ledger.feedback()} == {None}


def test_a_pull_request_without_a_bet_gets_a_status_and_no_comment(place: Place) -> None:
    (place.root / "README.md").write_text("How we bet")
    commit_at(place.root, START, "Explain")
    place.ask("--check")
    assert place.status == ("success", "no bet is added or changed", None)
    assert place.github.bodies(12) == []


def test_only_the_bets_that_the_pull_request_changes_are_asked_about(place: Place) -> None:
    place.propose("mine")
    git(place.root, "checkout", "-q", "main")
    place.propose("theirs")
    git(place.root, "checkout", "-q", "idea")
    assert [item["id"] for item in place.ask("--json").json["bets"]] == ["mine"]
    git(place.root, "checkout", "-q", "main")
    git(place.root, "merge", "-q", "--no-ff", "-m", "Merge", "idea")
    assert place.is_merge, "as a workflow checks it out: the commit that would merge it"
    assert [item["id"] for item in place.ask("--json").json["bets"]] == ["mine"]


def test_a_bet_that_can_t_be_read_is_told_with_its_line_until_it_is_mended(place: Place) -> None:
    place.propose("faster-export", BET.replace("worth: 5%", "worth: 5pp"))
    failed = place.ask(code=2)
    assert "bets/faster-export.md:7" in failed.err
    [body] = place.github.bodies(12)
    assert body.startswith(f"{MARK}## A bet can't be read\n\n**bets/faster\\-export.md&#58;7**")
    assert place.status[:2] == ("failure", "a bet can't be read")
    place.propose("faster-export")
    place.ask()
    [body] = place.github.bodies(12)
    assert body.startswith(f"{MARK}## Is it worth building?")


def test_where_the_token_may_not_write_only_a_fork_is_forgiven(place: Place) -> None:
    place.github.api.instead(
        "POST", r".*/comments", lambda request: (403, {}, {"message": "Resource not accessible by integration"})
    )
    place.propose("faster-export")
    assert "may not comment on harbor/app#12" in place.ask(code=2).err
    told = place.ask(fork=True)
    assert "told here only, since it comes from a fork" in told.out
    assert "only 1 customer" in told.out


def test_the_settings_of_a_fork_do_not_say_where_the_token_goes(place: Place) -> None:
    with FakeApi() as elsewhere:
        settings = (
            f'[[source]]\nkind = "github"\nas = "pull_requests"\nrepo = "harbor/app"\nbase_url = "{elsewhere.url}"\n'
        )
        (place.root / "aftermerge.toml").write_text(f"{SETTINGS}\n{settings}")
        place.propose("faster-export")
        place.ask(fork=True)
        assert elsewhere.requests == []
        assert place.status[0] == "success"
        place.ask(code=2)
        assert elsewhere.requests, "the team's own settings do"


def test_a_dry_run_prints_the_comment_and_sends_nothing(place: Place) -> None:
    place.propose("faster-export")
    shown = place.ask("--dry-run").out
    assert "## Is it worth building?" in shown
    assert "nothing was sent" in shown
    assert place.github.api.requests == []


def test_a_checkout_without_history_says_how_to_fetch_it(place: Place, tmp_path: Path) -> None:
    place.propose("faster-export")
    place.ask()
    shallow = tmp_path / "shallow"
    clone = ["git", "clone", "-q", "--depth", "1", "-b", "idea", f"file://{place.root}", str(shallow)]
    subprocess.run(clone, check=True, capture_output=True)
    assert "fetch-depth: 0" in aftermerge(shallow, "bet", "ask", "--on-pull-request", code=2).err


@pytest.mark.parametrize("event", [None, "{}", '{"pull_request": {"number": 12}}'])
def test_outside_a_pull_request_it_says_what_asks_the_same(
    place: Place, event: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if event is None:
        monkeypatch.delenv("GITHUB_EVENT_PATH")
    else:
        place.event.write_text(event)
    assert "bet ask --since main" in aftermerge(place.root, "bet", "ask", "--on-pull-request", code=2).err


def test_by_hand_the_same_is_asked_of_what_is_not_even_committed(place: Place) -> None:
    assert "No bet was added or changed since main." in aftermerge(place.root, "bet", "ask", "--since", "main").out
    (place.root / "bets").mkdir()
    (place.root / "bets" / "later.md").write_text(BET.replace("{slug}", "later"))
    found = aftermerge(place.root, "bet", "ask", "--since", "main", "--json").json["bets"]
    assert [item["id"] for item in found] == ["later"]
    assert "is not known here" in aftermerge(place.root, "bet", "ask", "--since", "nowhere", code=2).err
    assert "one of them" in aftermerge(place.root, "bet", "ask", "later", "--since", "main", code=2).err
