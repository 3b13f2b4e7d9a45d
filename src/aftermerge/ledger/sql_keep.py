"""The local store's manifest, in SQL: the part of `SqlLedger` that fits `ports.Keeps`."""

from collections.abc import Collection, Sequence

from aftermerge.ledger.hear import tombstones
from aftermerge.ledger.journal import Deed
from aftermerge.ledger.measure import kept
from aftermerge.ledger.sql_learn import SqlLearn
from aftermerge.model.customer import Tombstone, digest_of
from aftermerge.model.kept import Layout, Manifest, ManifestChange, unit_name


class SqlKeep(SqlLearn):
    """What was taken in, and what left, is journalled in numbers."""

    def kept_tables(self) -> Sequence[str]:
        with self.database.reading() as connection:
            return kept.tables(connection)

    def manifest(self, table: str) -> Manifest | None:
        with self.database.reading() as connection:
            return kept.manifest(connection, table)

    def claim_store(self, layout: Layout) -> Manifest:
        with self.database.writing() as connection:
            return kept.claim(connection, layout)

    def bar_units(self, units: Collection[str]) -> None:
        with self.database.writing() as connection:
            now = self._clock()
            tombstones.add(connection, [Tombstone(digest_of(unit_name(unit)), now) for unit in units])

    def change_manifest(self, change: ManifestChange) -> bool:
        with self.database.writing() as connection:
            before = kept.rows(connection, change.layout.table)
            if not kept.change(connection, change):
                return False
            gained = kept.rows(connection, change.layout.table) - before
            if gained or change.taken:
                detail = {"rows": gained, "files": len(change.taken)}
                self.note(connection, Deed("keep", change.layout.table, detail))
            return True
