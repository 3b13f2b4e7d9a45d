"""A word to the owner of a bet: facts, and what could be done next. It comes once, and says so."""

from collections.abc import Iterator

from aftermerge.model.nudge import Nudge, NudgeKind
from aftermerge.model.readout import Readout
from aftermerge.model.standing import Standing
from aftermerge.render.page import Item, Page, Section, Span, one, ours, theirs
from aftermerge.render.phrases import VERDICTS, effect, people, provenance, verdict_of

_ONCE: dict[NudgeKind, str] = {
    "exposed": "You hear of it once more when it is known what it did.",
    "verdict": "You hear of it once more if somebody still waits in a week.",
    "waits": "This is the last word on it from here.",
}


def nudge_page(nudge: Nudge) -> Page:
    bet = nudge.standing.bet
    title = (theirs(bet.slug, most=60), Span(f" {_happened(nudge)}"))
    items = (one((theirs(bet.title, most=160),)), *_facts(nudge), one(ours(_ONCE[nudge.kind], "quiet")))
    return Page(title, _when(nudge), (Section("", tuple(items)),))


def nudge_subject(nudge: Nudge) -> str:
    return f"{nudge.standing.bet.slug} {_happened(nudge)}"


def _happened(nudge: Nudge) -> str:
    if nudge.kind == "exposed":
        return "has reached users"
    if nudge.kind == "verdict":
        claim = claim_of(nudge.standing)
        return f"has its verdict: {VERDICTS[claim.verdict]}" if claim else "has its verdict"
    count = len(nudge.standing.waiting)
    return f"is there, and {people(count)} still {'waits' if count == 1 else 'wait'} to hear so"


def _when(nudge: Nudge) -> str:
    release = nudge.standing.release
    return f"released {release.released_at:%-d %b %Y}" if release else "measured"


def _facts(nudge: Nudge) -> Iterator[Item]:
    standing = nudge.standing
    claim = claim_of(standing)
    if nudge.kind == "verdict" and claim:
        yield from _verdict(claim)
    if nudge.kind == "exposed":
        yield one(ours(f"`aftermerge measure show {standing.bet.slug}` shows what it does for customers, once known."))
    if standing.waiting:
        yield _waiting(standing)


def _verdict(claim: Readout) -> Iterator[Item]:
    told = f": {effect(claim)}" if effect(claim) else ""
    head = (Span(verdict_of(claim), "strong"), Span("  "), theirs(claim.metric.replace("_", " "), most=80), Span(told))
    yield Item((head, (theirs(claim.reason, "quiet", 240),), ours(provenance(claim), "quiet")))
    if claim.verdict != "improved":
        yield one(ours("To know is worth as much as to have been right: what it taught others can read in the review."))
    yield one(ours(f"`aftermerge measure show {claim.subject.id}` shows what that rests on."))


def _waiting(standing: Standing) -> Item:
    count = len(standing.waiting)
    told = f"{people(count)} who asked {'has' if count == 1 else 'have'} not heard that it is there."
    command = f"`aftermerge tell due --bet {standing.bet.slug}` shows who; `aftermerge tell draft` begins the answers."
    return one(ours(told), ours(command))


def claim_of(standing: Standing) -> Readout | None:
    """What the bet's claim came to."""
    return next((readout for readout in standing.readouts if readout.role == "primary"), None)
