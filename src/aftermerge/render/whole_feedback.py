"""One piece of feedback whole, or all of one customer's, for a terminal and as a document."""

from collections.abc import Iterator
from datetime import datetime, tzinfo

from aftermerge.model.found import WholeFeedback
from aftermerge.render.documents import Document, moment
from aftermerge.render.feedback import feedback_row, head, link
from aftermerge.render.phrases import Paint, people, plain
from aftermerge.render.untrusted import one_line, whole

__all__ = ["whole_document", "whole_text"]

_BY = {
    "source": "said the source",
    "bet": "cited by a bet",
    "person": "said by a person",
    "attracted": "attracted by what was confirmed",
}


def whole_document(items: tuple[WholeFeedback, ...], as_of: datetime) -> Document:
    """What `hear show --json` prints."""
    return {"as_of": moment(as_of), "feedback": [_whole_row(item) for item in items]}


def _whole_row(item: WholeFeedback) -> Document:
    said, verbatim = item.attribution, item.verbatim
    return {
        **feedback_row(item.feedback),
        "release": item.release.id if item.release else None,
        "problem_said_by": said.by if said else None,
        "certainty": said.certainty if said else None,
        "copies": list(item.copies),
        "verbatim": {"text": whole(verbatim.text), "reply": _whole_or_none(verbatim.reply)} if verbatim else None,
    }


def _whole_or_none(text: str | None) -> str | None:
    return None if text is None else whole(text)


def whole_text(items: tuple[WholeFeedback, ...], zone: tzinfo, paint: Paint = plain) -> str:
    """Each piece whole, oldest first."""
    blocks = ["\n".join(_whole(item, zone, paint)) for item in items]
    if len(items) > 1:
        who = one_line(items[0].feedback.asker, 80)
        blocks.append(paint(f"{people(len(items), 'piece', 'pieces')} of feedback from {who}", "strong"))
    return "\n\n".join(blocks)


def _whole(item: WholeFeedback, zone: tzinfo, paint: Paint) -> Iterator[str]:
    row = item.feedback
    yield head(row, item.release, zone, paint)
    for label, value in _facts(item, zone):
        yield paint(f"  {label:<9}{value}", "quiet")
    yield ""
    words = whole(item.verbatim.text if item.verbatim else row.text)
    yield from (f"  {line}".rstrip() for line in words.splitlines())
    reply = item.verbatim.reply if item.verbatim and item.verbatim.reply else row.reply
    if reply or row.replied_at:
        when = f" on {row.replied_at.astimezone(zone):%Y-%m-%d %H:%M}" if row.replied_at else ""
        yield ""
        yield paint(f"  answered{when}", "strong")
        yield from (f"  │ {line}".rstrip() for line in whole(reply or "").splitlines())
    yield from link(row, paint)


def _facts(item: WholeFeedback, zone: tzinfo) -> Iterator[tuple[str, str]]:
    row = item.feedback
    yield "when", f"{row.time.astimezone(zone):%Y-%m-%d %H:%M}"
    yield "who", one_line(row.asker, 80) + (f", of account {one_line(row.account, 60)}" if row.account else "")
    if row.version:
        yield "version", one_line(row.version, 40) + ("" if item.release else ", which no release carries")
    if item.release:
        yield "release", f"{one_line(item.release.id, 60)}, {item.release.released_at.astimezone(zone):%Y-%m-%d}"
    if row.problem:
        yield "problem", _problem(item)
    if item.copies:
        shown = ", ".join(one_line(id_, 60) for id_ in item.copies[:5])
        yield "said by", f"{len(item.copies):,} more: {shown}{' …' if len(item.copies) > 5 else ''}"
    if item.verbatim:
        yield "words", "as they were written; that you read them is in the journal"


def _problem(item: WholeFeedback) -> str:
    named = one_line(item.problem.title, 80) if item.problem else ""
    told = f"{one_line(item.feedback.problem or '', 60)}{f' ({named})' if named else ''}"
    if item.attribution is None:
        return told
    sure = item.attribution.certainty
    return f"{told}, {_BY[item.attribution.by]}{f', {sure:.0%} sure' if sure is not None else ''}"
