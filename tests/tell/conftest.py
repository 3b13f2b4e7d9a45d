"""Two customers who asked for what reached them, and how they are written to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from aftermerge.jobs.tell import SendReport, draft_messages, send_messages
from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Link, Release
from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback
from aftermerge.model.message import Message
from aftermerge.model.quiet import QuietHours
from aftermerge.tell import decide
from aftermerge.tell.draft import Drafting
from aftermerge.tell.links import Links
from aftermerge.tell.manner import Manner
from aftermerge.tell.template import ANSWER, QUESTION, Wording
from support.desk import Desk
from support.memory_ledger import MemoryLedger

MARCH = datetime(2026, 3, 1, 12, tzinfo=UTC)
BET = Bet("faster-export", "exports", asked="An export-all button", helps="Exports finish", problem="export-times-out")


def said(number: int, author: str, at: datetime, **more: object) -> Feedback:
    words = f"It stops at {number} rows <b>@all</b>"
    row = Feedback("desk", str(number), at, words, author=author, thread=f"t{number}", problem="export-times-out")
    return row if not more else Feedback(**{**{f: getattr(row, f) for f in row.__slots__}, **more})


@dataclass
class Shop:
    """A ledger, a desk and a clock that only we move."""

    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    desk: Desk = field(default_factory=Desk)
    now: datetime = MARCH + timedelta(days=30)
    numbers: Iterator[int] = field(default_factory=count)
    site: str | None = "https://after.example"
    quiet: QuietHours | None = None

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    @property
    def manner(self) -> Manner:
        links = Links(self.site, "a secret", self.clock) if self.site else None
        answer = Drafting(Wording(ANSWER), UTC, lambda: f"ref-{next(self.numbers)}")
        question = Drafting(Wording(QUESTION), UTC, answer.new_reference)
        return Manner(UTC, answer, question, timedelta(days=7), self.quiet, links)

    def draft(self) -> list[Message]:
        drafted = draft_messages(self.ledger, self.manner, self.clock)
        return [*drafted.answers, *drafted.questions]

    def approve(self) -> None:
        ids = [row.id for row in self.ledger.messages() if row.state == "drafted"]
        decide.approve(self.ledger, ids, self.clock())

    def send(self) -> SendReport:
        return send_messages(self.ledger, {"desk": self.desk.opened}, self.manner, self.clock)

    def states(self) -> dict[str, str]:
        return {row.id: row.state for row in self.ledger.messages()}


@pytest.fixture
def shop() -> Shop:
    made = Shop()
    feedback = (
        said(1, "ana", MARCH),
        said(2, "bo", MARCH + timedelta(days=1)),
        said(3, "cy", MARCH + timedelta(days=20)),
        said(4, "di", MARCH, may_contact=False),
    )
    made.ledger.store(
        "all",
        Batch(
            "1",
            feedback=feedback,
            customers=(Customer("desk", "ana", "Ana", "ana@mail.example"),),
            changes=(Change("c1", "git", MARCH, "Faster", "Faster"),),
            releases=(Release("v2", "git", "tag", MARCH + timedelta(days=10), changes=("c1",)),),
            bets=(BET,),
        ),
    )
    made.ledger.replace_links([Link("c1", "faster-export", "message")])
    return made
