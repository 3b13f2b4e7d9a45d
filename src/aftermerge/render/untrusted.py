"""Customers' words are shown as they are and do nothing: not to a terminal, not to a page."""

import re
import unicodedata
from collections.abc import Iterable

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~<>&@:-])")
_MENTION = re.compile(r"&#64;|\\#|\bwww(?=\.)", re.IGNORECASE)
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


def calling_nobody(text: str, most: int = 240) -> str:
    """Markdown in which nothing calls a person or another issue: these are looked for after the escapes are gone."""
    return _MENTION.sub(lambda found: f"{found[0]}&#8203;", markdown(text, most))


def with_code(text: str, most: int = 240) -> str:
    """The same for a table's cell, where what stands between two backticks stays code, in which nothing acts."""
    parts = one_line(text, most).split("`")
    if len(parts) % 2 == 0 or not all(part.strip() for part in parts[1:-1]):
        return calling_nobody(text, most)
    return "".join(
        f"`{part.replace('|', f'{chr(92)}|')}`" if place % 2 else _plain(part) for place, part in enumerate(parts)
    )


def _plain(part: str) -> str:
    """With the spaces at its ends, which tell it from the code beside it."""
    before, after = (" " if at and at.isspace() else "" for at in (part[:1], part[-1:]))
    return f"{before}{calling_nobody(part, len(part))}{after if part.strip() else ''}"


def _without_control(characters: Iterable[str]) -> str:
    return "".join(c for c in characters if unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs") or c == "\u200d")
