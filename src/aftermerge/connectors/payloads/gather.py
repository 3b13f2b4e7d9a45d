"""The same record arrives in several bodies, and ends as one piece of feedback."""

from collections.abc import Iterable
from dataclasses import replace

from aftermerge.connectors.told.item import Item

__all__ = ["gathered"]


def gathered(items: Iterable[Item]) -> list[Item]:
    """One item an id, where it first stood: its newest version, the later one where they are alike.

    A reply that the newest lacks is kept, and so are all the names that any version of the record has in it.
    """
    found: dict[str, Item] = {}
    for item in items:
        known = found.get(item.feedback.id)
        found[item.feedback.id] = item if known is None else _merged(known, item)
    return list(found.values())


def _merged(known: Item, item: Item) -> Item:
    older, newer = (item, known) if _version(known) > _version(item) else (known, item)
    feedback = newer.feedback
    if feedback.reply is None and older.feedback.reply is not None:
        feedback = replace(
            feedback,
            reply=older.feedback.reply,
            replied_at=older.feedback.replied_at,
            replied_by=older.feedback.replied_by,
        )
    feedback = replace(feedback, time=min(feedback.time, older.feedback.time))
    return Item(feedback, newer.customer or older.customer, tuple(dict.fromkeys((*older.names, *newer.names))))


def _version(item: Item) -> float:
    return (item.feedback.updated_at or item.feedback.time).timestamp()
