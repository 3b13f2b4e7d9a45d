"""The local store's manifest in plain dicts: the part of `MemoryLedger` that fits `ports.Keeps`."""

from collections.abc import Sequence
from dataclasses import replace

from aftermerge.model.kept import Layout, Manifest, ManifestChange


class MemoryKept:
    def __init__(self) -> None:
        self._manifests: dict[str, Manifest] = {}

    def kept_tables(self) -> Sequence[str]:
        return sorted(self._manifests)

    def manifest(self, table: str) -> Manifest | None:
        return self._manifests.get(table)

    def claim_store(self, layout: Layout) -> Manifest:
        known = self._manifests.get(layout.table, Manifest(layout))
        claimed = replace(known.layout, generation=known.layout.generation + 1)
        self._manifests[layout.table] = replace(known, layout=claimed)
        return self._manifests[layout.table]

    def change_manifest(self, change: ManifestChange) -> bool:
        known = self._manifests.get(change.layout.table)
        if known is None or known.layout.generation != change.layout.generation:
            return False
        parts = [part for part in known.parts if part.id not in change.without_parts]
        codes = [codes for codes in known.codes if codes.id not in change.without_codes]
        taken = [taken for taken in known.taken if taken.number not in change.without_taken]
        self._manifests[change.layout.table] = Manifest(
            change.layout,
            tuple(sorted([*parts, *change.parts], key=lambda part: (part.day, part.id))),
            tuple(sorted([*codes, *change.codes], key=lambda code: code.id)),
            tuple(sorted([*taken, *change.taken], key=lambda file: file.number)),
        )
        return True
