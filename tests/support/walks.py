"""Workspaces over real data, set up as a newcomer would, and the command line typed in them."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.histories import rebuild
from support.real_data import real_data


@dataclass(frozen=True, slots=True)
class Typed:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def aftermerge(folder: Path, *words: str, code: int = 0) -> Typed:
    """Type a command in a folder, in a process of its own."""
    command = [sys.executable, "-m", "aftermerge", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == code, f"{words} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return Typed(done.returncode, done.stdout, done.stderr)


SQLITE_UTILS = """
[workspace]
name = "sqlite-utils"

[[source]]
kind = "git"
repo = "simonw/sqlite-utils"
releases = "tags"

[[usage.series]]
name = "downloads"
table = "{table}"
columns = {{ day = "date", metric = "package", value = "downloads" }}
not_controls = [
  "datasette", "llm", "db-to-sqlite", "csvs-to-sqlite", "github-to-sqlite", "git-history", "s3-credentials",
]
"""
SQLITE_UTILS_METRICS = """
[downloads]
label = "Daily downloads"
kind = "series"
from = "downloads"
value = "sqlite-utils"
good = "up"
worth = "10%"
watch = "releases"
"""


def sqlite_utils(into: Path) -> Path:
    """The real history, with the daily downloads of it and of its sister packages."""
    log, tags = real_data("git", "commits_simonw__sqlite-utils.jsonl.gz"), real_data("git", "release_tags.csv")
    rebuild(log, tags, "simonw/sqlite-utils", into)
    table = real_data("timeseries", "pypi_daily_downloads_simonw_203_packages.parquet")
    aftermerge(into, "init")
    (into / "aftermerge.toml").write_text(SQLITE_UTILS.format(table=table))
    (into / "metrics.toml").write_text(SQLITE_UTILS_METRICS)
    return into


COOKIE_CATS = """
[workspace]
name = "Cookie Cats"

[[usage.units]]
name = "cats"
table = "{table}"
unit = "userid"
variant = "version"
flag = "gate"
"""
COOKIE_CATS_METRICS = """
[retention_7]
label = "Players back on day 7"
kind = "share"
from = "cats"
column = "retention_7"
good = "up"
worth = "0.5pp"

[retention_1]
label = "Players back on day 1"
kind = "share"
from = "cats"
column = "retention_1"
good = "up"
worth = "0.5pp"

[rounds]
label = "Rounds played"
kind = "mean"
from = "cats"
column = "sum_gamerounds"
good = "up"
worth = "1"
{winsorize}
"""
GATE = """---
bet: gate-at-40
asked: "Fewer interruptions"
helps: "Players who meet the first gate later stay longer"
metric: retention_7
also: [retention_1]
guardrails: [rounds]
flag: gate
control: gate_30
treatment: gate_40
---
The gate moved from level 30 to level 40.
"""
DAY_ONE = (
    GATE.replace("gate-at-40", "gate-day-one")
    .replace("metric: retention_7", "metric: retention_1")
    .replace("also: [retention_1]\nguardrails: [rounds]\n", "")
)


def cookie_cats(into: Path, winsorize: str = "winsorize = 0.999") -> Path:
    """An experiment that is over: a row a player."""
    into.mkdir()
    subprocess.run(["git", "init", "-q", str(into)], check=True)
    aftermerge(into, "init")
    table = real_data("experiments", "cookie_cats.csv.gz")
    (into / "aftermerge.toml").write_text(COOKIE_CATS.format(table=table))
    (into / "metrics.toml").write_text(COOKIE_CATS_METRICS.format(winsorize=winsorize))
    (into / "bets" / "gate-at-40.md").write_text(GATE)
    (into / "bets" / "gate-day-one.md").write_text(DAY_ONE)
    return into


CHROME = """
[workspace]
name = "Chrome for iOS"

[[source]]
kind = "csv"
name = "reviews"
path = "{reviews}"
as = "feedback"
only = {{ app = "Google_Chrome" }}

[[source]]
kind = "csv"
name = "notes"
path = "{notes}"
as = "releases"
only = {{ app = "Google_Chrome" }}
"""
CHROME_METRICS = """
[complaints]
label = "Reviews of one or two stars"
kind = "count"
from = "feedback"
where = "rating <= 2"
good = "down"
worth = "20%"
watch = "releases"

[rating]
label = "Mean rating"
kind = "mean"
from = "feedback"
value = "rating"
good = "up"
worth = "0.2"
watch = "releases"
"""


def chrome(into: Path) -> Path:
    """Reviews as feedback, release notes as releases; there is no repository to read."""
    into.mkdir()
    subprocess.run(["git", "init", "-q", str(into)], check=True)
    aftermerge(into, "init")
    reviews = real_data("reviews", "appstore_reviews_chrome_github_2017_2021.parquet")
    notes = real_data("reviews", "appstore_release_notes_chrome_github.csv")
    (into / "aftermerge.toml").write_text(CHROME.format(reviews=reviews, notes=notes))
    (into / "metrics.toml").write_text(CHROME_METRICS)
    return into
