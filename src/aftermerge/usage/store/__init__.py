"""The local store: events of files that were taken in, by day, in immutable Parquet that the ledger lists."""

from aftermerge.usage.store.reading import KeptFiles, kept_files
from aftermerge.usage.store.store import Store

__all__ = ["KeptFiles", "Store", "kept_files"]
