"""Killed at any moment and run again, a sync leaves the ledger that one clean run leaves."""

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZipFile

import pytest

from support.histories import merge_commits
from support.walks import aftermerge

KILLS = 20
SETTINGS = """
[workspace]
name = "Harbor"

[[source]]
kind = "git"

[[source]]
kind = "csv"
name = "desk"
path = "tickets.csv"
as = "feedback"

[[usage.units]]
name = "cats"
table = "cats.csv"
unit = "user"
variant = "variant"
flag = "gate"
"""
BET = """---
bet: faster-export
problem: slow
metric: complaints
---
They said so in desk:7 and desk:4000.
"""
METRICS = '[complaints]\nkind = "count"\nfrom = "feedback"\ngood = "down"\nworth = "20%"\n'


def workspace(folder: Path) -> Path:
    merge_commits(folder, 2100)
    subprocess.run(["git", "-C", str(folder), "reset", "-q", "--hard"], check=True)
    (folder / "aftermerge.toml").write_text(SETTINGS)
    (folder / "metrics.toml").write_text(METRICS)
    (folder / "bets").mkdir()
    (folder / "bets" / "faster-export.md").write_text(BET)
    rows = [f"{n},2024-03-{n % 28 + 1:02d}T10:00:00Z,It spins {n}.,cust-{n % 300}" for n in range(4500)]
    rows[4321] = "4321,not a date,It spins.,cust-1"
    (folder / "tickets.csv").write_text("\n".join(["id,created_at,body,customer", *rows]) + "\n")
    units = [f"u{n},{'on' if n % 2 else 'off'},{n % 3}" for n in range(4000)]
    (folder / "cats.csv").write_text("\n".join(["user,variant,exports", *units]) + "\n")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Every table's rows; the journal without its times, which tell when and not what."""
    aftermerge(folder, "backup", "saved.zip")
    with ZipFile(folder / "saved.zip") as archive:
        tables = {name: archive.read(name) for name in archive.namelist() if name.endswith(".jsonl")}
    journal = next(name for name in tables if "journal" in name)
    entries = [json.loads(line) for line in tables[journal].splitlines()]
    tables[journal] = json.dumps([{k: v for k, v in entry.items() if k != "at"} for entry in entries]).encode()
    beside = {str(p.relative_to(folder)): p.read_bytes() for p in (folder / ".aftermerge" / "rejected").iterdir()}
    return tables | beside


def start(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "aftermerge", "sync"]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@dataclass(frozen=True, slots=True)
class Clean:
    """A workspace that was never synced, what one clean sync makes of it, and how long that took.

    `endings` gathers how the killed ones ended.
    """

    untouched: Path
    contents: dict[str, bytes]
    seconds: float
    endings: list[int] = field(default_factory=list)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Clean:
    untouched = workspace(tmp_path_factory.mktemp("clean") / "app")
    folder = Path(shutil.copytree(untouched, untouched.with_name("synced")))
    began = time.monotonic()
    assert start(folder).wait() == 0
    seconds = time.monotonic() - began
    return Clean(untouched, contents(folder), seconds)


@pytest.mark.parametrize("seed", range(10))
def test_a_sync_killed_at_random_moments_ends_where_a_clean_one_does(tmp_path: Path, clean: Clean, seed: int) -> None:
    folder = Path(shutil.copytree(clean.untouched, tmp_path / "app"))
    moments = random.Random(seed)
    for _ in range(KILLS // 10):
        process = start(folder)
        time.sleep(moments.uniform(0.2, 0.7) * clean.seconds)
        process.kill()
        clean.endings.append(process.wait())
    aftermerge(folder, "sync")
    assert contents(folder) == clean.contents


def test_most_of_those_kills_came_in_the_middle(clean: Clean) -> None:
    assert clean.endings.count(-signal.SIGKILL) >= len(clean.endings) / 2
