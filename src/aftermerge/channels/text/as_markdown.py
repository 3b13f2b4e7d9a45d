"""A letter as Markdown for a place whose own Markdown does more: it calls nobody, and nothing in it is HTML."""

import re

from aftermerge.channels.text.blocks import Block, blocks
from aftermerge.channels.text.spans import Span, Spans
from aftermerge.render.untrusted import calling_nobody

__all__ = ["as_markdown"]

_TICKS = re.compile(r"`+")


def as_markdown(text: str) -> str:
    """All words are escaped; the marks are written anew."""
    return "\n\n".join(_block(block) for block in blocks(text))


def _block(block: Block) -> str:
    lines = [_line(line) for line in block.lines]
    match block.kind:
        case "quote":
            return "\n".join(f"> {line}" for line in lines)
        case "list":
            return "\n".join(f"- {line}" for line in lines)
        case "numbers":
            return "\n".join(f"{place}. {line}" for place, line in enumerate(lines, 1))
        case "heading":
            return f"### {lines[0]}"
        case "code":
            return _fenced("\n".join("".join(span.text for span in line) for line in block.lines))
    return "\n".join(lines)


def _line(line: Spans) -> str:
    return "".join(_words(span) for span in line)


def _words(span: Span) -> str:
    core = span.text.strip()
    if not core or span.text == span.url:
        return f"<{core}>" if core else span.text
    before, _, after = span.text.partition(core)
    shown = _code(core) if span.code else calling_nobody(core, len(core))
    mark = ("**" if span.strong else "") + ("*" if span.emphasis else "")
    shown = f"{mark}{shown}{mark[::-1]}"
    return f"{before}[{shown}](<{span.url}>){after}" if span.url else f"{before}{shown}{after}"


def _code(words: str) -> str:
    ticks = _longer_than_any_in(words, 1)
    pad = " " if "`" in words else ""
    return f"{ticks}{pad}{words}{pad}{ticks}"


def _fenced(words: str) -> str:
    ticks = _longer_than_any_in(words, 3)
    return f"{ticks}\n{words}\n{ticks}"


def _longer_than_any_in(words: str, least: int) -> str:
    return "`" * max(least, 1 + max((len(ticks) for ticks in _TICKS.findall(words)), default=0))
