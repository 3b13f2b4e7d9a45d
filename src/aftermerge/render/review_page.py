"""The outcome review as a page: what changed for customers, what we learned, who waits, where it is slow, thanks."""

from collections import Counter
from collections.abc import Iterator, Sequence

from aftermerge.model.message import Helped
from aftermerge.model.readout import Readout, Verdict
from aftermerge.model.review import ReadMetric, Review, ReviewedBet
from aftermerge.model.thanks import Thanks
from aftermerge.render.page import Item, Line, Page, Section, Span, cut, one, ours, theirs
from aftermerge.render.phrases import DESIGNS, MARKS, STYLES, VERDICTS, days, effect, in_words, people, worth
from aftermerge.render.portfolio import DOUBT, portfolio_lines

_SPOKE: tuple[Verdict, ...] = ("improved", "harmed")
_ANSWERED: tuple[Verdict, ...] = ("improved", "harmed", "no_change", "cannot_tell")
_MOST, _FEW = 8, 5
_HELPED: dict[Helped, str] = {
    "yes": "say that it helped",
    "partly": "partly",
    "no": "that it did not",
    "not_tried": "have not tried it",
}


def review_page(review: Review) -> Page:
    """Sections with nothing in them are left out."""
    shipped = [item for item in review.bets if item.release or _is_measured(item)]
    spoke = [item for item in shipped if _verdict(item) in _SPOKE]
    settled = [item for item in shipped if _verdict(item) in _ANSWERED and item not in spoke]
    waiting = [item for item in shipped if item not in spoke and item not in settled]
    coming = [item for item in review.bets if item not in shipped]
    sections = (
        Section("", (*_opening(review, shipped), *_voice(review))),
        Section("What changed for customers", _changes(spoke, review), is_loose=True),
        Section("What we learned", (*_learned(settled), *_together(review), *_releases(review.releases))),
        Section("Not known yet", cut([one(_head(i), _why_open(i)) for i in waiting], _FEW, "aftermerge bet list")),
        Section("On its way", cut([one(_head(item)) for item in coming], _FEW, "aftermerge bet list")),
        Section("Who waits", tuple(_waits(review))),
        Section("Where the loop is slow", (one((theirs(review.constraint, most=300),)),) if review.constraint else ()),
        Section("Thanks", cut([_thank(thanks) for thanks in review.thanks], _FEW, "aftermerge learn thank export")),
        Section("", tuple(_closing(review))),
    )
    title = (theirs(review.workspace, most=60), Span(": what it changed for customers"))
    return Page(title, _subtitle(review), tuple(section for section in sections if section.items))


def _verdict(item: ReviewedBet) -> Verdict | None:
    return item.claim.readout.verdict if item.claim else None


def _is_measured(item: ReviewedBet) -> bool:
    return item.claim is not None and item.claim.readout.estimate is not None


def _opening(review: Review, shipped: Sequence[ReviewedBet]) -> Iterator[Item]:
    counts = Counter(_verdict(item) for item in shipped)
    sentences = [_best_and_worst(counts["improved"], counts["harmed"]), _rest(counts)]
    if review.portfolio and review.portfolio.doubtful:
        sentences.append(f"{in_words(len(review.portfolio.doubtful)).capitalize()} of the wins may be chance.")
    if shipped:
        yield one(ours(" ".join(filter(None, sentences)), "strong"))
    elif review.as_of and (review.since or review.until):
        yield one(ours("Nothing that a bet is about reached users in this time, and no verdict came in.", "strong"))


def _best_and_worst(up: int, down: int) -> str:
    if not up and not down:
        return "Nothing is known to have helped customers, or to have hurt them."
    helped = f"{in_words(up).capitalize()} change{'' if up == 1 else 's'} helped customers"
    if not down:
        return f"{helped}."
    hurt = f"{in_words(down)} hurt them"
    return f"{helped}, and {hurt}." if up else f"No change helped customers, and {hurt}."


def _rest(counts: Counter[Verdict | None]) -> str:
    """`Three made no difference that would matter, two could not be told from chance, and one is still open.`"""
    same, unclear, still_open = counts["no_change"], counts["cannot_tell"], counts["too_early"] + counts[None]
    told = (
        (same, "made no difference that would matter"),
        (unclear, "could not be told from chance"),
        (still_open, "is still open" if still_open == 1 else "are still open"),
    )
    said = [f"{in_words(count)} {what}" for count, what in told if count]
    text = f"{', '.join(said[:-1])}, and {said[-1]}." if len(said) > 1 else "".join(f"{part}." for part in said)
    if not counts["improved"] and not counts["harmed"] and text:
        first, _, more = text.partition(" ")
        text = f"{first} change{'' if first == 'one' else 's'} {more}"
    return text[:1].upper() + text[1:]


