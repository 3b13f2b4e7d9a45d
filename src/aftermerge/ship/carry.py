"""Which changes did a release carry of which only the commit is known?"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from aftermerge.model.batch import Batch
from aftermerge.model.change import Change, Release
from aftermerge.ports import Ledger, Stored

_SHORTEST = 7


def carry(ledger: Ledger) -> Stored:
    """Say so in the ledger. A source with changes of its own, as git is, knows it better, and is left alone."""
    changes, releases = ledger.changes(), defaultdict[str, list[Release]](list)
    knowing = {change.source for change in changes}
    for release in ledger.releases():
        if release.source not in knowing and release.commit:
            releases[release.source].append(release)
    stored = Stored()
    for source, given in releases.items():
        carrying = carried(given, changes)
        if carrying != given:
            stored += ledger.store(source, Batch(ledger.cursor(source) or "", releases=tuple(carrying)))
    return stored


def carried(releases: Sequence[Release], changes: Iterable[Change]) -> list[Release]:
    """Each change goes to the earliest of the releases whose commit is that change or a later one of the same source.

    Later is by the time of the merge. A commit that is no change carries none.
    """
    lines = _lines(changes)
    places = {change: (source, place) for source, line in lines.items() for place, change in enumerate(line)}
    ids = sorted(places)
    placed = [(release, places.get(_known(release.commit, ids), ("", -1))) for release in releases]
    reached: dict[str, int] = defaultdict(int)
    found: dict[str, Release] = {}
    for release, (source, place) in sorted(placed, key=lambda one: (one[0].released_at, one[1][1], one[0].id)):
        found[release.id] = replace(release, changes=tuple(lines.get(source, ())[reached[source] : place + 1]))
        reached[source] = max(reached[source], place + 1)
    return [found[release.id] for release in releases]


def _known(commit: str | None, ids: Sequence[str]) -> str:
    """The change that begins so, where a commit was written short; the ids are sorted."""
    begin = commit or ""
    place = bisect_left(ids, begin)
    is_short = len(begin) >= _SHORTEST and place < len(ids) and ids[place].startswith(begin)
    return ids[place] if is_short else begin


def _lines(changes: Iterable[Change]) -> Mapping[str, Sequence[str]]:
    """The changes of each source, in the order in which they were merged."""
    lines: dict[str, list[str]] = defaultdict(list)
    for change in sorted(changes, key=lambda one: one.merged_at):
        lines[change.source].append(change.id)
    return lines
