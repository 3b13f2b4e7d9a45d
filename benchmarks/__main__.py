"""Every measured proof that this machine can run, one after another: `uv run python -m benchmarks [name ...]`."""

import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec

BENCHMARKS = {
    "false_alarms": "Simulated series on which nothing happened",
    "real_placebos": "Real series at dates when nothing shipped",
    "readout_speed": "What one readout costs",
    "ab_looks": "A/B with a look every day",
    "ab_speed": "What an A/B readout costs",
    "usage_experiments": "Twenty experiments over fifty million events, asked together",
    "usage_releases": "Two hundred releases over fifty million events, and one more day",
    "experiments": "Published experiments",
    "staggered": "Staggered adoption",
    "prop99": "Proposition 99",
    "portfolio": "A period's claims together",
    "constraint": "Which stage holds the others up",
    "demo_truth": "The demo against what was planted",
    "redaction": "Personal data taken out of what customers wrote",
    "ingest": "A hundred thousand pieces of feedback, heard",
    "search": "Ranked search over a million texts",
    "themes": "Themes, and what problems draw to themselves",
    "review_to_issue": "The right bug report for a review",
    "linking": "Changes and the bets that they serve",
    "git_sync": "The first sync of a large repository",
}


def run(titles: Mapping[str, str]) -> int:
    """How many failed. Each is a process of its own, so that none warms another's caches."""
    return sum(not _ran(name, title) for name, title in titles.items())


def _ran(name: str, title: str) -> bool:
    print(f"\n## {title} (`benchmarks.{name}`)\n", flush=True)
    if find_spec(f"benchmarks.{name}") is None:
        print("not written yet: skipped")
        return True
    code = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode
    if code:
        print(f"it ended with exit code {code}: no table")
    return code == 0


if __name__ == "__main__":
    unknown = [name for name in sys.argv[1:] if name not in BENCHMARKS]
    if unknown:
        sys.exit(f"no benchmark is named {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    chosen = {name: title for name, title in BENCHMARKS.items() if name in sys.argv[1:]}
    sys.exit(1 if run(chosen or BENCHMARKS) else 0)