def _voice(review: Review) -> Iterator[Item]:
    """One customer's words, about the first bet that has some."""
    quote = next((item.quote for item in review.bets if item.quote and item.quote.text), None)
    if quote:
        words = (Span("“"), theirs(quote.text, most=280), Span("” "), theirs(quote.id, "quiet", 80))
        yield Item((words,), is_quote=True)
    elif problem := next((item.bet.problem for item in review.bets if item.bet.problem and item.asked), None):
        yield one(ours(f"in customers' own words: `aftermerge hear search --problem {problem}`", "quiet"))


def _head(item: ReviewedBet) -> Line:
    """`▲ improved  faster-export: Exports that finish`."""
    title = () if item.bet.title == item.bet.slug else (Span(": "), theirs(item.bet.title, most=110))
    return (_mark(item), Span("  "), theirs(item.bet.slug, "strong", 60), *title)


def _mark(item: ReviewedBet) -> Span:
    if item.release is None and not _is_measured(item):
        return Span("· merged" if item.is_built else "· not built", "quiet")
    if item.claim is None:
        return Span("· not measured", "quiet")
    verdict = item.claim.readout.verdict
    styles = {"good": "good", "bad": "bad", "strong": "strong"}
    return Span(f"{MARKS[verdict]} {VERDICTS[verdict]}", styles.get(STYLES.get(verdict, ""), "unsure"))  # type: ignore[arg-type]


def _changes(spoke: Sequence[ReviewedBet], review: Review) -> tuple[Item, ...]:
    return cut([_changed(item, review) for item in spoke], _MOST, "aftermerge measure show")


def _changed(item: ReviewedBet, review: Review) -> Item:
    """A claim that spoke, with everything that its reader must know beside it."""
    claim = item.claim
    lines = [_head(item), (*_measured(claim), *_by_which_right(claim.readout))] if claim else [_head(item)]
    doubt = [DOUBT] if review.portfolio and item.bet.slug in review.portfolio.doubtful else []
    lines += [(theirs(text, "unsure", 200),) for text in (*doubt, *_warnings(item), *_broken(item))]
    return Item((*lines, *_customers(item), *_taken_back(item)), chart=claim)


def _measured(claim: ReadMetric) -> Line:
    return (theirs(claim.metric.title, most=80), Span(f": {effect(claim.readout)}"))


def _by_which_right(readout: Readout) -> Line:
    after = ", retrospective" if readout.retrospective else ""
    return (Span(f"  grade {readout.grade}, {DESIGNS[readout.design]}{after}", "quiet"),)


def _learned(settled: Sequence[ReviewedBet]) -> tuple[Item, ...]:
    """What did not land, and why."""
    found = [Item((_head(i), _why(i), *_customers_said(i), *_taken_back(i), *_broken_lines(i))) for i in settled]
    return cut(found, _MOST, "aftermerge measure show")


def _why(item: ReviewedBet) -> Line:
    """`Users who log an arrival: +0.14 pp [−1.18, +1.46]; 3 pp would be worth having`."""
    claim = item.claim
    if claim is None:
        return ()
    if claim.readout.verdict == "no_change":
        return (*_measured(claim), Span(f"; {worth(claim.readout)} would be worth having", "quiet"))
    reason = theirs(claim.readout.reason, "quiet", 200)
    return (*_measured(claim), Span("; "), reason) if effect(claim.readout) else (reason,)


def _why_open(item: ReviewedBet) -> Line:
    if item.claim is None:
        return ours("its metric has not been read: `aftermerge measure run`", "quiet")
    return (theirs(item.claim.readout.reason, "quiet", 200),)


def _warnings(item: ReviewedBet) -> list[str]:
    checks = item.claim.readout.checks if item.claim and item.claim.readout.estimate is not None else ()
    return [check.detail for check in checks if check.outcome == "warn"]


def _broken(item: ReviewedBet) -> list[str]:
    """Guardrails that were not held, as far as can be told."""
    broken = [f"guardrail {_said(other)}" for other in item.others if _is_broken(other.readout)]
    more = [f"and {people(len(broken) - _FEW, 'guardrail', 'guardrails')} more"] if len(broken) > _FEW else []
    return broken[:_FEW] + more


