"""A page as HTML for a mail: styles inline, nothing from elsewhere, in one column of 640 pixels."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from aftermerge.render.page import Item, Line, Page, Section, Span, Style, plain_words

_FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_BODY = f"margin:0;padding:24px 12px;background:#f6f8fa;color:#1f2328;{_FONT};font-size:15px;line-height:1.5"
_SHEET = "max-width:640px;margin:0 auto;padding:24px 28px;background:#ffffff;border:1px solid #d1d9e0;border-radius:8px"
_H1 = "margin:0;font-size:21px;line-height:1.3"
_H2 = "margin:28px 0 10px;padding-bottom:4px;border-bottom:1px solid #d1d9e0;font-size:16px"
_QUOTE = "margin:16px 0;padding:2px 0 2px 14px;border-left:4px solid #d1d9e0;font-style:italic"
_QUIET = "color:#59636e"
_ITEM, _LOOSE = "margin:0 0 10px", "margin:0 0 18px"
_IMAGE = "display:block;margin-top:8px;width:100%;max-width:584px;height:auto;border:0"
_STYLES: Mapping[Style, str] = {
    "strong": "font-weight:600",
    "quiet": _QUIET,
    "good": "color:#1a7f37;font-weight:600",
    "bad": "color:#b42318;font-weight:600",
    "unsure": "color:#7d4e00",
    "code": "font-family:ui-monospace,Menlo,Consolas,monospace;font-size:13px;background:#eff2f5;padding:1px 4px",
}
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=\bwww)(?=\.)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart for a page: where it is, and what it says to those who don't see it."""

    uri: str
    description: str


def page_html(page: Page, pictures: Mapping[str, Picture] | None = None) -> str:
    """A whole document. `pictures` are the charts by bet, in a `data:` or `cid:` URI; without one words stand alone."""
    return "\n".join(_document(page, pictures or {})) + "\n"


def _document(page: Page, pictures: Mapping[str, Picture]) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
    yield '<meta name="color-scheme" content="light">'
    yield f"<title>{escape(plain_words(page.title))}</title>\n</head>"
    yield f'<body style="{_BODY}">\n<div style="{_SHEET}">'
    yield f'<h1 style="{_H1}">{_line(page.title)}</h1>'
    yield f'<p style="margin:2px 0 18px;{_QUIET}">{escape(page.subtitle)}</p>'
    for section in page.sections:
        yield from _section(section, pictures)
    yield "</div>\n</body>\n</html>"


def _section(section: Section, pictures: Mapping[str, Picture]) -> Iterator[str]:
    if section.title:
        yield f'<h2 style="{_H2}">{escape(section.title)}</h2>'
    for item in section.items:
        if item.is_quote:
            yield f'<blockquote style="{_QUOTE}">{_lines(item)}</blockquote>'
        else:
            yield f'<p style="{_LOOSE if section.is_loose else _ITEM}">{_lines(item)}{_picture(item, pictures)}</p>'


def _lines(item: Item) -> str:
    return "<br>\n".join(_line(line) for line in item.lines if line)


def _picture(item: Item, pictures: Mapping[str, Picture]) -> str:
    picture = pictures.get(item.chart.readout.subject.id) if item.chart else None
    if picture is None:
        return ""
    alt = escape(picture.description)
    return f'\n<img src="{escape(picture.uri)}" alt="{alt}" width="584" style="{_IMAGE}">'


def _line(line: Line) -> str:
    return "".join(map(_span, line))


def _span(span: Span) -> str:
    """In what others wrote no address becomes a link, which mail readers would make of it."""
    text = escape(span.text if span.is_ours else _ADDRESS.sub("\u200b", span.text))
    style = _STYLES.get(span.style)
    return f'<span style="{style}">{text}</span>' if style else text
