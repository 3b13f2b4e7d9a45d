"""What Harbor's customers wrote to support, and when somebody answered."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from aftermerge.demo.bets import BETS
from aftermerge.demo.company import ACCOUNTS, HarborBet, Relief, account
from aftermerge.demo.phrases import (
    ALL,
    BOATS,
    CLOSINGS,
    DAYS,
    EARLY_REPLIES,
    LATE_REPLY,
    Phrases,
)
from aftermerge.demo.population import Floats, Ints
from aftermerge.demo.timeline import USAGE_DAYS, Calendar, version_of

FIRST_TICKET = 1001
CUSTOMERS = 300

COLUMNS = (
    "id",
    "created_at",
    "customer",
    "account",
    "subject",
    "body",
    "rating",
    "problem",
    "reply",
    "replied_at",
    "url",
)

_EARLY_DAYS = (1, 3, 6)
"""Every problem is heard in the first week, so that no bet is without an ask."""

_RATED, _UNLABELLED, _AGAIN, _ELSEWHERE, _EARLY_REPLY = 0.6, 0.03, 0.02, 0.12, 0.2
_RATING_ODDS = (0.2, 0.2, 0.25, 0.2, 0.15)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One row of support.csv. `problem` is what it is really about, `labelled` whether support said so."""

    created_at: datetime
    customer: int
    subject: str
    body: str
    rating: int | None
    problem: str
    labelled: bool
    reply: str = ""
    replied_at: datetime | None = None


def simulate(rng: np.random.Generator, calendar: Calendar, active: Ints) -> list[Ticket]:
    """Tickets about problems that are named.

    `active` are each day's users, shape (days,): the more are at work, the more write.
    """
    tickets = [ticket for phrases in ALL for ticket in _about(rng, calendar, phrases, active)]
    tickets += [_again(rng, ticket) for ticket in tickets if rng.random() < _AGAIN]
    return [ticket for ticket in tickets if ticket.created_at < calendar.usage_ends_at]


def in_order(tickets: Iterable[Ticket]) -> tuple[Ticket, ...]:
    """Oldest first."""
    return tuple(sorted(tickets, key=lambda ticket: (ticket.created_at, ticket.customer)))


def cited(tickets: tuple[Ticket, ...], bet: HarborBet, before: datetime, n: int = 3) -> tuple[str, ...]:
    """Ids of the first tickets about the bet's problem that were there when it was framed."""
    numbered = enumerate(tickets, FIRST_TICKET)
    known = [i for i, ticket in numbered if ticket.problem == bet.problem and ticket.created_at < before]
    return tuple(f"support:{number}" for number in known[:n])


def write_tickets(path: Path, tickets: tuple[Ticket, ...]) -> None:
    """Write support.csv: UTF-8, times in UTC."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows(_row(number, ticket) for number, ticket in enumerate(tickets, FIRST_TICKET))


def _row(number: int, ticket: Ticket) -> tuple[object, ...]:
    return (
        number,
        _iso(ticket.created_at),
        f"cust-{ticket.customer:04d}",
        account(ticket.customer % ACCOUNTS),
        ticket.subject,
        ticket.body,
        ticket.rating or "",
        ticket.problem if ticket.labelled else "",
        ticket.reply,
        _iso(ticket.replied_at) if ticket.replied_at else "",
        f"https://support.harbor.example/tickets/{number}",
    )


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _about(rng: np.random.Generator, calendar: Calendar, phrases: Phrases, active: Ints) -> list[Ticket]:
    bet = next((bet for bet in BETS if bet.problem == phrases.problem), None)
    daily = rng.poisson(phrases.per_day * active / active.mean() * _relief(calendar, bet))
    if bet is None or not isinstance(bet.plant, Relief):
        daily[list(_EARLY_DAYS)] += 1
    return [
        _ticket(rng, calendar, phrases, bet, USAGE_DAYS - int(index))
        for index in np.repeat(np.arange(len(daily)), daily)
    ]


def _relief(calendar: Calendar, bet: HarborBet | None) -> Floats:
    """What the bet's release does to complaints, day by day, shape (days,)."""
    factors = np.ones(USAGE_DAYS)
    if bet is not None and isinstance(bet.plant, Relief) and bet.released is not None:
        released = calendar.workday(bet.released)
        after = [calendar.day(USAGE_DAYS - index) > released for index in range(USAGE_DAYS)]
        factors[after] = bet.plant.factor
    return factors


