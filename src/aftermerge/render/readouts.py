"""Readouts as text for a terminal."""

from collections.abc import Iterable

from aftermerge.model.readout import Check, Readout, Readouts
from aftermerge.render.phrases import Paint, effect, plain, provenance, verdict_of, worth

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
    for check in readout.checks:
        yield _check(check, paint)


def _check(check: Check, paint: Paint) -> str:
    mark, style = _OUTCOMES[check.outcome]
    return paint(f"  {mark} {check.name.replace('_', ' ')}: {check.detail}", style)
