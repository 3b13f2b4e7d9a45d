"""Which release a customer speaks of: the one of the version that they had.

Blind spot: a build number behind the version (`3.5.1 (4711)`) says nothing, and where two products carry the same
version, the one released last before they wrote is taken.
"""

import re
from collections.abc import Mapping, Sequence

from aftermerge.model.change import Release
from aftermerge.model.feedback import Feedback
from aftermerge.model.version import is_version

__all__ = ["by_version", "release_among", "release_of"]

_BUILD = re.compile(r"\s*[(\[].*|\+.*")
_NUMBER = re.compile(r"\d+(?:[._]\d+)+|\d+")
Version = tuple[tuple[int, ...], str]


def release_of(feedback: Feedback, releases: Sequence[Release]) -> Release | None:
    """For one; for many, ask `by_version` once and then `release_among`."""
    return release_among(feedback, by_version(releases))


def by_version(releases: Sequence[Release]) -> Mapping[Version, Sequence[Release]]:
    found: dict[Version, list[Release]] = {}
    for release in releases:
        version = _version(release.id) if is_version(release.id) else None
        if version:
            found.setdefault(version, []).append(release)
    return found


def release_among(feedback: Feedback, releases: Mapping[Version, Sequence[Release]]) -> Release | None:
    """None where the feedback names no version, or none that was released."""
    version = _version(feedback.version) if feedback.version else None
    same = releases.get(version, ()) if version else ()
    before = [release for release in same if release.released_at <= feedback.time]
    if before:
        return max(before, key=lambda release: release.released_at)
    return min(same, key=lambda release: release.released_at, default=None)


def _version(name: str) -> Version | None:
    """Its numbers without the zeros at their end, and what stands behind them: `v1.2.0-rc.1` is ((1, 2), rc1)."""
    bare = _BUILD.sub("", name.strip())
    dotted = [match for match in _NUMBER.finditer(bare) if not match[0].isdigit()]
    number = dotted[0] if dotted else _NUMBER.search(bare)
    if number is None:
        return None
    parts = [int(part) for part in re.split(r"[._]", number[0])]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts), re.sub(r"[^a-z0-9]", "", bare[number.end() :].lower())
