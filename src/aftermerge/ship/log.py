"""Every change with the bets that it serves and the releases that carried it, newest first."""

from collections import defaultdict
from dataclasses import dataclass

from aftermerge.model.change import Change, Rule
from aftermerge.ports import Ledger


@dataclass(frozen=True, slots=True)
class LoggedChange:
    """`rule` is by which its bets were found, None where it serves none."""

    change: Change
    bets: tuple[str, ...]
    rule: Rule | None
    releases: tuple[str, ...]


def log(ledger: Ledger) -> list[LoggedChange]:
    bets: dict[str, list[str]] = defaultdict(list)
    rules: dict[str, Rule] = {}
    for link in ledger.links():
        bets[link.change].append(link.bet)
        rules.setdefault(link.change, link.rule)
    carried: dict[str, list[str]] = defaultdict(list)
    for release in sorted(ledger.releases(), key=lambda r: (r.released_at, r.id)):
        for change in release.changes:
            carried[change].append(release.id)
    newest = sorted(ledger.changes(), key=lambda c: (c.merged_at, c.id), reverse=True)
    return [LoggedChange(c, tuple(bets[c.id]), rules.get(c.id), tuple(carried[c.id])) for c in newest]
