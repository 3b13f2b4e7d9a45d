"""A letter in Slack's markup."""

import re
from collections.abc import Sequence

from aftermerge.channels.text.blocks import Block, blocks
from aftermerge.channels.text.spans import Span, Spans

__all__ = ["as_mrkdwn", "inert"]

_APART = "\N{ZERO WIDTH SPACE}"
_LIVE = re.compile(r"@(?=\w)|:(?=//)|\bwww(?=\.)", re.IGNORECASE)


def as_mrkdwn(text: str) -> str:
    """Nothing in it calls a person or a channel; only what the writer made a link is one."""
    return "\n\n".join("\n".join(_lines(block)) for block in blocks(text))


def inert(words: str) -> str:
    """Words as Slack shows them, and does nothing."""
    return _LIVE.sub(lambda found: f"{found[0]}{_APART}", _escaped(words))


def _lines(block: Block) -> Sequence[str]:
    lines = [_line(line) for line in block.lines]
    match block.kind:
        case "quote":
            return [f"> {line}" for line in lines]
        case "list":
            return [f"• {line}" for line in lines]
        case "numbers":
            return [f"{place}. {line}" for place, line in enumerate(lines, 1)]
        case "heading":
            return [f"*{lines[0]}*"]
        case "code":
            return ["```", *(_escaped("".join(span.text for span in line)) for line in block.lines), "```"]
    return lines


def _line(line: Spans) -> str:
    return "".join(_words(span) for span in line)


def _words(span: Span) -> str:
    core = span.text.strip()
    if not core or span.text == span.url:
        return f"<{_address(core)}>" if core else span.text
    before, _, after = span.text.partition(core)
    shown = f"<{_address(span.url)}|{inert(core)}>" if span.url else inert(core)
    for mark, is_on in (("`", span.code), ("_", span.emphasis), ("*", span.strong)):
        shown = f"{mark}{shown}{mark}" if is_on else shown
    return f"{before}{shown}{after}"


def _address(url: str) -> str:
    return _escaped(url).replace("|", "%7C")


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
