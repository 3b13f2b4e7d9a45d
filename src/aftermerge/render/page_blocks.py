"""A page as Slack's blocks. Rich text is not parsed there: what a customer wrote can call nobody."""

from collections.abc import Iterator, Mapping, Sequence

from aftermerge.render.page import Item, Line, Page, Section, Span, plain_words

Block = Mapping[str, object]
MOST_BLOCKS, MOST_CHARACTERS, MOST_IN_HEADER = 50, 3000, 150
_BOLD = {"bold": True}
_STYLES: Mapping[str, Mapping[str, bool]] = {
    "strong": _BOLD,
    "good": _BOLD,
    "bad": _BOLD,
    "unsure": {"italic": True},
    "code": {"code": True},
}


def page_blocks(page: Page) -> Sequence[Block]:
    """At most 50, as Slack takes them, and no text of more than 3,000 characters."""
    subtitle = {"type": "plain_text", "text": page.subtitle[:MOST_CHARACTERS], "emoji": False}
    blocks = [_header(plain_words(page.title)), {"type": "context", "elements": [subtitle]}]
    for section in page.sections:
        blocks += [_header(section.title)] if section.title else []
        blocks.append({"type": "rich_text", "elements": list(_elements(section))})
    return blocks[:MOST_BLOCKS]


def _header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text[:MOST_IN_HEADER], "emoji": False}}


def _elements(section: Section) -> Iterator[Block]:
    for place, item in enumerate(section.items):
        kind = "rich_text_quote" if item.is_quote else "rich_text_section"
        is_last = place + 1 == len(section.items)
        end = "" if is_last else "\n\n" if section.is_loose else "\n"
        yield {"type": kind, "elements": list(_item(item, "" if item.is_quote else end))}


def _item(item: Item, end: str) -> Iterator[Block]:
    lines = [line for line in item.lines if line]
    for place, line in enumerate(lines):
        yield from _line(line)
        if after := end if place + 1 == len(lines) else "\n":
            yield {"type": "text", "text": after}


def _line(line: Line) -> Iterator[Block]:
    for span in line:
        if span.text:
            yield _text(span)


def _text(span: Span) -> Block:
    said: dict[str, object] = {"type": "text", "text": span.text[:MOST_CHARACTERS]}
    style = _STYLES.get(span.style)
    return said | {"style": style} if style else said
