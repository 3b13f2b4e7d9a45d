"""Problems as text for a terminal, and as a document."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from aftermerge.model.problem_facts import ProblemFacts
from aftermerge.render.documents import Document, helped_document, moment
from aftermerge.render.phrases import Paint, effect, people, plain, said_of_help
from aftermerge.render.untrusted import one_line

_BARS = " ▁▂▃▄▅▆▇█"


def problems_document(as_of: datetime, found: Sequence[ProblemFacts]) -> Document:
    return {"as_of": moment(as_of), "problems": [_document(facts) for facts in found]}


def problems_text(found: Sequence[ProblemFacts], paint: Paint = plain) -> str:
    return "\n\n".join("\n".join(_lines(facts, paint)) for facts in found)


def _document(facts: ProblemFacts) -> Document:
    return {
        "id": facts.id,
        "title": facts.title,
        "feedback": facts.feedback,
        "customers": facts.customers,
        "since": facts.since.isoformat(),
        "last": facts.last.isoformat(),
        "by_week": list(facts.by_week),
        "value": facts.value,
        "attracted": facts.attracted,
        "bets": list(facts.bets),
        "quotes": [{"id": row.id, "text": row.text} for row in facts.voices],
        "solved_by": facts.solved_by.subject.id if facts.solved_by else None,
        "solved": facts.is_solved,
        "reopened": facts.is_reopened,
        "helped": helped_document(facts.helpfulness),
    }


def _lines(facts: ProblemFacts, paint: Paint) -> Iterator[str]:
    title = f"  {one_line(facts.title, 70)}" if facts.title != facts.id else ""
    yield f"{paint(facts.id, 'strong')}{title}"
    value = f", worth {facts.value:,.0f}" if facts.value is not None else ""
    since = f"since {facts.since:%-d %b %Y}, last {facts.last:%-d %b %Y}"
    weeks = paint(f"{spark(facts.by_week)} {len(facts.by_week)} weeks", "quiet")
    pieces = people(facts.feedback, "piece", "pieces")
    yield f"  {people(facts.customers)} in {pieces} of feedback{value}, {since}  {weeks}"
    if facts.is_reopened:
        yield paint("  open again: a customer says that it did not help", "bad")
    if facts.solved_by:
        told = f"fewer complain since `{facts.solved_by.subject.id}`: {effect(facts.solved_by)}"
        yield paint(f"  ▲ {told}", "good")
    if facts.helpfulness and facts.helpfulness.told:
        yield f"  {said_of_help(facts.helpfulness)}"
    if facts.bets and not facts.solved_by:
        yield f"  bets: {', '.join(facts.bets)}"
    elif not facts.bets:
        yield paint(f"  → no bet yet: `aftermerge bet new NAME --problem {facts.id}`", "quiet")
    if facts.attracted:
        yield paint(f"  {facts.attracted:,} attributed by likeness, not by a person", "unsure")
    for row in facts.voices:
        yield f"    “{one_line(row.text, 100)}” {paint(row.id, 'quiet')}"


def spark(counts: Sequence[int]) -> str:
    """Counts as a row of bars."""
    most = max(counts, default=0)
    if not most:
        return "·" * len(counts)
    return "".join(_BARS[-(-count * (len(_BARS) - 1) // most)] for count in counts)
