"""Bring the index up to what was heard."""

from aftermerge.model.feedback import Heard
from aftermerge.ports import Ledger, SearchIndex

__all__ = ["refresh"]


def refresh(ledger: Ledger, index: SearchIndex) -> int:
    """How many pieces of feedback were taken in or out. A ledger may hand them over in several steps.

    Raises:
        OutsideError: another process writes the index, or it can't be written.
    """
    taken = 0
    while heard := _news(ledger, index):
        before = index.revision
        index.update(heard)
        taken += len(heard.rows) + len(heard.gone)
        if index.revision <= before:
            break  # what was written is damaged already: the next who asks begins anew
    return taken


def _news(ledger: Ledger, index: SearchIndex) -> Heard | None:
    revision = index.revision
    heard = ledger.heard_since(revision)
    if heard.revision < revision:  # it is another ledger, or an older one that was restored
        index.clear()
        revision, heard = 0, ledger.heard_since(0)
    return heard if heard.revision > revision else None
