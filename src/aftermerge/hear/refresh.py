"""Bring the index up to what was heard, and mark what says again what was said."""

from collections.abc import Iterator
from datetime import timedelta

from aftermerge.hear.near_copies import find_near_copies
from aftermerge.model.feedback import Feedback, Heard
from aftermerge.ports import Ledger, SearchIndex

__all__ = ["refresh"]

COPIES_WITHIN_DAYS = 365


def refresh(ledger: Ledger, index: SearchIndex) -> int:
    """How many pieces of feedback were taken in or out. A ledger may hand them over in several steps.

    Raises:
        OutsideError: another process writes the index, or it can't be written.
    """
    taken = 0
    while heard := _news(ledger, index):
        before = index.revision
        ledger.mark_near_copies(find_near_copies(heard.rows, _earlier(ledger, heard) if before else ()))
        index.update(heard)
        taken += len(heard.rows) + len(heard.gone)
        if index.revision <= before:
            break  # what was written is damaged already: the next who asks begins anew
    return taken


def _earlier(ledger: Ledger, heard: Heard) -> Iterator[Feedback]:
    """What the new rows can be copies of: words are rarely sent again after a year."""
    if not heard.rows:
        return
    since = min(row.time for row in heard.rows) - timedelta(days=COPIES_WITHIN_DAYS)
    new = {row.id for row in heard.rows}
    yield from (row for row in ledger.feedback() if row.time >= since and row.id not in new)


def _news(ledger: Ledger, index: SearchIndex) -> Heard | None:
    revision = index.revision
    heard = ledger.heard_since(revision)
    if heard.revision < revision:  # it is another ledger, or an older one that was restored
        index.clear()
        revision, heard = 0, ledger.heard_since(0)
    return heard if heard.revision > revision else None
