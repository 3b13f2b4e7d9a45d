"""A customer's text, cut about the words that were found, and folded to the width of a terminal."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from aftermerge.render.phrases import Paint, plain
from aftermerge.render.untrusted import one_line

__all__ = ["excerpt"]

Mark = tuple[int, int]
Cell = tuple[str, int]
"""Something that is not divided, as it is printed, and how many columns it takes."""

_BEFORE = 60  # characters that are shown before the first found word, about
_LONGEST = 60  # characters of what has no space in it
_FOUND = "unsure"


def excerpt(
    text: str, marks: Sequence[Mark] = (), *, most: int = 220, width: int = 76, paint: Paint = plain
) -> list[str]:
    """Lines of at most `width` columns, about `most` characters in all, with the found words painted."""
    start, end = _window(text, marks, most)
    words = re.finditer(r"\S+|(?<=\S)[^\S\n]*\n\s*\n\s*(?=\S)", text[start:end])
    cells = [cell for word in words for cell in _cell(text, start, word, marks, paint)]
    head = [("…", 1)] if start > 0 else []
    tail = [("…", 1)] if text[end:].strip() else []
    return list(_folded([*head, *cells, *tail], width))


def _window(text: str, marks: Sequence[Mark], most: int) -> Mark:
    """Where most of the found words stand together, from the beginning of a word to the end of one."""
    if len(text) <= most:
        return 0, len(text)
    first = max(marks, key=lambda mark: (_found_after(mark[0], marks, most), -mark[0]), default=(0, 0))[0]
    start = first - _BEFORE if first > _BEFORE + 20 else 0
    if start:
        space = re.compile(r"\s").search(text, start, first)
        start = space.end() if space else start
    end = start + most
    space_before = re.compile(r"\s\S*$").search(text, max(start, end - _LONGEST), end)
    return start, space_before.start() if space_before and end < len(text) else end


def _found_after(start: int, marks: Sequence[Mark], most: int) -> int:
    return sum(start <= mark[0] < start + most - _BEFORE for mark in marks)


def _cell(text: str, at: int, word: re.Match[str], marks: Sequence[Mark], paint: Paint) -> Iterator[Cell]:
    """A word between two spaces, in which some letters may be found ones; an empty line is a dash."""
    if word[0].isspace():
        yield "—", 1
        return
    start, end = at + word.start(), min(at + word.end(), at + word.start() + _LONGEST)
    printed, columns = "", 0
    for piece, is_found in _pieces(text, start, end, marks):
        shown = one_line(piece, len(piece))
        printed += paint(shown, _FOUND) if is_found and shown else shown
        columns += _columns(shown)
    if word.end() - word.start() > _LONGEST:
        printed, columns = printed + "…", columns + 1
    if printed:
        yield printed, columns


def _pieces(text: str, start: int, end: int, marks: Sequence[Mark]) -> Iterator[tuple[str, bool]]:
    for mark in marks:
        first, last = max(mark[0], start), min(mark[1], end)
        if first < last:
            yield text[start:first], False
            yield text[first:last], True
            start = last
    yield text[start:end], False


def _folded(cells: Sequence[Cell], width: int) -> Iterator[str]:
    line: list[str] = []
    used = 0
    for printed, columns in cells:
        if line and used + 1 + columns > width:
            yield " ".join(line)
            line, used = [], 0
        used += columns + bool(line)
        line.append(printed)
    if line:
        yield " ".join(line)


def _columns(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) > 0 for c in text)
