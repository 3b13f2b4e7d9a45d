"""Themes as text for a terminal, and as a document."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from aftermerge.model.feedback import Feedback
from aftermerge.model.problem import Theme
from aftermerge.render.documents import Document, moment
from aftermerge.render.phrases import Paint, people, plain
from aftermerge.render.untrusted import one_line, whole

__all__ = ["QUOTES", "themes_document", "themes_text"]

QUOTES = 3
_SHOWN = 2

Said = Mapping[str, Feedback]
"""By id."""


def themes_document(as_of: datetime, themes: Sequence[Theme], said: Said) -> Document:
    """What `hear themes --json` prints."""
    return {"as_of": moment(as_of), "themes": [_document(theme, said) for theme in themes]}


def _document(theme: Theme, said: Said) -> Document:
    quotes = [{"id": row.id, "text": whole(row.text)} for row in _quotes(theme, said, QUOTES)]
    return {"id": theme.id, "words": list(theme.words), "size": theme.size, "quotes": quotes}


def themes_text(themes: Sequence[Theme], total: int, said: Said, paint: Paint = plain) -> str:
    """A block a theme, of `total` that there are, and what to do next."""
    blocks = ["\n".join(_lines(theme, said, paint)) for theme in themes]
    return "\n\n".join([*blocks, "\n".join(_next(themes, total, paint))])


def _lines(theme: Theme, said: Said, paint: Paint) -> Iterator[str]:
    words = ", ".join(one_line(word, 30) for word in theme.words)
    yield f"{paint(theme.id, 'quiet')}  {paint(words, 'strong')}  {theme.size:,}"
    for row in _quotes(theme, said, _SHOWN):
        yield f"    “{one_line(row.text, 100)}” {paint(one_line(row.id, 80), 'quiet')}"


def _quotes(theme: Theme, said: Said, most: int) -> Sequence[Feedback]:
    return [said[member] for member in theme.members[:most] if member in said]


def _next(themes: Sequence[Theme], total: int, paint: Paint) -> Iterator[str]:
    if total > len(themes):
        yield paint(f"{len(themes):,} of {people(total, 'theme', 'themes')}", "strong") + paint("   more: -n", "quiet")
    yield paint(f"name one: `aftermerge hear themes accept {themes[0].id} --as a-short-name --title '…'`", "quiet")
