"""What a period's bets came to, for a terminal and as a document."""

from collections import Counter
from collections.abc import Iterator

from aftermerge.model.results import Results, Stopped
from aftermerge.model.review import ReviewedBet
from aftermerge.render.documents import Document, moment, readout_document
from aftermerge.render.phrases import VERDICTS, Paint, effect, people, plain, verdict_of
from aftermerge.render.portfolio import portfolio_document, portfolio_lines
from aftermerge.render.untrusted import one_line

_UNREAD = "not read out"


def results_document(found: Results) -> Document:
    """What `learn results --json` prints; its shape is published in `schemas/results.schema.json`."""
    held = found.review
    return {
        "as_of": moment(held.as_of),
        "since": held.since.isoformat() if held.since else None,
        "until": held.until.isoformat() if held.until else None,
        "results": [_document(item) for item in held.bets],
        "portfolio": portfolio_document(held.portfolio),
        "stopped": [_stopped_document(end) for end in found.stopped],
        "saved_days": found.saved_days,
        "searched": found.searched or None,
        "library": [_document(item) for item in found.library],
        "next_steps": list(held.next_steps),
    }


def results_text(found: Results, paint: Paint = plain) -> str:
    """A search shows the library alone."""
    lines = _library(found, paint) if found.searched else [*_came_to(found, paint), *_library(found, paint)]
    steps = [] if found.searched else [f"next: {step}" for step in found.review.next_steps]
    return "\n".join([*lines, *steps]).rstrip()


def _came_to(found: Results, paint: Paint) -> list[str]:
    held = found.review
    lines = [paint(f"{held.workspace}: what the bets came to", "strong"), paint(_period(found), "quiet"), ""]
    if held.bets:
        lines += [_tally(found), *portfolio_lines(held.portfolio), ""]
    if found.stopped:
        lines += [paint("Stopped on time", "strong"), "", *(line for end in found.stopped for line in _end(end, paint))]
        saved = found.saved_days
        lines += [f"  Together {saved:.1f} days of appetite were not spent."] if saved is not None else []
        lines.append("")
    return lines


def _library(found: Results, paint: Paint) -> list[str]:
    words = one_line(found.searched, 60)
    if not found.library and found.searched:
        return [f"Nothing that did not land speaks of “{words}”."]
    if not found.library:
        return []
    title = f"What did not land, of “{words}”" if words else "What did not land"
    return [paint(title, "strong"), "", *(line for item in found.library for line in _item(item, paint))]


def _item(item: ReviewedBet, paint: Paint) -> Iterator[str]:
    yield f"{_verdict(item, paint)}  {paint(item.bet.slug, 'strong')}: {one_line(item.bet.title, 90)}"
    claim = item.claim
    if claim and (told := effect(claim.readout)):
        yield f"    {one_line(claim.metric.title)}: {told}; {one_line(claim.readout.reason, 160)}"
    if item.withdrawn:
        yield f"    taken back in {one_line(item.withdrawn.id)} on {item.withdrawn.released_at:%-d %b %Y}"


def _end(end: Stopped, paint: Paint) -> Iterator[str]:
    yield f"{_verdict(end.item, paint)}  {paint(end.item.bet.slug, 'strong')}: {one_line(end.how)}"
    if end.item.bet.stop:
        yield paint(f"    it was to stop: {one_line(end.item.bet.stop)}", "quiet")
    if end.saved_days is not None and end.spent_days is not None:
        yield f"    {end.spent_days:.1f} of {end.item.bet.appetite_days:g} days were spent on it"


def _verdict(item: ReviewedBet, paint: Paint) -> str:
    return verdict_of(item.claim.readout, paint) if item.claim else paint(f"· {_UNREAD}", "quiet")


def _tally(found: Results) -> str:
    said = Counter(VERDICTS[item.claim.readout.verdict] if item.claim else _UNREAD for item in found.review.bets)
    order = [*VERDICTS.values(), _UNREAD]
    parts = ", ".join(f"{said[name]} {name}" for name in order if said[name])
    return f"{people(len(found.review.bets), 'bet', 'bets')}: {parts}."


def _period(found: Results) -> str:
    since, until = found.review.since, found.review.until
    if since is None and until is None:
        return "everything so far"
    begin = f"from {since:%-d %b %Y} " if since else ""
    return f"{begin}until {until:%-d %b %Y}" if until else f"{begin}until today"


def _document(item: ReviewedBet) -> Document:
    return {
        "bet": item.bet.slug,
        "asked": item.bet.asked,
        "helps": item.bet.helps,
        "metric": item.bet.metric,
        "release": item.release.id if item.release else None,
        "withdrawn": item.withdrawn.id if item.withdrawn else None,
        "claim": readout_document(item.claim.readout) if item.claim else None,
    }


def _stopped_document(end: Stopped) -> Document:
    return {
        "bet": end.item.bet.slug,
        "on": end.on.isoformat(),
        "how": end.how,
        "appetite_days": end.item.bet.appetite_days,
        "spent_days": end.spent_days,
        "saved_days": end.saved_days,
    }
