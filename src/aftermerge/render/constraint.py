"""Which stage holds the others up, in words and as a document."""

from collections.abc import Iterator
from dataclasses import asdict

from aftermerge.model.constraint import Constraint, Range, Relief
from aftermerge.model.loop import LoopStage
from aftermerge.render.documents import Document, moment
from aftermerge.render.phrases import Paint, people, plain

STATIONS: dict[LoopStage, str] = {
    "framed": "framing",
    "building": "building",
    "deployed": "releasing",
    "measured": "measuring",
    "told": "telling",
}


def constraint_document(found: Constraint, what_if: LoopStage | None = None) -> Document:
    """What `learn constraint --json` prints; its shape is published in `schemas/constraint.schema.json`."""
    reliefs = [one for one in found.reliefs if what_if is None or one.station == what_if]
    return {
        "as_of": moment(found.as_of),
        "loops": found.loops,
        "missing_share": found.missing,
        "lead_days": found.lead_days,
        "constraint": found.constraint,
        "chance": found.chance,
        "abstains": found.abstains or None,
        "reliefs": [{**asdict(one), "station": one.station} for one in reliefs],
        "next_steps": list(found.next_steps),
    }


def constraint_text(found: Constraint, what_if: LoopStage | None = None, paint: Paint = plain) -> str:
    lines = [_head(found, paint)]
    if found.reliefs:
        lines += [paint(_rests_on(found), "quiet"), ""]
        lines += _asked(found, what_if, paint)
        lines += ["", *(paint(line, "quiet") for line in _read_as())]
    return "\n".join([*lines, *(f"next: {step}" for step in found.next_steps)])


def constraint_line(found: Constraint) -> str | None:
    """In a line, for the review; nothing where it can't be told."""
    relief = next((one for one in found.reliefs if one.station == found.constraint), None)
    if relief is None:
        return None
    gain = f"half as many hands again would make loops about {_percent(relief.shorter)} shorter"
    return f"{STATIONS[relief.station].capitalize()} holds the others up: {gain}."


def _head(found: Constraint, paint: Paint) -> str:
    if found.constraint is None:
        return f"{paint('It can not be told which stage holds the others up', 'unsure')}: {found.abstains}."
    name = paint(STATIONS[found.constraint].capitalize(), "strong")
    return f"{name} holds the others up (its queue is the longest in {found.chance:.0%} of replays)."


def _rests_on(found: Constraint) -> str:
    lead = f"; {found.lead_days:.0f} days from heard to told" if found.lead_days is not None else ""
    return f"{people(found.loops, 'loop', 'loops')}, {found.missing:.0%} of their stamps missing{lead}"


def _asked(found: Constraint, what_if: LoopStage | None, paint: Paint) -> list[str]:
    """The station that was asked about alone; else the first whole, and the others in a line each."""
    first, *others = [one for one in found.reliefs if what_if is None or one.station == what_if]
    lines = list(_relief(first, paint))
    lines += ["", paint("the same for the others", "quiet")] if others else []
    return [*lines, *(_in_line(one, paint) for one in others)]


def _in_line(one: Relief, paint: Paint) -> str:
    busy = f"busy {_percent(one.busy)}, {_span(one.queue_days, ' days')} in its queue"
    return f"  {STATIONS[one.station]:<10} {_percent(one.shorter)} shorter  {paint(busy, 'quiet')}"


def _relief(one: Relief, paint: Paint) -> Iterator[str]:
    name = paint(STATIONS[one.station], "strong")
    yield f"{name}: with half as many hands again loops are {_percent(one.shorter)} shorter"
    yield f"    and {_percent(one.more)} more of them told by now"
    yield paint(f"    it holds {_span(one.slots, '')} at a time, and is busy {_percent(one.busy)} of the time", "quiet")
    waits = f"{_span(one.queue_days, ' days')} in its queue, {_span(one.effort_days, ' days')} of effort"
    yield paint(f"    a loop: {waits}; both ends known of {one.known:.0%}", "quiet")


def _read_as() -> tuple[str, ...]:
    return (
        "Each loop is run again with that one station relieved and all else as it was; in brackets what 90% of them",
        "hold. Effort is by the calendar: a day's work that is done in a week counts as a week. Gains come out low,",
        "the more so the more stamps are missing: take the order from them, and each number as the least.",
    )


def _percent(found: Range) -> str:
    middle, low, high = (round(100 * part) for part in (found.middle, found.low, found.high))
    return f"{middle}% [{low}, {high}]".replace("-", "−")


def _span(found: Range, unit: str) -> str:
    digits = 0 if found.middle >= 10 or not unit else 1
    if round(found.low, digits) == round(found.high, digits):
        return f"{found.middle:.{digits}f}{unit}"
    return f"{found.low:.{digits}f}–{found.high:.{digits}f}{unit}"
