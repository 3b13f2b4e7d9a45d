"""A page as text for a terminal, and as Markdown."""

from collections.abc import Iterator

from aftermerge.render.page import Item, Line, Page, Section, Span, plain_words
from aftermerge.render.phrases import Paint, plain
from aftermerge.render.untrusted import calling_nobody


def page_text(page: Page, paint: Paint = plain) -> str:
    lines = [paint(plain_words(page.title), "strong"), paint(page.subtitle, "quiet")]
    for section in page.sections:
        lines += ["", *_section_text(section, paint)]
    return "\n".join(lines).rstrip()


def page_markdown(page: Page) -> str:
    return "\n\n".join(_blocks(page)).rstrip() + "\n"


def _section_text(section: Section, paint: Paint) -> Iterator[str]:
    if section.title:
        yield from (paint(section.title, "strong"), "")
    for place, item in enumerate(section.items):
        first, *below = item.lines
        if place and (section.is_loose or item.is_quote):
            yield ""
        yield _painted(first, paint)
        yield from (f"    {_painted(line, paint)}" for line in below if line)


def _painted(line: Line, paint: Paint) -> str:
    return "".join(paint(span.text, span.style) if _is_painted(span) else plain_words((span,)) for span in line)


def _is_painted(span: Span) -> bool:
    return span.style not in ("", "code")


def _blocks(page: Page) -> Iterator[str]:
    yield f"# {_marked_up(page.title)}"
    yield page.subtitle
    for section in page.sections:
        if section.title:
            yield f"## {section.title}"
            yield "\n".join(_bullet(item) for item in section.items)
        else:
            yield from (_paragraph(item) for item in section.items)


def _bullet(item: Item) -> str:
    """Two spaces at a line's end break it."""
    return "- " + "  \n  ".join(_marked_up(line) for line in item.lines if line)


def _paragraph(item: Item) -> str:
    return "\n".join(f"{'> ' if item.is_quote else ''}{_marked_up(line)}" for line in item.lines if line)


def _marked_up(line: Line) -> str:
    return "".join(map(_span, line))


def _span(span: Span) -> str:
    if span.style == "code":
        return f"`{span.text}`"
    text = span.text if span.is_ours else calling_nobody(span.text, len(span.text))
    return f"**{text}**" if span.style in ("strong", "good", "bad") and text.strip() == text else text
