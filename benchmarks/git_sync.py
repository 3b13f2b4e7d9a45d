"""How long does the first sync of a large repository take? `uv run python -m benchmarks.git_sync [commits]`.

Set beside git's own pass over the same history with the same paths, in the same run.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

COMMITS = 30_000


def history(commits: int) -> bytes:
    """A straight line of commits, each with two files, as a stream for git fast-import."""
    parts = []
    for number in range(1, commits + 1):
        message = f"Step {number}\n\nCloses #{number}\n"
        parts.append(
            f"commit refs/heads/main\ncommitter Team <team@harbor.example> {1_500_000_000 + 3600 * number} +0000\n"
        )
        parts.append(f"data {len(message)}\n{message}")
        parts += [f"M 100644 inline src/{number % 97}/{name}.py\ndata 2\n{number % 10}\n" for name in ("a", "b")]
    return "".join(parts).encode()


def seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def typed(folder: Path, *command: str) -> Callable[[], object]:
    return lambda: subprocess.run(command, cwd=folder, check=True, capture_output=True)


def report(commits: int) -> str:
    with TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(["git", "init", "-q", "-b", "main", name], check=True)
        subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=history(commits), check=True)
        aftermerge = (sys.executable, "-m", "aftermerge")
        typed(folder, *aftermerge, "init")()
        raw = seconds(typed(folder, "git", "log", "--name-only", "--format=%H%x00%B"))
        first = seconds(typed(folder, *aftermerge, "sync"))
        again = seconds(typed(folder, *aftermerge, "sync"))
    return table([("git log --name-only", raw), ("first sync", first), ("sync with nothing new", again)], commits, raw)


def table(rows: Sequence[tuple[str, float]], commits: int, raw: float) -> str:
    lines = [f"| {commits:,} commits | seconds | × git log |", "| --- | --- | --- |"]
    return "\n".join([*lines, *(f"| {what} | {took:.1f} | {took / raw:.1f} |" for what, took in rows)])


if __name__ == "__main__":
    print(report(int(sys.argv[1]) if len(sys.argv) > 1 else COMMITS))
