"""Does the demo find what was planted, and nothing else? `uv run python -m benchmarks.demo_truth [seeds]`."""

import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from scipy.stats import beta

from aftermerge.demo.truth import PlantedEffect
from aftermerge.demo.walk import Walk, walk
from aftermerge.model.readout import Readout

TODAY = date(2026, 6, 15)
SEEDS = 20
SPOKE = ("improved", "harmed")


@dataclass(frozen=True, slots=True)
class Judged:
    """One planted effect of one seed, and what was read of it."""

    seed: int
    planted: PlantedEffect
    readout: Readout

    @property
    def is_zero(self) -> bool:
        return self.planted.effect == 0

    @property
    def is_large(self) -> bool:
        """At least twice the smallest effect worth having, and all the data there."""
        return abs(self.planted.effect) >= 2 * self.readout.worth and self.readout.verdict != "too_early"

    @property
    def is_found(self) -> bool:
        readout = self.readout
        return readout.verdict in SPOKE and readout.estimate is not None and readout.estimate * self.planted.effect > 0

    @property
    def is_covered(self) -> bool:
        low, high = self.readout.low, self.readout.high
        return low is not None and high is not None and low <= self.planted.effect <= high


def judged(seed: int, found: Walk) -> list[Judged]:
    """Claims and guardrails: what gets a verdict."""
    by_claim = {(r.subject.id, r.metric): r for r in found.readouts.readouts if r.subject.kind == "bet"}
    pairs = [(planted, by_claim[planted.bet, planted.metric]) for planted in found.truth.effects]
    return [Judged(seed, planted, readout) for planted, readout in pairs if readout.verdict is not None]


def collect(seeds: range, today: date = TODAY) -> list[Judged]:
    rows: list[Judged] = []
    for seed in seeds:
        with TemporaryDirectory() as folder:
            found = walk(Path(folder) / "harbor", seed, today, lambda name, done, total: None)
        rows += judged(seed, found)
    return rows


def report(rows: list[Judged]) -> str:
    zeros = [row for row in rows if row.is_zero]
    large = [row for row in rows if row.is_large]
    seen = [row for row in rows if row.readout.low is not None]
    lines = ["| what | rate | n | one-sided 95% limit | bar |", "| --- | --- | --- | --- | --- |"]
    lines.append(_line("claims on planted zeros", sum(r.readout.verdict in SPOKE for r in zeros), len(zeros), "≤ 5%"))
    lines.append(_line("effects of ≥ 2 × worth found", sum(r.is_found for r in large), len(large), "≥ 90%"))
    lines.append(_line("intervals that hold the truth", sum(r.is_covered for r in seen), len(seen), "≥ 95%"))
    missed = Counter((r.planted.bet, r.planted.metric, r.readout.verdict) for r in large if not r.is_found)
    alarms = Counter((r.planted.bet, r.planted.metric, r.readout.verdict) for r in zeros if r.readout.verdict in SPOKE)
    uncovered = Counter((r.planted.bet, r.planted.metric) for r in seen if not r.is_covered)
    return "\n".join([*lines, "", f"missed: {missed}", f"alarms: {alarms}", f"uncovered: {uncovered}"])


def _line(what: str, hits: int, n: int, bar: str) -> str:
    """Of a rate that must not be high its lower limit, of one that must not be low its upper one."""
    low = beta.ppf(0.05, hits, n - hits + 1) if hits else 0.0
    high = beta.ppf(0.95, hits + 1, n - hits) if hits < n else 1.0
    limit = low if bar.startswith("≤") else high
    return f"| {what} | {hits / n:.1%} | {n} | {limit:.1%} | {bar} |"


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    print(report(collect(range(1, count + 1))))
