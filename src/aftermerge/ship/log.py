"""Every change with the bets that it serves and the releases that carried it, newest first."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from aftermerge.model.change import Change, Rule
from aftermerge.model.maintenance import upkeep
from aftermerge.ports import Ledger


@dataclass(frozen=True, slots=True)
class LoggedChange:
    """`rule` is by which its bets were found, None where it serves none. `is_upkeep` as the team declares it."""

    change: Change
    bets: tuple[str, ...]
    rule: Rule | None
    releases: tuple[str, ...]
    is_upkeep: bool = False


def log(ledger: Ledger, maintenance: Sequence[str] = ()) -> list[LoggedChange]:
    """`maintenance` are the patterns of changes that are not meant to make a claim."""
    bets: dict[str, list[str]] = defaultdict(list)
    rules: dict[str, Rule] = {}
    links, changes = ledger.links(), ledger.changes()
    for link in links:
        bets[link.change].append(link.bet)
        rules.setdefault(link.change, link.rule)
    carried: dict[str, list[str]] = defaultdict(list)
    for release in sorted(ledger.releases(), key=lambda r: (r.released_at, r.id)):
        for change in release.changes:
            carried[change].append(release.id)
    kept = upkeep(changes, links, maintenance)
    newest = sorted(changes, key=lambda c: (c.merged_at, c.id), reverse=True)
    return [LoggedChange(c, tuple(bets[c.id]), rules.get(c.id), tuple(carried[c.id]), c.id in kept) for c in newest]
