"""What `doctor` looks at, and what it says of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Link, Release
from aftermerge.model.feedback import Ask, Feedback
from aftermerge.model.metric import Metric
from aftermerge.model.readout import Readout
from aftermerge.ports import Ledger
from aftermerge.settings import Settings

LinkOfLoop = Literal["hear", "bet", "ship", "measure", "tell", "learn"]
Outcome = Literal["ok", "missing", "warn"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One link of the loop, looked at. `command` is the command, or the line of text, that mends it."""

    link: LinkOfLoop
    outcome: Outcome
    what: str
    command: str | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All findings, in the loop's own order."""

    findings: tuple[Finding, ...]

    @property
    def is_well(self) -> bool:
        return all(finding.outcome == "ok" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the settings and the ledger hold, read once. `never_synced` names sources without a cursor."""

    settings: Settings
    metrics: Sequence[Metric]
    never_synced: tuple[str, ...]
    feedback: Sequence[Feedback]
    asks: Sequence[Ask]
    changes: Sequence[Change]
    releases: Sequence[Release]
    bets: Sequence[Bet]
    links: Sequence[Link]
    readouts: Sequence[Readout]


def gather(settings: Settings, metrics: Sequence[Metric], ledger: Ledger) -> Facts:
    """Read the ledger once."""
    names = [source.name for source in settings.sources]
    return Facts(
        settings=settings,
        metrics=metrics,
        never_synced=tuple(name for name in names if ledger.cursor(name) is None),
        feedback=ledger.feedback(),
        asks=ledger.asks(),
        changes=ledger.changes(),
        releases=ledger.releases(),
        bets=ledger.bets(),
        links=ledger.links(),
        readouts=ledger.readouts()[1],
    )


def counted(count: int, noun: str) -> str:
    """`1 bet`, `1,204 bets`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def listed(names: Sequence[str], most: int = 3) -> str:
    """`a`, `b`, `c` and 4 more."""
    shown = ", ".join(f"`{name}`" for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
