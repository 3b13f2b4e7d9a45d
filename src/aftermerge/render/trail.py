"""A trail as text for a terminal, and as a document."""

from collections.abc import Iterator

from aftermerge.model.trail import Served, Trail
from aftermerge.render.documents import Document, moment, readout_document
from aftermerge.render.phrases import Paint, effect, people, plain, provenance, verdict_of
from aftermerge.render.untrusted import one_line


def trail_document(trail: Trail) -> Document:
    change = trail.change
    return {
        "asked": trail.asked,
        "path": trail.origin.path if trail.origin else None,
        "line": trail.origin.line if trail.origin else None,
        "commit": trail.commit,
        "change": change.id if change else None,
        "title": change.title if change else None,
        "merged_at": moment(change.merged_at) if change else None,
        "releases": list(trail.releases),
        "bets": [_served_document(item) for item in trail.served],
        "ends": trail.ends,
    }


def trail_text(trail: Trail, paint: Paint = plain) -> str:
    return "\n".join(_lines(trail, paint))


def _served_document(item: Served) -> Document:
    return {
        "bet": item.bet.slug,
        "rule": item.rule,
        "customers": item.customers,
        "feedback": [{"id": row.id, "text": row.text} for row in item.voices],
        "readouts": [readout_document(readout) for readout in item.readouts],
    }


def _lines(trail: Trail, paint: Paint) -> Iterator[str]:
    if trail.origin:
        yield paint(f"{trail.origin.path}:{trail.origin.line}  {one_line(trail.origin.text, 90)}", "quiet")
    if trail.change:
        released = f"in {trail.releases[0]}" if trail.releases else "not released"
        day = f"{trail.change.merged_at:%-d %b %Y}"
        yield f"↳ {paint(trail.change.id[:10], 'quiet')} {one_line(trail.change.title, 80)} ({day}, {released})"
    elif trail.commit:
        yield f"↳ {paint(trail.commit[:10], 'quiet')}"
    for item in trail.served:
        yield from _served_lines(item, paint)
    if trail.ends:
        yield paint(f"↳ here the trail ends: {trail.ends}", "unsure")


def _served_lines(item: Served, paint: Paint) -> Iterator[str]:
    yield f"  ↳ serves {paint(item.bet.slug, 'strong')} (by {item.rule}): {one_line(item.bet.title, 90)}"
    if item.voices:
        yield f"    ↳ {people(item.customers)} asked"
    for row in item.voices:
        yield f"      “{one_line(row.text, 90)}” {paint(row.id, 'quiet')}"
    for readout in item.readouts:
        told = f"{verdict_of(readout, paint)}  {readout.metric} {effect(readout)}".rstrip()
        yield f"    ↳ {told}  {paint(provenance(readout), 'quiet')}"
