"""Workspaces over real data, set up as a newcomer would, and the command line typed in them."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
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


TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial" / "three-walks.md"
_SETTINGS = re.compile(r"```toml\n(# (\S+)\n.*?)```", re.DOTALL)
_BETS = re.compile(r"^`(bets/\S+)`:\n\n```markdown\n(.*?)```", re.DOTALL | re.MULTILINE)


def files_of_walk(number: int) -> dict[str, str]:
    """The files that a section of the tutorial has its reader write, by name."""
    section = TUTORIAL.read_text().split("\n## ")[number]
    return {name: text for text, name in _SETTINGS.findall(section)} | dict(_BETS.findall(section))


def sqlite_utils(into: Path) -> Path:
    """The real history, with the daily downloads of it and of its sister packages."""
    log, tags = real_data("git", "commits_simonw__sqlite-utils.jsonl.gz"), real_data("git", "release_tags.csv")
    rebuild(log, tags, "simonw/sqlite-utils", into)
    downloads = real_data("timeseries", "pypi_daily_downloads_simonw_203_packages.parquet")
    return _workspace(into, files_of_walk(1), {"downloads.parquet": downloads})


def cookie_cats(into: Path, *, winsorize: bool = True) -> Path:
    """An experiment that is over: a row a player."""
    subprocess.run(["git", "init", "-q", str(into)], check=True)
    files = files_of_walk(2)
    if not winsorize:
        files["metrics.toml"] = files["metrics.toml"].replace("winsorize = 0.999\n", "")
    return _workspace(into, files, {"cookie_cats.csv.gz": real_data("experiments", "cookie_cats.csv.gz")})


def chrome(into: Path) -> Path:
    """Reviews as feedback, release notes as releases; there is no history to read."""
    subprocess.run(["git", "init", "-q", str(into)], check=True)
    reviews = real_data("reviews", "appstore_reviews_chrome_github_2017_2021.parquet")
    notes = real_data("reviews", "appstore_release_notes_chrome_github.csv")
    return _workspace(into, files_of_walk(3), {"reviews.parquet": reviews, "notes.csv": notes})


def _workspace(root: Path, files: Mapping[str, str], data: Mapping[str, Path]) -> Path:
    """As the tutorial has it: `init`, then the files, with the data under `data/`."""
    aftermerge(root, "init")
    for name, text in files.items():
        (root / name).write_text(text)
    (root / "data").mkdir()
    for name, source in data.items():
        (root / "data" / name).symlink_to(source)
    return root
