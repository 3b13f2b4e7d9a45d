"""The outcome review, for a terminal and as Markdown. Both open with what changed for customers."""

from collections import Counter
from collections.abc import Iterator, Sequence

from aftermerge.model.readout import Readout, Verdict
from aftermerge.model.review import ReadMetric, Review, ReviewedBet
from aftermerge.render.phrases import VERDICTS, Paint, effect, people, plain, provenance, verdict_of
from aftermerge.render.portfolio import DOUBT, portfolio_lines
from aftermerge.render.untrusted import markdown, one_line

_SPOKE: tuple[Verdict, ...] = ("improved", "harmed")
_SETTLED: tuple[Verdict, ...] = ("improved", "harmed", "no_change")
Group = tuple[str, list[ReviewedBet]]


def review_text(review: Review, paint: Paint = plain) -> str:
    """For a terminal of 80 columns or more."""
    lines = [paint(f"{review.workspace}: what it changed for customers", "strong"), paint(_period(review), "quiet"), ""]
    for title, items in _groups(review):
        lines += [paint(title, "strong"), ""]
        lines += [line for item in items for line in (*_bet_text(item, paint, _doubt(review, item)), "")]
    lines += _releases_text(review, paint)
    lines += [paint(line, "quiet") for line in (*portfolio_lines(review.portfolio), *_closing(review))]
    return "\n".join([*lines, *(f"next: {step}" for step in review.next_steps)]).rstrip()


def review_markdown(review: Review) -> str:
    """For a pull request, a wiki or a chat."""
    lines = [f"# {markdown(review.workspace)}: what it changed for customers", "", _period(review), ""]
    for title, items in _groups(review):
        lines += [f"## {title}", ""]
        lines += [line for item in items for line in (*_bet_markdown(item, _doubt(review, item)), "")]
    spoke = [item for item in review.releases if item.readout.verdict in _SPOKE]
    if review.releases:
        lines += ["## Releases", "", _tally(review.releases), ""]
        lines += [f"- **{markdown(i.readout.subject.id)}**: {markdown(_said(i), 400)}" for i in spoke] + [""]
    together = portfolio_lines(review.portfolio, markdown)
    lines += [*together, ""] if together else []
    lines += _closing(review)
    return "\n".join([*lines, *(f"- Next: {step}" for step in review.next_steps)]).rstrip() + "\n"


def _groups(review: Review) -> Iterator[Group]:
    """Bets by what is known of them, each in one group."""
    shipped = [item for item in review.bets if item.release or _is_measured(item)]
    settled = [item for item in shipped if item.claim and item.claim.readout.verdict in _SETTLED]
    groups: list[Group] = [
        ("What changed", settled),
        ("Not known yet", [item for item in shipped if item not in settled]),
        ("On its way", [item for item in review.bets if item not in shipped]),
    ]
    return (group for group in groups if group[1])


def _is_measured(item: ReviewedBet) -> bool:
    return item.claim is not None and item.claim.readout.estimate is not None


def _bet_text(item: ReviewedBet, paint: Paint, doubt: list[str]) -> Iterator[str]:
    yield f"{_verdict(item, paint)}  {paint(item.bet.slug, 'strong')}: {one_line(item.bet.title, 90)}"
    readout = item.claim.readout if item.claim else None
    if item.claim and readout and readout.estimate is not None:
        yield f"    {item.claim.metric.title}: {effect(readout)}"
        yield paint(f"    {provenance(readout)}", "quiet")
    if reason := _open_reason(item):
        yield f"    {reason}"
    for line in (*doubt, *_held(item)):
        yield paint(f"    {line}", "unsure")
    if item.asked:
        yield f"    {_asked(item)}"
    if item.quote:
        yield paint(f"    “{one_line(item.quote.text)}” {item.quote.id}", "quiet")


