"""Readouts as text for a terminal."""

from collections.abc import Iterable

from aftermerge.model.readout import Check, Readout, Readouts, Slice
from aftermerge.render.phrases import (
    Paint,
    effect,
    interval,
    made_up_of,
    people,
    plain,
    provenance,
    verdict_of,
    worth,
)
from aftermerge.render.untrusted import one_line

_OUTCOMES = {"pass": ("✓", "quiet"), "warn": ("!", "unsure"), "block": ("✗", "bad")}


def readouts_text(answer: Readouts, paint: Paint = plain) -> str:
    """Every readout with its checks: a block each, bets first."""
    if not answer.readouts:
        return "There is no readout: either nothing makes a claim, or `aftermerge measure run` was not typed yet.\n" + (
            "next: `aftermerge doctor` says what is missing"
        )
    return "\n\n".join("\n".join(_block(readout, paint)) for readout in answer.readouts)


def _block(readout: Readout, paint: Paint) -> Iterable[str]:
    yield f"{verdict_of(readout, paint)}  {paint(readout.subject.id, 'strong')} · {readout.metric} ({readout.role})"
    if readout.estimate is not None:
        yield f"  {effect(readout)}   worth having: {worth(readout)}"
    yield f"  {readout.reason}"
    yield paint(f"  {provenance(readout)}", "quiet")
    if readout.weights:
        yield paint(f"  made up of {made_up_of(readout.weights)}", "quiet")
    for part in readout.slices:
        yield _slice(part, readout)
    for check in readout.checks:
        yield _check(check, paint)


def _slice(part: Slice, readout: Readout) -> str:
    told = interval(part.estimate, part.low, part.high, readout.unit)
    return f"    {part.kind} {one_line(part.name, 40)}: {told}, {people(part.units, 'unit', 'units')}"


def _check(check: Check, paint: Paint) -> str:
    mark, style = _OUTCOMES[check.outcome]
    return paint(f"  {mark} {check.name.replace('_', ' ')}: {check.detail}", style)
