"""A letter for one who reads no markup."""

from collections.abc import Sequence

from aftermerge.channels.text.blocks import Block, blocks
from aftermerge.channels.text.spans import Span, Spans

__all__ = ["as_plain"]


def as_plain(text: str) -> str:
    """Where a link leads stands beside it."""
    return "\n\n".join("\n".join(_lines(block)) for block in blocks(text))


def _lines(block: Block) -> Sequence[str]:
    lines = [_line(line) for line in block.lines]
    match block.kind:
        case "quote":
            return [f"> {line}" for line in lines]
        case "list":
            return [f"- {line}" for line in lines]
        case "numbers":
            return [f"{place}. {line}" for place, line in enumerate(lines, 1)]
    return lines


def _line(line: Spans) -> str:
    return "".join(_words(span) for span in line)


def _words(span: Span) -> str:
    if span.url is None or span.text == span.url:
        return span.text
    return f"{span.text} ({span.url.removeprefix('mailto:')})"
