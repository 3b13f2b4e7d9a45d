"""What customers write that nobody has named yet, and how they sign: with a number or an address to be taken out."""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from aftermerge.demo.company import ACCOUNTS
from aftermerge.demo.phrases import Phrases
from aftermerge.demo.timeline import USAGE_DAYS, Calendar
from aftermerge.demo.voices import CUSTOMERS, Ticket, filled, one_of

SIGNED_OUT = Phrases(
    "signed-out-at-the-quay",
    0.0,
    ("Signed out again", "Password at the quay", "Why do I have to log in"),
    (
        "The tablet at the quay signs me out every hour and I have to log in with wet hands.",
        "Signed out again in the middle of an arrival, and the password is in the office.",
        "Please keep us logged in on the quay tablet, we sign in {n} times a shift.",
        "Every time the tablet sleeps it asks for the password and {boat} has to wait.",
    ),
    ("It began some weeks ago.", "On the office computer we stay logged in.", "Gloves and passwords do not go well."),
)
TIDES = Phrases(
    "tide-table-an-hour-off",
    0.0,
    ("Tide table is wrong", "Tides one hour off", "High water"),
    (
        "The tide table shows high water one hour late since the clocks changed.",
        "{boat} touched the bottom because your tide times are an hour off.",
        "The tides on the screen and the printed almanac differ by exactly one hour.",
        "High water on {day} is shown an hour later than it really is.",
    ),
    ("We correct it in our heads.", "The almanac was right.", "Summer time perhaps?"),
)
_EACH, _LATEST_DAYS = 40, 90
_SIGNED = 0.07
_SIGNATURES = (
    "You reach me at {mail}.",
    "Call the office on 020 7946 0{n:03d}.",
    "My mobile is 07700 900{n:03d}, any time.",
    "Reply to {mail} please, not to the office.",
)


def unnamed(rng: np.random.Generator, calendar: Calendar) -> list[Ticket]:
    """Tickets of the last three months about what no problem is named after: without label, rating or answer."""
    return [_ticket(rng, calendar, phrases) for phrases in (SIGNED_OUT, TIDES) for _ in range(_EACH)]


def signed(rng: np.random.Generator, tickets: list[Ticket]) -> list[Ticket]:
    """Some sign with a telephone number or a mail address, as people do."""
    return [_signed(rng, ticket) if rng.random() < _SIGNED else ticket for ticket in tickets]


def _ticket(rng: np.random.Generator, calendar: Calendar, phrases: Phrases) -> Ticket:
    day = calendar.midnight(calendar.day(int(rng.integers(1, min(_LATEST_DAYS, USAGE_DAYS)))))
    return Ticket(
        created_at=day + timedelta(seconds=int(rng.triangular(6, 11, 22) * 3600)),
        customer=int(rng.integers(CUSTOMERS)) + 200,
        subject=one_of(rng, phrases.subjects),
        body=filled(rng, f"{one_of(rng, phrases.openings)} {one_of(rng, phrases.details)}"),
        rating=None,
        problem=phrases.problem,
        labelled=False,
    )


def _signed(rng: np.random.Generator, ticket: Ticket) -> Ticket:
    mail = f"office{ticket.customer % ACCOUNTS}@harbour{ticket.customer % 7}.example"
    sign = one_of(rng, _SIGNATURES).format(mail=mail, n=int(rng.integers(1000)))
    return replace(ticket, body=f"{ticket.body}\n\n{sign}")
