"""Jira's documents (ADF) as the text that their reader sees. What is a text already stays as it is."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from aftermerge.outside.http.reading import at, rows, text

__all__ = ["mentioned", "words_of"]

_LINES = frozenset(
    {"blockCard", "caption", "codeBlock", "decisionItem", "embedCard", "heading", "mediaSingle", "paragraph", "rule"}
    | {"tableRow", "taskItem"}
)
_TITLED = frozenset({"expand", "nestedExpand"})
_BULLETS = frozenset({"listItem", "taskItem", "decisionItem"})
_OWN_TEXT = {
    "blockCard": "url",
    "embedCard": "url",
    "emoji": "text",
    "expand": "title",
    "inlineCard": "url",
    "mention": "text",
    "nestedExpand": "title",
    "status": "text",
}
"""What a node says by itself stands in this attribute."""
_BLANK_LINES = re.compile(r"\n{3,}")


def words_of(document: object) -> str | None:
    """The text of a document, or of a text; None where it says nothing."""
    if isinstance(document, str):
        return document.strip() or None
    written = "".join(_pieces(document))
    lines = "\n".join(line.rstrip() for line in written.split("\n"))
    return _BLANK_LINES.sub("\n\n", lines).strip() or None


def mentioned(document: object) -> Iterator[str]:
    """The persons whom it mentions, as they are called in it."""
    for node in _nodes(document):
        name = text(node, "attrs", "text") if isinstance(node, Mapping) and node.get("type") == "mention" else None
        if name:
            yield name.lstrip("@")


def _pieces(document: object) -> Iterator[str]:
    for node in _nodes(document):
        if isinstance(node, str):
            yield node
        else:
            yield from _before(node)


def _nodes(document: object) -> Iterator[Mapping[str, object] | str]:
    """Each node before what is in it, and what ends it after that. Depth costs nothing: a customer may write any."""
    waiting: list[object] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, Mapping):
            yield node
            waiting.append(_after(node))
            waiting.extend(reversed(rows(node, "content")))


def _before(node: Mapping[str, object]) -> Iterator[str]:
    kind = str(node.get("type"))
    if kind in _BULLETS:
        yield "- "
    if kind == "text":
        yield str(node.get("text") or "")
    elif kind == "hardBreak":
        yield "\n"
    elif kind == "date":
        yield _day(node)
    elif kind in _OWN_TEXT:
        yield text(node, "attrs", _OWN_TEXT[kind]) or text(node, "attrs", "shortName") or ""
    if kind in _TITLED:
        yield "\n"


def _after(node: Mapping[str, object]) -> str:
    kind = text(node, "type")
    if kind in {"tableCell", "tableHeader"}:
        return " "
    return "\n" if kind in _LINES else ""


def _day(node: Mapping[str, object]) -> str:
    """A date is written as epoch milliseconds."""
    given = str(at(node, "attrs", "timestamp"))
    try:
        return f"{datetime.fromtimestamp(int(given) / 1000, UTC):%Y-%m-%d}"
    except (ValueError, OverflowError, OSError):
        return ""
