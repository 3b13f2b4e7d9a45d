"""Some days after the answer, one question: did it help?"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from aftermerge.model.customer import digest_of
from aftermerge.model.message import Message
from aftermerge.ports import Ledger
from aftermerge.tell.draft import Drafting, known_of
from aftermerge.tell.links import Links

__all__ = ["draft_questions"]


def draft_questions(
    ledger: Ledger, drafting: Drafting, links: Links, now: datetime, after: timedelta
) -> tuple[Message, ...]:
    """One for each who was answered `after` ago or longer, was never asked, and has not said it by themself."""
    messages = ledger.messages()
    asked = {(row.bet, row.asker) for row in messages if row.kind == "question"}
    asked |= {(row.bet, row.asker) for row in ledger.confirmations()}
    unwanted = ledger.opted_out()
    ripe = [
        row
        for row in messages
        if row.kind == "answer" and row.sent_at is not None and now - row.sent_at >= after
        if (row.bet, row.asker) not in asked and digest_of(row.asker) not in unwanted
    ]
    new = _questions(ripe, ledger, drafting, links, now)
    return tuple(message for message in new if ledger.replace_message(None, message))


def _questions(
    answers: Sequence[Message], ledger: Ledger, drafting: Drafting, links: Links, now: datetime
) -> list[Message]:
    said = {row.id: row for row in ledger.feedback_by_id({row.feedback for row in answers})}
    bets = {bet.slug: bet for bet in ledger.bets()}
    found = []
    for answer in answers:
        feedback, bet = said.get(answer.feedback), bets.get(answer.bet)
        if feedback is None or bet is None or not feedback.may_contact:
            continue
        reference = drafting.new_reference()
        known = {**known_of(feedback, drafting.timezone), "bet": bet.slug, "helps": bet.helps or bet.title}
        text = drafting.wording.filled({**known, "link": links.helped(reference)})
        found.append(Message("question", bet.slug, answer.asker, feedback.id, reference, "drafted", text, now))
    return found
