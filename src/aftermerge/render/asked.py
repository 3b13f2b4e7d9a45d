"""The questions about a bet, as text and as a document."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime

from aftermerge.model.asked import AskedBet
from aftermerge.render.documents import Document, moment
from aftermerge.render.phrases import Paint, plain
from aftermerge.render.untrusted import one_line

_MARKS = {"pass": ("✓", "good"), "warn": ("!", "unsure"), "missing": ("✗", "bad")}


def asked_document(as_of: datetime, asked: Sequence[AskedBet]) -> Document:
    return {
        "as_of": moment(as_of),
        "bets": [{"id": item.bet.slug, "answers": [asdict(answer) for answer in item.answers]} for item in asked],
    }


def asked_text(asked: Sequence[AskedBet], paint: Paint = plain) -> str:
    return "\n\n".join("\n".join(_lines(item, paint)) for item in asked)


def _lines(item: AskedBet, paint: Paint) -> Iterator[str]:
    yield f"{paint(item.bet.slug, 'strong')}  {one_line(item.bet.title, 90)}"
    for answer in item.answers:
        mark, style = _MARKS[answer.outcome]
        yield f"  {paint(mark, style)} {answer.question} {one_line(answer.told, 200)}"
        if answer.then:
            yield paint(f"      → {answer.then}", "quiet")
