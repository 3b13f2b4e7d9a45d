"""Themes as text for a terminal, and as a document."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from aftermerge.model.feedback import Feedback
from aftermerge.model.problem import Theme
from aftermerge.render.documents import Document, moment
from aftermerge.render.phrases import Paint, plain
from aftermerge.render.untrusted import one_line

SHOWN_QUOTES = 2


def themes_document(as_of: datetime, themes: Sequence[Theme], said: Mapping[str, Feedback]) -> Document:
    """`said` are the members whose words are shown, by id."""
    return {"as_of": moment(as_of), "themes": [_document(theme, said) for theme in themes]}


def themes_text(themes: Sequence[Theme], said: Mapping[str, Feedback], paint: Paint = plain) -> str:
    return "\n\n".join("\n".join(_lines(theme, said, paint)) for theme in themes)


def _document(theme: Theme, said: Mapping[str, Feedback]) -> Document:
    quotes = [{"id": id_, "text": said[id_].text} for id_ in theme.members if id_ in said]
    return {"id": theme.id, "words": list(theme.words), "size": theme.size, "quotes": quotes}


def _lines(theme: Theme, said: Mapping[str, Feedback], paint: Paint) -> Iterator[str]:
    words = paint(" · ".join(one_line(word, 30) for word in theme.words), "strong")
    yield f"{theme.id:<4} {words}  {paint(f'{theme.size:,} pieces', 'quiet')}"
    for id_ in [id_ for id_ in theme.members if id_ in said][:SHOWN_QUOTES]:
        yield f"     “{one_line(said[id_].text, 95)}” {paint(id_, 'quiet')}"