def _ticket(rng: np.random.Generator, calendar: Calendar, phrases: Phrases, bet: HarborBet | None, age: int) -> Ticket:
    day = calendar.midnight(calendar.day(age))
    ticket = Ticket(
        created_at=day + timedelta(seconds=int(rng.triangular(6, 11, 22) * 3600)),
        customer=int(CUSTOMERS * rng.random() ** 1.5) + 200,
        subject=filled(rng, one_of(rng, phrases.subjects)),
        body=_body(rng, phrases),
        rating=int(rng.choice(5, p=_RATING_ODDS)) + 1 if rng.random() < _RATED else None,
        problem=phrases.problem,
        labelled=bool(rng.random() >= _UNLABELLED),
    )
    return _answered(rng, calendar, phrases, ticket, bet)


def _body(rng: np.random.Generator, phrases: Phrases) -> str:
    if phrases.elsewhere and rng.random() < _ELSEWHERE:
        return filled(rng, one_of(rng, phrases.elsewhere))
    opening, detail, closing = (one_of(rng, part) for part in (phrases.openings, phrases.details, CLOSINGS))
    told = f"{opening} {detail}" if rng.random() < 0.75 else opening
    gap = "\n\n" if rng.random() < 0.3 else " "
    return _hurried(rng, filled(rng, f"{told}{gap}{closing}".strip()))


def _hurried(rng: np.random.Generator, text: str) -> str:
    """Some write in a hurry: no capitals, no full stop."""
    return text.lower().rstrip(".") if rng.random() < 0.12 else text


def filled(rng: np.random.Generator, text: str) -> str:
    """A text with its placeholders filled."""
    told = text.format(
        berth="ABCDE"[rng.integers(5)] + str(rng.integers(1, 40)),
        boat=one_of(rng, BOATS),
        day=one_of(rng, DAYS),
        minutes=rng.integers(5, 45),
        rows=rng.integers(4, 90) * 100,
        n=rng.integers(4, 12),
    )
    return told[:1].upper() + told[1:]


def one_of(rng: np.random.Generator, words: tuple[str, ...]) -> str:
    """One of them by chance."""
    return words[rng.integers(len(words))]


def _again(rng: np.random.Generator, ticket: Ticket) -> Ticket:
    """The same customer a little later, in nearly the same words."""
    return Ticket(
        created_at=ticket.created_at + timedelta(seconds=int(rng.integers(60, 3600))),
        customer=ticket.customer,
        subject=f"Re: {ticket.subject}",
        body=f"{ticket.body} (sent again, I had no answer)",
        rating=None,
        problem=ticket.problem,
        labelled=ticket.labelled,
    )


def _answered(
    rng: np.random.Generator, calendar: Calendar, phrases: Phrases, ticket: Ticket, bet: HarborBet | None
) -> Ticket:
    """Some are answered once their bet has shipped, some were answered before with little to say, others wait."""
    if bet is not None and bet.released is not None and rng.random() < bet.told:
        since = max(calendar.released_at(bet.released), ticket.created_at)
        reply = LATE_REPLY.format(version=version_of(bet.released), answer=phrases.answer)
        return _replied(rng, calendar, ticket, reply, since, days=4.0)
    if rng.random() < _EARLY_REPLY:
        return _replied(rng, calendar, ticket, one_of(rng, EARLY_REPLIES), ticket.created_at, days=0.6)
    return ticket


def _replied(
    rng: np.random.Generator, calendar: Calendar, ticket: Ticket, reply: str, since: datetime, days: float
) -> Ticket:
    at = since + timedelta(seconds=int(rng.gamma(2.0, days / 2) * 86_400) + 600)
    if at >= calendar.usage_ends_at:
        return ticket
    return replace(ticket, reply=reply, replied_at=at)
