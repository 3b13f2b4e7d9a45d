"""A short page for people, before it is known where it will be read: on a terminal, in a mail, in a chat.

What others wrote is kept apart from what is ours, so that each face can make it do nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from aftermerge.model.review import ReadMetric
from aftermerge.render.untrusted import one_line

Style = Literal["", "strong", "quiet", "good", "bad", "unsure", "code"]


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text. `is_ours`: it may be shown as it stands; else it is in one line, and not yet escaped."""

    text: str
    style: Style = ""
    is_ours: bool = True


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is said: its first line, what belongs below it, and whose chart stands beside it.

    `is_quote`: these are a customer's words.
    """

    lines: tuple[Line, ...]
    chart: ReadMetric | None = None
    is_quote: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """`title` is empty for what the page opens with, and for what closes it. `is_loose`: its items need room."""

    title: str
    items: tuple[Item, ...]
    is_loose: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    title: Line
    subtitle: str
    sections: tuple[Section, ...]


def ours(text: str, style: Style = "") -> Line:
    """What stands between backticks is code."""
    parts = text.split("`")
    return tuple(Span(part, "code" if place % 2 else style) for place, part in enumerate(parts) if part)


def theirs(text: str, style: Style = "", most: int = 240) -> Span:
    """In one line, cut at a word."""
    return Span(one_line(text, most), style, is_ours=False)


def one(*lines: Line) -> Item:
    return Item(lines)


def plain_words(line: Line) -> str:
    """Without styles, code in its backticks."""
    return "".join(f"`{span.text}`" if span.style == "code" else span.text for span in line)


def cut(items: Sequence[Item], most: int, command: str) -> tuple[Item, ...]:
    """The first of a long list, how many more there are, and the command that shows them."""
    if len(items) <= most:
        return tuple(items)
    return (*items[:most], one(ours(f"and {len(items) - most:,} more: `{command}`", "quiet")))
