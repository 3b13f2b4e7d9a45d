"""Sources that aftermerge.toml no longer names: left in the ledger, their rows would count twice, or for ever."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from aftermerge.ports import Ledger

IMPORTED = "imported:"
"""Begins the cursor of a source that was read once, by hand: aftermerge.toml never named it, and it stays."""


@dataclass(frozen=True, slots=True)
class Orphans:
    """The sources that were dropped, sorted, and the backup that still holds them."""

    names: tuple[str, ...]
    backup: Path


def drop_orphans(ledger: Ledger, configured: Collection[str], save: Callable[[], Path]) -> Orphans | None:
    """Drop the sources that are no longer `configured`, once `save` has written a backup; None where there are none.

    Raises:
        LedgerError: the backup can't be written; then nothing is dropped.
    """
    names = tuple(name for name in ledger.sources() if name not in configured and not is_imported(ledger, name))
    if not names:
        return None
    backup = save()
    ledger.drop_sources(names)
    return Orphans(names, backup)


def is_imported(ledger: Ledger, name: str) -> bool:
    """Whether a source was read once, by hand."""
    return (ledger.cursor(name) or "").startswith(IMPORTED)
