"""Where bets stand, as text and as documents."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import pairwise

from aftermerge.model.standing import Stamp, Standing
from aftermerge.render.claims import claim_document
from aftermerge.render.documents import Document, helped_document, moment, readout_document
from aftermerge.render.phrases import Paint, effect, people, plain, provenance, said_of_help, verdict_of
from aftermerge.render.untrusted import one_line

_TOLD = {
    "framed": "framed, not built yet",
    "merged": "merged, not released",
    "released": "released, not measured yet",
    "measured": "measured",
    "told": "measured, and those who asked have been told",
}


def standings_document(as_of: datetime, found: Sequence[Standing]) -> Document:
    return {"as_of": moment(as_of), "bets": [standing_document(standing) for standing in found]}


def standing_document(standing: Standing) -> Document:
    bet = standing.bet
    return {
        "id": bet.slug,
        "asked": bet.asked,
        "helps": bet.helps,
        "problem": bet.problem,
        "metric": bet.metric,
        "worth": str(bet.worth) if bet.worth else None,
        "decide": bet.decide.isoformat() if bet.decide else None,
        "framed_at": moment(bet.framed_at),
        "frozen": claim_document(standing.frozen) if standing.frozen else None,
        "amended": bool(standing.amended),
        "amendments": [asdict(item) for item in standing.amended],
        "stamps": [{"step": stamp.step, "on": stamp.on.isoformat()} for stamp in standing.stamps],
        "merge_to_release_seconds": standing.merge_to_release_seconds,
        "release": standing.release.id if standing.release else None,
        "withdrawn": standing.withdrawn.id if standing.withdrawn else None,
        "file": bet.file,
        "stage": standing.stage,
        "changes": [{"id": item.change.id, "rule": item.rule} for item in standing.changes],
        "customers_asked": len(standing.asks),
        "customers_waiting": len(standing.waiting),
        "helped": helped_document(standing.helpfulness),
        "feedback": [{"id": row.id, "text": row.text} for row in standing.voices],
        "readouts": [readout_document(readout) for readout in standing.readouts],
    }


def standings_text(found: Sequence[Standing], paint: Paint = plain) -> str:
    """A line a bet, by how far it has come."""
    lines = []
    for stage, told in _TOLD.items():
        there = [standing for standing in found if standing.stage == stage]
        if there:
            lines += [paint(f"{told} ({len(there)})", "quiet"), *(f"  {_line(item, paint)}" for item in there)]
    return "\n".join(lines)


def standing_text(standing: Standing, paint: Paint = plain) -> str:
    """One bet, whole."""
    return "\n".join(_lines(standing, paint))


def _reached(standing: Standing, paint: Paint) -> Iterator[str]:
    if standing.release:
        yield f"  ↳ released in {standing.release.id} on {standing.release.released_at:%-d %b %Y}"
    if standing.withdrawn:
        day = f"{standing.withdrawn.released_at:%-d %b %Y}"
        yield paint(f"  ↳ taken back in {standing.withdrawn.id} on {day}", "unsure")


def _claimed(standing: Standing, paint: Paint) -> Iterator[str]:
    """When the claim was frozen, what was changed of it since, and how long each step took."""
    if standing.frozen is not None:
        by = f" by {standing.frozen.commit[:10]}" if standing.frozen.commit else ""
        yield paint(f"  frozen on {standing.frozen.frozen_at:%-d %b %Y}{by}", "quiet")
    for item in standing.amended:
        yield paint(f"  amended since: {one_line(str(item), 120)}", "unsure")
    if len(standing.stamps) > 1:
        yield paint(f"  {_stamped(standing.stamps)}", "quiet")


def _stamped(stamps: Sequence[Stamp]) -> str:
    """`framed 1 Mar 2026 → 4 days → first merged 5 Mar 2026`."""
    parts = [f"{stamp.step} {stamp.on:%-d %b %Y}" for stamp in stamps[:1]]
    for before, stamp in pairwise(stamps):
        parts += [people((stamp.on - before.on).days, "day", "days"), f"{stamp.step} {stamp.on:%-d %b %Y}"]
    return " → ".join(parts)


def _line(standing: Standing, paint: Paint) -> str:
    bet, primary = standing.bet, [r for r in standing.readouts if r.role == "primary"]
    verdict = f"  {verdict_of(primary[0], paint)}" if primary else ""
    release = paint(f"  in {standing.release.id}", "quiet") if standing.release else ""
    amended = paint("  amended", "unsure") if standing.amended else ""
    return f"{paint(bet.slug, 'strong')}  {one_line(bet.title, 70)}  {bet.metric}{release}{verdict}{amended}"


def _lines(standing: Standing, paint: Paint) -> Iterator[str]:
    bet = standing.bet
    yield f"{paint(bet.slug, 'strong')}  {_TOLD[standing.stage]}"
    for key, said in (("asked", bet.asked), ("helps", bet.helps), ("stop", bet.stop)):
        if said:
            yield f"  {key}: {one_line(said, 160)}"
    claim = ", ".join(f"{key} {said}" for key, said in (("expects", bet.expect), ("worth", bet.worth)) if said)
    yield f"  metric: {bet.metric}{f' ({claim})' if claim else ''}"
    yield from _claimed(standing, paint)
    if standing.voices:
        waits = f", {people(len(standing.waiting))} still waiting" if standing.waiting else ""
        yield f"  {people(len(standing.asks))} asked{waits}"
    if standing.helpfulness and standing.helpfulness.told:
        yield f"  {said_of_help(standing.helpfulness)}"
    for row in standing.voices:
        yield f"    “{one_line(row.text, 100)}” {paint(row.id, 'quiet')}"
    for item in standing.changes:
        day = f"{item.change.merged_at:%-d %b %Y}"
        yield f"  ↳ {paint(item.change.id[:10], 'quiet')} {one_line(item.change.title, 70)} ({day}, by {item.rule})"
    yield from _reached(standing, paint)
    for readout in standing.readouts:
        told = f"{verdict_of(readout, paint)}  {readout.metric} ({readout.role}) {effect(readout)}".rstrip()
        yield f"  ↳ {told}  {paint(provenance(readout), 'quiet')}"
    yield paint(f"  {bet.file}", "quiet")
