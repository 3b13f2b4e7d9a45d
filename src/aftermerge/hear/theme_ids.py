"""A theme that is found again keeps the id that it had."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from aftermerge.model.problem import Theme

__all__ = ["keep_ids"]

_NUMBERED = re.compile(r"t(\d+)")
_SHARED = 0.5


def keep_ids(new: Sequence[Theme], old: Sequence[Theme], ever: Iterable[str]) -> tuple[Theme, ...]:
    """The same themes, each with the id of the old one with which it shares most, at least half of the smaller.

    The pairs that share most are matched first, each old id once; what is left is numbered on from `ever`, the ids that
    themes have borne: an id that somebody wrote down never comes to mean another theme.
    """
    kept: dict[int, str] = {}
    for _, place, identifier in sorted(_shared(new, old), key=lambda pair: (-pair[0], pair[1:])):
        if place not in kept and identifier not in kept.values():
            kept[place] = identifier
    number = max((int(m[1]) for name in ever if (m := _NUMBERED.fullmatch(name))), default=0)
    numbered = []
    for place, theme in enumerate(new):
        number += place not in kept
        numbered.append(replace(theme, id=kept.get(place, f"t{number}")))
    return tuple(numbered)


def _shared(new: Sequence[Theme], old: Sequence[Theme]) -> list[tuple[int, int, str]]:
    """How many each new theme (by place) shares with each old one (by id), where that is enough."""
    size = {theme.id: theme.size for theme in old}
    theme_of = {member: theme.id for theme in old for member in theme.members}
    pairs: list[tuple[int, int, str]] = []
    for place, theme in enumerate(new):
        counts = Counter(theme_of[member] for member in theme.members if member in theme_of)
        enough = ((n, place, name) for name, n in counts.items() if n >= _SHARED * min(theme.size, size[name]))
        pairs.extend(enough)
    return pairs
