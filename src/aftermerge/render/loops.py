"""Loops and where they wait, for a terminal and as a document."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from aftermerge.model.loop import STAGES, Kind, Loop, Loops, LoopStage, LoopStamp, Wait
from aftermerge.render.documents import Document, moment
from aftermerge.render.phrases import Paint, people, plain
from aftermerge.render.untrusted import one_line

KINDS: dict[Kind, str] = {
    "queue": "queue",
    "work": "work",
    "rollout": "rollout",
    "window": "the metric's window, then a queue",
    "customer": "waits for a customer",
}
_FROM: dict[LoopStage, LoopStage] = dict(zip(STAGES[1:], STAGES, strict=False))
_ENDED: dict[str, str] = {"told": "told", "measured": "measured; nobody is to be told"}


def loops_document(found: Loops) -> Document:
    """What `learn loops --json` prints; its shape is published in `schemas/loops.schema.json`."""
    return {
        "as_of": moment(found.as_of),
        "loops": [_document(loop) for loop in found.loops],
        "waits": [{"from": _FROM[wait.stage], "to": wait.stage, **_wait_document(wait)} for wait in found.waits],
        "weeks": [{"monday": w.monday.isoformat(), "framed": w.framed, "done": w.done} for w in found.weeks],
        "window_share": found.window_share,
        "little_residual": found.residual,
        "steady": found.is_steady,
        "handoffs": asdict(found.handoffs) if found.handoffs else None,
        "next_steps": list(found.next_steps),
    }


def loops_text(found: Loops, workspace: str, paint: Paint = plain) -> str:
    """Where all loops wait, and how each of them stands."""
    lines = [paint(f"{workspace}: where the loop waits", "strong")]
    if found.loops:
        done = sum(loop.done is not None for loop in found.loops)
        told = f"{people(len(found.loops), 'loop', 'loops')}, {done} of them done, as of {found.as_of:%-d %b %Y}"
        lines += [paint(told, "quiet"), "", *_table(found.waits, paint), ""]
        lines += [*_flow(found, paint), "", paint("Each bet", "strong"), ""]
        lines += [_line(loop, found, paint) for loop in found.loops]
    return "\n".join([*lines, *(f"next: {step}" for step in found.next_steps)])


def loop_text(loop: Loop, paint: Paint = plain) -> str:
    """One bet's stages, each with what it is known by."""
    lines = [paint(loop.bet, "strong")]
    took = loop.days
    for stage in STAGES:
        stamp = loop.stamp(stage)
        if stamp is None:
            lines.append(f"  {stage:<10} {paint('not known', 'quiet')}")
            continue
        after = f"after {_days(took[stage])}" if stage in took else ""
        lines.append(f"  {stage:<10} {stamp.at:%-d %b %Y}  {after:<16}{paint(one_line(stamp.source), 'quiet')}")
    return "\n".join([*lines, f"  {_stands(loop)}"])


def _document(loop: Loop) -> Document:
    return {
        "bet": loop.bet,
        "stamps": [_stamp(stamp) for stamp in loop.stamps],
        "days": {stage: round(days, 3) for stage, days in loop.days.items()},
        "window_days": loop.window_days,
        "waits_for": loop.now_in,
        "waits_since": moment(loop.waits_since),
        "done": {"at": moment(loop.done.at), "by": loop.done.source} if loop.done else None,
    }


def _stamp(stamp: LoopStamp) -> Document:
    return {"stage": stamp.stage, "at": moment(stamp.at), "source": stamp.source}


def _wait_document(wait: Wait) -> Document:
    return {
        "kind": wait.kind,
        "done": wait.done,
        "p50_days": wait.p50,
        "p85_days": wait.p85,
        "open_days": [round(days, 3) for days in wait.open_days],
        "oldest": wait.oldest,
    }


def _table(waits: Sequence[Wait], paint: Paint) -> Iterator[str]:
    yield paint(f"{'':<24}{'done':>5}{'P50':>9}{'P85':>9}   {'in it now, and since when':<27}what it is", "quiet")
    for wait in waits:
        name = f"{_FROM[wait.stage]} → {wait.stage}"
        took = f"{_days(wait.p50):>9}{_days(wait.p85):>9}"
        now = _open(wait)
        yield f"{name:<24}{wait.done:>5}{took}   {now:<27}{paint(KINDS[wait.kind], 'quiet')}"


def _open(wait: Wait) -> str:
    if not wait.open_days:
        return "–"
    middle = sorted(wait.open_days)[len(wait.open_days) // 2]
    return f"{len(wait.open_days)}, half over {_days(middle)}" if len(wait.open_days) > 1 else f"1, {_days(middle)}"


def _flow(found: Loops, paint: Paint) -> Iterator[str]:
    if found.window_share is not None:
        yield f"{found.window_share:.0%} of the days from exposed to measured are the metrics' own windows, by design."
    if found.weeks:
        framed, done = sum(week.framed for week in found.weeks), sum(week.done for week in found.weeks)
        yield f"In the last {len(found.weeks)} weeks {people(framed, 'loop', 'loops')} framed, {done} done."
        yield paint("  framed a week  " + " ".join(f"{week.framed:>2}" for week in found.weeks), "quiet")
        yield paint("  done a week    " + " ".join(f"{week.done:>2}" for week in found.weeks), "quiet")
    if found.handoffs:
        yield _handed(found)
    if found.residual is not None:
        yield _steady(found, paint)


def _handed(found: Loops) -> str:
    moved = found.handoffs
    if moved is None or not moved.count:
        return "No loop was handed over between teams."
    told = f"{people(moved.count, 'hand-off', 'hand-offs')} between teams in {people(moved.loops, 'loop', 'loops')}"
    return f"{told}; half of them lay for more than {_days(moved.p50)}, 15% for more than {_days(moved.p85)}."


def _steady(found: Loops, paint: Paint) -> str:
    residual = f"{100 * (found.residual or 0.0):+.0f}%".replace("-", "−")
    told = f"Little's law, from framed to done: (L − λW) / L = {residual}"
    if found.is_steady:
        return paint(f"{told}: steady.", "quiet")
    why = (
        "more is open than the done ones tell" if (found.residual or 0.0) > 0 else "what is done took longer than most"
    )
    return paint(f"{told}. Not steady: {why}, so that the days above mislead.", "unsure")


def _line(loop: Loop, found: Loops, paint: Paint) -> str:
    since = loop.waits_since
    waited = f", for {_days((found.as_of - since).total_seconds() / 86_400)}" if since and loop.now_in else ""
    return f"  {paint(f'{loop.bet:<28}', 'strong')} {_stands(loop)}{paint(waited, 'quiet')}"


def _stands(loop: Loop) -> str:
    if loop.done and loop.now_in is None:
        return f"done on {loop.done.at:%-d %b %Y}: {_ended(loop, loop.done)}"
    if loop.now_in is None:
        return "nothing is known of it"
    done = "done; " if loop.done else ""
    return f"{done}waits to be {loop.now_in}" if loop.now_in != "building" else f"{done}waits to be begun"


def _ended(loop: Loop, done: LoopStamp) -> str:
    if done.source.startswith("taken back"):
        return one_line(done.source)
    return "confirmed" if loop.at("confirmed") else _ENDED.get(done.stage, done.stage)


def _days(days: float | None) -> str:
    if days is None:
        return "–"
    if days < 2:
        return f"{24 * days:.0f} h"
    return f"{days:.0f} days"
