"""Who asked for what reached them, and waits to hear of it?"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from aftermerge.model.bet import Bet
from aftermerge.model.due import DueAsk
from aftermerge.model.feedback import Ask
from aftermerge.model.message import Message
from aftermerge.model.reach import Reach, reaches
from aftermerge.model.waiting import Told, reached_at, told_by, waits
from aftermerge.ports import Ledger

__all__ = ["due"]


def due(ledger: Ledger, *, unknown_waits: bool = False) -> tuple[DueAsk, ...]:
    """Who has waited longest comes first. Whoever may have been told waits no more, but if `unknown_waits`."""
    reached = reaches(ledger.releases(), ledger.links(), ledger.changes())
    asks: dict[str, list[Ask]] = defaultdict(list)
    for ask in ledger.asks():
        asks[ask.problem].append(ask)
    messages = ledger.messages()
    told = told_by(row for row in messages if not (unknown_waits and row.state == "unknown"))
    waiting = [
        (bet, ask, reached[bet.slug])
        for bet in ledger.bets()
        if bet.problem and bet.slug in reached
        for ask in _waiting(bet, asks[bet.problem], reached[bet.slug], told)
    ]
    found = _with_words(waiting, messages, ledger)
    return tuple(sorted(found, key=lambda item: (item.ask.asked_at, item.id)))


def _waiting(bet: Bet, asks: Sequence[Ask], reach: Reach, told: Told) -> Iterator[Ask]:
    since = reached_at(reach)
    return (ask for ask in asks if waits(ask, since, told, bet.slug))


def _with_words(
    waiting: Sequence[tuple[Bet, Ask, Reach]], messages: Sequence[Message], ledger: Ledger
) -> Iterator[DueAsk]:
    said = {row.id: row for row in ledger.feedback_by_id({ask.feedback for _, ask, _ in waiting})}
    drafted = {(row.bet, row.asker): row for row in messages if row.kind == "answer"}
    for bet, ask, reach in waiting:
        message = drafted.get((bet.slug, ask.asker))
        yield DueAsk(bet, ask, said[ask.feedback], reach.release.id, reach.release.released_at, message)
