"""The parts of a letter's Markdown: as much of it as letters need."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from aftermerge.channels.text.spans import Span, Spans, spans
from aftermerge.render.untrusted import whole

__all__ = ["Block", "Kind", "blocks"]

Kind = Literal["paragraph", "heading", "quote", "list", "numbers", "code", "gap"]

_FENCE = re.compile(r" {0,3}```")
_MARKS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("quote", re.compile(r" {0,3}>[ ]?")),
    ("heading", re.compile(r" {0,3}#{1,6}[ ]+")),
    ("list", re.compile(r"[ \t]*[-*+][ ]+")),
    ("numbers", re.compile(r"[ \t]*\d{1,9}[.)][ ]+")),
)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one kind that stand together. In a quote, somebody else's words, nothing is a link."""

    kind: Kind
    lines: tuple[Spans, ...]


def blocks(text: str) -> Sequence[Block]:
    """The blocks of a text, in which nothing steers a terminal or the direction of writing."""
    kinds = list(_kinds(whole(text).split("\n")))
    return [_block(kind, [line for _, line in lines]) for kind, lines in _together(kinds) if kind != "gap"]


def _kinds(lines: Sequence[str]) -> Iterator[tuple[Kind, str]]:
    fenced = False
    for line in lines:
        if _FENCE.match(line):
            fenced = not fenced
            yield "gap", ""
        elif fenced:
            yield "code", line
        else:
            yield _kind(line)


def _kind(line: str) -> tuple[Kind, str]:
    if not line.strip():
        return "gap", ""
    for kind, mark in _MARKS:
        found = mark.match(line)
        if found:
            return kind, line[found.end() :]
    return "paragraph", line.strip()


def _together(kinds: Sequence[tuple[Kind, str]]) -> Iterator[tuple[Kind, Sequence[tuple[Kind, str]]]]:
    for kind, lines in groupby(kinds, key=lambda one: one[0]):
        if kind == "heading":
            yield from ((kind, [line]) for line in lines)
        else:
            yield kind, list(lines)


def _block(kind: Kind, lines: Sequence[str]) -> Block:
    if kind == "code":
        return Block(kind, tuple((Span(line, code=True),) for line in lines))
    return Block(kind, tuple(spans(line, links=kind != "quote") for line in lines))
