"""The manifest of the local store, as the ledger remembers it."""

from collections.abc import Collection, Sequence
from typing import Protocol

from aftermerge.model.kept import Layout, Manifest, ManifestChange


class Keeps(Protocol):
    """Which files the store of each table consists of. Every method is one transaction."""

    def kept_tables(self) -> Sequence[str]:
        """The tables that have a store, sorted."""
        ...

    def manifest(self, table: str) -> Manifest | None:
        """None where nothing of that table was ever taken in."""
        ...

    def claim_store(self, layout: Layout) -> Manifest:
        """Become the one writer of a table's store; a table that has none yet gets one of this layout.

        The layout in the answer bears the writer's generation. Whoever wrote before can do so no more.
        """
        ...

    def bar_units(self, units: Collection[str]) -> None:
        """Never take in events of these units, into any table, now or later: a tombstone each, under `unit_name`."""
        ...

    def change_manifest(self, change: ManifestChange) -> bool:
        """Do what a writer decided, in one step. False where another has become the writer: then nothing is changed."""
        ...
