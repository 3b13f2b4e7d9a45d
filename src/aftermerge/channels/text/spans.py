"""What stands in one line of Markdown: words, some of them marked. What is no mark that we know is words."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape

__all__ = ["Span", "Spans", "spans"]

_INLINE = re.compile(
    r"""
      \\(?P<escaped>[!-/:-@\[-`{-~])
    | (?P<ticks>`+)(?P<code>[^`](?:.{0,2000}?[^`])?)(?P=ticks)(?!`)
    | \[(?P<label>(?:\\.|[^\[\]\\]){1,500})\]\((?P<target>(?:https?://|mailto:)[^\s()<>]{1,2000})\)
    | <(?P<auto>https?://[^\s<>]{1,2000})>
    | (?P<bare>https?://[^\s<>]{0,2000}[^\s<>.,;:!?()\[\]'"*_])
    | (?P<entity>&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)
    | (?<!\w)(?P<mark>\*\*|__|\*|_)(?=\S)(?P<inner>(?:\\.|[^\\]){1,2000}?)(?<=\S)(?P=mark)(?!\w)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Span:
    """Words, as they are to be read: without escapes and entities."""

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    url: str | None = None


Spans = tuple[Span, ...]


def spans(line: str, *, links: bool = True) -> Spans:
    """The spans of a line. Without `links` an address is words like others."""
    return tuple(_joined(_spans(line, Span(""), links)))


def _spans(line: str, of: Span, links: bool) -> Iterator[Span]:
    place = 0
    for found in _INLINE.finditer(line):
        yield replace(of, text=line[place : found.start()])
        yield from _marked(found, of, links)
        place = found.end()
    yield replace(of, text=line[place:])


def _marked(found: re.Match[str], of: Span, links: bool) -> Iterator[Span]:
    kind = found.lastgroup
    if kind == "escaped":
        yield replace(of, text=found["escaped"])
    elif kind == "entity":
        yield replace(of, text=_without_control(unescape(found["entity"])))
    elif kind == "inner":
        is_strong = len(found["mark"]) == 2
        inner = replace(of, strong=True) if is_strong else replace(of, emphasis=True)
        yield from _spans(found["inner"], inner, links)
    elif found["code"]:
        yield replace(of, text=found["code"].strip() or found["code"], code=True)
    else:
        yield from _linked(found, of, links)


def _linked(found: re.Match[str], of: Span, links: bool) -> Iterator[Span]:
    if of.url or not links:
        yield replace(of, text=found[0])
    elif found["target"]:
        yield from _spans(found["label"], replace(of, url=found["target"]), links)
    else:
        url = found["auto"] or found["bare"]
        yield replace(of, text=url, url=url)


def _joined(found: Iterator[Span]) -> Iterator[Span]:
    """Neighbours that are alike are one."""
    last: Span | None = None
    for span in found:
        if last is not None and replace(last, text="") == replace(span, text=""):
            last = replace(last, text=last.text + span.text)
        elif span.text:
            if last is not None:
                yield last
            last = span
    if last is not None:
        yield last


def _without_control(text: str) -> str:
    return "".join(" " if c.isspace() else c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs"))
