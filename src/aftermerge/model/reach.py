"""When a bet's changes reached users, and when they were taken back."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aftermerge.model.change import Change, Link, Release, carried_by

_COMMIT = re.compile(r"^\s*(?:[*-] )?(?:This reverts|Reverts|Reverted) commit ([0-9a-f]{7,40})\b", re.MULTILINE)
_REQUEST = re.compile(r"^\s*Reverts (?:[\w.-]+/[\w.-]+)?[#!](\d+)\s*$", re.MULTILINE)
_NUMBER = re.compile(r"\(#(\d+)\)$|^Merge pull request #(\d+) |^See merge request \S*!(\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Reach:
    """The first release that carried a bet to all users; and the one that took the last of it back, if one did."""

    release: Release
    withdrawn: Release | None = None


def taken_back(changes: Iterable[Change]) -> dict[str, tuple[str, ...]]:
    """By the id of each revert, the ids of what it takes back: named by commit, or by the number of its request."""
    ordered = sorted(changes, key=lambda change: (change.merged_at, change.id))
    by_number = {number: change.id for change in ordered for number in _numbers(change)}
    ids = sorted(change.id for change in ordered)
    named = ((change.id, _named(change, ids, by_number)) for change in ordered)
    return {revert: targets for revert, targets in named if targets}


def reaches(releases: Iterable[Release], links: Iterable[Link], changes: Sequence[Change]) -> dict[str, Reach]:
    """Of each bet whose changes reached all users. What was taken back before a release carried it never did."""
    carried, chains = carried_by(releases), _chains(changes)
    linked: dict[str, list[Reach]] = defaultdict(list)
    for link in links:
        found = _reach(chains.get(link.change, (link.change,)), carried)
        if found:
            linked[link.bet].append(found)
    return {bet: _together(found) for bet, found in linked.items()}


def _numbers(change: Change) -> list[str]:
    return [number for groups in _NUMBER.findall(f"{change.title}\n{change.message}") for number in groups if number]


def _named(change: Change, ids: Sequence[str], by_number: Mapping[str, str]) -> tuple[str, ...]:
    commits = [_known(prefix, ids) for prefix in _COMMIT.findall(change.message)]
    requests = [by_number.get(number) for number in _REQUEST.findall(change.message)] if not commits else []
    return tuple(dict.fromkeys(found for found in (*commits, *requests) if found and found != change.id))


def _known(prefix: str, ids: Sequence[str]) -> str | None:
    """The id that begins so; the ids are sorted."""
    place = bisect_left(ids, prefix)
    return ids[place] if place < len(ids) and ids[place].startswith(prefix) else None


def _chains(changes: Sequence[Change]) -> dict[str, tuple[str, ...]]:
    """For each change that was taken back: itself, its revert, the revert's revert, and so on; none for a revert."""
    back = taken_back(changes)
    by_target = {target: revert for revert, targets in back.items() for target in targets}
    chains: dict[str, tuple[str, ...]] = dict.fromkeys(back, ())
    for first in set(by_target) - set(back):
        chain = [first]
        while chain[-1] in by_target and by_target[chain[-1]] not in chain:
            chain.append(by_target[chain[-1]])
        chains[first] = tuple(chain)
    return chains


def _reach(chain: Sequence[str], carried: Mapping[str, Release]) -> Reach | None:
    """Each step of the chain turns it on or off again; several steps in one release count as one."""
    states: dict[str, tuple[Release, bool]] = {}
    for place, change in enumerate(chain):
        if change in carried:
            states[carried[change].id] = (carried[change], place % 2 == 0)
    steps = sorted(states.values(), key=lambda step: (step[0].released_at, step[0].id))
    on = next((release for release, is_on in steps if is_on), None)
    if on is None:
        return None
    last, is_on = steps[-1]
    return Reach(on, None if is_on else last)


def _together(found: Sequence[Reach]) -> Reach:
    """A bet has reached users with its first change, and is withdrawn with its last."""
    first = min((reach.release for reach in found), key=lambda release: (release.released_at, release.id))
    gone = [reach.withdrawn for reach in found]
    if any(release is None for release in gone):
        return Reach(first)
    return Reach(first, max((r for r in gone if r), key=lambda release: (release.released_at, release.id)))
