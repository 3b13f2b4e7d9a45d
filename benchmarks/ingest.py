"""How long until much feedback is heard, searchable and themed? `uv run python -m benchmarks.ingest [PIECES]`.

Real questions and reviews, and pairs of them once they are used up, are written to one CSV; the commands are typed as
a person would type them, each a process of its own in an empty workspace: what is timed is reading, telling the
language, redacting, storing, finding near-copies and indexing. Beside it: Python's own `csv` over the same file.
"""

import csv
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory

from benchmarks.rates import markdown, verdict
from benchmarks.themes import heard

PIECES = 100_000
START = datetime(2023, 1, 1, tzinfo=UTC)
_SETTINGS = '[workspace]\nname = "Ingest"\ncountry = "GB"\n'
_COMMANDS: Mapping[str, tuple[str, ...]] = {
    "heard: read, redacted, near-copies marked, indexed": ("hear", "import", "said.csv", "--as", "csv"),
    "the same again: nothing new": ("hear", "import", "said.csv", "--as", "csv"),
    "one search": ("hear", "search", "card declined"),
    "themed": ("hear", "themes"),
}
_MOST_SECONDS = {"heard: read, redacted, near-copies marked, indexed": 120.0, "themed": 300.0}


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds by the clock and of the processor."""

    clock: float
    cpu: float


def main(count: int) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        Path(root, "aftermerge.toml").write_text(_SETTINGS, encoding="utf-8")
        _write(Path(root, "said.csv"), heard(count))
        rows = [_row("Python's `csv` alone", _reading(Path(root, "said.csv")))]
        rows += [_row(name, _command(root, words)) for name, words in _COMMANDS.items()]
    print(markdown((f"{count:,} pieces", "s", "CPU s", "bar, s", ""), rows))


def _write(path: Path, texts: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("id", "time", "author", "text"))
        for number, text in enumerate(texts):
            said_at = START + timedelta(minutes=5 * number)
            rows.writerow((number, said_at.isoformat(), f"customer-{number * 7 % 40_009}", text))


def _reading(path: Path) -> Taken:
    began, busy = time.perf_counter(), time.process_time()
    with path.open(encoding="utf-8", newline="") as file:
        sum(1 for _ in csv.reader(file))
    return Taken(time.perf_counter() - began, time.process_time() - busy)


def _command(root: Path, words: Sequence[str]) -> Taken:
    before, began = getrusage(RUSAGE_CHILDREN), time.perf_counter()
    command = (sys.executable, "-m", "aftermerge", *words)
    subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "NO_COLOR": "1"})
    clock, after = time.perf_counter() - began, getrusage(RUSAGE_CHILDREN)
    return Taken(clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _row(name: str, taken: Taken) -> tuple[str, ...]:
    most = _MOST_SECONDS.get(name)
    bar = ("", "") if most is None else (f"{most:.0f}", verdict(taken.clock <= most))
    return (name, f"{taken.clock:.1f}", f"{taken.cpu:.1f}", *bar)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else PIECES)
