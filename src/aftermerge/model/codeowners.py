"""CODEOWNERS: whose a path is.

Patterns are read as GitHub and GitLab read them: the last that fits decides, and one without owners leaves a path
nobody's. `[Sections]` decide one by one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aftermerge.model.globs import path_like

CODEOWNERS_PLACES = ("CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where it is looked for, from the repository's top folder; the first that is there."""

_SECTION = re.compile(r"\^?\[([^\]]+)\](?:\[\d+\])?(.*)")
_BLANK = re.compile(r"(?<!\\)\s+")


@dataclass(frozen=True, slots=True)
class OwnedPattern:
    """`section` is empty outside of any."""

    pattern: str
    owners: tuple[str, ...]
    section: str = ""


@dataclass(frozen=True, slots=True)
class Codeowners:
    patterns: tuple[OwnedPattern, ...] = ()

    def owners_of(self, path: str) -> frozenset[str]:
        """In small letters, as handles are the same in whatever case."""
        last = {item.section: item.owners for item in self.patterns if _fits(item.pattern, path)}
        return frozenset(owner for owners in last.values() for owner in owners)


def read_codeowners(text: str) -> Codeowners:
    """What can't be read as a pattern fits nothing, as where the file is used."""
    return Codeowners(tuple(_patterns(text.removeprefix("\ufeff").splitlines())))


def _patterns(lines: Sequence[str]) -> Iterator[OwnedPattern]:
    section = ""
    usual: tuple[str, ...] = ()
    for line in lines:
        words = _words(line)
        if found := _SECTION.fullmatch(" ".join(words)):
            section, usual = found[1].strip().casefold(), _owners(found[2].split())
        elif words:
            pattern, *owners = words
            excluded = pattern.startswith("!")
            yield OwnedPattern(pattern.lstrip("!"), () if excluded else _owners(owners) or usual, section)


def _words(line: str) -> list[str]:
    """Without a remark; a blank or a `#` that is written after a `\\` belongs to the pattern."""
    said = re.split(r"(?:^|\s)#", line.strip(), maxsplit=1)[0]
    return [re.sub(r"\\([ #])", r"\1", word) for word in _BLANK.split(said.strip()) if word]


def _owners(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.casefold() for word in words)


def _fits(pattern: str, path: str) -> bool:
    """What names a folder fits all in it; `folder/*` only the files that lie in it."""
    is_anchored = "/" in pattern.rstrip("/")
    place = pattern.strip("/") if is_anchored else f"**/{pattern.strip('/')}"
    if not pattern.endswith("/") and path_like(place).fullmatch(path):
        return True
    return not (is_anchored and place.endswith("/*")) and path_like(f"{place}/**").fullmatch(path) is not None
