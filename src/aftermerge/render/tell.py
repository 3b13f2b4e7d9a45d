"""Who waits, what they are told, and what they say of it: as text and as documents."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from aftermerge.model.due import DueAsk
from aftermerge.model.feedback import Feedback
from aftermerge.model.message import Confirmation, Message
from aftermerge.render.documents import Document, moment
from aftermerge.render.phrases import HELPED, Paint, people, plain
from aftermerge.render.untrusted import one_line, whole

STATES = {
    "drafted": "drafted",
    "approved": "approved",
    "sending": "under way",
    "sent": "sent",
    "unknown": "perhaps sent: look there",
    "refused": "refused",
    "waived": "waived",
}


def due_document(as_of: datetime, asks: Sequence[DueAsk], channels: Mapping[str, str]) -> Document:
    """`channels` has the way to each source's customers, where there is one."""
    return {"as_of": moment(as_of), "asks": [_due(as_of, item, channels) for item in asks]}


def _due(as_of: datetime, item: DueAsk, channels: Mapping[str, str]) -> Document:
    return {
        "id": item.id,
        "bet": item.bet.slug,
        "feedback": item.feedback.id,
        "channel": channels.get(item.feedback.source),
        "waiting_days": item.waiting_days(as_of),
        "asked_at": moment(item.ask.asked_at),
        "reached_at": moment(item.reached_at),
        "reached_by": item.release,
        "state": item.message.state if item.message else None,
        "reason": item.message.reason or None if item.message else None,
        "text": item.feedback.text,
        "url": item.feedback.url,
    }


def due_text(
    now: datetime, asks: Sequence[DueAsk], channels: Mapping[str, str], most: int | None = None, paint: Paint = plain
) -> str:
    """Bet by bet, the one on which somebody has waited longest first; of each bet the first `most`."""
    lines = []
    for slug in dict.fromkeys(item.bet.slug for item in asks):
        of_bet = [item for item in asks if item.bet.slug == slug]
        first = of_bet[0]
        lines.append(f"{paint(slug, 'strong')}  {one_line(first.bet.title, 80)}")
        lines.append(paint(f"  {_reached(first)}; {people(len(of_bet))} still waiting to hear of it", "quiet"))
        lines += [line for item in of_bet[:most] for line in _waiting(now, item, channels, paint)]
        if most and len(of_bet) > most:
            lines.append(paint(f"    and {len(of_bet) - most:,} more: `aftermerge tell due --bet {slug}`", "quiet"))
        lines.append("")
    return "\n".join(lines).rstrip()


def _reached(item: DueAsk) -> str:
    return f"reached them with {item.release} on {item.reached_at:%-d %b %Y}"


def _waiting(now: datetime, item: DueAsk, channels: Mapping[str, str], paint: Paint) -> Iterator[str]:
    state = STATES[item.message.state] if item.message else "no draft yet"
    way = channels.get(item.feedback.source, "no channel")
    told = f"{people(item.waiting_days(now), 'day', 'days')}  {way}  {state}"
    yield f"    {item.id}  {paint(told, 'quiet')}"
    yield f"      “{one_line(item.feedback.text, 100)}”"
    if item.message and item.message.reason:
        yield paint(f"      {one_line(item.message.reason, 160)}", "unsure")


def message_document(message: Message) -> Document:
    return {
        "id": message.id,
        "kind": message.kind,
        "bet": message.bet,
        "feedback": message.feedback,
        "state": message.state,
        "text": message.text,
        "sent_at": moment(message.sent_at),
        "url": message.url,
        "reason": message.reason or None,
    }


def message_text(message: Message, paint: Paint = plain) -> str:
    """One message, whole, as it would be sent."""
    reason = f": {one_line(message.reason, 200)}" if message.reason else ""
    head = f"{paint(message.id, 'strong')}  {paint(STATES[message.state] + reason, 'quiet')}"
    return "\n".join([head, *(f"  {line}" for line in whole(message.text).splitlines())])


Answered = tuple[Message, Message | None, Confirmation | None, Feedback | None]
"""The answer, the question that followed, what was said to it, and what they wrote in their thread since."""


def heard_document(as_of: datetime, rows: Sequence[Answered]) -> Document:
    return {
        "as_of": moment(as_of),
        "answers": [
            {
                "id": told.id,
                "bet": told.bet,
                "told_at": moment(told.sent_at),
                "asked_at": moment(question.sent_at) if question else None,
                "helped": said.helped if said else None,
                "by": said.by if said else None,
                "said_at": moment(said.said_at) if said else None,
                "wrote": wrote.id if wrote else None,
            }
            for told, question, said, wrote in rows
        ],
    }


def heard_text(rows: Sequence[Answered], paint: Paint = plain) -> str:
    """Bet by bet what those say who were told, and how many say nothing."""
    lines = []
    for slug in dict.fromkeys(row[0].bet for row in rows):
        of_bet = [row for row in rows if row[0].bet == slug]
        said = [row[2] for row in of_bet if row[2] is not None]
        counts = [f"{sum(row.helped == key for row in said)} {told}" for key, told in HELPED.items()]
        silent = people(len(of_bet) - len(said), "has", "have")
        lines.append(f"{paint(slug, 'strong')}  did it help? {', '.join(counts)}; {silent} not said")
        lines += [line for row in of_bet for line in _answered(row, paint)]
    return "\n".join(lines)


def _answered(row: Answered, paint: Paint) -> Iterator[str]:
    told, question, said, wrote = row
    yield f"    {told.id}  {paint(_said(question, said), 'quiet')}"
    if wrote and said is None:
        yield f"      they wrote since: “{one_line(wrote.text, 100)}” {paint(wrote.id, 'quiet')}"
        yield paint(f"      → `aftermerge tell confirm {told.id} --said …`, as you read it", "quiet")


def _said(question: Message | None, said: Confirmation | None) -> str:
    if said is not None:
        where = "by link" if said.by == "link" else "in the thread"
        return f"{HELPED[said.helped]}, said on {said.said_at:%-d %b %Y} ({where})"
    if question is None:
        return "not asked yet"
    return f"the question is {STATES[question.state]}"
