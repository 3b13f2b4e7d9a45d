"""Which bets does a change serve? Its pull request, message, branch and paths are asked; the first match wins."""

import re
from collections.abc import Iterable, Mapping, Sequence

from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Link, Rule
from aftermerge.model.globs import path_like
from aftermerge.model.pull_request import PullRequest
from aftermerge.model.reach import taken_back
from aftermerge.ports import Ledger, Stored
from aftermerge.ship.requests import requests_of, shown

_BET_LINE = re.compile(r"^[ \t]*Bet:[ \t]*([a-z0-9-]+)\s*$", re.MULTILINE)
_BRANCH = re.compile(r"(?:^|/)bet/([a-z0-9-]+)$")


def relink(ledger: Ledger) -> Stored:
    """Link all changes anew; links made by hand stay."""
    bets = ledger.bets()
    links = links_of(ledger.changes(), bets, ledger.pull_requests()) if bets else []
    return ledger.replace_links(links)


def links_of(changes: Iterable[Change], bets: Sequence[Bet], requests: Iterable[PullRequest] = ()) -> list[Link]:
    """In the order of the changes; within a change in the order in which it names its bets."""
    known, changes = {bet.slug: bet for bet in bets}, list(changes)
    merged = requests_of(changes, requests)
    found = {change.id: _first_match(change, merged.get(change.id), known) for change in changes}
    back = taken_back(changes)
    return [
        Link(change.id, slug, rule)
        for change in changes
        for rule, slugs in [_of_what_it_takes_back(change.id, back, found)]
        for slug in slugs
    ]


def _of_what_it_takes_back(
    change: str, back: Mapping[str, tuple[str, ...]], found: Mapping[str, tuple[Rule, list[str]]]
) -> tuple[Rule, list[str]]:
    """A revert that names no bet itself serves those of what it takes back: its message says which that is."""
    waiting, seen, slugs = [change], {change}, list[str]()
    while waiting and not found[change][1]:
        for target in back.get(waiting.pop(), ()):
            slugs += found[target][1]
            if target not in seen and not found[target][1]:
                waiting.append(target)
            seen.add(target)
    return ("message", list(dict.fromkeys(slugs))) if slugs else found[change]


def _first_match(change: Change, request: PullRequest | None, bets: dict[str, Bet]) -> tuple[Rule, list[str]]:
    # A squash forgets the branch that it was made on; its pull request does not.
    branch = _BRANCH.search(change.branch or (request.branch if request else None) or "")
    found: list[tuple[Rule, list[str]]] = [
        ("pull_request", _BET_LINE.findall(shown(request.body)) if request else []),
        ("message", _BET_LINE.findall(change.message)),
        ("branch", [branch[1]] if branch else []),
        ("paths", _by_paths(change, bets)),
    ]
    named = ((rule, [slug for slug in dict.fromkeys(slugs) if slug in bets]) for rule, slugs in found)
    return next(((rule, slugs) for rule, slugs in named if slugs), ("paths", []))


def _by_paths(change: Change, bets: dict[str, Bet]) -> list[str]:
    """Only changes made after the bet was begun: a path that was touched years before serves no bet of today."""
    return [
        bet.slug
        for bet in bets.values()
        if bet.paths and bet.begun_at and change.merged_at > bet.begun_at and _touches(change, bet.paths)
    ]


def _touches(change: Change, patterns: Iterable[str]) -> bool:
    return any(path_like(pattern).fullmatch(path) for pattern in patterns for path in change.paths)
