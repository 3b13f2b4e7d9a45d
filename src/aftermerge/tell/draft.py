"""One text for each who waits, for a human to read, change and approve."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from aftermerge.model.due import DueAsk
from aftermerge.model.feedback import Feedback
from aftermerge.model.message import Message
from aftermerge.ports import Ledger
from aftermerge.render.untrusted import one_line
from aftermerge.tell.due import due
from aftermerge.tell.template import Wording

__all__ = ["Drafting", "draft_answers", "quoted"]

_MOST_CHARACTERS = 400


@dataclass(frozen=True, slots=True)
class Drafting:
    """How drafts are made. `new_reference` gives a word that nobody can guess, another each time."""

    wording: Wording
    timezone: tzinfo
    new_reference: Callable[[], str]


def draft_answers(
    ledger: Ledger, drafting: Drafting, now: datetime, sources: Container[str] | None = None
) -> tuple[Message, ...]:
    """Those that are new, to whom spoke at these sources or anywhere; what was drafted before stays as it is."""
    wanted = (item for item in due(ledger) if sources is None or item.feedback.source in sources)
    new = (_answer(item, drafting, now) for item in wanted if item.message is None)
    return tuple(message for message in new if ledger.replace_message(None, message))


def _answer(item: DueAsk, drafting: Drafting, now: datetime) -> Message:
    values = {
        **known_of(item.feedback, drafting.timezone),
        "reached_on": f"{item.reached_at.astimezone(drafting.timezone):%-d %B %Y}",
        "release": item.release,
        "helps": item.bet.helps or item.bet.title,
        "asked": item.bet.asked,
        "bet": item.bet.slug,
    }
    text = drafting.wording.filled(values)
    return Message(
        "answer", item.bet.slug, item.ask.asker, item.feedback.id, drafting.new_reference(), "drafted", text, now
    )


def known_of(feedback: Feedback, timezone: tzinfo) -> Mapping[str, str]:
    """What a template may say of one who asked."""
    return {"asked_on": f"{feedback.time.astimezone(timezone):%-d %B %Y}", "words": quoted(feedback)}


def quoted(feedback: Feedback) -> str:
    """Their own words, redacted, as a quotation in Markdown: a channel lets nothing in such a line act."""
    return f"> {one_line(feedback.text, _MOST_CHARACTERS)}"
