"""A ledger with one bet that came all the way round, and makers of its parts."""

from dataclasses import replace
from datetime import date
from typing import Any

from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback
from aftermerge.model.message import Confirmation, Message
from aftermerge.model.readout import Readout, Subject
from support.memory_ledger import MemoryLedger
from support.world import bet, change, day, link, metric, release

READ = Readout(
    Subject("bet", "faster-export"),
    "exports",
    "before_after",
    "primary",
    "percent",
    5.0,
    "improved",
    "so it is",
    estimate=8.0,
    low=5.5,
    high=10.5,
    window=(date(2024, 1, 22), date(2024, 2, 18)),
)


def said(number: int, index: int, **more: Any) -> Feedback:
    return Feedback("desk", str(number), day(index), "It spins.", author=f"cust-{number}", problem="slow", **more)


def looped(*readouts: Readout, **more: Any) -> MemoryLedger:
    """Heard on day 2, framed on 10, begun on 14, merged on 19, released on 20; two customers asked."""
    held = MemoryLedger()
    claim = bet(problem="slow", begun_at=day(10), file="bets/faster-export.md", **more)
    changes = (change("c1", 19, begun_at=day(14)), change("c2", 25, begun_at=day(24)))
    batch = Batch(
        "1",
        feedback=(said(1, 5), said(2, 2)),
        bets=(claim,),
        metrics=(metric(window_days=28),),
        changes=changes,
        releases=(release("1.0", 20, "c1"), release("1.1", 26, "c2")),
    )
    held.store("all", batch)
    held.replace_links([link("c1", claim.slug), link("c2", claim.slug)])
    held.replace_readouts(day(60), readouts or (READ,))
    return held


def tell(held: MemoryLedger, number: int, index: int, **more: Any) -> None:
    message = Message(
        "answer", "faster-export", f"desk:cust-{number}", f"desk:{number}", "r", "sent", "Done", day(index)
    )
    held.replace_message(None, replace(message, **({"sent_at": day(index)} | more)))


def confirm(held: MemoryLedger, number: int, index: int) -> None:
    held.confirm(Confirmation("faster-export", f"desk:cust-{number}", f"desk:{number}", "yes", day(index), "link"))
