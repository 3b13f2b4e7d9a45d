"""HTML as the text that its reader sees.

Tags are bared of their attributes before the standard library's parser meets them: its time grows with the square
of a body of tags that never end, and no attribute is text.
"""

import re
from html.parser import HTMLParser

__all__ = ["plain"]

_DECLARATION = re.compile(r"<[!?][^<>]*+>")
_QUOTED = r"\"[^\"]{0,2000}+\"|'[^']{0,2000}+'"
_TAG = re.compile(rf"<(?:(/?[a-zA-Z][a-zA-Z0-9:-]*+)(?=[\s/>\"'])(?:[^<>\"']++|{_QUOTED})*+[^<>]*+>)?")
_SPACE = re.compile(r"[^\S\n]+|\s*\n\s*")
_BLANK_LINES = re.compile(r"\n{3,}")

_UNREAD = frozenset({"script", "style"})
_PARAGRAPHS = frozenset({"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"})
_LINES = frozenset(
    {"address", "article", "aside", "body", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer"}
    | {"form", "head", "header", "hr", "html", "li", "main", "nav", "section", "summary", "title", "tr"}
)
_CELLS = frozenset({"td", "th"})
_BEFORE = {"br": "\n", "li": "- ", "td": " ", "th": " "}


def plain(html: str) -> str:
    """The text of a piece of HTML: blocks are lines, links keep their text, scripts and styles are left out.

    Whatever is no tag stays as it was written. Time grows with the length alone.
    """
    reader = _Reader()
    reader.feed(_bare(html))
    reader.close()
    lines = "".join(reader.parts).split("\n")
    return _BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def _bare(html: str) -> str:
    """Tags without attributes, no comments or declarations; any other `<` is a character."""
    return _TAG.sub(_bare_tag, _DECLARATION.sub("", _without_comments(html)))


def _bare_tag(match: re.Match[str]) -> str:
    return f"<{match[1]}>" if match[1] else "&lt;"


def _without_comments(html: str) -> str:
    """A comment that never ends is none: its words are kept."""
    kept, place = [], 0
    while (start := html.find("<!--", place)) >= 0 and (end := html.find("-->", start + 2)) >= 0:
        kept.append(html[place:start])
        place = end + len("-->")
    return "".join((*kept, html[place:]))


class _Reader(HTMLParser):
    """Gathers what would be seen."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unread = 0
        self.kept_as_typed = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unread += tag in _UNREAD
        self.kept_as_typed += tag == "pre"
        self._break(tag)
        if tag in _BEFORE and not (tag in _CELLS and self._ends_with("\n")):
            self.parts.append(_BEFORE[tag])

    def handle_endtag(self, tag: str) -> None:
        self.unread = max(0, self.unread - (tag in _UNREAD))
        self.kept_as_typed = max(0, self.kept_as_typed - (tag == "pre"))
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if self.unread:
            return
        text = data if self.kept_as_typed else _SPACE.sub(" ", data)
        if self._ends_with("\n") and not self.kept_as_typed:
            text = text.lstrip(" ")
        if text:
            self.parts.append(text)

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS and not self._ends_with("\n\n"):
            self.parts.append("\n\n")
        elif tag in _LINES and not self._ends_with("\n"):
            self.parts.append("\n")

    def _ends_with(self, end: str) -> bool:
        return not self.parts or self.parts[-1].endswith(end)
