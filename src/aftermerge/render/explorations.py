"""Explorations, as text and as a document."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from aftermerge.model.exploration import ExplorationState, ExploredQuestion
from aftermerge.render.documents import Document, moment
from aftermerge.render.phrases import Paint, days, plain
from aftermerge.render.untrusted import one_line

_STYLES: dict[ExplorationState, str] = {"kept": "good", "raided": "bad", "lapsed": "unsure", "late": "unsure"}
_LONGEST = 160


def explorations_document(as_of: datetime, found: Sequence[ExploredQuestion]) -> Document:
    return {"as_of": moment(as_of), "explorations": [_document(item) for item in found]}


def explorations_text(found: Sequence[ExploredQuestion], bets: Collection[str], paint: Paint = plain) -> str:
    """A block an exploration; `bets` are the slugs of those that were read."""
    return "\n\n".join("\n".join(_lines(item, bets, paint)) for item in found)


def _document(item: ExploredQuestion) -> Document:
    found = item.exploration
    return {
        "id": found.slug,
        "question": found.question,
        "from": found.since.isoformat(),
        "until": found.until.isoformat(),
        "ends": item.ends.isoformat(),
        "state": item.state,
        "protected_by": found.protected_by,
        "slack_days": list(item.slack_days),
        "who": list(found.who),
        "outcome": found.outcome,
        "outcome_on": item.outcome_on.isoformat() if item.outcome_on else None,
        "raided_by": found.raided_by,
        "leads_to": found.leads_to,
        "file": found.file,
    }


def _lines(item: ExploredQuestion, bets: Collection[str], paint: Paint) -> Iterator[str]:
    found = item.exploration
    state = paint(f"{item.state:<7}", _STYLES.get(item.state, "strong"))
    yield f"{state} {paint(found.slug, 'strong')}  {one_line(found.question, _LONGEST)}"
    yield paint(f"  {days(found.since, found.until)}{_protected(item)}", "quiet")
    if item.ends != found.until:
        yield paint(f"  its box ended on {item.ends:%-d %b %Y}; the end was moved after that", "unsure")
    if found.raided_by:
        yield paint(f"  raided by: {one_line(found.raided_by, _LONGEST)}", "bad")
    if found.outcome:
        yield f"  learned{_learned_on(item)}: {one_line(found.outcome, _LONGEST)}"
    elif item.state == "lapsed":
        yield paint(f"  its box is over and nothing was learned: write an `outcome` into {found.file}", "unsure")
    if found.leads_to:
        yield f"  leads to: {_leads_to(item, bets)}"


def _protected(item: ExploredQuestion) -> str:
    team = item.exploration.protected_by
    slack = f", whose slack is {' and '.join(item.slack_days)}" if item.slack_days else ""
    return f", protected by {one_line(team, 60)}{slack}" if team else ", protected by nobody"


def _learned_on(item: ExploredQuestion) -> str:
    return f" on {item.outcome_on:%-d %b %Y}" if item.outcome_on else " (not committed yet)"


def _leads_to(item: ExploredQuestion, bets: Collection[str]) -> str:
    bet = item.exploration.bet
    if bet is None:
        return "no, which is as good an answer"
    return bet if bet in bets else f"{bet} (no such bet was read yet)"