def _broken_lines(item: ReviewedBet) -> list[Line]:
    return [(theirs(text, "unsure", 200),) for text in _broken(item)]


def _is_broken(readout: Readout) -> bool:
    return any(check.name == "guardrail" and check.outcome != "pass" for check in readout.checks)


def _said(item: ReadMetric) -> str:
    told = effect(item.readout)
    return f"{item.metric.title}: {VERDICTS[item.readout.verdict]}{', ' + told if told else ''}"


def _customers(item: ReviewedBet) -> Iterator[Line]:
    said = list(_customers_said(item))
    if item.asked and not said:
        yield ours(f"{people(item.asked)} asked")
    yield from said


def _customers_said(item: ReviewedBet) -> Iterator[Line]:
    """What those say who have had it: beside the metric's verdict, and never part of it."""
    parts = [f"{item.helped[answer]:,} {words}" for answer, words in _HELPED.items() if item.helped.get(answer)]
    if parts:
        yield ours(f"of {people(item.asked)} who asked, {', '.join(parts)}")


def _taken_back(item: ReviewedBet) -> Iterator[Line]:
    if item.withdrawn:
        yield (Span("taken back in ", "unsure"), theirs(item.withdrawn.id, "unsure", 60))


def _together(review: Review) -> tuple[Item, ...]:
    """What the period's claims say when they are read as one."""
    lines = [(theirs(line.removeprefix("- "), "quiet", 300),) for line in portfolio_lines(review.portfolio)]
    return (one(*lines),) if lines else ()


def _releases(releases: Sequence[ReadMetric]) -> tuple[Item, ...]:
    if not releases:
        return ()
    counts = Counter(item.readout.verdict for item in releases)
    parts = [f"{counts[verdict]:,} {VERDICTS[verdict]}" for verdict in VERDICTS if counts[verdict]]
    what = "readouts of releases" if len(releases) != 1 else "readout of a release"
    tally = one(ours(f"{len(releases):,} {what}: {', '.join(parts)}.", "quiet"))
    spoke = [
        one((_tone(item.readout), Span("  "), theirs(f"{item.readout.subject.id}, {_said(item)}", most=200)))
        for item in releases
        if item.readout.verdict in _SPOKE
    ]
    return (tally, *cut(spoke, _FEW, "aftermerge measure show"))


def _tone(readout: Readout) -> Span:
    return Span(MARKS[readout.verdict], "good" if readout.verdict == "improved" else "bad")


def _waits(review: Review) -> Iterator[Item]:
    """Bet by bet, in a sentence, and the command that answers them."""
    if not review.waits:
        return
    total = sum(wait.customers for wait in review.waits)
    told = f"{people(total, 'ask still waits', 'asks still wait')} to hear what became of it: "
    named = [f"{wait.bet.slug} {wait.customers:,}" for wait in review.waits[:_FEW]]
    more = len(review.waits) - _FEW
    rest = [f"and {people(more, 'more bet', 'more bets')}"] if more > 0 else []
    yield one(
        (Span(told), theirs(", ".join([*named, *rest]), most=400), Span(".")),
        ours("`aftermerge tell due` lists them, and begins the answers", "quiet"),
    )


def _thank(thanks: Thanks) -> Item:
    day = f"{thanks.published_at:%-d %b}" if thanks.published_at else ""
    evidence = (Span("  "), theirs(", ".join(thanks.evidence), "quiet", 120)) if thanks.evidence else ()
    names = f"{_name(thanks.giver)} to {_name(thanks.receiver)}"
    return one((Span(f"{day}  ", "quiet"), theirs(f"{names}: {thanks.text}", most=300), *evidence))


def _name(person: str) -> str:
    """An address is for writing to; a name is what stands before its @."""
    return person.partition("@")[0].rpartition("+")[2] or person


def _closing(review: Review) -> Iterator[Item]:
    if review.no_claim_share is not None:
        yield one(ours(f"{review.no_claim_share:.0%} of what shipped made no claim about customers.", "quiet"))
    for step in review.next_steps:
        yield one(ours(f"next: {step}"))


def _subtitle(review: Review) -> str:
    measured = f"measured {review.as_of:%-d %b %Y %H:%M} UTC" if review.as_of else "nothing measured yet"
    return f"{period_in_words(review)}, {measured}"


def period_in_words(review: Review) -> str:
    since, until = review.since, review.until
    if since and until:
        return days(since, until)
    begin = f"from {since:%-d %b %Y} " if since else ""
    return begin + (f"until {until:%-d %b %Y}" if until else "until today" if since else "everything so far")
