"""What customers said and a search found, for a terminal and as a document. Their words are shown and do nothing."""

from collections.abc import Iterator
from datetime import datetime, tzinfo

from aftermerge.model.change import Release
from aftermerge.model.feedback import Feedback
from aftermerge.model.found import Found, FoundFeedback, Tried
from aftermerge.render.documents import Document, moment
from aftermerge.render.excerpt import excerpt
from aftermerge.render.phrases import Paint, people, plain
from aftermerge.render.untrusted import one_line, whole

__all__ = ["feedback_document", "feedback_row", "feedback_text", "head", "link"]


def feedback_row(feedback: Feedback) -> Document:
    """One piece of feedback; its text is the redacted one."""
    return {
        "id": feedback.id,
        "source": feedback.source,
        "time": moment(feedback.time),
        "text": whole(feedback.text),
        "url": feedback.url,
        "rating": feedback.rating,
        "problem": feedback.problem,
        "author": feedback.author,
        "account": feedback.account,
        "version": feedback.version,
        "language": feedback.language,
        "reply": whole(feedback.reply) if feedback.reply is not None else None,
        "replied_at": moment(feedback.replied_at),
    }


def feedback_document(answer: Found, as_of: datetime) -> Document:
    """What `hear search --json` prints; its shape is published in `schemas/feedback.schema.json`."""
    return {
        "as_of": moment(as_of),
        "feedback": [_found_row(item) for item in answer.found],
        "total": answer.total,
        "corrected": list(answer.corrected),
        "behind": answer.behind,
    }


def _found_row(item: FoundFeedback) -> Document:
    release = item.release.id if item.release else None
    return {**feedback_row(item.feedback), "score": item.score, "release": release, "copies": item.copies}


def feedback_text(answer: Found, zone: tzinfo, paint: Paint = plain) -> str:
    """A block a hit, and how many there are in all."""
    blocks = ["\n".join(_hit(item, zone, paint)) for item in answer.found]
    notes = list(_notes(answer, paint))
    if not answer.total:
        return "\n".join([*_nothing(answer), *notes])
    return "\n\n".join([*blocks, "\n".join([_tally(answer, paint), *notes])])


def _hit(item: FoundFeedback, zone: tzinfo, paint: Paint) -> Iterator[str]:
    yield head(item.feedback, item.release, zone, paint)
    yield from (f"  {line}" for line in excerpt(item.feedback.text, item.marks, paint=paint))
    if item.copies:
        yield paint(f"  and {people(item.copies, 'near copy', 'near copies')} of it", "quiet")
    yield from link(item.feedback, paint)


def head(row: Feedback, release: Release | None, zone: tzinfo, paint: Paint) -> str:
    """Its id, day, stars, version with the release that it joined, and problem."""
    parts = [f"{row.time.astimezone(zone):%Y-%m-%d}"]
    if row.rating is not None:
        parts.append(f"{row.rating:g}★")
    if row.version:
        parts.append(_version(row.version, release))
    if row.problem:
        parts.append(one_line(row.problem, 40))
    return "  ".join([paint(one_line(row.id, 80), "strong"), *(paint(part, "quiet") for part in parts)])


def _version(version: str, release: Release | None) -> str:
    shown = one_line(version, 30)
    if release is None or release.id == version:
        return shown
    return f"{shown} → {one_line(release.id, 40)}"


def link(row: Feedback, paint: Paint) -> Iterator[str]:
    """Only a web address: nothing else that a source calls one is for clicking on."""
    if row.url and row.url.lower().startswith(("https://", "http://")):
        yield paint(f"  {one_line(row.url.replace(' ', '%20'), 400)}", "quiet")


def _tally(answer: Found, paint: Paint) -> str:
    shown = len(answer.found)
    if shown >= answer.total:
        return paint(f"{answer.total:,} found", "strong")
    return paint(f"{shown:,} of {answer.total:,} found", "strong") + paint("   more: -n", "quiet")


def _notes(answer: Found, paint: Paint) -> Iterator[str]:
    if answer.corrected:
        words = ", ".join(f"`{one_line(word, 40)}`" for word in answer.corrected)
        yield paint(f"found only with typos allowed: {words}", "unsure")
    if answer.behind:
        yield paint(f"the newest may be missing: {answer.behind}", "unsure")


def _nothing(answer: Found) -> Iterator[str]:
    everything = next((tried.total for tried in answer.tried if not tried.words), 0)
    if not everything:
        yield "Nothing has been heard yet."
        yield "next: `aftermerge hear import FILE`, or name a source in aftermerge.toml and run `aftermerge sync`"
        return
    yield f"Nothing found in {people(everything, 'piece', 'pieces')} of feedback."
    yield from (_other(tried, answer) for tried in answer.tried if tried.words)
    yield "next: fewer words, the beginning of one with a star (`expor*`), or fewer filters"


def _other(tried: Tried, answer: Found) -> str:
    what = "without the filters" if tried.words == answer.words else f"`{one_line(tried.words, 60)}` alone"
    return f"  {what}: {tried.total:,}"