def _bet_markdown(item: ReviewedBet, doubt: list[str]) -> Iterator[str]:
    yield f"### {_verdict(item, plain)} · {markdown(item.bet.title)} (`{item.bet.slug}`)"
    yield ""
    readout = item.claim.readout if item.claim else None
    if item.claim and readout and readout.estimate is not None:
        yield f"{markdown(item.claim.metric.title)}: **{effect(readout)}**, {provenance(readout)}."
    if reason := _open_reason(item):
        yield f"{markdown(reason, 400)}."
    yield from (f"{line}." for line in (*doubt, *_held(item)))
    if item.asked:
        yield f"{_asked(item)}."
    if item.quote:
        yield f"> {markdown(item.quote.text)} (`{item.quote.id}`)"


def _open_reason(item: ReviewedBet) -> str:
    """Why a claim that has reached users is not settled; nothing where it is, or is still on its way."""
    if item.claim is None or item.claim.readout.verdict in _SETTLED:
        return ""
    return item.claim.readout.reason if item.release or _is_measured(item) else ""


def _verdict(item: ReviewedBet, paint: Paint) -> str:
    if item.release is None and not _is_measured(item):
        return paint("· merged" if item.is_built else "· not built", "quiet")
    if item.claim is None:
        return paint("· not measured", "quiet")
    return verdict_of(item.claim.readout, paint)


def _asked(item: ReviewedBet) -> str:
    told = f"{people(item.asked)} asked"
    if item.release is None:
        return told
    return f"{told}, {item.waiting:,} still wait{'s' if item.waiting == 1 else ''} for an answer"


def _held(item: ReviewedBet) -> list[str]:
    """What else the claim's reader must know: warnings, and guardrails that were not held."""
    claim = item.claim.readout if item.claim and item.claim.readout.verdict is not None else None
    warnings = [c.detail for c in claim.checks if c.outcome == "warn"] if claim and claim.estimate is not None else []
    return warnings + [f"guardrail {_said(other)}" for other in item.others if _is_broken(other.readout)]


def _doubt(review: Review, item: ReviewedBet) -> list[str]:
    """What is said beside a win that does not survive among the period's claims."""
    return [DOUBT] if review.portfolio and item.bet.slug in review.portfolio.doubtful else []


def _is_broken(readout: Readout) -> bool:
    return any(check.name == "guardrail" and check.outcome != "pass" for check in readout.checks)


def _said(item: ReadMetric) -> str:
    told = effect(item.readout)
    return f"{item.metric.title}: {VERDICTS[item.readout.verdict]}{', ' + told if told else ''}"


def _releases_text(review: Review, paint: Paint) -> list[str]:
    if not review.releases:
        return []
    spoke = [item for item in review.releases if item.readout.verdict in _SPOKE]
    lines = [paint("Releases", "strong"), "", f"  {_tally(review.releases)}"]
    for readout, metric in ((item.readout, item.metric) for item in spoke):
        subject = paint(readout.subject.id, "strong")
        lines.append(f"  {verdict_of(readout, paint)}  {subject}  {metric.title}: {effect(readout)}")
    return [*lines, ""]


def _tally(items: Sequence[ReadMetric]) -> str:
    """`34 readouts: 2 harmed, 20 no meaningful change, 12 cannot tell`."""
    counts = Counter(item.readout.verdict for item in items)
    parts = [f"{counts[verdict]} {VERDICTS[verdict]}" for verdict in VERDICTS if counts[verdict]]
    return f"{len(items)} readout{'s' if len(items) != 1 else ''}: {', '.join(parts)}."


def _closing(review: Review) -> list[str]:
    waiting = sum(item.waiting for item in review.bets)
    asks = people(waiting, "ask", "asks")
    lines = [f"{asks} still wait{'s' if waiting == 1 else ''} to hear what became of it."] if waiting else []
    if review.no_claim_share is not None:
        lines.append(f"{review.no_claim_share:.0%} of what shipped made no claim about customers.")
    return lines


def _period(review: Review) -> str:
    since = f"from {review.since:%-d %b %Y} " if review.since else ""
    until = (
        f"until {review.until:%-d %b %Y}" if review.until else "until today" if review.since else "everything so far"
    )
    measured = f", measured {review.as_of:%-d %b %Y %H:%M} UTC" if review.as_of else ", nothing measured yet"
    return f"{since}{until}{measured}"
