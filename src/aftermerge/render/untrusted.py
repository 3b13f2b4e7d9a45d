"""Customers' words are shown as they are and do nothing: not to a terminal, not to a page."""

import re
import unicodedata
from collections.abc import Iterable

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~<>&@:-])")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "@": "&#64;", ":": "&#58;"}


def one_line(text: str, most: int = 120) -> str:
    """In one line, cut at a word, without control characters or marks that turn the direction of writing."""
    text = re.sub(r"\s*\n\s*\n\s*", " — ", text.strip())
    words = " ".join(_without_control(" " if character.isspace() else character for character in text).split())
    if len(words) <= most:
        return words
    return words[:most].rsplit(" ", 1)[0].rstrip(",.;:") + " …"


def whole(text: str) -> str:
    """All of it, with its lines, without control characters or marks that turn the direction of writing."""
    lines = (_without_control(" " if c.isspace() else c for c in line) for line in text.strip().splitlines())
    return "\n".join(line.rstrip() for line in lines)


def markdown(text: str, most: int = 240) -> str:
    """In one line of Markdown in which nothing is a link, a mention, a tag or a heading."""
    return _MARKDOWN.sub(lambda m: _ENTITIES.get(m[1], "\\" + m[1]), one_line(text, most))


def _without_control(characters: Iterable[str]) -> str:
    return "".join(c for c in characters if unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs") or c == "\u200d")
