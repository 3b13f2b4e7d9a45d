"""The one envelope around what a source tells: something that a customer said, or why it is none."""

from collections.abc import Iterable
from dataclasses import dataclass

from aftermerge.model.batch import Batch, Rejected
from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback

__all__ = ["Item", "NotHeard", "batch_of"]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a customer said, who said it, and the persons whom its record names."""

    feedback: Feedback
    customer: Customer | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotHeard:
    """A record in which no customer speaks: a push, a bot, the team itself. `reason` says which."""

    reason: str


def batch_of(
    items: Iterable[Item],
    cursor: str,
    *,
    rejected: Iterable[Rejected] = (),
    done: int | None = None,
    total: int | None = None,
) -> Batch:
    """Items as a batch of the ledger."""
    kept = list(items)
    return Batch(
        cursor=cursor,
        feedback=tuple(item.feedback for item in kept),
        customers=tuple(item.customer for item in kept if item.customer),
        names={item.feedback.id: item.names for item in kept if item.names},
        rejected=tuple(rejected),
        done=done,
        total=total,
    )
